"""The strict reading of a return's XML: one pass of expat that knows every place, and every line.

It is the reference: `columns` reads the plain case faster and must give the same; whatever is not plain comes here.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, TypeAlias
from xml.parsers import expat

from concord.core.returns.layout import SINGLE, Roll, layout
from concord.core.returns.model import KINDS, UnknownItem
from concord.core.returns.places import DESTINATION_ITEMS, Place, message
from concord.core.trouble import Unreadable

MAX_BYTES: Final = 32_000_000
MAX_ELEMENTS: Final = 1_000_000
MAX_DEPTH: Final = 24
MAX_VALUE: Final = 4_000
MAX_UNKNOWN: Final = 200
ASK_SUPPLIER: Final = "Make the file again in the MIS, and send it to the MIS supplier if that gives the same."

_CTF: Final = re.compile(rb"(?:\s++|<\?(?>.*?\?>)|<!--(?>.*?-->))*+<CTfile[\s>/]", re.DOTALL)
"""A file whose first element is CTfile."""
Row: TypeAlias = dict[str, Any]


@dataclass
class Contents:
    """What a pass found: the header's fields, rows by table and roll, and what was unknown."""

    header: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[Roll, list[Row]]] = field(default_factory=dict)
    unknown: tuple[UnknownItem, ...] = ()


def refuse(why: str, todo: str = ASK_SUPPLIER, line: int | None = None) -> NoReturn:
    """Refuses the file whole."""
    where = f"Line {line}: {why}" if line else why
    raise Unreadable("This file cannot be read as a return.", why=where, todo=todo, line=line)


def read_document(content: bytes, kind: str) -> Contents:
    """The contents of a return of the kind; raises Unreadable with the line and the reason."""
    reader = _Reader(kind)
    reader.run(content)
    return reader.contents()


def kind_of(content: bytes) -> str:
    """`CTF` from the root element, else `SC` or `SWF` from the first `Collection`; unreadable where it is another."""
    if _CTF.match(content[:20_000]):
        return "CTF"
    found = re.search(rb"<Collection\s*>\s*([^<]*?)\s*</Collection\s*>", content[:20_000])
    said = found[1].decode(errors="replace") if found else ""
    if said in KINDS:
        return KINDS[said]
    line = content.count(b"\n", 0, found.start()) + 1 if found else None
    _explain_breakage(content)
    if not found:
        refuse("it has no header with a Collection element.", "Send the file the MIS makes for the census, unchanged.")
    refuse(
        f"the collection “{said[:40]}” is not one that is read here.",
        "Read are the School Census (SC), the School Workforce Census (SWF) and the Common Transfer File.",
        line,
    )


def _explain_breakage(content: bytes) -> None:
    """A file with no readable header may be no XML at all: then that is the reason, with its line."""
    _Reader("SC", only_form=True).run(content)


def lines_of(content: bytes, kind: str, rows: Collection[tuple[str, int]]) -> dict[tuple[str, int], dict[str, int]]:
    """The lines of the items sent in some rows (by table and row of the frame), the row's own under ""."""
    reader = _Lines(kind)
    reader.run(content)
    found = {}
    for table, row in rows:
        of_table = reader.lines.get(table, {})
        on_roll = of_table.get("on", [])
        there = on_roll + of_table.get("off", []) if row >= len(on_roll) else on_roll
        if 0 <= row < len(there):
            found[table, row] = there[row]
    return found


@dataclass
class _Unknown:
    line: int
    value: str = ""
    count: int = 0
    read_as: str = ""


