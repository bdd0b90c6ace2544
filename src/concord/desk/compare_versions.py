"""What changed between two files of one return: pupils added and removed, data items changed (mission C1)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import polars as pl

from concord.core import returns as files
from concord.core.agreement.model import Actor, Permit
from concord.core.collection import by_id
from concord.core.returns import Return
from concord.core.trouble import Trouble
from concord.desk import gate, hidden_rows, keys
from concord.desk.own_return import FLOWS
from concord.store import returns, vault
from concord.store.models import ReturnVersion

KNOWN_BY = {
    "pupil": ("UPN", "Surname", "Forename"),
    "member": ("TeacherNumber", "PersonFamilyName", "PersonGivenName"),
}
"""The items by which a person is known, by the table of persons: the number, or else the names."""
WHOLE = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One value that differs: whose (a UPN; empty for the establishment's own), which table and item, before and after.

    A row that only one file has is told item by item, with nothing on the other side.
    """

    whose: str
    table: str
    item: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    changed: list[Item] = field(default_factory=list)

    @property
    def by_item(self) -> list[tuple[str, str, int]]:
        """How many values of each item changed, most first: table, item, number."""
        counted = Counter((one.table, one.item) for one in self.changed)
        return [(table, item, number) for (table, item), number in counted.most_common()]


@dataclass(frozen=True, slots=True)
class Compared:
    permit: Permit
    earlier: ReturnVersion
    later: ReturnVersion
    versions: list[ReturnVersion]
    difference: Difference


def compare(actor: Actor, side: str, laestab: str, collection_id: str, *, earlier: int = 0, later: int = 0) -> Compared:
    """Two versions of one return by their numbers, held against each other; 0 means the last and the one before it."""
    collection = by_id(collection_id)
    permit = gate.ask(actor, FLOWS[side], establishments=[laestab], categories=["return"])
    with gate.act(permit, "versions compared", f"{collection.id} {laestab}") as deed:
        of = returns.find(permit, laestab, collection.id)
        versions = returns.versions(permit, of) if of else []
        old, new = _chosen(versions, earlier, later)
        found = difference(_read(permit, old), _read(permit, new))
        found = _without(found, hidden_rows.upns(permit, _upns(found)))
        deed.facts |= {"versions": [old.number, new.number], "changed": len(found.changed)}
    return Compared(permit, old, new, versions, found)


def _chosen(versions: list[ReturnVersion], earlier: int, later: int) -> tuple[ReturnVersion, ReturnVersion]:
    known = {one.number: one for one in versions}
    if len(known) < 2:
        raise Trouble("There is only one file of this return.", todo="Send another, and compare them then.")
    last = versions[0].number
    later = later or last
    earlier = earlier or max((number for number in known if number < later), default=0)
    if earlier not in known or later not in known or earlier == later:
        raise Trouble("Choose two different files of this return.", todo="Go back to its history and choose two.")
    old, new = sorted((earlier, later))
    return known[old], known[new]


def _read(permit: Permit, version: ReturnVersion) -> Return:
    return files.read(vault.fetch(permit, version.file, keys.seal_identity()), name=version.name)


def _upns(found: Difference) -> set[str]:
    return {*found.added, *found.removed, *(one.whose for one in found.changed)}


def _without(found: Difference, hidden: frozenset[str]) -> Difference:
    if not hidden:
        return found
    return Difference(
        [one for one in found.added if one not in hidden],
        [one for one in found.removed if one not in hidden],
        [one for one in found.changed if one.whose not in hidden],
    )


# -- pure --------------------------------------------------------------------------------------------------------------


def difference(old: Return, new: Return) -> Difference:
    """What `new` says otherwise than `old`. People are known by their number; a second row of one number is its own."""
    own = new.layout.root
    before, after = _people(old, own), _people(new, own)
    gone, come = before.join(after, on="key", how="anti"), after.join(before, on="key", how="anti")
    both = before.join(after, on="key", suffix="_after").select("key", "who", "row", "row_after")
    changed = [item for table in new.tables for item in _changed(old, new, table, both)]
    return Difference(come["who"].to_list(), gone["who"].to_list(), changed)


def _people(ret: Return, own: str) -> pl.DataFrame:
    """`row` of each person, `who` in words, and a `key` that is theirs alone in the file."""
    number, *names = (pl.col(item).fill_null("") for item in KNOWN_BY[own])
    name = pl.concat_str(names, separator="|")
    who = pl.when(number != "").then(number).otherwise(pl.lit("no number"))
    known = pl.when(number != "").then(number).otherwise(name)
    frame = ret.tables[own].select("row", who.alias("who"), known.alias("known"))
    nth = pl.int_range(pl.len()).over("known").cast(pl.String)
    return frame.with_columns(pl.concat_str("known", nth, separator="#").alias("key"))


def _changed(old: Return, new: Return, table: str, both: pl.DataFrame) -> list[Item]:
    names = [name for name, kind in new.layout.schema(table).items() if kind == pl.String]
    before, after = _keyed(old, table, both, "row", names), _keyed(new, table, both, "row_after", names)
    same = ["key", "again", *names]
    left = before.join(after, on=same, how="anti", nulls_equal=True)
    right = after.join(before, on=same, how="anti", nulls_equal=True)
    pairs = _long(left, names).join(
        _long(right, names), on=["key", "nth", "item"], how="full", coalesce=True, suffix="_after"
    )
    odd = pairs.filter(pl.col("value").ne_missing(pl.col("value_after"))).sort("key", "nth", "item")
    who = dict(both.select("key", "who").iter_rows())
    return [
        Item(who.get(key, WHOLE), table, item, value or "", later or "")
        for key, item, value, later in odd.select("key", "item", "value", "value_after").iter_rows()
    ]


def _keyed(ret: Return, table: str, both: pl.DataFrame, row: str, names: list[str]) -> pl.DataFrame:
    """A table's values with the key of whose they are, of people whom both files have; `again` counts equal rows."""
    frame, root = ret.tables[table], ret.layout.root
    if table == root or root in ret.layout.links(table):
        link = "row" if table == root else root
        frame = frame.join(both.select("key", pl.col(row).alias("of")), left_on=link, right_on="of", how="inner")
    else:
        frame = frame.with_columns(pl.lit(WHOLE).alias("key"))
    return frame.select("key", *names).with_columns(pl.int_range(pl.len()).over("key", *names).alias("again"))


def _long(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """One line a value; what is left of one person's rows in one table is paired in the order of the file."""
    numbered = frame.with_columns(pl.int_range(pl.len()).over("key").alias("nth"))
    long = numbered.unpivot(names, index=["key", "nth"], variable_name="item")
    return long.filter(pl.col("value").is_not_null())
