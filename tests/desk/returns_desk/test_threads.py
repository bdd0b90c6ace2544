"""Query threads: asked, answered, taken further, settled, opened again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from returns_desk_kit import COLLECTION, Hub, on_roll

from concord.core.trouble import Trouble
from concord.desk import agreements, gate, refer_query
from concord.desk.gate import Refused


@pytest.fixture
def sent(hub: Hub) -> str:
    hub.send(hub.places[0])
    return hub.places[0]


def only(hub: Hub, laestab: str) -> refer_query.Thread:
    (thread,) = refer_query.listed(hub.keeper(laestab), laestab, COLLECTION).threads
    return thread


def ask(hub: Hub, laestab: str, text: str = "What does this rule want?") -> refer_query.Thread:
    refer_query.say(hub.keeper(laestab), laestab, COLLECTION, "1500", text)
    return only(hub, laestab)


def test_a_question_waits_for_the_authority_and_its_answer_for_the_establishment(hub: Hub, sent: str) -> None:
    assert ask(hub, sent).state == "with_la"
    refer_query.say(hub.officer, sent, COLLECTION, "1500", "It wants a UPN for each pupil.")
    thread = only(hub, sent)
    assert thread.state == "with_establishment"
    assert [one.side for one in thread.said] == ["establishment", "authority"]
    assert thread.title.startswith("Rule 1500: ")


def test_what_was_taken_to_the_dfe_is_dated_and_waits_until_it_is_answered(hub: Hub, sent: str) -> None:
    thread = ask(hub, sent)
    refer_query.refer(hub.officer, sent, COLLECTION, thread.id, to="dfe", reference="CAS-1", text="Is the rule right?")
    refer_query.say(hub.keeper(sent), sent, COLLECTION, "1500", "Any news?")
    thread = only(hub, sent)
    (taken,) = thread.taken
    assert (thread.state, taken.to, taken.asked, taken.reference) == ("referred", "dfe", gate.today(), "CAS-1")
    with pytest.raises(Trouble, match="waits for an answer"):
        refer_query.close(hub.officer, sent, COLLECTION, thread.id)
    answer = "The rule is wrong this term: leave it."
    refer_query.settle_referral(hub.officer, sent, COLLECTION, thread.id, referral=taken.id, outcome=answer)
    thread = only(hub, sent)
    assert (thread.state, thread.taken[0].outcome, thread.taken[0].answered) == (
        "with_establishment",
        answer,
        gate.today(),
    )
    assert answer in thread.said[-1].text
    with pytest.raises(Trouble, match="answered already"):
        refer_query.settle_referral(hub.officer, sent, COLLECTION, thread.id, referral=taken.id, outcome="Again")


def test_a_settled_thread_opens_again_when_something_is_said(hub: Hub, sent: str) -> None:
    thread = ask(hub, sent)
    refer_query.close(hub.keeper(sent), sent, COLLECTION, thread.id)
    assert only(hub, sent).state == "closed"
    assert ask(hub, sent, "It is back.").state == "with_la"


def test_the_contractor_is_asked_only_where_the_head_has_let_one_in(hub: Hub, sent: str) -> None:
    thread = ask(hub, sent)
    words = {"to": "contractor", "reference": "", "text": "The MIS makes the file without a header."}
    with pytest.raises(Trouble, match="no support contractor"):
        refer_query.refer(hub.officer, sent, COLLECTION, thread.id, **words)
    today = gate.today()
    starts = f"{today}T09:00:00+00:00"
    ends = f"{today}T12:00:00+00:00"
    permitted = {"starts": starts, "ends": ends, "engineer": "An engineer", "host": "school-server"}
    agreements.record(hub.head(sent), sent, "install_permitted", **permitted)
    refer_query.refer(hub.officer, sent, COLLECTION, thread.id, **words)
    assert only(hub, sent).taken[0].to == "contractor"


def test_a_message_names_no_pupil_by_number(hub: Hub, sent: str) -> None:
    with pytest.raises(Trouble, match="Leave out"):
        ask(hub, sent, f"What is wrong with {on_roll(hub.ret(sent))[0].lower()}?")
    for text in ("", "  ", "x" * 2001):
        with pytest.raises(Trouble):
            ask(hub, sent, text)


def test_only_the_authority_takes_a_query_further(hub: Hub, sent: str) -> None:
    thread = ask(hub, sent)
    with pytest.raises(Trouble, match="Only the local authority"):
        refer_query.refer(hub.head(sent), sent, COLLECTION, thread.id, to="dfe", reference="", text="Please")


def test_another_establishment_reads_and_says_nothing(hub: Hub, sent: str) -> None:
    thread, other = ask(hub, sent), hub.places[1]
    with pytest.raises(Refused):
        refer_query.listed(hub.keeper(other), sent, COLLECTION)
    hub.send(other)
    with pytest.raises(Trouble, match="no such query"):
        refer_query.close(hub.keeper(other), other, COLLECTION, thread.id)


def test_the_desk_has_the_longest_waiting_first(hub: Hub, sent: str) -> None:
    other = hub.places[1]
    hub.send(other)
    ask(hub, sent)
    refer_query.say(hub.keeper(other), other, COLLECTION, "", "About our return")
    _, found, rows = refer_query.waiting(hub.officer, COLLECTION, "with_la")
    assert [row.of.establishment_id for row in rows] == [sent, other]
    assert found[1].title == "The return as a whole"
    assert refer_query.waiting(hub.officer, COLLECTION, "closed")[1] == []
    assert timedelta(0) <= rows[1].changed - rows[0].changed
