"""Run the hub's queued jobs."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from copy import copy
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from procrastinate import App

app = typer.Typer(help="Run the hub's queued jobs until stopped.\n\nExample: concord worker")
SILENT = 30.0
"""Seconds without a sign of life after which a worker is taken for dead, and its jobs are taken again."""


@app.callback(invoke_without_command=True)
def worker(
    once: Annotated[bool, typer.Option("--once", help="Stop when nothing is left to do.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Try the jobs that failed once more.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --once, one JSON document: done and failed.")] = False,
) -> int:
    """Run the hub's queued jobs, each when its turn comes; a job taken by a worker that died is taken again.

    With --once, exit status 1 where a job has failed: each with its reason. What the clock begins (the agreements every
    hour, the proof of the ledger every night) is put in by the worker that stays.

    Example: concord worker --once --json
    """
    from concord.site.database import database

    with database():
        from concord.site.commands.migrate import bring_up

        bring_up()
        if retry:
            asyncio.run(try_again())
        if not once:
            asyncio.run(_forever())
            return 0
        return _told(work_through(lambda done, total: None), as_json)


def _told(done: int, as_json: bool) -> int:
    from concord.store import jobs

    faults = [
        {"job": one.job, "verb": one.verb, "at": one.at.isoformat(), "reason": one.reason} for one in jobs.faults()
    ]
    if as_json:
        sys.stdout.write(json.dumps({"done": done - len(faults), "failed": faults}, ensure_ascii=False) + "\n")
    for one in [] if as_json else faults:
        sys.stderr.write(f"Job {one['job']} ({one['verb']}) failed at {one['at']}: {one['reason']}\n")
    if faults and not as_json:
        sys.stderr.write("What to do: put right what the reason says, then run `concord worker --once --retry`.\n")
    return 1 if faults else 0


async def _forever() -> None:
    async with _open(by_the_clock=True) as queue:
        watch = asyncio.create_task(_watch(queue))
        try:
            await _run(queue, wait=True)
        finally:
            watch.cancel()


async def _watch(queue: App) -> None:
    while True:
        await take_again(queue)
        await asyncio.sleep(SILENT)


async def take_again(queue: App, silent: float = SILENT) -> int:
    """Put back the jobs of workers that have not been heard of for so many seconds; how many."""
    found = list(await queue.job_manager.get_stalled_jobs(queue="hub", seconds_since_heartbeat=silent))
    for job in found:
        await queue.job_manager.retry_job(job)
    return len(found)


async def try_again() -> int:
    """Put back the jobs that failed; how many."""
    async with _open() as queue:
        found = list(await queue.job_manager.list_jobs_async(queue="hub", status="failed"))
        for job in found:
            await queue.job_manager.retry_job(job)
        return len(found)


def work_through(tell: Callable[[int, int], None], silent: float = SILENT) -> int:
    """Run what is queued now, and what that queues, to the end; how many jobs were there to do."""
    from concord.store import jobs

    total = jobs.waiting()
    if total:
        asyncio.run(_through(silent))
        tell(total, total)
    return total


async def _through(silent: float) -> None:
    async with _open() as queue:
        await take_again(queue, silent)
        await _run(queue, wait=False)


async def _run(queue: App, *, wait: bool) -> None:
    await queue.run_worker_async(
        queues=["hub"],
        wait=wait,
        concurrency=2 if wait else 1,
        listen_notify=wait,
        install_signal_handlers=wait,
        update_heartbeat_interval=SILENT / 6,
        stalled_worker_timeout=SILENT,
        task_middleware=[_keeping_the_reason],
    )


def _keeping_the_reason(task: Callable[[], Any], context: Any, _: Any) -> Any:
    """A job that fails leaves why; one that went well leaves nothing of the time it failed."""
    from concord.store import jobs

    number, verb = context.job.id, context.job.task_name
    _let_go_of_the_lost()
    try:
        made = task()
    except Exception as fault:
        jobs.keep_fault(number, verb, fault)
        raise
    jobs.forget_fault(number)
    return made


def _let_go_of_the_lost() -> None:
    """A database that began anew since the job before would cost one job after another otherwise."""
    from django.db import connections

    for one in connections.all(initialized_only=True):
        if one.connection is not None and not one.is_usable():
            one.close()


def _open(*, by_the_clock: bool = False) -> AbstractAsyncContextManager[App]:
    """The queue on a connector that can wait, with every verb known to it, and what the clock begins if asked."""
    from procrastinate import App
    from procrastinate.contrib.django import app as queue
    from procrastinate.contrib.django.django_connector import DjangoConnector

    import concord.desk.jobs  # noqa: F401 - the tasks

    connector = queue.connector
    if not isinstance(connector, DjangoConnector):
        raise TypeError("the queue is not in the hub's database")
    own = App(connector=connector.get_worker_connector())
    own.tasks = queue.tasks
    for one in queue.periodic_registry.periodic_tasks.values() if by_the_clock else ():
        # Of the task itself the queue would put it in by the pages' connection, which never comes back once it is lost.
        task = copy(one.task)
        task.blueprint = own
        own.periodic_registry.register_task(task, one.cron, one.periodic_id, one.configure_kwargs)
    return own.open_async()
