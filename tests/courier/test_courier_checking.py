"""The rules at the school: a file is checked as of its collection's days, a transfer file as of the day it was made."""

from __future__ import annotations

from dataclasses import replace

from concord.core.returns import Return, build, read
from concord.core.returns.model import Header
from concord.courier.checking import check_return, summary
from small_hub import census

CTF = Header(
    "CTF",
    "",
    "2026",
    lea="886",
    estab="2001",
    destination_lea="886",
    destination_estab="4001",
    created="2026-10-05T09:00:00",
)


def transfer(**items: str) -> Return:
    pupil = {"UPN": "A823432120001", "Surname": "Example", "Forename": "Ada", "DOB": "2016-02-03", "Sex": "F"}
    return build(CTF, {"pupil": [pupil | items]})


def test_a_transfer_file_is_checked_as_of_the_day_it_was_made() -> None:
    fine, born_later = check_return(transfer()), check_return(transfer(DOB="2026-10-06"))
    assert fine is not None
    assert born_later is not None
    assert born_later.counts["error"] == fine.counts["error"] + 1


def test_a_census_whose_days_are_not_held_is_not_checked_and_says_so() -> None:
    known = read(census())
    assert summary(check_return(known))["outcome"] != "not checked"
    later = replace(known, header=replace(known.header, year="2099"))
    assert summary(check_return(later)) == {
        "outcome": "not checked",
        "counts": {"error": 0, "query": 0},
        "rules": [],
        "could_not_run": [],
    }
