"""What one party holds to be wrong, until whoever provides it has answered (clauses 2(d), 5(d))."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

import small_hub
from concord.core.trouble import Trouble
from concord.desk import raise_discrepancy, settle_change
from concord.desk.view_pupil import NotThere
from small_hub import HERE, THERE, census, head, la, someone

Find = Callable[[str], uuid.UUID]


def raised(pupil: uuid.UUID, item: str = "DOB") -> uuid.UUID:
    return raise_discrepancy.raise_(la("mi_officer"), pupil, item, says="The birth certificate says otherwise")


def test_the_authority_tells_the_school_and_the_school_answers(roll: list[dict[str, str]], pupil_id: Find) -> None:
    ident = raised(pupil_id(roll[0]["UPN"]))
    (waiting,) = raise_discrepancy.listing(head(HERE)).rows
    assert (waiting.one.id, waiting.upn, waiting.may_answer) == (ident, roll[0]["UPN"], True)
    assert raise_discrepancy.due(head(HERE))[0] == 1
    raise_discrepancy.answer(head(HERE), ident, "corrected", "The MIS had it wrong")
    shown = raise_discrepancy.opened(la("mi_officer"), ident)
    assert (shown.one.state, shown.one.outcome, shown.one.answer) == ("settled", "corrected", "The MIS had it wrong")
    assert raise_discrepancy.due(head(HERE)) == (0, None)


def test_the_school_tells_the_authority_by_upn(roll: list[dict[str, str]]) -> None:
    ident = raise_discrepancy.raise_by_upn(head(HERE), HERE, roll[1]["UPN"], "FSMstartDate", says="It began in June")
    assert raise_discrepancy.due(la("mi_officer"))[0] == 1
    with pytest.raises(Trouble, match="not yours"):
        raise_discrepancy.answer(head(HERE), ident, "right", "x")
    raise_discrepancy.answer(la("mi_officer"), ident, "right", "The award letter says July")


def test_it_has_a_day_by_which_it_is_answered(roll: list[dict[str, str]], pupil_id: Find) -> None:
    from concord.desk import gate, ownership

    shown = raise_discrepancy.opened(head(HERE), raised(pupil_id(roll[0]["UPN"])))
    assert shown.one.due == ownership.due(gate.today()) > gate.today()


def test_said_twice_it_is_one(roll: list[dict[str, str]], pupil_id: Find) -> None:
    pupil = pupil_id(roll[0]["UPN"])
    assert raised(pupil) == raised(pupil)


def test_what_is_in_doubt_already_is_told_before_more_is_said(roll: list[dict[str, str]], pupil_id: Find) -> None:
    pupil = pupil_id(roll[0]["UPN"])
    ident, settled = raised(pupil), raised(pupil, "Surname")
    raise_discrepancy.answer(head(HERE), settled, "right", "Read off the certificate")
    assert [one.id for one in raise_discrepancy.before(la("mi_officer"), pupil).waiting] == [ident]
    assert [one.id for one in raise_discrepancy.before(head(HERE), pupil).waiting] == [ident]
    with pytest.raises(NotThere):
        raise_discrepancy.before(head(THERE), pupil)
    with pytest.raises(NotThere):
        raise_discrepancy.before(la("mi_officer"), uuid.uuid4())


def test_another_establishment_neither_sees_nor_answers_nor_raises(roll: list[dict[str, str]], pupil_id: Find) -> None:
    pupil = pupil_id(roll[0]["UPN"])
    ident = raised(pupil)
    assert raise_discrepancy.listing(head(THERE)).count == 0
    with pytest.raises(NotThere):
        raise_discrepancy.opened(head(THERE), ident)
    with pytest.raises(NotThere):
        raise_discrepancy.answer(head(THERE), ident, "right", "x")
    with pytest.raises(NotThere):
        raise_discrepancy.raise_(head(THERE), pupil, "DOB", says="x")
    with pytest.raises(NotThere):
        raise_discrepancy.raise_by_upn(head(THERE), THERE, roll[0]["UPN"], "DOB", says="x")


def test_whoever_raised_it_may_take_it_back_and_nobody_answers_twice(
    roll: list[dict[str, str]], pupil_id: Find
) -> None:
    ident = raised(pupil_id(roll[0]["UPN"]))
    raise_discrepancy.answer(la("mi_officer"), ident, "withdrawn", "My mistake")
    with pytest.raises(Trouble, match="has been settled"):
        raise_discrepancy.answer(head(HERE), ident, "right", "x")


@pytest.mark.parametrize("says", ["", "   ", "x" * 1001])
def test_words_are_neither_missing_nor_endless(roll: list[dict[str, str]], pupil_id: Find, says: str) -> None:
    with pytest.raises(Trouble):
        raise_discrepancy.raise_(la("mi_officer"), pupil_id(roll[0]["UPN"]), "DOB", says=says)


def test_no_item_is_what_is_none(roll: list[dict[str, str]], pupil_id: Find) -> None:
    with pytest.raises(Trouble, match="which value"):
        raised(pupil_id(roll[0]["UPN"]), "password")


def conflict(roll: list[dict[str, str]]) -> uuid.UUID:
    """THERE says otherwise than HERE of a pupil whom both have on roll."""
    small_hub.load(census([{**roll[0], "EnrolStatus": "S", "Ethnicity": "WIRI"}], THERE), THERE)
    waiting = settle_change.waiting(la("mi_officer"), "value")[0]
    return next(one.change.id for one in waiting if one.change.item == "Ethnicity")


@pytest.mark.parametrize(("accept", "loser"), [(True, HERE), (False, THERE)])
def test_a_conflict_settled_against_a_schools_value_tells_that_school_and_no_other(
    roll: list[dict[str, str]], accept: bool, loser: str
) -> None:
    change = conflict(roll)
    settle_change.settle(la("mi_officer"), change, accept=accept)
    told = {place: raise_discrepancy.listing(head(place), state="told").rows for place in (HERE, THERE)}
    assert {place for place, rows in told.items() if rows} == {loser}
    (row,) = told[loser]
    assert (row.one.item, row.may_read) == ("Ethnicity", True)
    assert {row.one.held, row.one.suggested} == {"WBRI", "WIRI"}
    raise_discrepancy.read(head(loser), row.one.id)
    assert raise_discrepancy.due(head(loser))[0] == 0


def test_undoing_a_settlement_takes_back_what_was_told(roll: list[dict[str, str]]) -> None:
    change = conflict(roll)
    settle_change.settle(la("mi_officer"), change, accept=True)
    settle_change.undo(la("mi_officer"), change)
    assert raise_discrepancy.listing(head(HERE), state="told").rows == []


def test_a_school_that_loses_a_roll_is_told_though_the_pupil_has_left_it(roll: list[dict[str, str]]) -> None:
    small_hub.load(census([roll[0]], THERE), THERE)
    (question,) = settle_change.waiting(la("mi_officer"), "roll")[0]
    settle_change.settle(la("mi_officer"), question.change.id, accept=True)
    (row,) = raise_discrepancy.listing(head(HERE), state="told").rows
    assert (row.upn, row.pupil) == (roll[0]["UPN"], "A pupil who has left")


def test_who_owns_an_item_decides_who_may_settle_it(roll: list[dict[str, str]]) -> None:
    from concord.desk import gate, ownership
    from concord.store.models import Change

    change = Change(kind="value", item="PLAA")
    assert ownership.owner_of("PLAA", gate.today()).side == "authority"
    with pytest.raises(Trouble, match="does not settle"):
        raise_discrepancy.check_may_settle(la("mi_officer"), change)
    raise_discrepancy.check_may_settle(la("mi_manager"), change)


def test_every_item_the_register_keeps_has_an_owner() -> None:
    from concord.desk import offered, ownership

    named = {item for row in ownership.sheet("ownership")["owner"] for item in row["items"]}
    assert offered.KEPT - named == set()


def test_a_correction_never_overwrites_history(roll: list[dict[str, str]], pupil_id: Find) -> None:
    from concord.desk import view_pupil

    settle_change.settle(la("mi_officer"), conflict(roll), accept=True)
    _, past = view_pupil.history(la("mi_manager"), pupil_id(roll[0]["UPN"]), "Ethnicity", purpose="data_quality")
    assert [(one.value, one.source) for one in past] == [("WIRI", THERE), ("WBRI", HERE)]
    assert past[0].superseded is None
    assert past[1].superseded is not None


def test_pages_of_nothing_there_of_a_hidden_pupil_and_of_anothers_are_alike(
    roll: list[dict[str, str]], pupil_id: Find
) -> None:
    from concord.desk import hide_pupil

    ident = raised(pupil_id(someone(0)["UPN"]))
    hide_pupil.confirm(la("mi_officer"), hide_pupil.report(head(HERE), pupil_id(someone(0)["UPN"]), "death"))
    with pytest.raises(NotThere):
        raise_discrepancy.opened(head(HERE), ident)
    assert raise_discrepancy.listing(la("mi_officer")).count == 0
