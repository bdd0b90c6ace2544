"""The queue is the database: a job is put in by the transaction that needs it, and is there when that commits."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from concord.store.models import JobFault


def later(job: str, *, lock: str | None = None, at: datetime | None = None, **arguments: Any) -> None:
    """Queue a job by its verb, not before the instant `at`. Jobs that share `lock` never run at the same time."""
    app.configure_task(name=job, lock=lock, queue="hub", schedule_at=at).defer(**arguments)


def once(job: str, *, lock: str | None = None) -> None:
    """Queue a job that looks at everything: where one waits already, that one will do."""
    task = app.configure_task(name=job, lock=lock, queueing_lock=job, queue="hub")
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.defer()


def waiting() -> int:
    """How many jobs are still to be done."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    return ProcrastinateJob.objects.filter(status__in=["todo", "doing"]).count()


def failed() -> list[tuple[int, str]]:
    """Jobs that stopped with a fault: number and verb."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    return list(ProcrastinateJob.objects.filter(status="failed").values_list("id", "task_name"))


def keep_fault(job: int, verb: str, fault: BaseException) -> None:
    """Why a job failed: the kind of fault and the first line of what it says (a database tells data in the others)."""
    said = next(iter(str(fault).splitlines()), "")
    reason = f"{type(fault).__name__}: {said}"[:500]
    JobFault.objects.update_or_create(job=job, defaults={"verb": verb, "reason": reason, "at": datetime.now(UTC)})


def forget_fault(job: int) -> None:
    JobFault.objects.filter(job=job).delete()


def faults() -> list[JobFault]:
    """Every job that failed and has not gone well since, with why."""
    known = {one.job: one for one in JobFault.objects.all()}
    bare = [(job, verb) for job, verb in failed() if job not in known]
    return [
        *known.values(),
        *(JobFault(job=job, verb=verb, reason="The worker was stopped.", at=datetime.now(UTC)) for job, verb in bare),
    ]
