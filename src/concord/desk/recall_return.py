"""What the hub already holds of an establishment for a collection, before a file for it is made (mission C1).

Held is what the last return of the kind said that the authority approved: what need not be gone through again, and
what a new file says otherwise. Whoever is hidden since is in neither.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from concord.core import returns as files
from concord.core.agreement.model import Actor, Permit
from concord.core.agreement.schedule import Agreement
from concord.core.collection import Collection, by_id
from concord.core.returns import Return
from concord.core.returns.layout import ROLLS, DataItem, layout
from concord.desk import gate, hidden_rows, keys, standings
from concord.desk.compare_versions import Difference, difference
from concord.desk.preview_return import category_of
from concord.store import returns, vault
from concord.store.models import CollectionReturn, ReturnVersion


@dataclass(frozen=True, slots=True)
class Held:
    """One data item: of how many people a value is held, whether it is asked for now, and in `changed` how many values
    a new file changes; None where there is none to compare with.
    """

    category: str
    title: str
    table: str
    item: str
    people: int
    asked: bool
    changed: int | None


@dataclass(frozen=True, slots=True)
class Recalled:
    """`last` is the return it is held from; None where none was approved yet. `joined`, `gone` as `Held.changed`."""

    permit: Permit
    collection: Collection
    last: Collection | None = None
    version: ReturnVersion | None = None
    approved: datetime | None = None
    people: int = 0
    items: list[Held] = field(default_factory=list)
    joined: int | None = None
    gone: int | None = None

    @property
    def held(self) -> list[Held]:
        """What is held of the items asked for now."""
        return [one for one in self.items if one.people and one.asked]

    @property
    def missing(self) -> list[Held]:
        """What is asked for now, and was not said at all last time."""
        return [one for one in self.items if one.asked and not one.people]


def recall(actor: Actor, laestab: str, collection_id: str) -> Recalled:
    """What is held for a collection, from the last return of its kind that the authority approved before it."""
    collection = by_id(collection_id)
    permit = gate.ask(actor, "own-return", establishments=[laestab], categories=["return"])
    with gate.act(permit, "held data shown", f"{collection.id} {laestab}") as deed:
        last = _last(permit, laestab, collection)
        if last is None or last.current is None:
            return Recalled(permit, collection)
        old, now = _read(permit, last.current), returns.find(permit, laestab, collection.id)
        new = _read(permit, now.current) if now and now.current and now.current.checked else None
        found = difference(old, new) if new else None
        items = held(old, collection, standings.agreement(), found)
        deed.facts |= {"from": last.collection, "version": last.current.number, "items": len(items)}
    return Recalled(
        permit,
        collection,
        by_id(last.collection),
        last.current,
        last.changed,
        old.tables[old.layout.root].height,
        items,
        len(found.added) if found else None,
        len(found.removed) if found else None,
    )


def _last(permit: Permit, laestab: str, collection: Collection) -> CollectionReturn | None:
    """The establishment's latest approved return of the kind to a census before this one."""
    known = {one: by_id(one) for one in returns.approved(permit, laestab)}
    before = [
        one for one in known.values() if one.kind == collection.kind and one.reference_date < collection.reference_date
    ]
    latest = max(before, key=lambda one: one.reference_date, default=None)
    return returns.find(permit, laestab, latest.id) if latest else None


def _read(permit: Permit, version: ReturnVersion) -> Return:
    content = vault.fetch(permit, version.file, keys.seal_identity())
    return files.read(hidden_rows.copy_of(permit, content, version.name), name=version.name)


# -- pure --------------------------------------------------------------------------------------------------------------


def held(old: Return, now: Collection, agreement: Agreement, found: Difference | None) -> list[Held]:
    """Every item that has a value in `old` or is asked for `now`, by category of the agreement, then as in the file."""
    plan = layout(now.kind)
    changed = {(table, item): number for table, item, number in found.by_item} if found else None
    rows = []
    for one in plan.items:
        people = _people(old, one)
        asked = _asked(one, now)
        if not people and not asked:
            continue
        name = category_of(agreement, one.table, one.name, plan.root)
        known = agreement.categories.get(name)
        title = known.title if known else "Of the establishment"
        number = changed.get((one.table, one.name), 0) if changed is not None else None
        rows.append(Held(name, title, one.table, one.name, people, asked, number))
    order = {name: at for at, name in enumerate(agreement.categories)}
    return sorted(rows, key=lambda one: order.get(one.category, len(order)))


def _people(ret: Return, item: DataItem) -> int:
    """Of how many people the return says it; of an item of the establishment, in how many rows."""
    frame, root = ret.tables[item.table], ret.layout.root
    link = "row" if item.table == root else root
    if item.name not in frame.columns:
        return 0
    said = frame.filter(pl.col(item.name).is_not_null())
    return said[link].drop_nulls().n_unique() if link in frame.columns else said.height


def _asked(item: DataItem, now: Collection) -> bool:
    """Asked for by this census, of pupils on roll or of those who left."""
    return any(item.collected(now.term, now.reference_date, roll) for roll in ROLLS)
