"""What the courier holds of a hidden pupil goes too: it is told to forget, and not told why (clauses 4(i), 4(j))."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import small_hub
from concord.courier.connectors.feed import Feed
from concord.courier.journal import Journal
from concord.desk import hide_pupil
from small_hub import HERE, head, la

Find = Callable[[str], uuid.UUID]


def contacts(roll: list[dict[str, str]], phone: str) -> Feed:
    records = {f"C{at}": {"UPN": one["UPN"], "Priority": "1", "Phone": phone} for at, one in enumerate(roll)}
    return Feed("contacts", records)


def held(kind: str = "contacts") -> dict[str, dict[str, str]]:
    """The hub's set of the feed."""
    from concord.desk import gate
    from concord.store import feeds
    from concord.store.scope import under

    permit = gate.ask(gate.system(), "orchestra-feed", establishments=[HERE], categories=["contacts"])
    with under(permit):
        return feeds.held(permit, HERE, kind)


def sent(home: Any) -> set[str]:
    journal = Journal(home.journal)
    try:
        return set(journal.sent("feed.contacts"))
    finally:
        journal.close()


def test_hub_and_courier_forget_the_record_and_go_on_with_the_others(
    roll: list[dict[str, str]], pupil_id: Find, tmp_path: Path
) -> None:
    small_hub.agree(HERE)
    home = small_hub.enrolled(tmp_path / "courier")
    assert small_hub.run_courier(home, feeds=[contacts(roll, "1")]).status == 0
    assert len(held()) == len(sent(home)) == len(roll)
    ref = hide_pupil.report(head(HERE), pupil_id(roll[0]["UPN"]), "death")
    hide_pupil.confirm(la("mi_officer"), ref)
    assert "C0" not in held()
    report = small_hub.run_courier(home, feeds=[contacts(roll, "2")])  # the MIS has the pupil still
    assert (report.status, [one["outcome"] for one in report.files]) == (0, ["sent"])
    assert "C0" not in sent(home)
    assert {one["Phone"] for one in held().values()} == {"2"}
    assert roll[0]["UPN"] not in repr(held())


def test_a_record_shown_again_is_sent_again(roll: list[dict[str, str]], pupil_id: Find, tmp_path: Path) -> None:
    small_hub.agree(HERE)
    home = small_hub.enrolled(tmp_path / "courier")
    small_hub.run_courier(home, feeds=[contacts(roll, "1")])
    ref = hide_pupil.report(head(HERE), pupil_id(roll[0]["UPN"]), "death")
    hide_pupil.confirm(la("mi_officer"), ref)
    small_hub.run_courier(home, feeds=[contacts(roll, "1")])
    hide_pupil.ask_to_show(la("mi_manager"), ref)
    hide_pupil.ask_to_show(small_hub.of("dpo", "*"), ref)
    small_hub.run_courier(home, feeds=[contacts(roll, "1")])
    assert "C0" in held()
    assert "C0" in sent(home)


def test_a_courier_that_does_not_forget_brings_nobody_back(
    roll: list[dict[str, str]], pupil_id: Find, tmp_path: Path
) -> None:
    small_hub.agree(HERE)
    home = small_hub.enrolled(tmp_path / "courier")
    ref = hide_pupil.report(head(HERE), pupil_id(roll[0]["UPN"]), "death")
    hide_pupil.confirm(la("mi_officer"), ref)
    small_hub.run_courier(home, feeds=[contacts(roll, "1")])
    assert roll[0]["UPN"] not in repr(held())
    rows = hide_pupil.open_record(la("mi_manager"), ref, purpose="safeguarding").rows
    assert [body["record"]["UPN"] for rel, body in rows if rel == "quarantine"] == [roll[0]["UPN"]]
