"""The case files of the rules: each changes a return in which no rule is broken, and says what must be found.

A case has `pass`, `fail` and `edge`. `change` sets items (`"pupil.0.UPN" = "…"`, empty for absent; a place beyond
the last
row adds one), `drop` leaves out tables or rows, `repeat` copies a row with its children, `phase` sets the
establishment's
phase; `previous`, `capacity`, `elsewhere` say what is known around it; `file` of a
header is the name of the file. `fail` (and an `edge` that expects it) names
the row.
"""

from __future__ import annotations

import copy
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import polars as pl

from concord.core.collection import by_id
from concord.core.returns import Header, Layout, Return, layout
from concord.core.rules import Finding, Setting, Surroundings, check, rule_of, setting_for, setting_of

CASES: Final = Path(__file__).resolve().parents[2] / "cases"
COLLECTIONS: Final = {"AUT": "SC-AUT-2026", "SPR": "SC-SPR-2027", "SUM": "SC-SUM-2027", "SWF": "SWF-AUT-2026"}
"""The collection that each base return answers."""
BASES: Final = dict.fromkeys(("AUT", "SPR", "SUM"), "SC") | {"SWF": "SWF", "CTF": "CTF"}
"""The kind of each base return; a CTF answers no collection."""
FOLDERS: Final = {"SC": "school_census", "SWF": "workforce", "CTF": "ctf"}
Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Side:
    """One of the three: what is changed, and whether the rule must then be found broken."""

    code: str
    name: str
    base: str
    broken: bool
    told: dict[str, Any]


def case_files(kind: str) -> dict[str, Path]:
    return {path.stem: path for path in sorted((CASES / FOLDERS[kind]).glob("*.toml"))}


def sides(path: Path) -> list[Side]:
    told = tomllib.loads(path.read_text("utf-8"))
    shared = {key: told[key] for key in ("phase",) if key in told}
    return [
        Side(told["rule"], name, told["base"], told[name].get("expect", name) == "fail", shared | told[name])
        for name in ("pass", "fail", "edge")
    ]


@cache
def base(kind: str, name: str) -> tuple[dict[str, str], Rows]:
    tables = tomllib.loads((CASES / FOLDERS[kind] / "base" / f"{name}.toml").read_text("utf-8"))
    return tables.pop("header"), tables


def changed(kind: str, side: Side) -> Return:
    """The base return with the side's changes made."""
    header, tables = copy.deepcopy(base(kind, side.base))
    if "phase" in side.told:
        tables["school"][0]["Phase"] = side.told["phase"]
    for place, value in side.told.get("change", {}).items():
        _change(header, tables, place, value)
    for place in side.told.get("drop", ()):
        _drop(tables, place)
    for place, times in side.told.get("repeat", {}).items():
        _repeat(tables, place, times)
    plan = layout(kind)
    name = header.pop("file", "")
    return Return(Header(**header), {each: _frame(plan, each, rows) for each, rows in tables.items()}, name=name)


def _frame(plan: Layout, table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """The rows in the order of the case, as a reader would give them."""
    schema = {name: dtype for name, dtype in plan.schema(table).items() if any(name in row for row in rows)}
    named = {name: [None if row.get(name) == "" else row.get(name) for row in rows] for name in schema}
    strange = {name for row in rows for name in row} - set(schema)
    assert not strange, f"no items of {table}: {strange}"
    return pl.DataFrame({"row": range(len(rows)), **named}, schema={"row": pl.UInt32, **schema})


def _drop(tables: Rows, place: str) -> None:
    """Leave out a row (the last, where it has children) or a whole table, and the rows that belong to it."""
    table, _, at = place.partition(".")
    tables[table] = [row for number, row in enumerate(tables.get(table, [])) if at and number != int(at)]
    for rows in tables.values():
        rows[:] = [row for row in rows if table not in row or (at and row[table] != int(at))]


def _change(header: dict[str, str], tables: Rows, place: str, value: Any) -> None:
    table, at, item = place.split(".")
    if table == "header":
        header[item] = value
        return
    rows = tables.setdefault(table, [])
    if int(at) >= len(rows):
        rows.append(dict.fromkeys(("pupil",), 0) if rows and "pupil" in rows[0] else {})
    rows[int(at)][item] = value


def _repeat(tables: Rows, place: str, times: int) -> None:
    table, at = place.split(".")
    for _ in range(times):
        number = len(tables[table])
        tables[table].append(dict(tables[table][int(at)]))
        for rows in tables.values():
            rows += [row | {table: number} for row in rows if row.get(table) == int(at)]


def surroundings(side: Side) -> Surroundings:
    elsewhere = side.told.get("elsewhere")
    return Surroundings(
        side.told.get("previous"), side.told.get("capacity"), None if elsewhere is None else frozenset(elsewhere)
    )


@cache
def _setting(collection: str) -> Setting:
    return setting_of(by_id(collection))


def setting(ret: Return, side: Side) -> Setting:
    around = {ret.header.laestab: surroundings(side)}
    if ret.header.kind == "CTF":
        return setting_for(ret.header, around)
    whole = _setting(COLLECTIONS[side.base])
    return Setting(whole.days, whole.codes, whole.thresholds, around)


def found(kind: str, side: Side) -> list[Finding]:
    """What the rule of the case finds in the changed return; the rule must be able to run."""
    ret = changed(kind, side)
    outcome = check(ret, setting(ret, side), [rule_of(side.code)])
    assert not outcome.could_not_run, outcome.could_not_run
    assert outcome.rules_run == 1, f"rule {side.code} is not asked of this return"
    return outcome.findings
