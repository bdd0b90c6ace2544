"""Query threads between an establishment and the LA, and what the LA takes further (clauses 2(e), 2(g)).

Every message stays. A referral to the DfE or to the support contractor happens outside this program; it is recorded
with its day, and its outcome when there is one. The contractor is told of no pupil (clause 2(d)).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from concord.core.agreement.model import Actor, Permit
from concord.core.collection import Collection, by_id
from concord.core.rules import rule_of
from concord.core.rules.causes import general
from concord.core.trouble import Trouble
from concord.desk import gate, people, standings
from concord.store import returns, threads
from concord.store.models import QueryThread

FLOW = "data-query-help"
LONGEST = 2000
WORDS = {
    "with_la": "Waiting for the local authority",
    "with_establishment": "Waiting for the establishment",
    "referred": "Taken further, waiting for an answer",
    "closed": "Settled",
}
BODIES = {"dfe": "the Department for Education", "contractor": "the support contractor"}
_UPN = re.compile(r"\b[A-Z]\d{11}[0-9A-Z]\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said or done in a thread: `side` establishment, authority, or the body it was taken to."""

    at: datetime
    side: str
    role: str
    text: str


@dataclass(frozen=True, slots=True)
class TakenTo:
    """A referral: whom, when, under which reference, and what came of it (none yet: empty)."""

    id: int
    to: str
    asked: date
    reference: str
    words: str
    outcome: str
    answered: date | None


@dataclass(frozen=True, slots=True)
class Thread:
    id: int
    rule: str
    title: str
    state: str
    changed: datetime
    said: list[Said]
    taken: list[TakenTo]


@dataclass(frozen=True, slots=True)
class Threads:
    permit: Permit
    collection: Collection
    threads: list[Thread]
    contractor: bool


def side_of(actor: Actor) -> str:
    return people.side_of(actor.role)


def title_of(rule: str) -> str:
    """What a thread is about: the rule's words, or the return."""
    known = rule_of(rule) if rule else None
    return f"Rule {known.dfe_rule or known.code}: {general(known.message)}" if known else "The return as a whole"


def has_contractor(laestab: str) -> bool:
    """Whether the establishment's head has let the support contractor in (clause 2(d)): only then is it asked."""
    facts = standings.of([laestab], gate.today())[laestab].facts
    return bool(facts.get("install_from"))


def listed(actor: Actor, laestab: str, collection_id: str) -> Threads:
    """The threads of one return, the last changed first."""
    collection = by_id(collection_id)
    permit = gate.ask(actor, FLOW, establishments=[laestab], categories=["return"])
    with gate.act(permit, "queries read", f"{collection.id} {laestab}"):
        found = [_thread(one) for one in threads.of_return(permit, laestab, collection.id)]
    return Threads(permit, collection, found, has_contractor(laestab))


def _thread(row: QueryThread) -> Thread:
    said = [Said(one.at, one.side, one.role, one.text) for one in row.messages.all()]
    taken = [
        TakenTo(one.pk, one.to, one.asked, one.reference, one.words, one.outcome, one.answered)
        for one in row.referrals.all()
    ]
    return Thread(row.pk, row.rule, title_of(row.rule), row.state, row.changed, said, taken)


def say(actor: Actor, laestab: str, collection: str, rule: str, text: str) -> None:
    """Say something about one rule of a return, or about the return (no rule): the other side is asked to answer."""
    words = _plain(text)
    code = rule_of(rule[:40]).code if rule else ""

    def write(permit: Permit, now: datetime) -> None:
        of = returns.find(permit, laestab, collection)
        if of is None:
            raise Trouble("Nothing was sent for this collection yet.", todo="Send a file first, or trial check it.")
        side = side_of(actor)
        state = "with_la" if side == "establishment" else "with_establishment"
        thread = threads.open_thread(permit, of, code, state, now)
        threads.say(permit, thread, side, words, now)
        threads.move(permit, thread, _after_saying(permit, thread, state), now)

    _do(actor, laestab, collection, "query asked", write)


def _after_saying(permit: Permit, thread: QueryThread, state: str) -> str:
    """What waits for the DfE goes on waiting for it, whatever is said meanwhile."""
    return "referred" if threads.waiting_referrals(permit, thread) else state


