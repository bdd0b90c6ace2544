from __future__ import annotations

from datetime import date, timedelta

import pytest

from agreeing import START, kent, notice, signed, stand, suspension, westmarch
from concord.core.agreement.charges import Quote, price
from concord.core.agreement.model import Standing
from concord.core.trouble import Trouble

ON = date(2024, 10, 1)
DAY = timedelta(days=1)
PRICED = ["school-summary-sheet", "destination-survey", "destination-analysis"]


def quote(flow: str, on: date = ON, *, events: list | None = None, **more: object) -> Quote:
    return price(kent(), flow, stand(signed() if events is None else events, on), on, **more)


@pytest.mark.parametrize("flow", PRICED)
def test_what_is_free_for_signing_is_charged_without_it(flow: str) -> None:
    assert (quote(flow).free, quote(flow).clause) == (True, "2g")
    unsigned = quote(flow, events=[])
    assert (unsigned.free, unsigned.clause) == (False, "2h")
    assert unsigned.pence > 0


@pytest.mark.parametrize("flow", ["intake-file", "figures-pack", "exclusion-profile", "training", "bespoke-analysis"])
def test_what_goes_beyond_is_charged_to_all(flow: str) -> None:
    assert quote(flow).pence == quote(flow, events=[]).pence > 0
    assert quote(flow).clause == "2h"


def test_the_price_turns_on_the_days_the_standing_turns() -> None:
    lapse, ends = date(2026, 9, 1), date(2024, 12, 1)
    under_notice = [*signed(), notice(ON, ends)]
    for events, day in ((signed(), lapse), (under_notice, ends)):
        assert [
            quote("school-summary-sheet", day - DAY, events=events).free,
            quote("school-summary-sheet", day, events=events).free,
        ] == [True, False]
    assert quote("school-summary-sheet", events=[*signed(), suspension(ON)]).free


@pytest.mark.parametrize(("met", "free"), [(True, True), (False, False), (None, False)])
def test_pupil_reports_are_free_only_when_the_deadline_was_met(met: bool | None, free: bool) -> None:
    assert quote("primary-pupil-reports", deadline_met=met).free is free
    assert not quote("primary-pupil-reports", deadline_met=met, events=[]).free


def test_a_price_changes_on_its_day_and_multiplies() -> None:
    before, after = quote("figures-pack", date(2024, 8, 31)), quote("figures-pack", date(2024, 9, 1))
    assert before.pence < after.pence
    assert quote("figures-pack", date(2024, 9, 1), quantity=3).pence == 3 * after.pence


def test_the_law_and_the_feed_cost_nothing() -> None:
    assert quote("school-census").free
    assert quote("orchestra-feed", START).pence == 0


def test_no_price_and_no_flow_are_told() -> None:
    with pytest.raises(Trouble, match="no price for"):
        quote("training", date(2020, 1, 1))
    with pytest.raises(Trouble, match="not a flow"):
        quote("tea")


def test_another_authority_has_its_own_price_and_clause() -> None:
    now = Standing("999/2001", "none", ON + 365 * DAY)
    found = price(westmarch(), "school-summary-sheet", now, now.on)
    assert (found.pence, found.clause, found.unit) == (700, "B2", "sheet")
