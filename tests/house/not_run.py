"""For a test that cannot run on this machine: it is listed at the end of the run, with its reason."""

from __future__ import annotations

import shutil
from typing import NoReturn

import pytest


def not_run(reason: str) -> NoReturn:
    """Leave the test, counted as *not run*. The reason says what is missing, so that someone can put it there."""
    if len(reason.split()) < 3:
        raise ValueError(f"{reason!r} does not say why the test cannot run")
    pytest.skip(reason)


def needs_program(name: str) -> str:
    """The path of a program of the machine; where there is none, the test is not run."""
    found = shutil.which(name)
    return found or not_run(f"this machine has no {name}")
