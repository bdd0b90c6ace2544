"""Who sees whose record after which steps: the cases of `cases.toml`, one after the other on one hub."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from concord.core.trouble import Trouble

CASES = tomllib.loads((Path(__file__).parent / "cases.toml").read_text())["case"]


OWN_WORK = {"inclusion 3"}


@pytest.mark.parametrize("case", CASES, ids=[one["title"] for one in CASES])
def test_after_these_steps_exactly_these_records_are_open(play, case):
    for step in case["steps"]:
        if step.startswith("!"):
            with pytest.raises(Trouble):
                play.step(step[1:])
        else:
            play.step(step)
    assert play.seen() == set(case["open"]) | OWN_WORK
