"""How named users are let in, kept and let go at this hub: the agreement's `access.toml`, read once."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from concord.core.agreement.access import Access, Course, Declaration, load_access
from concord.core.agreement.days import months_after
from concord.desk import gate, standings

DAY = timedelta(days=1)


@lru_cache(maxsize=4)
def _load(folder: Path) -> Access:
    return load_access(folder, standings.agreement().roles)


def access() -> Access:
    return _load(Path(settings.CONFIG.agreement))


def declaration() -> Declaration:
    """The version of the declaration in force today."""
    return access().declaration_on(gate.today())


def course() -> Course:
    """The course in force today."""
    return access().course_on(gate.today())


def last_day(begins: date, months: int) -> date:
    """The last day of so many months from a day on: a year from 1 May holds through 30 April."""
    return months_after(begins, months) - DAY
