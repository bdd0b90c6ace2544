"""Every place of a file as a tree of elements: what stands where, worked out once from the layout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from concord.core.returns.layout import ROLLS, Child, DataItem, Layout, Roll, layout

HEADER: Final = {
    "collection": "CollectionDetails/Collection",
    "term": "CollectionDetails/Term",
    "year": "CollectionDetails/Year",
    "reference_date": "CollectionDetails/ReferenceDate",
    "source_level": "Source/SourceLevel",
    "lea": "Source/LEA",
    "estab": "Source/Estab",
    "urn": "Source/URN",
    "software": "Source/SoftwareCode",
    "release": "Source/Release",
    "xversion": "Source/Xversion",
    "serial": "Source/SerialNo",
    "created": "Source/DateTime",
}
"""Where each field of a header stands under `Message/Header`, in the order it is written in."""
TRANSFER_HEADER: Final = {
    "document": "DocumentName",
    "xversion": "CTFversion",
    "created": "DateTime",
    "qualifier": "DocumentQualifier",
    "data_qualifier": "DataQualifier",
    "descriptor": "DataDescriptor",
    "software": "SupplierID",
    "lea": "SourceSchool/LEA",
    "estab": "SourceSchool/Estab",
    "urn": "SourceSchool/URN",
    "school_name": "SourceSchool/SchoolName",
    "year": "SourceSchool/AcademicYear",
    "destination_lea": "DestSchool/LEA",
    "destination_estab": "DestSchool/Estab",
    "destination_urn": "DestSchool/URN",
}
"""The same of a Common Transfer File, under `CTfile/Header`."""
DESTINATION_ITEMS: Final = {
    "destination_lea": "DestSchool/LEA",
    "destination_estab": "DestSchool/Estab",
    "destination_urn": "DestSchool/URN",
}
"""Header items told with the element around them, because the source has items of the same name."""
ROOTS: Final = {"SC": "Message", "SWF": "Message", "CTF": "CTfile"}
"""The root element of each kind of file."""


@dataclass(slots=True)
class Place:
    """An element in its place. `columns` are what its text is kept in, the first that is free; `row` starts a row."""

    name: str
    children: dict[str, Place] = field(default_factory=dict)
    folded: dict[str, Place] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    row: str = ""
    roll: Roll = "on"
    leaf: bool = False
    by_leaf: dict[str, Place | None] = field(default_factory=dict)

    def child(self, name: str) -> Place:
        """The place of that name under this one, made where it is not there yet."""
        if name not in self.children:
            self.children[name] = self.folded[name.lower()] = Place(name, by_leaf=self.by_leaf)
        return self.children[name]

    def down(self, path: Iterable[str]) -> Place:
        place = self
        for name in path:
            if name != ".":
                place = place.child(name.rstrip("*"))
        return place

    def keep(self, column: str) -> None:
        self.leaf = True
        self.columns = (*self.columns, column)


@cache
def message(kind: str) -> Place:
    """The tree under the root element of a kind of collection, its header included."""
    plan, root = layout(kind), Place(ROOTS[kind])
    _grow_header(root.child("Header"), header_of(kind))
    for table in plan.tables.values():
        for roll in ROLLS:
            for path in table.rows.get(roll, ()):
                _grow(plan, root.down(path), table.name, roll)
    return root


def header_of(kind: str) -> Mapping[str, str]:
    """Where each field of the header of a kind of file stands."""
    return TRANSFER_HEADER if kind == "CTF" else HEADER


def _grow_header(place: Place, fields: Mapping[str, str]) -> None:
    place.row, place.by_leaf = "header", {}
    for column, path in fields.items():
        place.down(path.split("/")).keep(column)
    if fields is HEADER:
        levels = place.down(("Content", "CBDSLevels", "CBDSLevel"))
        levels.leaf = True  # says that schools and pupils are told; nothing is kept


def _grow(plan: Layout, place: Place, table: str, roll: Roll) -> None:
    """Makes the place a row of the table and grows everything inside it, rows of other tables too."""
    place.row, place.roll, place.by_leaf = table, roll, {}
    for one in plan[table].content:
        if isinstance(one, Child):
            _grow(plan, place.down(one.at), one.table, roll)
        else:
            _grow_item(place, one)
    for item in plan[table].items:
        if item.leaf != ".":
            place.by_leaf[item.leaf] = None if item.leaf in place.by_leaf else place.down(item.at)


def _grow_item(place: Place, item: DataItem) -> None:
    for path in (item.at, *item.also):
        place.down(path).keep(item.name)


def walk(place: Place, path: str = "") -> Iterator[tuple[str, Place]]:
    """Every place below, with its path from there."""
    for name, child in place.children.items():
        yield f"{path}/{name}", child
        yield from walk(child, f"{path}/{name}")
