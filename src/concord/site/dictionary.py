"""The data dictionary: every data item that is read or written, and every code, as the program holds them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from concord.core import codesets
from concord.core.agreement.load import load
from concord.core.codesets import Code, CodeSet
from concord.core.returns import DataItem, Layout, layout
from concord.core.returns.layout import Child
from concord.core.returns.places import ROOTS
from concord.core.shelf import shelf

KINDS: Final = {"SC": "School Census", "SWF": "School Workforce Census", "CTF": "Common Transfer File"}
_LONG: Final = 60
"""Codes of a set from which they are counted, and the file named they lie in."""
_HEAD: Final = """\
# Data dictionary

What the program reads, checks and writes. Made from `codesets/data_items/` and `codesets/` by
`python -m concord.site.documents`: change those files, not this page.

- **place**: under its table's element in the XML. A name after *also* is read too, and never written.
- **terms**: those of a pupil on roll; after a stroke, those of a pupil no longer on roll.
- **category**: the agreement's category of an item of that name, from which follows who may see it.
  `–`: the agreement names it in none.
- **tag**: V seen in a source of the DfE's or a supplier's, V-impl seen in working code, K from knowledge and to be
  confirmed.
"""


def data_dictionary() -> str:
    """The page in Markdown."""
    lines = [_HEAD]
    categories = _categories()
    for kind, title in KINDS.items():
        plan = layout(kind)
        lines += [
            f"## {title} (`{kind}`)",
            "",
            f"{sum(1 for _ in plan.items)} data items in {len(plan.tables)} tables.",
            "",
        ]
        for table in plan.tables:
            lines += _table(plan, table, categories)
    lines += ["## Code sets", "", *_code_sets()]
    return "\n".join(lines).rstrip() + "\n"


def _categories() -> dict[str, str]:
    """The agreement's category of each data item."""
    agreement = load(shelf("agreements") / "kent-2022")
    return {item: one.id for one in agreement.categories.values() for item in one.items}


def _table(plan: Layout, name: str, categories: dict[str, str]) -> Iterator[str]:
    table = plan[name]
    places = [f"`{ROOTS[plan.kind]}/{'/'.join(path)}`" for rows in table.rows.values() for path in rows]
    inside = [f"`{parent}`" for parent in plan.parents(name)]
    where = ", ".join(places) or f"in each row of {' and '.join(inside)}"
    yield from (f"### {table.title} (`{name}`)", "", f"Rows: {where}.", "")
    yield "| data item | place | kind | terms | category | tag |"
    yield "|---|---|---|---|---|---|"
    for one in table.content:
        if isinstance(one, Child):
            yield f"| *rows of* `{one.table}` | `{'/'.join(one.at)}` | | | | {one.tag} |"
        else:
            yield _item(plan.kind, one, categories.get(one.name, "–"))
    yield ""


def _item(kind: str, item: DataItem, category: str) -> str:
    place = f"`{'/'.join(item.at)}`" + "".join(f", also `{'/'.join(path)}`" for path in item.also)
    terms = (
        "" if kind == "CTF" else " ".join(sorted(item.on)) + (f" / {' '.join(sorted(item.off))}" if item.off else "")
    )
    days = "".join((f" from {item.since}" if item.since else "", f" to {item.until}" if item.until else ""))
    return f"| `{item.name}` | {place} | {_kind(item)} | {terms}{days} | {category} | {item.tag} |"


def _kind(item: DataItem) -> str:
    """`code of sex`, `whole number from 0`, `date`, `text (upn)`."""
    if item.codes:
        return f"code of [{item.codes}](#{item.codes})"
    words = {"integer": "whole number", "boolean": "true or false"}.get(item.type, item.type)
    words += f" from {item.min}" if item.min is not None else ""
    words += f" to {item.max}" if item.max is not None else ""
    return words + (f" ({item.form.replace('_', ' ')})" if item.form else "")


def _code_sets() -> Iterator[str]:
    sets = codesets.load()
    for name in sorted(sets):
        yield from _code_set(sets[name])


def _code_set(one: CodeSet) -> Iterator[str]:
    yield from (f"### {one.name}", "", f"{one.title}. Source: {one.source} [{one.tag}]. {one.note}".rstrip(), "")
    if len(one.codes) > _LONG:
        yield from (f"{len(one.codes)} codes, which the files in `codesets/` list.", "")
        return
    yield from ("| code | meaning | in force |", "|---|---|---|", *(_code(code) for code in one.codes), "")


def _code(code: Code) -> str:
    first, last = (
        (f"from {code.valid_from}" if code.valid_from else ""),
        (f"to {code.valid_to}" if code.valid_to else ""),
    )
    label = code.label.replace("|", "\\|")
    shown = code.code.replace("|", "\\|").replace("`", "'")
    return f"| `{shown}` | {label} | {' '.join(part for part in (first, last) if part)} |"
