"""What needs you: every role's home. Only duties, with their day, why, and one link that starts each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from concord.core.agreement.model import Actor
from concord.core.collection import Collection
from concord.desk import gate, own_return, standings
from concord.desk.county_progress import open_collections
from concord.desk.own_return import Progress
from concord.desk.receive_return import may_send
from concord.desk.submit_return import may_submit


@dataclass(slots=True)
class Duty:
    """`due` is the day by which, `why` names what is asked and under which clause."""

    title: str
    why: str
    href: str
    action: str
    due: date | None = None
    clause: str = ""
    clause_words: str = ""
    since: date | None = None

    @property
    def days_late(self) -> int:
        return max(0, (gate.today() - self.due).days) if self.due else 0


def of_establishment(actor: Actor) -> list[Duty]:
    """A school's duties: returns to send, correct, explain or submit."""
    found = {(one.of.establishment_id, one.of.collection): one for one in own_return.standings_of(actor)}
    duties = [
        duty
        for laestab in sorted(actor.establishments)
        for collection in open_collections(gate.today())[:2]
        if (duty := _return_duty(actor, laestab, collection, found.get((laestab, collection.id))))
    ]
    return sorted(duties, key=lambda duty: duty.due or date.max)


def may_take_part(actor: Actor, flow: str) -> bool:
    """Whether the actor's role takes part in a flow at all: what a menu may offer. The gate still decides each ask."""
    return (flow, actor.role) in standings.agreement().table.allowed


def _return_duty(actor: Actor, laestab: str, collection: Collection, found: Progress | None) -> Duty | None:
    """What this role must do about one return now; nothing where it is somebody else's move."""
    state = found.of.state if found else "nothing_yet"
    errors, bare = (found.errors, found.unexplained) if found else (0, 0)
    at = f"/returns/{laestab}/{collection.id}"
    if state in ("nothing_yet", "sent_back"):
        if not may_send(actor, laestab, collection.id) or (gate.today() - collection.deadline).days > 120:
            return None
        titles = ("Correct your return", "The local authority sent it back", "See what to correct")
        first = ("Send your return", "Nothing has been sent yet", "Send a file")
        title, why, action = first if state == "nothing_yet" else titles
    elif state != "loaded":
        return None
    elif errors:
        title, why, action, at = (
            "Correct errors",
            f"{_of(errors, 'error')} to correct in your MIS",
            "See what is wrong",
            f"{at}/findings",
        )
    elif bare:
        title, why, action, at = (
            "Answer queries",
            f"{_of(bare, 'query')} without a note",
            "Answer the queries",
            f"{at}/queries",
        )
    elif may_submit(actor):
        title, why, action, at = (
            "Sign off your return",
            "It is checked and ready",
            "Check and sign off",
            f"{at}/sign-off",
        )
    else:
        return None
    return Duty(f"{title}: {collection.title}", why, at, action, collection.deadline, "2f")


def _of(number: int, what: str) -> str:
    many = {"error": "errors", "query": "queries"}[what]
    return f"{number:,} {what if number == 1 else many}"


def has_desk(actor: Actor) -> bool:
    """Whether this role works on the county's returns and conflicts."""
    return may_take_part(actor, "county-progress")


_LA = """
SELECT (SELECT count(*) FROM collection_return WHERE state = 'submitted'),
       (SELECT min(changed)::date FROM collection_return WHERE state = 'submitted'),
       (SELECT count(*) FROM change WHERE state = 'conflict'),
       (SELECT min(raised)::date FROM change WHERE state = 'conflict')
"""


def of_la(actor: Actor) -> list[Duty]:
    """An MI officer's duties: returns to approve, conflicts to settle."""
    permit = gate.ask(actor, "county-progress", establishments=["*"], categories=["aggregate"])
    with gate.act(permit, "work listed") as deed, connection.cursor() as cursor:
        deed.establishments = frozenset()
        cursor.execute(_LA)
        submitted, since, conflicts, raised = cursor.fetchone()
    duties = []
    if submitted and may_take_part(actor, "return-approval"):
        words = f"{submitted:,} returns wait for approval" if submitted > 1 else "1 return waits for approval"
        duties.append(
            Duty(
                words,
                "The schools wait for your answer",
                "/progress?state=submitted",
                "Open the returns to approve",
                None,
                "2f",
                since=since,
            )
        )
    if conflicts and may_take_part(actor, "conflict-settlement"):
        words = f"{conflicts:,} conflicts wait for you" if conflicts > 1 else "1 conflict waits for you"
        duties.append(
            Duty(words, "The oldest comes first", "/conflicts", "Settle the conflicts", None, "4f", since=raised)
        )
    return duties
