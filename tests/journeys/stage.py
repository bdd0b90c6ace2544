"""A small hub with a story behind it, in a process of its own: the ground the journeys walk on.

`python -m journeys.stage` plays the demonstration on six establishments, lets in two more people, makes the file that
corrects a return, prints who and what as one line of JSON, and serves the pages with a worker beside them.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

ESTABLISHMENTS, PUPILS, SEED = 6, 420, 11
SURNAME = "O'Neill <b>=1+1</b> \u2067\u05d0\u05d1\u2069"
"""Markup, the beginning of a formula and letters that run the other way: as sent, so shown."""
FORENAME = "Zo\u00eb"
HERE = {"data_manager": "Robin Exports", "head": "Sam Answers"}
_IDENTITY = ("UPN", "Surname", "Forename", "MiddleNames", "DOB", "Sex")


def main(setting_up: Callable[[Path], dict[str, Any]] | None = None) -> None:
    os.environ["CONCORD_DEMO"] = "true"
    from concord.site.config import config
    from concord.site.database import hub

    with hub() as server:
        from concord.site.commands.migrate import bring_up, empty

        empty(server)
        bring_up()
        sys.stdout.write(json.dumps((setting_up or set_up)(config().home)) + "\n")
        sys.stdout.flush()
    from concord.site.commands.demo import serve_instead

    serve_instead()


def set_up(home: Path) -> dict[str, Any]:
    """Play the story and say what the journeys need to know of it."""
    from concord.site.demonstration import desk_work, story

    played, county = story.play(ESTABLISHMENTS, PUPILS, SEED, lambda words, done, total: None)
    story.keep_sign_ins(home, played)
    outside = {place for one in played.sign_ins if one.role == "inclusion_officer" for place in one.of.split(", ")}
    here = next(one for one in desk_work.with_errors() if one not in outside)
    people = {one.role: one.email for one in played.sign_ins} | of_this_establishment(here, played.word, HERE)
    sent = _corrected(replace(county, defects=0.0), here)
    path = home / "corrected.xml"
    path.write_bytes(sent[0])
    return {
        "laestab": here,
        "file": str(path),
        "word": played.word,
        "people": people,
        "codes": codes_of(people),
        "odd_upn": sent[1],
    }


def of_this_establishment(laestab: str, word: str, roles: Mapping[str, str]) -> dict[str, str]:
    """Let in one person a role at an establishment; their addresses."""
    from concord.desk import people
    from concord.site.demonstration import clerk
    from concord.store.models import Person

    authoriser = Person.objects.get(role="mi_manager")
    by = people.actor(authoriser)
    made = {}
    for role, name in roles.items():
        email = f"{role}@here.example".replace("_", "-")
        person = people.let_in(
            by, email=email, name=name, role=role, establishments=[laestab], password=word, authoriser=authoriser
        )
        clerk.give_app(person)
        made[role] = email
    return made


def codes_of(people: dict[str, str]) -> dict[str, list[str]]:
    """Recovery codes by role, one for each time somebody signs in: the next code of an app is half a minute away."""
    from concord.desk import codes
    from concord.store.models import Person

    return {role: codes.new_recovery_codes(Person.objects.get(email=email)) for role, email in people.items()}


def _corrected(county: Any, laestab: str) -> tuple[bytes, str]:
    """The return without its errors: one pupil with an odd name, one who is still on the roll of another establishment.

    The file, and the UPN of the pupil with the odd name.
    """
    from concord.core.returns import write

    ret = county.returns(county.at(laestab))
    pupils = ret.tables["pupil"]
    on_roll = pupils.filter((pl.col("Roll") == "on") & ~pl.col("UPN").is_in(_known()))
    odd, moved = on_roll.row(0, named=True), on_roll.row(1, named=True)
    pupils = _with(pupils, odd["row"], {"Surname": SURNAME, "Forename": FORENAME})
    pupils = _with(pupils, moved["row"], _from_elsewhere(laestab, moved))
    return write(replace(ret, tables={**ret.tables, "pupil": pupils})), odd["UPN"]


def _known() -> list[str]:
    """UPNs of the register: a pupil of one of these would be somebody it knows already, under another name."""
    from concord.desk import gate
    from concord.store.models import Pupil
    from concord.store.scope import under

    permit = gate.ask(gate.system(), "register-load", establishments=["*"], categories=["identity"])
    with under(permit):
        return list(Pupil.objects.values_list("upn", flat=True))


def _with(frame: pl.DataFrame, row: int, values: dict[str, str | None]) -> pl.DataFrame:
    here = pl.col("row") == row
    return frame.with_columns(
        pl.when(here).then(pl.lit(value, pl.String)).otherwise(pl.col(name)).alias(name)
        for name, value in values.items()
        if name in frame.columns
    )


def _from_elsewhere(laestab: str, like: dict[str, Any]) -> dict[str, str | None]:
    """The identity of a pupil whom the register has on another establishment's roll, as near in age as there is."""
    from concord.desk import gate
    from concord.store.models import Pupil
    from concord.store.scope import under

    permit = gate.ask(gate.system(), "register-load", establishments=["*"], categories=["identity"])
    with under(permit):
        rows = Pupil.objects.exclude(laestabs__overlap=[laestab, "LA"]).exclude(dob=None)
        known = min(rows, key=lambda one: (abs((one.dob - _day(like["DOB"])).days), str(one.id)))
    values = (known.upn, known.surname, known.forename, None, known.dob.isoformat(), known.sex)
    return dict(zip(_IDENTITY, values, strict=True))


def _day(text: str) -> Any:
    from datetime import date

    return date.fromisoformat(text)


if __name__ == "__main__":
    sys.exit(main())
