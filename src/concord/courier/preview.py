"""Every value that would leave, before anything does: by clause, flow and category of the agreement.

It walks the file itself and not the frames that rules and register use, so that nothing in it can be left out: text,
attributes, comments and what stands in no known place. A value whose item no category names is shown as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from concord.core.trouble import Unreadable
from concord.courier.send import Parcel
from concord.courier.terms import Terms

PERSONS: Final = ("PupilOnRoll", "PupilNoLongerOnRoll", "SchoolWorkforceMember")
IDENTIFIERS: Final = ("UPN", "TeacherNumber")
ESTABLISHMENT: Final = "establishment"
UNNAMED: Final = "unnamed"


@dataclass(frozen=True, slots=True)
class Value:
    """One value. `person` is the UPN or teacher number of whose it is, `n` counts the persons of the file (0:
    nobody's).
    """

    category: str
    item: str
    value: str
    line: int
    n: int
    person: str


@dataclass(frozen=True, slots=True)
class Group:
    """The values of one category under one flow."""

    clause: str
    flow: str
    category: str
    title: str
    confidential: bool
    in_flow: bool
    values: tuple[Value, ...]

    def document(self) -> dict[str, Any]:
        """For `--json`: the values as [person, item, value, line]."""
        named = ("clause", "flow", "category", "title", "confidential", "in_flow")
        rows = [[each.person, each.item, each.value, each.line] for each in self.values]
        return {**{name: getattr(self, name) for name in named}, "count": len(rows), "values": rows}


def preview(parcel: Parcel, terms: Terms) -> list[Group]:
    """The groups of a parcel, in the agreement's order of categories."""
    found: dict[str, list[Value]] = {}
    for value in values(parcel.content, terms.agreement.category_of):
        found.setdefault(value.category, []).append(value)
    order = [*terms.agreement.categories, ESTABLISHMENT, UNNAMED]
    return [_group(parcel, terms, category, tuple(found[category])) for category in order if category in found]


def _group(parcel: Parcel, terms: Terms, category: str, found: tuple[Value, ...]) -> Group:
    flow, known = terms.agreement.flows[parcel.flow], terms.agreement.categories.get(category)
    titles = {ESTABLISHMENT: "Of the establishment, of no person", UNNAMED: "In no category of the agreement"}
    return Group(
        clause=flow.clause,
        flow=flow.id,
        category=category,
        title=known.title if known else titles[category],
        confidential=bool(known and known.confidential),
        in_flow=category in flow.categories or category == ESTABLISHMENT,
        values=found,
    )


def values(content: bytes, category_of: Callable[[str], str | None]) -> Iterator[Value]:
    """Every value in a file, in its order: XML, or the canonical JSON Lines of a delta."""
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _xml_values(content, category_of)
    return _delta_values(content, category_of)


def _xml_values(content: bytes, category_of: Callable[[str], str | None]) -> Iterator[Value]:
    person, count = "", 0
    root = _parse(content).getroot()
    for element in (*reversed(list(root.itersiblings(preceding=True))), *root.iter(), *root.itersiblings()):
        if element.tag in PERSONS:
            person, count = _identifier(element), count + 1
        mine = _inside(element)
        for item, text in _texts(element):
            category = category_of(item) or (UNNAMED if mine else ESTABLISHMENT)
            yield Value(category, item, text, element.sourceline or 0, count if mine else 0, person if mine else "")


def _parse(content: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.ElementTree(etree.fromstring(content, parser))
    except etree.XMLSyntaxError as fault:
        raise Unreadable("The file is not XML that can be read.", why=f"{fault}.", todo="Export it again.") from fault
    if tree.docinfo.internalDTD is not None:
        raise Unreadable("The file carries a document type.", why="A return never does.", todo="Export it again.")
    return tree


def _identifier(element: Any) -> str:
    found = (text.strip() for name in IDENTIFIERS for text in element.xpath(f".//{name}/text()"))
    return next(found, "")


def _inside(element: Any) -> bool:
    return element.tag in PERSONS or any(each.tag in PERSONS for each in element.iterancestors())


def _texts(element: Any) -> Iterator[tuple[str, str]]:
    """(item, text) of an element: its own text, its attributes, comments, and text that stands between elements."""
    plain = isinstance(element.tag, str)
    name = element.tag if plain else "(comment)"
    if element.text and element.text.strip():
        yield name, element.text.strip()
    if plain:
        yield from ((f"{name}/@{key}", text) for key, text in element.attrib.items())
    if element.tail and element.tail.strip():
        yield f"(after {name})", element.tail.strip()


def _delta_values(content: bytes, category_of: Callable[[str], str | None]) -> Iterator[Value]:
    from concord.core.seal.delta import read_delta

    delta = read_delta(content)
    for n, ident in enumerate(sorted(delta.put), 1):
        for item, text in sorted(delta.put[ident].items()):
            yield Value(category_of(item) or UNNAMED, item, text, n + 1, n, ident)
    for n, ident in enumerate(delta.drop, len(delta.put) + 1):
        yield Value(category_of("UPN") or UNNAMED, "(no longer there)", ident, n + 1, n, ident)
