"""Guidance on a collection, from its own dates and rules: it can never say another day than the program keeps."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from django.utils.text import slugify

from concord.core.collection import Collection, by_id, collections
from concord.core.shelf import shelf
from concord.core.trouble import Trouble
from concord.desk import gate, standings
from concord.desk.pdf import render


@dataclass(frozen=True, slots=True)
class Section:
    id: str
    heading: str
    paragraphs: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    table: None = None


@dataclass(frozen=True, slots=True)
class Guide:
    title: str
    collection: str
    sections: list[Section]
    updated: date | None = None
    pdf: str = ""


def every() -> list[dict[str, str]]:
    """The guides there are, the newest collection first."""
    return [
        {"title": one.title, "href": f"/guidance/{one.id}", "hint": f"Census day {_day(one.reference_date)}"}
        for one in sorted(collections().values(), key=lambda one: one.reference_date, reverse=True)
    ]


def of(collection_id: str) -> Guide:
    """The guide of one collection."""
    one = by_id(collection_id)
    sections = [_dates(one), _who(), _steps(), *_systems(), _reading(), _comparing()]
    written = [system.as_of for system in systems()]
    return Guide(one.title, one.id, sections, max(written, default=None), pdf="?format=pdf")


@dataclass(frozen=True, slots=True)
class System:
    """How a file is made in one kind of management information system: ours to keep right, and dated."""

    name: str
    steps: list[str]
    note: str
    as_of: date
    tag: str


@cache
def systems() -> tuple[System, ...]:
    """The entries of `codesets/guidance/mis.toml`, in its order."""
    path = shelf("codesets") / "guidance" / "mis.toml"
    try:
        return tuple(System(**entry) for entry in tomllib.loads(path.read_text("utf-8"))["mis"])
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as fault:
        raise Trouble(
            "The guidance for school systems cannot be read.",
            why=f"{path.name}: {type(fault).__name__}: {fault}.",
            todo="Each [[mis]] needs name, steps, note, as_of and tag.",
        ) from fault


def _systems() -> list[Section]:
    return [_system(one) for one in systems()]


def _system(one: System) -> Section:
    known = "" if one.tag == "V" else " and not confirmed by its supplier; tell us where a step has changed"
    lines = [one.note, f"Written {_day(one.as_of)}{known}."]
    return Section(f"system-{slugify(one.name)}", f"Making the file in {one.name}", lines, one.steps)


def document(collection_id: str) -> bytes:
    """The guide of one collection as PDF, to be printed and handed round."""
    guide, today = of(collection_id), gate.today()
    sections = [{"heading": one.heading, "paragraphs": one.paragraphs, "steps": one.steps} for one in guide.sections]
    return render(
        "guide",
        {
            "title": f"Guide to the {guide.title}",
            "authority": {"name": standings.agreement().terms.authority.name},
            "made": {"year": today.year, "month": today.month, "day": today.day},
            "foot": f"{guide.title}, as it stood on {_day(today)}",
            "sections": sections,
        },
    )


def _day(on: date) -> str:
    return f"{on:%-d %B %Y}"


def _dates(one: Collection) -> Section:
    lines = [f"Census day is {_day(one.reference_date)}.", f"The return is due by {_day(one.deadline)}."]
    if one.deadline_tag != "V":
        lines.append("The deadline is the local authority's working date; the DfE's own may differ.")
    lines += [
        f"{name.replace('_', ' ').capitalize()}: {_day(window.first)} to {_day(window.last)}."
        for name, window in one.windows.items()
    ]
    return Section("dates", "Dates", lines)


def _who() -> Section:
    return Section(
        "who",
        "Who does what",
        steps=[
            "The school's data manager makes the file in the MIS, corrects errors there and answers queries.",
            "The head teacher checks the summary, signs off and submits.",
            "A maintained school's return is approved by the local authority. An academy sends its own return to the "
            "DfE, and a copy of the final file here.",
        ],
    )


def _steps() -> Section:
    return Section(
        "steps",
        "Sending the file",
        steps=[
            "Run the census routine of your MIS for this collection and save its XML file.",
            "Open the return from your home page and send the file, or let the courier send it.",
            "Correct errors in the MIS, make the file again and send it again. Notes on queries are kept.",
            "When no error is left and every query has a note, the head teacher signs off.",
        ],
    )


def _reading() -> Section:
    return Section(
        "reading",
        "Reading what the check found",
        [
            "An error breaks a rule and must be corrected. A query is unusual: correct it, or say in a note why it is "
            "right.",
            "Each finding names the rule, the pupil's UPN, the data item and the line of the file, and says what to "
            "do.",
            "“Loaded” does not mean “submitted”: the return counts as sent only when the head teacher has signed it "
            "off.",
        ],
    )


def _comparing() -> Section:
    return Section(
        "comparing",
        "What other schools' returns say",
        [
            "Once your file is checked it is held against the returns that have arrived: the same pupil on two rolls, a"
            " dual registration only one school knows, a leaver on nobody's roll, a pupil of the last census named by"
            " nobody.",
            "You see only your own pupils, and another school's name only where the agreement allows it.",
            "Agree with the other school who returns the pupil, correct the record in your system, and send the file"
            " again. The question falls when the two returns agree.",
        ],
    )