class _Reader:
    """One pass. `stack` holds the places of the open elements; a depth counter takes over inside unknown ones."""

    def __init__(self, kind: str, *, only_form: bool = False) -> None:
        self.kind = kind
        self.only_form = only_form
        self.message = message(kind)
        self.stack: list[Place] = []
        self.open_rows: list[tuple[str, Row]] = []
        self.rows: dict[str, dict[Roll, list[Row]]] = {name: {"on": [], "off": []} for name in layout(kind).tables}
        self.header: list[Row] = []
        self.text: list[str] = []
        self.elements = 0
        self.strange: list[str] = []
        self.unknown: dict[str, _Unknown] = {}

    def run(self, content: bytes) -> None:
        self.parser = parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.buffer_size = 65_536
        parser.StartDoctypeDeclHandler = self._doctype
        parser.XmlDeclHandler = self._declaration
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        try:
            parser.Parse(content, True)
        except expat.ExpatError as fault:
            refuse(*_reason(fault, content), fault.lineno)

    def contents(self) -> Contents:
        if not self.header:
            refuse("it has no Header.", "Send the file the MIS makes for the census, unchanged.")
        unknown = (UnknownItem(path, one.count, one.line, one.value, one.read_as) for path, one in self.unknown.items())
        return Contents(self.header[0], self.rows, tuple(sorted(unknown, key=lambda one: (one.line or 0, one.path))))

    @property
    def line(self) -> int:
        return self.parser.CurrentLineNumber

    def _doctype(self, *_: object) -> None:
        refuse("it declares a document type (DOCTYPE), which no return has.", line=self.line)

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
            refuse(f"it says its encoding is {encoding[:40]}; a return is UTF-8.", line=self.line)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            refuse(f"it has more than {MAX_ELEMENTS:,} elements, more than any school's return.", line=self.line)
        if len(self.stack) + len(self.strange) >= MAX_DEPTH:
            refuse(f"its elements lie more than {MAX_DEPTH} deep.", line=self.line)
        if self.only_form or self.strange:
            self.strange.append(name)
        else:
            self._enter(name, attributes)

    def _enter(self, name: str, attributes: dict[str, str]) -> None:
        place = self._place(name)
        if place is None:
            self.strange.append(name)
        else:
            self.stack.append(place)
            self.text.clear()
            if place.row:
                self._open_row(place)
        if attributes:
            self._note_attributes(attributes)

    def _place(self, name: str) -> Place | None:
        """Where an element of that name stands under the open one; None where it is unknown there."""
        if not self.stack:
            return self._root(name)
        here = self.stack[-1]
        known = here.children.get(name)
        if known is not None:
            return known
        near = None if here.leaf else here.folded.get(name.lower()) or here.by_leaf.get(name)
        if near is None:
            self._note(f"{self._path()}/{name}")
        else:
            read_as = f"{self.open_rows[-1][0]}.{near.columns[0]}" if near.columns and self.open_rows else near.name
            self._note(f"{self._path()}/{name}", read_as=read_as)
        return near

    def _root(self, name: str) -> Place:
        if name != self.message.name:
            refuse(
                f"it begins with {name[:60]}, not with {self.message.name}.",
                "Send the file the MIS makes for the census.",
                self.line,
            )
        return self.message

    def _open_row(self, place: Place) -> None:
        row: Row = {}
        if place.row == "header":
            into = self.header
        else:
            into = self.rows[place.row][place.roll]
            row |= {table: len(self.rows[table][place.roll]) - 1 for table, _ in self.open_rows if table not in SINGLE}
        if into and place.row in SINGLE | {"header"}:
            refuse(f"it has a second {place.name}.", line=self.line)
        into.append(row)
        self.open_rows.append((place.row, row))

    def _characters(self, text: str) -> None:
        if self.strange or not self.stack:
            self._keep_strange(text)
        elif self.stack[-1].leaf:
            self.text.append(text)
        elif text.strip():
            self._note(f"{self._path()}/text()", value=text.strip())

    def _keep_strange(self, text: str) -> None:
        path = f"{self._path()}/{self.strange[0]}" if len(self.strange) == 1 and self.stack else ""
        found = self.unknown.get(path)
        if found is not None and found.count == 1 and not found.value:
            found.value = text.strip()[:100]

    def _end(self, _name: str) -> None:
        if self.strange:
            self.strange.pop()
            return
        place = self.stack.pop()
        if place.leaf:
            self._keep(place)
        if place.row:
            self.open_rows.pop()

    def _keep(self, place: Place) -> None:
        value = "".join(self.text)
        self.text.clear()
        if not value or not place.columns:
            return
        if len(value) > MAX_VALUE:
            refuse(f"the value of {place.name} has {len(value):,} characters.", line=self.line)
        row = self.open_rows[-1][1]
        for column in place.columns:
            if column not in row:
                row[column] = value
                return
        refuse(f"{place.name} stands more than once where it may stand once.", line=self.line)

    def _note_attributes(self, attributes: dict[str, str]) -> None:
        for name, value in attributes.items():
            if len(value) > MAX_VALUE:
                refuse(f"the attribute {name[:40]} has {len(value):,} characters.", line=self.line)
            if not name.startswith(("xmlns", "xsi:")):
                self._note(f"{self._path()}{'/' + self.strange[0] if self.strange else ''}/@{name}", value=value)

    def _path(self) -> str:
        return "/".join(place.name for place in self.stack)

    def _note(self, path: str, *, value: str = "", read_as: str = "") -> None:
        found = self.unknown.get(path)
        if found is None:
            if len(self.unknown) >= MAX_UNKNOWN:
                refuse(f"it has more than {MAX_UNKNOWN} kinds of elements that no return has.", line=self.line)
            found = self.unknown[path] = _Unknown(self.line, value[:100], read_as=read_as)
        found.count += 1


