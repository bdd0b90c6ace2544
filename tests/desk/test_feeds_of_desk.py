"""The regular feed end to end: the county's plain tables, the courier's own connector, the hub, the register."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from django.utils import timezone

from concord.core.returns import write
from concord.county import make
from concord.county.exports import exports
from concord.courier.connectors import read_feeds
from concord.courier.connectors.feed import Feed
from concord.desk import agreements, gate, load_return, receive_return
from concord.store import feeds
from concord.store.scope import under
from small_hub import HERE, agree, deeds, enrolled, head, lines, owner_rows, run_courier, run_jobs

KINDS = ("attendance", "contacts", "suspensions", "sen", "fsm")


@cache
def _holding():
    county = make(1, 60, 5, defects=0, untidy=0, only="primary_community")
    est = replace(county.open[0], mis="plain", laestab=HERE)
    return county, est


@pytest.fixture
def tables(tmp_path):
    """The establishment's tables as its system exports them."""
    county, est = _holding()
    folder = tmp_path / "tables"
    folder.mkdir()
    for name, frame in exports(county.holding(est)):
        if name in KINDS:
            frame.write_csv(folder / f"{name}.csv")
    return folder


@pytest.fixture
def home(hub, tmp_path):
    """A courier of an establishment whose census is in the register."""
    county, est = _holding()
    ret = county.returns(est)
    lea, estab = HERE.split("/")
    content = write(replace(ret, header=replace(ret.header, lea=lea, estab=estab)))
    load_return.load(receive_return.receive(head(), content, "census.xml", HERE, "page").pk)
    return enrolled(tmp_path / "courier")


def _outcomes(report):
    return {entry["name"].removeprefix("feed.").partition(".")[0]: entry["outcome"] for entry in report.files}


def test_without_the_agreement_the_feed_is_refused_by_its_clause_and_the_return_flows(home, tables):
    report = run_courier(home, feeds=list(read_feeds("files", [tables])))
    assert set(_outcomes(report).values()) == {"refused"}
    assert {entry["clause"] for entry in report.files} == {"2d"}
    assert report.status == 3
    assert owner_rows("SELECT count(*) FROM feed_set") == owner_rows("SELECT count(*) FROM marks_of_year") == [(0,)]
    assert owner_rows("SELECT count(*) FROM return_version") == [(1,)]
    refused = lines(flow="orchestra-feed", answer="refusal")
    assert [line["clause"] for line in refused] == ["2d"] * len(KINDS)


def test_a_years_marks_contacts_and_suspensions_reach_the_pupils_pages(home, tables):
    agree(HERE)
    report = run_courier(home, feeds=list(read_feeds("files", [tables])))
    assert _outcomes(report) == dict.fromkeys(KINDS, "sent"), report.document()
    assert run_jobs() == []
    county, est = _holding()
    sent = dict(exports(county.holding(est)))
    on_roll = {row[0] for row in owner_rows("SELECT upn FROM pupil WHERE laestabs = ARRAY[%s]::varchar[]", HERE)}
    expected = sent["attendance"].filter(sent["attendance"]["UPN"].is_in(sorted(on_roll)))
    held = owner_rows("SELECT p.upn, y.begins, y.marks FROM marks_of_year y JOIN pupil p ON p.id = y.pupil_id")
    assert sum(1 for _, _, marks in held for one in marks.split(",") if one != "-") == len(expected)
    upn, day, session, mark = expected.row(-1)
    (line,) = [
        marks for who, begins, marks in held if who == upn and begins.isoformat() <= day < f"{begins.year + 1}-08"
    ]
    begins = next(begins for who, begins, marks in held if marks == line)
    place = 2 * (date.fromisoformat(day) - begins).days + (session == "PM")
    assert line.split(",")[place] == mark
    assert owner_rows("SELECT count(*) FROM contact")[0][0] == len(sent["contacts"])


def test_only_what_changed_is_sent_and_the_register_follows(home, tables):
    agree(HERE)
    run_courier(home, feeds=list(read_feeds("files", [tables])))
    run_jobs()
    assert set(_outcomes(run_courier(home, feeds=list(read_feeds("files", [tables])))).values()) == {"unchanged"}
    path = tables / "contacts.csv"
    first, second, *rest = path.read_text().splitlines()
    path.write_text("\n".join([first, *rest]) + "\n")
    report = run_courier(home, feeds=list(read_feeds("files", [tables])))
    assert _outcomes(report)["contacts"] == "sent"
    assert deeds("feed received")[-1]["facts"] == {"put": 0, "dropped": 1, "held": len(rest)}
    assert run_jobs() == []
    assert owner_rows("SELECT count(*) FROM contact") == [(len(rest),)]
    assert second.split(",")[0]


def _send(home, kind, records):
    report = run_courier(home, feeds=[Feed(kind, records)])
    assert report.status == 0, report.document()
    assert run_jobs() == []


def _upn() -> str:
    return owner_rows("SELECT upn FROM pupil WHERE laestabs = ARRAY[%s]::varchar[] ORDER BY upn", HERE)[0][0]


