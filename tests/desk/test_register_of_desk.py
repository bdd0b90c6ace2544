"""The register: what a return brings, who contradicts whom, and that what was settled can be put back exactly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from concord.core.trouble import Trouble
from concord.desk import load_return, settle_change
from small_hub import HERE, PUPIL, THERE, census, head, la, load, owner_rows, run_jobs, send, someone

STATE = {
    "pupil": "id, upn, surname, forename, dob, sex, postcode, search, laestabs, hidden",
    "pupil_value": "id, pupil_id, item, value, source, via, holds_from, recorded, superseded",
    "enrolment": "pupil_id, laestab, entry, leaving, status, year_group, via, recorded",
    "change": "id, kind, pupil_id, item, held, offered, state, laestab",
    "attendance_period": "*",
    "suspension": "*",
}


def _register(*tables: str) -> dict[str, list[tuple[Any, ...]]]:
    return {table: sorted(map(str, owner_rows(f"SELECT {STATE[table]} FROM {table}"))) for table in tables or STATE}


def _now(upn: str = PUPIL["UPN"]) -> dict[str, tuple[str, str, str]]:
    """What is held now of a pupil: item → value, source, day."""
    rows = owner_rows(
        "SELECT v.item, v.value, v.source, v.holds_from::text FROM pupil_value v JOIN pupil p ON p.id = v.pupil_id "
        "WHERE p.upn = %s AND v.superseded IS NULL",
        upn,
    )
    assert len({row[0] for row in rows}) == len(rows), "two values of one item at once"
    return {item: tuple(rest) for item, *rest in rows}


def _questions(kind: str) -> list[Any]:
    return [row[0] for row in owner_rows("SELECT id FROM change WHERE kind = %s AND state = 'conflict'", kind)]


def _places(upn: str = PUPIL["UPN"]) -> list[str]:
    return owner_rows("SELECT laestabs FROM pupil WHERE upn = %s", upn)[0][0]


# -- loading -----------------------------------------------------------------------------------------------------------


def test_loading_twice_changes_nothing(hub):
    version = send(census([PUPIL, someone(1), someone(2)]))
    first = load_return.load(version.pk)
    before = _register()
    again = load_return.load(version.pk)
    assert (first["new"], again["new"], again["applied"], again["added"]) == (3, 0, 0, 0)
    assert _register() == before


def test_loads_at_the_same_moment_make_each_pupil_once(hub):
    versions = [send(census([PUPIL, someone(1)])), send(census([someone(2), PUPIL], THERE), THERE)]

    def load_one(number: int) -> object:
        try:
            return load_return.load(versions[number % 2].pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(load_one, range(4)))
    assert owner_rows("SELECT count(*), count(DISTINCT upn) FROM pupil") == [(3, 3)]
    assert len(_questions("roll")) == 1


def test_values_keep_who_said_them_and_from_which_day(hub):
    load(census([PUPIL]))
    held = _now()
    assert held["Surname"] == ("Example", HERE, "2026-10-01")
    assert held["SENprovision"] == ("N", HERE, "2026-10-01")
    assert {source for _, source, _ in held.values()} == {HERE}


def test_a_schools_own_correction_replaces_its_value_and_history_keeps_both(hub):
    load(census([PUPIL]))
    load(census([{**PUPIL, "SENprovision": "K"}]))
    assert _now()["SENprovision"][0] == "K"
    rows = owner_rows("SELECT value, superseded IS NULL FROM pupil_value WHERE item = 'SENprovision' ORDER BY id")
    assert rows == [("N", False), ("K", True)]


def test_an_unchanged_value_is_not_said_again(hub):
    load(census([PUPIL]))
    load(census([{**PUPIL, "SENprovision": "K"}]))
    assert owner_rows("SELECT count(*) FROM pupil_value WHERE item = 'Surname'") == [(1,)]


NAMES = (
    "<b>O'Brien</b>",
    "=1+1",
    "@SUM(A1)",
    "Ann\u202eeilA",
    "Zoë\u0301",
    "  spaced  ",
    "字樣",
    "&amp;",
    'a"b',
    "-- x",
)


def test_names_with_markup_formulas_and_direction_marks_come_back_unchanged(hub):
    sent = [someone(number, Surname=name, Forename=name) for number, name in enumerate(NAMES)]
    load(census(sent))
    held = owner_rows("SELECT upn, surname, forename FROM pupil ORDER BY upn")
    assert held == sorted((one["UPN"], one["Surname"], one["Forename"]) for one in sent)
    values = owner_rows("SELECT value FROM pupil_value WHERE item = 'Surname' ORDER BY value COLLATE \"C\"")
    assert [row[0] for row in values] == sorted(NAMES)


def test_an_older_return_adds_what_was_and_replaces_nothing_that_is(hub):
    load(census([{**PUPIL, "SENprovision": "K", "Surname": "Newer"}]))
    load(census([{**PUPIL, "SENprovision": "E", "Language": "ENG"}], term="SUM"))
    held = _now()
    assert held["SENprovision"] == ("K", HERE, "2026-10-01")
    assert held["Surname"][0] == "Newer"
    assert held["Language"] == ("ENG", HERE, "2026-05-21")


def test_an_older_return_closes_and_reopens_no_enrolment(hub):
    from concord.desk import approve_return, submit_return
    from concord.desk.validate_return import validate
    from small_hub import sound

    version = send(sound())
    validate(version.pk, HERE)
    submit_return.submit(head(), HERE, "SC-AUT-2026")
    approve_return.approve(la(), HERE, "SC-AUT-2026")
    run_jobs()
    before = _register("enrolment", "pupil")
    gone = {**PUPIL, "EntryDate": "2023-09-01"}
    load(census([gone], term="SUM"))
    after = _register("enrolment", "pupil")
    assert set(before["enrolment"]) < set(after["enrolment"])
    assert owner_rows("SELECT leaving::text FROM enrolment WHERE entry = '2023-09-01'") == [("2026-10-01",)]
    assert _places() == ["LA"]


# -- movers ------------------------------------------------------------------------------------------------------------


def test_a_mover_named_as_a_leaver_closes_there_and_opens_here(hub):
    load(census([PUPIL]))
    load(census([], left=[{**PUPIL, "LeavingDate": "2026-09-18"}]))
    load(census([{**PUPIL, "EntryDate": "2026-09-21"}], THERE), THERE)
    rows = owner_rows("SELECT laestab, entry::text, leaving::text FROM enrolment ORDER BY entry")
    assert rows == [(HERE, "2020-09-01", "2026-09-18"), (THERE, "2026-09-21", None)]
    assert _places() == [THERE]
    assert _questions("roll") == []


def test_a_pupil_no_longer_named_left_by_the_census_day(hub):
    load(census([PUPIL, someone(1)]))
    load(census([someone(1)]))
    assert owner_rows(
        "SELECT e.leaving::text FROM enrolment e JOIN pupil p ON p.id = e.pupil_id WHERE p.upn = %s", PUPIL["UPN"]
    ) == [("2026-10-01",)]
    assert _places() == ["LA"]


def test_two_rolls_become_one_question_however_often_they_are_loaded(hub):
    for _ in range(2):
        load(census([PUPIL]))
        load(census([{**PUPIL, "EntryDate": "2026-09-21"}], THERE), THERE)
    assert len(_questions("roll")) == 1
    assert _places() == [HERE, THERE]


def test_main_and_subsidiary_are_no_question(hub):
    load(census([{**PUPIL, "EnrolStatus": "M"}]))
    load(census([{**PUPIL, "EnrolStatus": "S"}], THERE), THERE)
    assert _questions("roll") == []


@pytest.mark.parametrize("how", ["named as a leaver", "no longer named"])
def test_a_question_of_two_rolls_falls_once_one_of_them_lets_go(hub, how):
    load(census([PUPIL]))
    load(census([{**PUPIL, "EntryDate": "2026-09-21"}], THERE), THERE)
    load(census([], left=[{**PUPIL, "LeavingDate": "2026-09-18"}] if how == "named as a leaver" else []))
    assert _questions("roll") == []
    assert owner_rows("SELECT state, decided_by FROM change WHERE kind = 'roll'") == [("accepted", "rule")]
    assert _places() == [THERE]


@pytest.mark.parametrize(("accept", "stays"), [(True, THERE), (False, HERE)])
def test_settling_two_rolls_closes_one_and_undoing_restores_exactly(hub, accept, stays):
    load(census([PUPIL]))
    version = send(census([{**PUPIL, "EntryDate": "2026-09-21"}], THERE), THERE)
    load_return.load(version.pk)
    before = _register()
    (question,) = _questions("roll")
    settle_change.settle(la(), question, accept=accept)
    assert _places() == [stays]
    load_return.load(version.pk)
    assert (_places(), _questions("roll")) == ([stays], [])
    settle_change.undo(la(), question)
    assert _register() == before


# -- one value or another ----------------------------------------------------------------------------------------------


@pytest.fixture
def disputed(hub):
    """A pupil on two rolls, main here and subsidiary there, whose establishments differ on one value."""
    load(census([{**PUPIL, "EnrolStatus": "M"}]))
    load(census([{**PUPIL, "EnrolStatus": "S", "Surname": "Other", "EntryDate": "2026-09-02"}], THERE), THERE)
    (question,) = _questions("value")
    return question


def test_what_another_establishment_still_says_waits_for_an_officer(disputed):
    assert _now()["Surname"] == ("Example", HERE, "2026-10-01")
    row = owner_rows("SELECT item, held, held_source, held_on::text, offered, laestab FROM change")
    assert row == [("Surname", "Example", HERE, "2026-10-01", "Other", THERE)]


def test_accepting_a_value_takes_it_and_undoing_restores_value_source_and_day(disputed):
    before = _register("pupil", "change")
    held = _now()
    settle_change.settle(la(), disputed, accept=True)
    assert _now()["Surname"] == ("Other", THERE, "2026-10-01")
    assert owner_rows("SELECT surname FROM pupil") == [("Other",)]
    settle_change.undo(la(), disputed)
    assert _now() == held
    assert _register("pupil", "change") == before
    assert owner_rows("SELECT count(*) FROM pupil_value WHERE item = 'Surname'") == [(2,)]


def test_a_rejected_value_is_not_asked_again_until_either_side_says_something_else(disputed):
    settle_change.settle(la(), disputed, accept=False)
    assert _now()["Surname"] == ("Example", HERE, "2026-10-01")
    again = {**PUPIL, "EnrolStatus": "S", "EntryDate": "2026-09-02"}
    load(census([{**again, "Surname": "Other"}], THERE), THERE)
    assert _questions("value") == []
    load(census([{**again, "Surname": "Third"}], THERE), THERE)
    assert len(_questions("value")) == 1


def test_a_question_falls_when_both_say_the_same(disputed):
    load(census([{**PUPIL, "EnrolStatus": "S", "EntryDate": "2026-09-02"}], THERE), THERE)
    assert _questions("value") == []
    assert _now()["Surname"] == ("Example", HERE, "2026-10-01")


def test_a_settlement_is_not_undone_over_what_was_said_since(disputed):
    settle_change.settle(la(), disputed, accept=True)
    load(census([{**PUPIL, "EnrolStatus": "S", "EntryDate": "2026-09-02", "Surname": "Latest"}], THERE), THERE)
    with pytest.raises(Trouble, match="newer since"):
        settle_change.undo(la(), disputed)
    assert _now()["Surname"][0] == "Latest"


def test_two_officers_settle_at_once_and_one_is_told(disputed):
    settle_change.settle(la(), disputed, accept=True)
    with pytest.raises(Trouble, match="settled this already"):
        settle_change.settle(la(), disputed, accept=False)
    settle_change.undo(la(), disputed)
    with pytest.raises(Trouble, match="nothing to undo"):
        settle_change.undo(la(), disputed)


# -- who is this? ------------------------------------------------------------------------------------------------------

UNSURE = {**PUPIL, "Surname": "Else", "Forename": "Zed", "PostCode": "ZZ98 1AA"}  # the UPN is somebody else's


@pytest.fixture
def unsure(hub):
    """A return that speaks of somebody who may or may not be a pupil of the register; its version."""
    load(census([PUPIL]))
    version = send(census([UNSURE, someone(1)], THERE), THERE)
    found = load_return.load(version.pk)
    assert found["review"] == 1, found
    return version


def test_the_unclear_wait_and_the_others_are_loaded(unsure):
    assert owner_rows("SELECT count(*) FROM pupil") == [(2,)]
    (question,) = _questions("pupil")
    desk = settle_change.desk(la(), "pupil").question
    assert desk is not None
    assert (desk.change.id, desk.change.evidence != "") == (question, True)


@pytest.mark.parametrize(("accept", "pupils"), [(True, 2), (False, 3)])
def test_a_reviewed_row_is_loaded_once_it_is_settled_and_never_twice(unsure, accept, pupils):
    (question,) = _questions("pupil")
    settle_change.settle(la(), question, accept=accept)
    assert run_jobs() == []
    assert owner_rows("SELECT count(*) FROM pupil") == [(pupils,)]
    before = _register("pupil", "enrolment", "pupil_value")
    assert load_return.load(unsure.pk)["review"] == 0
    assert _register("pupil", "enrolment", "pupil_value") == before
    assert owner_rows("SELECT count(*) FROM enrolment WHERE laestab = %s", THERE) == [(2,)]


def test_an_unclear_pupil_is_not_taken_for_one_that_left(unsure):
    assert owner_rows("SELECT count(*) FROM enrolment WHERE laestab = %s AND leaving IS NULL", HERE) == [(1,)]


def test_a_question_about_a_replaced_file_falls(unsure):
    load(census([someone(1)], THERE), THERE)
    assert _questions("pupil") == []
