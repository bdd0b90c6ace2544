"""What is said, written down and sent on the way of a request; and what nobody learns by asking."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

import small_hub
from concord.core.trouble import Trouble
from concord.desk import break_glass, emergency_list, gate, hide_pupil, register_work, standings, view_pupil
from concord.desk.break_glass import Named
from concord.desk.view_pupil import NotThere
from desk.emergency.emergency_kit import WORDS, cast, link
from small_hub import ACADEMY, HERE, census, head, la, someone

NEVER = Named("Z999999999999")


def ask(people, named, by="worker", words=WORDS):
    return break_glass.ask(people.actor(by), named, "danger", words, link)


def hide(people, at, kind="death"):
    one, other = (head(HERE), la("mi_officer")) if kind == "death" else (la("mi_manager"), la("dpo"))
    hide_pupil.confirm(other, hide_pupil.report(one, people.id_of(at), kind))


# -- naming ------------------------------------------------------------------------------------------------------------


def _wrong_ones(people) -> dict[str, Named]:
    """A child hidden, one whose whereabouts are restricted, one that never was, and a name spelled nearly right."""
    hide(people, 0)
    hide(people, 1, "restricted")
    row = people.pupils[2]
    return {
        "hidden": Named(people.pupils[0]["UPN"]),
        "restricted": Named(people.pupils[1]["UPN"]),
        "never": NEVER,
        "nearly": Named("", row["Forename"], row["Surname"] + "n", date.fromisoformat(row["DOB"])),
    }


def test_hidden_restricted_never_and_nearly_are_one_answer_from_the_same_statements(people):
    said, lines, statements = {}, {}, {}
    for name, named in _wrong_ones(people).items():
        with CaptureQueriesContext(connection) as seen, pytest.raises(NotThere) as no:
            ask(people, named)
        said[name] = str(no.value)
        statements[name] = [one["sql"].split("pupil_exactly")[0][:60] for one in seen.captured_queries]
        lines[name] = [_plain(line) for line in small_hub.lines(flow=break_glass.FLOW)[-2:]]
    assert len(set(said.values())) == 1
    assert len({json.dumps(one) for one in statements.values()}) == 1, statements
    assert len({json.dumps(one) for one in lines.values()}) == 1, lines


def _plain(line):
    return {key: value for key, value in line.items() if key not in ("ref", "at", "n")}


def test_each_asking_leaves_its_lines(people):
    before = len(small_hub.lines(flow=break_glass.FLOW))
    with pytest.raises(NotThere):
        ask(people, NEVER)
    decision, deed = small_hub.lines(flow=break_glass.FLOW)[before:]
    assert (decision["answer"], decision["clause"]) == ("permit", "4c")
    assert (deed["deed"], deed["subjects"], deed["establishments"]) == ("nobody found to open in an emergency", [], [])


def test_two_children_who_fit_are_nobody(people):
    row, twin = people.pupils[0], people.pupils[3]
    with small_hub.as_owner() as cursor:
        alike = "UPDATE pupil SET (search, dob) = (SELECT search, dob FROM pupil WHERE upn = %s) WHERE upn = %s"
        cursor.execute(alike, [row["UPN"], twin["UPN"]])
    with pytest.raises(NotThere):
        ask(people, Named("", row["Forename"], row["Surname"], date.fromisoformat(row["DOB"])))
    assert ask(people, Named(row["UPN"]))


@pytest.mark.parametrize("wild", ["%", "_", "*", "' OR 1=1 --", "\0", "A" * 20])
def test_no_pattern_finds_anybody(people, wild):
    with pytest.raises(Trouble):
        ask(people, Named(wild))
    with pytest.raises(Trouble):
        ask(people, Named("", wild, wild, date.fromisoformat(people.pupils[0]["DOB"])))
    assert small_hub.owner_rows("SELECT count(*) FROM emergency_access") == [(0,)]


def test_after_five_misses_within_the_hour_nobody_is_looked_for(people):
    for _ in range(break_glass.terms().tries_an_hour):
        with pytest.raises(NotThere):
            ask(people, NEVER)
    with pytest.raises(Trouble, match="too often"):
        ask(people, Named(people.pupils[0]["UPN"]))
    assert small_hub.deeds("asked too often to open in an emergency")
    assert ask(people, Named(people.pupils[0]["UPN"]), by="caseworker")


def test_a_former_number_names_the_child_too(people):
    with small_hub.as_owner() as cursor:
        cursor.execute("UPDATE pupil SET upn = 'H823432129999' WHERE upn = %s", [people.pupils[0]["UPN"]])
    assert ask(people, Named(people.pupils[0]["UPN"].lower()))


# -- what a look gives -------------------------------------------------------------------------------------------------


def test_a_look_is_in_the_ledger_with_its_reason_its_case_and_its_clause(people):
    ref = people.open(0)
    people.look(0)
    decision, deed = small_hub.lines(flow="emergency-view")[-2:]
    assert (decision["answer"], deed["deed"]) == ("permit", "pupil shown")
    for line in (decision, deed):
        assert (line["clause"], line["purpose"]) == ("2d", "safeguarding")
        assert line["case"] == f"emergency {ref.hex[:8].upper()}"
        assert line["subjects"] == [gate.pseudonym(people.id_of(0))]
        assert line["establishments"] == [HERE]


def test_confidential_categories_still_ask_for_a_proof_given_just_now(people):
    people.open(0)
    assert "address" in people.look(0).permit.categories
    plain = people.look(0, stepped_up=False)
    assert "address" not in plain.permit.categories
    assert "address" in plain.withheld


@pytest.mark.parametrize("role", ["inclusion_officer", "sen_caseworker", "social_worker", "virtual_school"])
def test_a_role_has_no_category_that_it_has_not_in_its_own_work(role):
    allowed = standings.agreement().table.allowed
    assert allowed["emergency-view", role] == allowed["professional-view", role]


def test_nobody_who_may_ask_may_answer_and_every_reason_has_a_purpose_of_the_flow():
    agreement, terms = standings.agreement(), break_glass.terms()
    asks, answers = agreement.flows["emergency-view"].recipients, agreement.flows[break_glass.FLOW].recipients
    assert not set(asks) & set(answers)
    assert set(asks) == set(agreement.flows[break_glass.FLOW].senders)
    assert {one.purpose for one in terms.reasons} <= set(agreement.flows["emergency-view"].purposes)
    assert all(agreement.roles[role].side == "establishment" for role in terms.told)


def test_an_academy_whose_agreement_is_suspended_refuses_at_once_and_while_it_is_open(hub):
    small_hub.agree(ACADEMY)
    people = cast()
    row = someone(5)
    small_hub.load(census([row], ACADEMY), ACADEMY)
    people.pupils.append(row)
    people.open(4)
    assert people.look(4).permit.establishments == {ACADEMY}
    _suspend()
    with pytest.raises(gate.Refused) as no:
        people.look(4)
    assert no.value.refusal.reason == "agreement_suspended"
    with pytest.raises(gate.Refused) as no:
        people.ask(4, "caseworker")
    assert no.value.refusal.reason == "agreement_suspended"


def _suspend():
    from concord.desk import agreements

    agreements.record(head(ACADEMY), ACADEMY, "suspended", party="establishment", evidence="A breach, in writing")


def test_a_look_of_ones_own_work_asks_the_database_nothing_about_emergencies(people):
    """The way of every other look is as short as before."""
    worker = people.people["caseworker"]
    worker.caseload = [people.id_of(0)]
    worker.save()
    for actor in (people.actor("caseworker"), la("admissions"), la("mi_officer")):
        with CaptureQueriesContext(connection) as seen:
            view_pupil.view(actor, people.id_of(0), purpose="welfare")
        assert [one["sql"] for one in seen.captured_queries if "emergency" in one["sql"]] == []


def test_an_agreement_without_these_flows_knows_nobody_who_may_answer(people, monkeypatch):
    agreement = standings.agreement()
    flows = {name: flow for name, flow in agreement.flows.items() if not name.startswith("emergency")}
    pairs = {pair: part for pair, part in agreement.table.parts.items() if pair[0] in flows}
    allowed = {pair: agreement.table.allowed[pair] for pair in pairs}
    bare = replace(agreement, flows=flows, table=replace(agreement.table, parts=pairs, allowed=allowed))
    monkeypatch.setattr(standings, "agreement", lambda: bare)
    assert register_work.duties(people.actor("head")) == []
    with pytest.raises(gate.Refused):
        people.ask(0)


# -- who is told -------------------------------------------------------------------------------------------------------


def test_the_messages_go_to_those_they_are_for_and_say_nothing_of_anybody(people):
    ref = people.ask(0)
    assert {one.to[0] for one in mail.outbox} == {people.people[name].email for name in ("manager", "dpo")}
    mail.outbox.clear()
    people.decide(ref)
    assert [one.to[0] for one in mail.outbox] == [people.people[name].email for name in ("worker", "head")]
    row = people.pupils[0]
    private = (row["UPN"], row["Surname"], row["Forename"], WORDS, "danger", "Robin", HERE)
    told = " ".join(f"{one.subject} {one.body}" for one in mail.outbox)
    assert [one for one in private if one in told] == []
    assert f"https://hub.example/emergency/{ref}" in told


def test_a_mail_server_that_is_down_holds_nobody_up(people, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        1,
    )
    people.open(0)
    assert people.look(0)


def test_nothing_personal_is_in_the_ledger(people):
    ref = people.open(0)
    people.look(0)
    break_glass.end(people.actor("worker"), ref)
    bodies = " ".join(json.dumps(line) for line in small_hub.lines())
    row = people.pupils[0]
    for one in (row["UPN"], row["Surname"], WORDS, str(people.id_of(0))):
        assert one not in bodies


def test_a_child_hidden_meanwhile_is_gone_from_every_list_of_requests(people):
    ref = people.open(0)
    hide(people, 0)
    for name in ("worker", "manager", "auditor", "head"):
        with pytest.raises(NotThere):
            emergency_list.one(people.actor(name), ref)
    assert emergency_list.mine(people.actor("worker")) == []
    assert emergency_list.every(people.actor("auditor")).count == 0
    assert emergency_list.unread(people.actor("head")) == []
    assert small_hub.owner_rows("SELECT count(*) FROM emergency_access") == [(0,)]


def test_only_the_childs_own_head_is_told(people):
    people.open(0)
    assert len(emergency_list.duties(people.actor("head"))) == 1
    assert emergency_list.duties(people.actor("head_there")) == []


@pytest.mark.parametrize("state", ["asked", "lapsed", "declined", "called_off", "open", "over", "ended"])
def test_the_list_by_how_it_stands_agrees_with_how_each_stands(people, state):
    _one_of_each(people)
    listed = emergency_list.every(people.actor("dpo"), state=state)
    assert [one.state for one in listed.rows] == [state]
    assert emergency_list.every(people.actor("dpo")).count == 7


def _one_of_each(people):
    from desk.emergency.emergency_kit import later

    people.ask(0)
    people.open(1)
    later(300)  # lapsed, over
    break_glass.end(people.actor("dpo"), people.open(0))
    people.decide(people.ask(1), yes=False)
    break_glass.call_off(people.actor("worker"), people.ask(2))
    people.ask(0, "caseworker")
    people.open(1, "caseworker")