def refer(actor: Actor, laestab: str, collection: str, thread: int, *, to: str, reference: str, text: str) -> None:
    """Record that the LA took a query to the DfE or to the support contractor today."""
    words = _plain(text)
    if to not in BODIES:
        raise Trouble("Choose whom the query was taken to.", todo="The DfE, or the support contractor.")
    if to == "contractor" and not has_contractor(laestab):
        raise Trouble(
            "This establishment has no support contractor here.",
            why="Its head teacher has not let one in (clause 2(d)).",
            todo="Answer the query, or take it to the DfE.",
        )

    def write(permit: Permit, now: datetime) -> None:
        found = _locked(permit, thread, laestab, collection)
        today = gate.today()
        threads.refer(permit, found, to=to, asked=today, reference=reference.strip()[:60], words=words, now=now)
        threads.move(permit, found, "referred", now)

    _do(_authority(actor), laestab, collection, f"query taken to {BODIES[to]}", write)


def settle_referral(actor: Actor, laestab: str, collection: str, thread: int, *, referral: int, outcome: str) -> None:
    """Record what the DfE or the contractor answered: the establishment is told of it in the thread."""
    words = _plain(outcome)

    def write(permit: Permit, now: datetime) -> None:
        found = _locked(permit, thread, laestab, collection)
        taken = threads.open_referral(permit, found, referral)
        if taken is None:
            raise Trouble("This was answered already.", todo="Reload the page to see the answer.")
        threads.answer(permit, taken, words, gate.today())
        threads.say(permit, found, "authority", f"Answer of {BODIES[taken.to]}: {words}", now)
        threads.move(permit, found, _after_saying(permit, found, "with_establishment"), now)

    _do(_authority(actor), laestab, collection, "answer to a query recorded", write)


def close(actor: Actor, laestab: str, collection: str, thread: int) -> None:
    """Settle a thread; whatever either side says later opens it again."""

    def write(permit: Permit, now: datetime) -> None:
        found = _locked(permit, thread, laestab, collection)
        if threads.waiting_referrals(permit, found):
            raise Trouble("It still waits for an answer from outside.", todo="Record the answer first.")
        threads.move(permit, found, "closed", now)

    _do(actor, laestab, collection, "query settled", write)


def waiting(actor: Actor, collection_id: str, state: str = "") -> tuple[Collection, list[Thread], list[QueryThread]]:
    """The county's threads that are not settled, the longest waiting first: for the LA's desk."""
    collection = by_id(collection_id)
    permit = gate.ask(actor, FLOW, establishments=["*"], categories=["return"])
    with gate.act(permit, "queries listed", collection.id) as deed:
        rows = list(threads.everywhere(permit, collection.id, state if state in WORDS else ""))
        deed.establishments = frozenset(row.of.establishment_id for row in rows)
    return (
        collection,
        [Thread(row.pk, row.rule, title_of(row.rule), row.state, row.changed, [], []) for row in rows],
        rows,
    )


def _authority(actor: Actor) -> Actor:
    if side_of(actor) != "authority":
        raise Trouble("Only the local authority takes a query further.", todo="Ask it to, in the thread.")
    return actor


def _do(actor: Actor, laestab: str, collection: str, name: str, write: Callable[[Permit, datetime], None]) -> None:
    permit = gate.ask(actor, FLOW, establishments=[laestab], categories=["return"])
    with gate.act(permit, name, f"{by_id(collection).id} {laestab}"):
        write(permit, timezone.now())


def _locked(permit: Permit, thread: int, laestab: str, collection: str) -> QueryThread:
    found = threads.lock(permit, thread)
    if found is None or (found.of.establishment_id, found.of.collection) != (laestab, collection):
        raise Trouble("There is no such query.", todo="Open the queries of the return again.")
    return found


def _plain(text: str) -> str:
    """What a person wrote: something, not too long, and without a pupil's number in it."""
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise Trouble("Write a message." if not words else f"A message must be {LONGEST:,} characters or fewer.")
    if _UPN.search(words):
        raise Trouble(
            "Leave out the pupil's number.",
            why="The rule and the return say whom it is about; a number in a message may be seen by more people.",
            todo="Write it again without the UPN.",
        )
    return words
