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
    here, upns = _told()
    people = {one.role: one.email for one in played.sign_ins} | stage.of_this_establishment(here, played.word, ROLES)
    return {
        "laestab": here,
        "file": "",
        "word": played.word,
        "people": people,
        "codes": stage.codes_of(people),
        "odd_upn": upns["doubted"],
        "upns": upns,
    }


def _told() -> tuple[str, dict[str, str]]:
    """Where the authority has told a school of a value, and whom the journeys look at by UPN: the pupil of that value,
    a `case` of the SEN caseworker's, one `there` at the inclusion officer's establishment, three nobody spoke of."""
    from concord.desk import gate
    from concord.store.models import Discrepancy, Person, Pupil
    from concord.store.scope import under

    cases = Person.objects.get(role="sen_caseworker").caseload
    reach = Person.objects.get(role="inclusion_officer").establishments
    permit = gate.ask(gate.system(), "register-load", establishments=["*"], categories=["identity"])
    with under(permit):
        doubted = Discrepancy.objects.get(owner="establishment", state="open")
        spoken = Discrepancy.objects.values_list("pupil_id", flat=True)
        everyone = Pupil.objects.filter(surname__regex="^[A-Z][a-z]+$").exclude(id__in=[*spoken]).order_by("upn")
        others = everyone.filter(laestabs=[doubted.laestab]).exclude(id__in=cases)
        plain, dead, adopted = (one.upn for one in others[:3])
        found = {"case": everyone.filter(id__in=cases)[0].upn, "there": everyone.filter(laestabs__overlap=reach)[0].upn}
        return doubted.laestab, found | {"doubted": doubted.upn, "plain": plain, "dead": dead, "adopted": adopted}


if __name__ == "__main__":
    sys.exit(stage.main(set_up))
