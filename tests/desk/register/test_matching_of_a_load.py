"""Who a load takes each pupil for: the same whether those whom the UPN settles are compared with their likes or not."""

from __future__ import annotations

import random
from typing import Any

import polars as pl
import pytest

from concord.core import returns as files
from concord.desk import gate, match_pupils, offered
from concord.store import register
from concord.store.scope import under
from small_hub import HERE, agree, census, load, someone

ODD = (
    {"Forename": "Zebedee"},
    {"Surname": "Married"},
    {"DOB": "2015-01-30"},
    {"UPN": "C823432129999"},
    {"UPN": "", "PostCode": "ZZ1 1AA"},
    {"UPN": "C823432129998", "Forename": "Twin"},
    {"Surname": "", "Forename": ""},
)


def _recognised(pupils: list[dict[str, str]]) -> list[tuple[Any, ...]]:
    permit = gate.ask(gate.system(), "register-load", establishments=["*"], categories=sorted(offered.ITEMS))
    with under(permit):
        register.alone(permit)
        found = match_pupils.recognise(permit, offered.pupils(files.read(census(pupils))), 0)
    known = pl.when(pl.col("decision") != "new").then(pl.col("register_id"))
    return found.sort("row").select("row", "decision", known, "evidence").rows()


def _county() -> list[dict[str, str]]:
    """Forty pupils of the register as a later return names them: most as before, some changed, swapped or doubled."""
    dice = random.Random(7)
    pupils = [someone(number) for number in range(40)]
    for number in dice.sample(range(40), 21):
        pupils[number] = pupils[number] | ODD[number % len(ODD)]
    pupils[3]["UPN"], pupils[4]["UPN"] = pupils[4]["UPN"], pupils[3]["UPN"]
    pupils.append(pupils[5] | {"Forename": "Other"})
    pupils.append(someone(50, FormerUPN=pupils[8]["UPN"]))
    return pupils


def test_leaving_out_whom_nobody_could_contest_changes_no_decision(hub: None, monkeypatch: pytest.MonkeyPatch) -> None:
    agree(HERE)
    load(census([someone(number) for number in range(40)] + [someone(6, UPN="C823432127777", Forename="Twin")]))
    narrow = _recognised(_county())
    monkeypatch.setattr(match_pupils, "_settles", lambda incoming, known: pl.Series([False] * incoming.height))
    assert _recognised(_county()) == narrow
    assert {row[1] for row in narrow} == {"match", "review", "new"}


def test_only_those_whom_the_upn_does_not_settle_are_held_against_their_likes(
    hub: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(HERE)
    pupils = [someone(number) for number in range(12)]
    load(census(pupils))
    asked: list[pl.DataFrame] = []
    plain = register.candidates
    monkeypatch.setattr(register, "candidates", lambda permit, of: asked.append(of) or plain(permit, of))
    later = [*pupils[:8], pupils[8] | {"Surname": "Married"}, pupils[9] | {"UPN": pupils[10]["UPN"]}, *pupils[10:]]
    found = _recognised(later)
    assert [one["upn"].to_list() for one in asked if one["unclear"].any()] == [[later[at]["UPN"] for at in (8, 9, 10)]]
    assert [row[1] for row in found] == ["match"] * 9 + [found[9][1], "match", "match"]
