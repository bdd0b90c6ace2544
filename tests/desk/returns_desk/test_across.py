"""Returns held against each other: the same pupil on two rolls, dual registrations, leavers nobody took in."""

from __future__ import annotations

import pytest
from returns_desk_kit import COLLECTION, Hub, as_of, edit, on_roll, put_pupil

from concord.desk import across, agreements, own_return
from concord.desk.gate import Refused


def kinds(hub: Hub, laestab: str) -> dict[str, str]:
    """What a data manager is shown: kind by UPN."""
    found = across.shown(hub.keeper(laestab), "establishment", laestab, COLLECTION)
    return {one.upn: one.kind for one in found.rows}


def others(hub: Hub, laestab: str, upn: str) -> list[str]:
    shown = across.shown(hub.keeper(laestab), "establishment", laestab, COLLECTION)
    return [row.others for row in shown.rows if row.upn == upn]


def test_a_pupil_on_two_rolls_is_told_to_both_and_each_is_named(hub: Hub) -> None:
    one, other = hub.places[:2]
    hub.send(one)
    upn = on_roll(hub.ret(one))[3]
    assert upn not in kinds(hub, one)
    hub.send(other, put_pupil(hub.ret(other), upn, "C"))
    assert kinds(hub, one)[upn] == kinds(hub, other)[upn] == "two_rolls"
    assert others(hub, one, upn) == [f"{hub.county.at(other).name} ({other})"]


def test_it_is_gone_as_soon_as_one_of_them_sends_a_file_without_the_pupil(hub: Hub) -> None:
    one, other = hub.places[:2]
    upn = on_roll(hub.ret(one))[3]
    hub.send(one)
    hub.send(other, put_pupil(hub.ret(other), upn, "C"))
    hub.send(other)
    assert upn not in kinds(hub, one)
    assert upn not in kinds(hub, other)


AGREEING = {("M", "S"): None, ("S", "M"): None, ("G", "C"): None}
SPLIT = {("M", "M"): "dual", ("C", "S"): "dual", ("C", "C"): "two_rolls", ("C", "F"): None, ("G", "G"): "two_rolls"}


@pytest.mark.parametrize(("here", "there", "told"), [(*pair, told) for pair, told in (AGREEING | SPLIT).items()])
def test_statuses_agree_or_do_not(hub: Hub, here: str, there: str, told: str | None) -> None:
    one, other = hub.places[:2]
    upn = on_roll(hub.ret(one))[0]
    hub.send(one, edit(hub.ret(one), upn, EnrolStatus=here))
    hub.send(other, put_pupil(hub.ret(other), upn, there))
    assert kinds(hub, one).get(upn) == told
    assert kinds(hub, other).get(upn) == told


def test_a_main_registration_that_nobody_answers_is_told(hub: Hub) -> None:
    one, other = hub.places[:2]
    upn = on_roll(hub.ret(one))[0]
    hub.send(one, edit(hub.ret(one), upn, EnrolStatus="M"))
    assert kinds(hub, one)[upn] == "dual"
    hub.send(other, put_pupil(hub.ret(other), upn, "S"))
    assert upn not in kinds(hub, one)


def test_a_leaver_of_school_age_on_no_roll_is_told_until_another_takes_them_in(hub: Hub) -> None:
    one, other = hub.places[:2]
    ret = hub.ret(one)
    upn = "Z886299926001"
    hub.send(one, put_pupil(ret, upn, "C", "off", LeavingDate="2026-07-17", DOB="2016-05-05"))
    assert kinds(hub, one)[upn] == "leaver"
    hub.send(other, put_pupil(hub.ret(other), upn, "C"))
    assert upn not in kinds(hub, one)
    hub.send(other)
    assert kinds(hub, one)[upn] == "leaver"