def test_a_suspension_taken_back_goes_and_one_from_before_the_feeds_days_stays(home):
    agree(HERE)
    upn = _upn()
    early = {"UPN": upn, "StartDate": "2026-03-02", "Category": "SUSP", "Sessions": "2", "Reason1": "PB"}
    late, third = {**early, "StartDate": "2026-09-14"}, {**early, "StartDate": "2026-09-28"}
    before = owner_rows("SELECT count(*) FROM suspension")[0][0]
    _send(home, "suspensions", {"1": early, "2": late, "3": third})
    assert owner_rows("SELECT count(*) FROM suspension WHERE via = 'feed'") == [(3,)]
    _send(home, "suspensions", {"2": late, "4": {**third, "Category": "PERM"}})
    kept = owner_rows("SELECT start::text, category FROM suspension WHERE via = 'feed' ORDER BY start")
    assert kept == [("2026-03-02", "SUSP"), ("2026-09-14", "SUSP"), ("2026-09-28", "PERM")]
    assert owner_rows("SELECT count(*) FROM suspension")[0][0] == before + 3


def test_marks_taken_back_go_and_years_the_feed_no_longer_speaks_of_stay(home):
    agree(HERE)
    upn = _upn()
    mark = {"UPN": upn, "Session": "AM", "AttendanceCode": "/"}
    _send(home, "attendance", {"1": {**mark, "Date": "2026-06-01"}, "2": {**mark, "Date": "2026-09-07"}})
    assert owner_rows("SELECT begins::text FROM marks_of_year ORDER BY 1") == [("2025-08-01",), ("2026-08-01",)]
    _send(home, "attendance", {"2": {**mark, "Date": "2026-09-07", "AttendanceCode": "I"}})
    rows = owner_rows("SELECT begins::text, right(marks, 1) FROM marks_of_year ORDER BY 1")
    assert rows == [("2025-08-01", "/"), ("2026-08-01", "I")]


def test_needs_stand_under_their_rank_and_the_latest_meal_period_holds(home):
    agree(HERE)
    upn = _upn()
    need = {"UPN": upn, "SENprovision": "E"}
    _send(
        home,
        "sen",
        {"1": {**need, "SENtypeRank": "1", "SENtype": "ASD"}, "2": {**need, "SENtypeRank": "2", "SENtype": "SLCN"}},
    )
    meals = {"1": {"FSMstartDate": "2024-09-02", "FSMendDate": "2025-01-10"}, "2": {"FSMstartDate": "2026-09-02"}}
    _send(home, "fsm", {ident: {"UPN": upn, **one} for ident, one in meals.items()})
    held = dict(
        owner_rows(
            "SELECT v.item, v.value FROM pupil_value v JOIN pupil p ON p.id = v.pupil_id "
            "WHERE p.upn = %s AND v.superseded IS NULL AND v.item ~ '^(SEN|FSM)'",
            upn,
        )
    )
    assert {
        "SENprovision": "E",
        "SENtype1": "ASD",
        "SENtype2": "SLCN",
        "FSMstartDate": "2026-09-02",
    }.items() <= held.items()
    assert "FSMendDate" not in held


def test_a_feed_is_not_loaded_once_the_agreement_is_suspended_and_the_job_is_done(home, tables):
    agree(HERE)
    run_courier(home, feeds=list(read_feeds("files", [tables])))
    agreements.record(head(), HERE, "suspended", evidence="A laptop with the courier's key was stolen.")
    assert run_jobs() == []
    assert owner_rows("SELECT count(*) FROM marks_of_year") == [(0,)]
    refused = [line for line in lines(flow="orchestra-feed", answer="refusal") if line["actor"] == "hub"]
    assert len(refused) == len(KINDS)


def test_a_set_the_hub_does_not_hold_is_sent_whole_again(home, tables):
    agree(HERE)
    run_courier(home, feeds=list(read_feeds("files", [tables])))
    permit = gate.ask(gate.system(), "register-load", establishments=[HERE], categories=["identity"])
    with under(permit):
        feeds.keep(permit, HERE, "contacts", {}, timezone.now())
    path = tables / "contacts.csv"
    path.write_text("\n".join(path.read_text().splitlines()[:-1]) + "\n")
    report = run_courier(home, feeds=list(read_feeds("files", [tables])))
    assert report.status == 0, report.document()
    assert owner_rows("SELECT count FROM feed_set WHERE kind = 'contacts'") == [
        (len(path.read_text().splitlines()) - 1,)
    ]


def test_a_feed_speaks_of_nobody_the_register_does_not_know(home):
    agree(HERE)
    before = owner_rows("SELECT count(*) FROM pupil")
    _send(home, "contacts", {"1": {"UPN": "X999999999999", "Priority": "1", "ContactSurname": "Nobody"}})
    assert owner_rows("SELECT count(*) FROM contact") == [(0,)]
    assert owner_rows("SELECT count(*) FROM pupil") == before
