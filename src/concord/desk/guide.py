"""Guidance on a collection, from its own dates and rules: it can never say another day than the program keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from concord.core.collection import Collection, by_id, collections


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
    return Guide(one.title, one.id, [_dates(one), _who(), _steps(), _reading()])


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
