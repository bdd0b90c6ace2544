"""Running by itself: a loop of its own, or a task of the system's own scheduler."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from hashlib import sha256

from concord.core.trouble import Trouble


def minute_of(courier: str) -> int:
    """The courier's own minute, so that a county's couriers do not all call at once: the same every time."""
    return sha256(courier.encode()).digest()[0] % 60


def entry(courier: str, every: int, command: str, windows: bool) -> str:
    """The line that adds the courier to Task Scheduler or to cron. `every` is in hours, and must divide the day."""
    if every not in (1, 2, 3, 4, 6, 8, 12, 24):
        raise Trouble(f"{every} hours do not divide a day.", todo="Choose 1, 2, 3, 4, 6, 8, 12 or 24.")
    minute = minute_of(courier)
    if windows:
        often = f"/SC DAILY /ST 02:{minute:02}" if every == 24 else f"/SC HOURLY /MO {every} /ST 00:{minute:02}"
        return f'schtasks /Create /TN "Concord courier" {often} /TR "{command}" /F'
    hours = "2" if every == 24 else "*" if every == 1 else f"*/{every}"
    return f"{minute} {hours} * * * {command}"


def repeat(
    once: Callable[[], int], hours: float, pause: Callable[[float], None] = time.sleep, rounds: int | None = None
) -> int:
    """Runs again and again. Ends with 1 when a run ends with 1 (an alarm needs a person), else after `rounds`, if
    given.
    """
    status, done = 0, 0
    while rounds is None or done < rounds:
        started = time.monotonic()
        try:
            status = once()
        except Trouble as fault:
            sys.stderr.write(f"{fault}\n")
            status = fault.status
        done += 1
        if status == 1:
            return 1
        pause(max(0.0, hours * 3600 - (time.monotonic() - started)))
    return status
