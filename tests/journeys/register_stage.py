"""The demonstration's hub with the people of an establishment whose pupils are in the register: `python -m
journeys.register_stage` sets it up, says who and what as one line of JSON, and serves the pages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from journeys import stage

ROLES = {
    "data_manager": "Robin Exports",
    "head": "Sam Answers",
    "senco": "Sol Supports",
    "attendance_officer": "Alex Registers",
}


def set_up(home: Path) -> dict[str, Any]:
    """Play the story; let in four people where the school was told of a value; `odd_upn` is that pupil's."""
    from concord.site.demonstration import story

    played, _ = story.play(stage.ESTABLISHMENTS, stage.PUPILS, stage.SEED, lambda words, done, total: None)
    story.keep_sign_ins(home, played)
    here, upn = _told()
    people = {one.role: one.email for one in played.sign_ins} | stage.of_this_establishment(here, played.word, ROLES)
    return {
        "laestab": here,
        "file": "",
        "word": played.word,
        "people": people,
        "codes": stage.codes_of(people),
        "odd_upn": upn,
    }


def _told() -> tuple[str, str]:
    """Where the authority has told a school of a value, and the pupil's UPN."""
    from concord.desk import gate
    from concord.store.models import Discrepancy
    from concord.store.scope import under

    permit = gate.ask(gate.system(), "discrepancy", establishments=["*"], categories=["identity"])
    with under(permit):
        found = Discrepancy.objects.get(owner="establishment", state="open")
        return found.laestab, found.upn


if __name__ == "__main__":
    sys.exit(stage.main(set_up))
