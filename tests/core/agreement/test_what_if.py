from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agreeing import HERE, event, kent, signed, suspension
from concord.core.agreement.decide import ground
from concord.core.agreement.events import Event
from concord.core.agreement.what_if import WhatIf, if_signed, what_if

ON = date(2024, 10, 1)
DAY = timedelta(days=1)


def suppose(events: list[Event], *supposed: Event, on: date = ON, kind: str = "academy") -> WhatIf:
    return what_if(kent(), events, supposed, HERE, on, kind=kind)


def test_signing_wins_the_feed_and_the_free_services() -> None:
    found = suppose([], *if_signed(kent(), ON, HERE))
    won = {change.flow for change in found.gained}
    assert {"orchestra-feed", "academy-census-copy", "register-feedback"} <= won
    assert ("inclusion_officer", "attendance") in found.sees_gained
    assert {was.flow for was, will in found.prices if will.free} >= {"school-summary-sheet", "destination-survey"}
    assert (found.before.state, found.after.state, found.lost, found.refused) == ("none", "in_force", (), ())


def test_a_maintained_school_that_signs_keeps_its_statutory_flows() -> None:
    found = suppose([], *if_signed(kent(), ON, HERE), kind="maintained")
    won = {change.flow for change in found.gained}
    assert "orchestra-feed" in won
    assert not {"school-census", "professional-view"} & won


def test_suspending_loses_what_signing_won_and_says_why() -> None:
    found = suppose(signed(), suspension(ON))
    assert {change.why.reason for change in found.lost if change.flow != "remote-install"} == {"agreement_suspended"}
    assert {change.flow for change in found.lost} == {
        change.flow for change in suppose([], *if_signed(kent(), ON, HERE)).gained
    }
    assert found.prices == ()


def test_converting_ends_it_until_the_academy_signs() -> None:
    converted = event("converted", ON, "system", details={"kind": "academy", "from": "maintained"})
    found = suppose(signed(), converted, kind="maintained")
    lost = {change.flow: change.why.reason for change in found.lost}
    assert lost["orchestra-feed"] == "agreement_ended"
    assert lost["school-census"] == "wrong_establishment_type"
    assert {role for role, _ in found.sees_lost} >= {"inclusion_officer", "social_worker"}
    assert any(was.free and not will.free for was, will in found.prices)


def test_what_the_clauses_would_refuse_changes_nothing() -> None:
    found = suppose(signed(), suspension(ON, evidence=" "))
    assert [refusal.reason for refusal in found.refused] == ["evidence_missing"]
    assert (found.gained, found.lost, found.prices) == ((), (), ())


def test_supposing_leaves_the_events_as_they_were() -> None:
    events = signed()
    suppose(events, suspension(ON))
    assert events == signed()


@given(st.integers(0, 1500), st.booleans())
def test_gained_and_lost_are_what_the_gate_itself_would_say(days: int, suspended: bool) -> None:
    on = ON + days * DAY
    found = suppose(signed(), *([suspension(on)] if suspended else []), on=on)
    flows = [flow for flow in kent().flows.values() if flow.open_on(on)]
    was = {flow.id for flow in flows if ground(flow, found.before) is None}
    will = {flow.id for flow in flows if ground(flow, found.after) is None}
    assert {change.flow for change in found.lost} == was - will
    assert {change.flow for change in found.gained} == will - was
