"""Returns that will not move by themselves: loaded and left, queries without notes, nothing sent as the day comes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from returns_desk_kit import COLLECTION, Hub, edit, on_roll

from concord.core.collection import by_id
from concord.desk import county_progress, gate, submit_return


def stuck(hub: Hub, laestab: str) -> str:
    board = county_progress.board(hub.officer, COLLECTION)
    return next(one.stuck for one in board.places if one.laestab == laestab)


def test_a_loaded_return_says_what_holds_it_up_until_it_is_submitted(hub: Hub) -> None:
    one = hub.places[0]
    hub.send(one, edit(hub.ret(one), on_roll(hub.ret(one))[0], Sex="?"))
    assert stuck(hub, one) == "has errors to correct"
    hub.send(one)
    hub.explain_everything(one)
    assert stuck(hub, one) == "checked and ready, not submitted"
    submit_return.submit(hub.head(one), one, COLLECTION)
    assert stuck(hub, one) == ""


@pytest.mark.parametrize(
    ("days", "told"), [(8, ""), (7, "due in 7 days"), (0, "due in 0 days"), (-1, "the deadline has passed")]
)
def test_nothing_sent_is_told_as_the_deadline_comes(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, days: int, told: str
) -> None:
    hub.send(hub.places[0])
    board = county_progress.board(hub.officer, COLLECTION)
    absent = [one for one in board.places if one.state == "nothing_yet"]
    assert absent
    day = by_id(COLLECTION).deadline - timedelta(days=days)
    monkeypatch.setattr(gate, "today", lambda: day)
    assert stuck(hub, absent[0].laestab) == told
