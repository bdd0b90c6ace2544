"""Run the hub's queued jobs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated

import typer

app = typer.Typer(help="Run the hub's queued jobs until stopped.\n\nExample: concord worker")


@app.callback(invoke_without_command=True)
def worker(once: Annotated[bool, typer.Option("--once", help="Stop when nothing is left to do.")] = False) -> None:
    """Run the hub's queued jobs, each when its turn comes; a job taken by a worker that dies is taken again."""
    from concord.site.database import database

    with database():
        from concord.site.commands.migrate import bring_up

        bring_up()
        if once:
            work_through(lambda done, total: None)
        else:
            asyncio.run(_forever())


async def _forever() -> None:
    async with _open() as queue:
        await queue.run_worker_async(queues=["hub"], concurrency=2, listen_notify=True, install_signal_handlers=True)


def work_through(tell: Callable[[int, int], None]) -> int:
    """Run what is queued now, and what that queues, to the end; how many jobs were done."""
    from concord.store import jobs

    total = jobs.waiting()
    if total:
        asyncio.run(_through())
        tell(total, total)
    return total


async def _through() -> None:
    async with _open() as queue:
        await queue.run_worker_async(queues=["hub"], wait=False, concurrency=1, install_signal_handlers=False)


def _open():  # type: ignore[no-untyped-def]  # noqa: ANN202 - procrastinate's own app, on a connector that can wait
    from procrastinate.contrib.django import app as queue

    import concord.desk.jobs  # noqa: F401 - the tasks

    worker_queue = queue.with_connector(queue.connector.get_worker_connector())
    return worker_queue.open_async()