def test_a_leaver_past_school_age_is_nobodys_question(hub: Hub) -> None:
    one = hub.places[0]
    upn = "Z886299926001"
    hub.send(one, put_pupil(hub.ret(one), upn, "C", "off", LeavingDate="2026-07-17", DOB="2010-08-31"))
    assert upn not in kinds(hub, one)
    hub.send(one, put_pupil(hub.ret(one), upn, "C", "off", LeavingDate="2026-07-17", DOB="2010-09-01"))
    assert kinds(hub, one)[upn] == "leaver"


def test_a_pupil_of_the_last_census_whom_nobody_names_is_told(hub: Hub) -> None:
    one = hub.places[0]
    before, now = as_of(hub.ret(one), "SC-SUM-2026"), hub.ret(one)
    upn = "Z886299926001"
    hub.send(one, put_pupil(before, upn, "C", DOB="2016-05-05"))
    hub.send(one, now)
    assert kinds(hub, one)[upn] == "unclaimed"
    hub.send(one, put_pupil(now, upn, "C", "off", LeavingDate="2026-07-17", DOB="2016-05-05"))
    assert kinds(hub, one)[upn] == "leaver"


def test_the_other_is_not_named_while_its_agreement_is_suspended(hub: Hub) -> None:
    one, other = hub.places[:2]
    upn = on_roll(hub.ret(one))[0]
    hub.send(one)
    hub.send(other, put_pupil(hub.ret(other), upn, "C"))
    agreements.record(hub.head(other), other, "suspended", evidence="A laptop with the courier's key was stolen")
    told = others(hub, one, upn)
    assert len(told) == 1
    assert hub.county.at(other).name not in told[0]
    assert other not in told[0]
    assert across.shown(hub.keeper(one), "establishment", one, COLLECTION).unnamed == 1


def test_a_suspended_school_is_told_no_names_either(hub: Hub) -> None:
    one, other = hub.places[:2]
    upn = on_roll(hub.ret(one))[0]
    hub.send(one)
    hub.send(other, put_pupil(hub.ret(other), upn, "C"))
    agreements.record(hub.head(one), one, "suspended", evidence="A laptop with the courier's key was stolen")
    assert other not in others(hub, one, upn)[0]
    assert across.shown(hub.officer, "authority", one, COLLECTION).rows[0].others.endswith(f"({other})")


def test_nobody_is_shown_another_schools_pupils(hub: Hub) -> None:
    one, other = hub.places[:2]
    hub.send(one)
    hub.send(other, put_pupil(hub.ret(other), on_roll(hub.ret(one))[0], "C"))
    with pytest.raises(Refused) as no:
        across.shown(hub.keeper(one), "establishment", other, COLLECTION)
    assert no.value.refusal.reason == "outside_scope"


def test_an_officer_sees_numbers_of_all(hub: Hub) -> None:
    one, other = hub.places[:2]
    hub.send(one)
    hub.send(other, put_pupil(hub.ret(other), on_roll(hub.ret(one))[0], "C"))
    _, tallies = across.county(hub.officer, COLLECTION)
    told = {tally.laestab: tally.numbers.get("two_rolls") for tally in tallies}
    assert (told[one], told[other]) == (1, 1)


def test_rules_that_need_the_others_run_in_the_hub(hub: Hub) -> None:
    one, other = hub.places[:2]
    hub.send(one)
    hub.send(other, put_pupil(hub.ret(other), on_roll(hub.ret(one))[0], "C"))
    shown = own_return.opened(hub.keeper(other), "establishment", other, COLLECTION)
    assert shown.version is not None
    reasons = {one["reason"] for one in shown.version.could_not_run}
    assert not [reason for reason in reasons if "other establishments" in reason or "capacity" in reason]
    assert any("last census" in reason for reason in reasons)


def test_a_upn_of_any_length_stops_nothing(hub: Hub) -> None:
    one = hub.places[0]
    upn = on_roll(hub.ret(one))[0]
    hub.send(one, edit(hub.ret(one), upn, UPN="A" * 60, EnrolStatus="<script>"))
    assert own_return.opened(hub.keeper(one), "establishment", one, COLLECTION).version.errors >= 1
