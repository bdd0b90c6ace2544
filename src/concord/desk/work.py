"""What needs you: every role's home (look: the work list). Only duties, with their day, why, and one link that starts each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from concord.core.agreement.model import Actor
from concord.desk import gate, own_return, standings
from concord.desk.county_progress import open_collections
from concord.store.models import CollectionReturn


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

    @property
    def days_late(self) -> int:
        return max(0, (gate.today() - self.due).days) if self.due else 0


def of_establishment(actor: Actor) -> list[Duty]:
    """A school's duties: returns to send, correct, explain or submit; an agreement to sign or renew."""
    found = {(one.establishment_id, one.collection): one for one in own_return.mine(actor, "establishment")}
    duties = [
        duty
        for laestab in sorted(actor.establishments)
        for collection in open_collections(gate.today())[:2]
        if (duty := _return_duty(laestab, collection.id, collection.deadline, found.get((laestab, collection.id))))
    ]
    duties += [duty for laestab in sorted(actor.establishments) if (duty := _agreement_duty(laestab))]
    return sorted(duties, key=lambda duty: duty.due or date.max)


_NEXT = {
    "nothing_yet": ("Send your return", "Nothing has been sent yet", "Send a file"),
    "loaded": ("Finish your return", "It is loaded and not submitted yet", "Open the return"),
    "sent_back": ("Correct your return", "The local authority sent it back", "See what to correct"),
}


def _return_duty(laestab: str, collection: str, deadline: date, found: CollectionReturn | None) -> Duty | None:
    state = found.state if found else "nothing_yet"
    if state not in _NEXT or (state == "nothing_yet" and (gate.today() - deadline).days > 120):
        return None
    title, why, action = _NEXT[state]
    return Duty(f"{title}: {collection}", why, f"/returns/{laestab}/{collection}", action, deadline, "2f")


def _agreement_duty(laestab: str) -> Duty | None:
    stands = standings.of([laestab], gate.today())[laestab]
    words = {
        "offered": ("Read and sign the agreement", "The local authority has offered it", None),
        "due": ("Renew the agreement", "It lapses if it is not signed again", stands.until),
        "lapsed": ("Sign the agreement again", "It has lapsed", None),
    }.get(stands.state)
    if words is None:
        return None
    title, why, due = words
    return Duty(title, why, f"/agreement/{laestab}", "Open the agreement", due, "7b")


def has_desk(actor: Actor) -> bool:
    """Whether this role works on the county's returns and conflicts."""
    return ("county-progress", actor.role) in standings.agreement().table.allowed


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
    if submitted:
        words = f"{submitted:,} returns wait for approval" if submitted > 1 else "1 return waits for approval"
        duties.append(
            Duty(words, f"The oldest since {since:%-d %B %Y}", "/progress?state=submitted", "Open them", None, "2f")
        )
    if conflicts:
        words = f"{conflicts:,} conflicts wait for you" if conflicts > 1 else "1 conflict waits for you"
        duties.append(Duty(words, f"The oldest since {raised:%-d %B %Y}", "/conflicts", "Settle them", None, "4f"))
    return duties