class _Lines(_Reader):
    """A pass that keeps the line of every item beside its value."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.lines: dict[str, dict[Roll, list[dict[str, int]]]] = {}
        self.begun: list[int] = []
        self.open_lines: list[dict[str, int]] = []

    def _enter(self, name: str, attributes: dict[str, str]) -> None:
        super()._enter(name, attributes)
        if not self.strange:
            self.begun.append(self.line)

    def _open_row(self, place: Place) -> None:
        super()._open_row(place)
        self.open_lines.append({"": self.line})
        self.lines.setdefault(place.row, {}).setdefault(place.roll, []).append(self.open_lines[-1])

    def _end(self, name: str) -> None:
        if not self.strange:
            self._note_line(name)
        else:
            super()._end(name)

    def _note_line(self, name: str) -> None:
        place, line = self.stack[-1], self.begun.pop()
        table, row = self.open_rows[-1] if self.open_rows else ("", {})
        lines, kept = (self.open_lines[-1] if self.open_lines else {}), set(row)
        super()._end(name)
        if place.leaf:
            items = {_header_item(place)} if table == "header" else set(row) - kept
            lines.update(dict.fromkeys(items, line))
        if place.row:
            self.open_lines.pop()


def _header_item(place: Place) -> str:
    column = place.columns[0] if place.columns else ""
    return DESTINATION_ITEMS.get(column, place.name)


_REASONS: Final = {
    expat.errors.XML_ERROR_NO_ELEMENTS: ("it ends before it is complete.", "Send the whole file again."),
    expat.errors.XML_ERROR_UNCLOSED_TOKEN: ("it ends before it is complete.", "Send the whole file again."),
    expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT: (
        "something follows after the end of the return.",
        "Send one return a file.",
    ),
    expat.errors.XML_ERROR_TAG_MISMATCH: ("an element is closed that is not the open one.", ASK_SUPPLIER),
    expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE: ("an attribute stands twice in one element.", ASK_SUPPLIER),
    expat.errors.XML_ERROR_UNDEFINED_ENTITY: ("it uses an entity that XML does not know.", ASK_SUPPLIER),
    expat.errors.XML_ERROR_BAD_CHAR_REF: ("it refers to a character that XML does not allow.", ASK_SUPPLIER),
    expat.errors.XML_ERROR_INVALID_TOKEN: ("it has a character where none of its kind may stand.", ASK_SUPPLIER),
}


def _reason(fault: expat.ExpatError, content: bytes) -> tuple[str, str]:
    """Why expat stopped, in the words of a person, and what to do."""
    message = expat.errors.messages.get(fault.code, "")
    if message == expat.errors.XML_ERROR_INVALID_TOKEN:
        lines = re.split(rb"\r\n|\r|\n", content, maxsplit=fault.lineno)  # expat counts a lone CR as an end of line
        control = re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", b"".join(lines[fault.lineno - 1 : fault.lineno]))
        if control:
            return f"it has the control character U+{control[0][0]:04X}.", ASK_SUPPLIER
    return _REASONS.get(message, (f"it is not well-formed XML ({message or fault}).", ASK_SUPPLIER))
