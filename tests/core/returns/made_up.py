"""Made-up returns for the tests of this room: any values, any nesting, nobody's data."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from concord.core.returns import Header, Return, build, layout
from concord.core.returns.writing import census_day

AWKWARD = [
    "O'Neill",
    "<script>",
    "=1+1",
    "a &amp; b",
    "&",
    "\u202eabc\u2066",
    "  ",
    " x ",
    "İ",
    "\u0301e",
    "]]>",
    "\U0001f600",
    "a\nb",
    "a\rb",
]
NAMES = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=12),
)


def header(kind: str = "SC", term: str = "AUT", year: str = "2026", **more: str) -> Header:
    days = {"AUT": f"{year}-10-01", "SPR": f"{year}-01-21", "SUM": f"{year}-05-20"}
    told = {"reference_date": days[term], "source_level": "S", "lea": "886", "estab": "2001", "serial": "001"} | more
    if kind == "CTF":
        told = {"lea": "886", "estab": "2001", "destination_lea": "886", "destination_estab": "4001"} | more
    return Header(kind, term if kind == "SC" else "", year, **told)


@st.composite
def made_up_returns(draw: st.DrawFn, kind: str = "SC") -> Return:
    """Returns whose rows have only items their census collects, so that writing leaves nothing out."""
    top = header(kind, draw(st.sampled_from(["AUT", "SPR", "SUM"])) if kind == "SC" else "AUT")
    plan, tables, owners = layout(kind), {}, {}
    for name in plan.tables:
        tables[name] = draw(_rows(top, name, owners))
        owners[name] = tables[name]
    return build(top, tables)


@st.composite
def _rows(draw: st.DrawFn, top: Header, table: str, owners: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    plan = layout(top.kind)
    most = 1 if table in ("school", "modules", "la") else 3
    rows = []
    for number in range(draw(st.integers(0, most))):
        links = draw(_links(top, table, owners))
        if links is None:
            continue
        row: dict[str, Any] = {"row": number, **links}
        roll = links.get("roll") or ("on" if "off" not in plan[table].rows else draw(st.sampled_from(["on", "off"])))
        row.pop("roll", None)
        if "off" in plan[table].rows:
            row["Roll"] = roll
        row |= draw(_values(top, table, roll))
        rows.append(row)
    return rows


@st.composite
def _links(draw: st.DrawFn, top: Header, table: str, owners: dict[str, list[dict[str, Any]]]) -> dict[str, Any] | None:
    """Links to one owner and what that one lies in; None where no owner's census collects such rows."""
    plan, term = layout(top.kind), top.term or "AUT"
    if not plan.parents(table):
        return {}
    choices = []
    for parent in plan.parents(table):
        child = next(one for one in plan[parent].children if one.table == table)
        for owner in owners[parent]:
            roll = _roll(owner, owners, plan.root)
            if child.collected(term, roll):
                inherited = {link: owner[link] for link in plan.links(parent) if owner.get(link) is not None}
                own = {parent: owner["row"]} if parent in plan.links(table) else {}
                choices.append({k: v for k, v in (inherited | own).items() if k in plan.links(table)} | {"roll": roll})
    return draw(st.sampled_from(choices)) if choices else None


def _roll(owner: dict[str, Any], owners: dict[str, list[dict[str, Any]]], root: str) -> Any:
    if "Roll" in owner:
        return owner["Roll"]
    person = next((one for one in owners.get(root, []) if one["row"] == owner.get(root)), {})
    return person.get("Roll", "on")


@st.composite
def _values(draw: st.DrawFn, top: Header, table: str, roll: Any) -> dict[str, str]:
    term, day = top.term or "AUT", census_day(top)
    names = [item.name for item in layout(top.kind)[table].items if item.collected(term, day, roll)]
    chosen = draw(st.lists(st.sampled_from(names), unique=True, max_size=6)) if names else []
    for name in [one for one in chosen if one[-1] in "23"]:  # a second value stands after a first
        first = name[:-1] + ("1" if name.startswith("Reason") else "")
        if first in names and not name.startswith("Reason"):
            chosen += [one for one in (first, name[:-1] + "2") if one in names and one not in chosen]
    return {name: draw(NAMES) for name in chosen}
