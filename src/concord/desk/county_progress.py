"""How a collection goes across the county: who is late, who is stuck, who has unexplained queries (mission C6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from concord.core.agreement.model import Actor
from concord.core.collection import Collection, by_id, collections
from concord.desk import gate, return_states

FLOW = "county-progress"
NEAR = 7  # days before the deadline from which a return that has not come, or went back, is told as held up
_ROWS = """
SELECT e.laestab, e.name, e.kind, e.phase, e.district, coalesce(r.state, 'nothing_yet'), r.changed,
       coalesce(v.errors, 0), coalesce(v.queries, 0), coalesce(v.pupils, 0), coalesce(v.number, 0),
       coalesce((SELECT count(*) FROM finding f WHERE f.version_id = v.id AND f.severity = 'query' AND NOT EXISTS (
         SELECT 1 FROM note n WHERE n.of_id = r.id AND n.rule = f.rule AND n.pupil = f.pupil AND n.item = f.item
           AND n.digest = f.digest)), 0)
FROM establishment e
LEFT JOIN collection_return r ON r.establishment_id = e.laestab AND r.collection = %s
LEFT JOIN return_version v ON v.id = r.current_id
WHERE e.laestab = ANY(%s) AND (e.opened IS NULL OR e.opened <= %s) AND (e.closed IS NULL OR e.closed > %s)
ORDER BY e.laestab
"""


@dataclass(frozen=True, slots=True)
class Place:
    """One establishment's line on the board."""

    laestab: str
    name: str
    kind: str
    phase: str
    district: str
    state: str
    changed: datetime | None
    errors: int
    queries: int
    pupils: int
    version: int
    unexplained: int
    days_left: int = 0

    @property
    def stuck(self) -> str:
        """Why this return will not move by itself, in words; empty where it will."""
        if self.state in ("nothing_yet", "sent_back") and self.days_left <= NEAR:
            return "the deadline has passed" if self.days_left < 0 else f"due in {self.days_left} days"
        if self.state == "loaded" and self.errors:
            return "has errors to correct"
        if self.state == "loaded" and self.unexplained:
            return "has queries without a note"
        return "checked and ready, not submitted" if self.state == "loaded" else ""


@dataclass(frozen=True, slots=True)
class Board:
    collection: Collection
    places: list[Place]
    counts: dict[str, int]
    days_left: int


def board(actor: Actor, collection_id: str) -> Board:
    """Every establishment expected to answer, with where its return stands."""
    collection = by_id(collection_id)
    permit = gate.ask(actor, FLOW, establishments=["*"], categories=["aggregate"])
    with gate.act(permit, "progress shown", collection_id) as deed, connection.cursor() as cursor:
        day = collection.reference_date
        cursor.execute(_ROWS, [collection_id, sorted(permit.establishments), day, day])
        left = (collection.deadline - gate.today()).days
        places = [Place(*(*row, left)) for row in cursor.fetchall()]
        deed.establishments = frozenset()
    counts = dict.fromkeys(return_states.WORDS, 0)
    for place in places:
        counts[place.state] += 1
    return Board(collection, places, counts, left)


def open_collections(on: date) -> list[Collection]:
    """Collections whose day has come, newest first: what a school and the LA work on."""
    return sorted(
        (one for one in collections().values() if one.reference_date <= on),
        key=lambda one: one.reference_date,
        reverse=True,
    )
