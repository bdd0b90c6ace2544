"""The queue is the database: a job is put in by the transaction that needs it, and is there when that commits."""

from __future__ import annotations

from typing import Any

from procrastinate.contrib.django import app


def later(job: str, *, lock: str | None = None, **arguments: Any) -> None:
    """Queue a job by its verb. Jobs that share `lock` never run at the same time."""
    app.configure_task(name=job, lock=lock, queue="hub").defer(**arguments)


def waiting() -> int:
    """How many jobs are still to be done."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    return ProcrastinateJob.objects.filter(status__in=["todo", "doing"]).count()


def failed() -> list[tuple[int, str]]:
    """Jobs that stopped with a fault: number and verb."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    return list(ProcrastinateJob.objects.filter(status="failed").values_list("id", "task_name"))
