"""Made-up data for every part and page: nothing, one and many of each. No name here is anybody's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms

from concord.web.forms import govuk
from concord.web.parts.chart import Bar, BarChart, LineChart
from concord.web.parts.table import Cell, Column, Download, Filter, Table
from concord.web.parts.year import Kind, SchoolDay, Year

NOW = datetime(2027, 1, 21, 16, 30, tzinfo=UTC)
TODAY = NOW.date()
CLAUSE_2D = "The school sends updates of pupil data on a schedule; identified professionals may see it."
DOWNLOADS = (Download("CSV", "#csv"), Download("XLSX", "#xlsx"))
PLACES = (
    "Ashdene Primary",
    "Brookmere Academy",
    "St Elfreda's CofE Primary",
    "Larkfell Grammar",
    "Otterpool Free School",
)


@dataclass(frozen=True)
class Refused:
    """Shaped like `core.agreement.Refusal`."""

    ref: str = "7f3a-0192"
    flow: str = "orchestra-feed"
    clause: str = "2f"
    reason: str = "no-agreement"
    says: str = "An academy's census copy is shared only while its agreement is in force."
    missing: str = "Brookmere Academy has not signed the agreement."
    remedy: str = "The head teacher can sign it on the academy's Agreement page."
    establishment: str = "886/4002"


def duties(count: int) -> list[dict[str, Any]]:
    shown = []
    for at in range(count):
        due = TODAY + timedelta(days=at * 6 - 8)
        late = max((TODAY - due).days, 0)
        why = "12 queries have no note; the return cannot be submitted until each has one."
        title = f"School Census Spring 2027, {PLACES[at % 5]}"
        shown.append(
            {"title": title, "action": "Answer 12 queries", "href": "#", "due": due, "days_late": late, "why": why}
        )
    return shown


def returns_table(count: int, **given: Any) -> Table:
    states = ("nothing_yet", "loaded", "submitted", "sent_back", "approved")
    rows = []
    for at in range(count):
        name = Cell(PLACES[at % 5], href="#", hint=f"886/{2001 + at}")
        queries = Cell(at % 17, href="#", about=f"queries of {PLACES[at % 5]}")
        received = NOW - timedelta(hours=at * 7) if at % 5 else None
        rows.append([name, Cell(None, state=states[at % 5]), received, at % 7, queries])
    options = [(state, state.replace("_", " ").capitalize(), 118) for state in states]
    known: dict[str, Any] = {
        "caption": "Returns",
        "columns": [
            Column("name", "Establishment", sortable=True),
            Column("state", "State", sortable=True),
            Column("received", "Received", sortable=True),
            Column("errors", "Errors", numeric=True, sortable=True),
            Column("queries", "Queries without a note", numeric=True),
        ],
        "rows": rows,
        "sort": "-received",
        "filters": [Filter("state", "State", options, ("submitted",)), Filter("phase", "Phase", [("PS", "Primary")])],
        "count": 590 if count > 1 else count,
        "of": ("return", "returns"),
        "next_cursor": "abc" if count > 1 else "",
        "downloads": DOWNLOADS if count else (),
        "as_at": NOW,
        "nothing": "No return matches. Clear the filters to see all 590.",
    }
    return Table(**(known | given))


def bars(focus: str = "", count: int = 5) -> BarChart:
    values = (61.2, 34.0, "c", 12.5, None)
    named = zip(
        ("Education welfare officer", "SEN caseworker", "Admissions officer", "MI officer", "Virtual school"),
        values,
        strict=True,
    )
    return BarChart(
        title="Education welfare officers looked most often",
        sentence="Of 1,204 looks in the autumn term, 61.2% were by education welfare officers.",
        alt="Bar chart of looks by role. Education welfare officers lead with 61.2%.",
        category="Role",
        measure="Share of looks",
        bars=[Bar(label, value, "of 1,204" if value == 61.2 else "") for label, value in list(named)[:count]],  # type: ignore[arg-type]
        unit="%",
        focus=focus,
        downloads=DOWNLOADS,
    )


def lines(series: int = 3, floor: float = 80) -> LineChart:
    held: list[tuple[str, list[Any]]] = [
        ("This school", [94.1, 93.2, 92.8, "c", 93.9, 94.4]),
        ("District", [93.0, 92.6, 92.9, 92.4, 93.1, 93.5]),
        ("County", [92.8, 92.5, 92.6, 92.0, 92.9, 93.2]),
        ("National", [91.1, 90.9, 91.3, 90.8, 91.5, 91.9]),
    ]
    return LineChart(
        title="Attendance rose in both terms and stays above the county's",
        sentence="94.4% of possible sessions were attended in the last week, against 93.2% in the county.",
        alt="Line chart of weekly attendance. The school ends at 94.4%, above the county at 93.2%.",
        category="Week",
        points=["5 Oct", "12 Oct", "19 Oct", "2 Nov", "9 Nov", "16 Nov"],
        series=held[:series],
        unit="%",
        floor=floor,
        downloads=DOWNLOADS,
        id="lines",
    )


def year(weeks: int = 39) -> Year:
    kinds: tuple[Kind, ...] = ("present", "authorised", "unauthorised", "late", "elsewhere", "closed", "unknown")
    days, on, seed = [], date(2026, 9, 1), 7
    while len({day.on - timedelta(days=day.on.weekday()) for day in days}) < weeks or on.weekday():
        if not weeks:
            break
        holiday = date(2026, 10, 26) <= on <= date(2026, 10, 30) or date(2026, 12, 21) <= on <= date(2027, 1, 1)
        if on.weekday() < 5 and not holiday:
            seed = (seed * 1103515245 + 12345) % 2**31
            mark = kinds[(seed >> 16) % 7] if (seed >> 8) % 9 == 0 else "present"
            days.append(SchoolDay(on, mark, "present" if mark == "late" else mark))
        on += timedelta(days=1)
    return Year(days, who="Isla", sentence="Absences fall on Mondays and Fridays.")


def events(count: int = 4) -> list[dict[str, Any]]:
    told = [
        {"title": "Deadline", "on": date(2027, 2, 10), "to_come": True},
        {"title": "Submitted", "on": NOW, "by": "R. Okafor, head teacher", "words": "14 queries explained."},
        {
            "title": "Checked",
            "on": NOW - timedelta(hours=3),
            "by": "the hub",
            "words": "No errors, 14 queries.",
            "href": "#",
        },
        {
            "title": "Received",
            "on": NOW - timedelta(hours=3, minutes=2),
            "by": "the courier",
            "clause": "2d",
            "clause_words": CLAUSE_2D,
        },
    ]
    return told[:count]


def facts(count: int = 4) -> list[dict[str, Any]]:
    whom = "of 590 establishments expected"
    told = [(142, "returns received"), (38, "approved"), (9, "late"), (61, "with queries nobody explained")]
    return [{"number": n, "of_what": what, "of_whom": whom, "as_at": NOW, "href": "#"} for n, what in told[:count]]


def facts_of_a_pupil() -> list[dict[str, Any]]:
    source = {"source": "Ashdene Primary", "on": date(2026, 10, 7), "history_url": "#"}
    return [
        {"key": "Name", "value": "Isla Quennell-Abara", **source},
        {"key": "Former name", "value": None, **source},
        {"key": "Date of birth", "value": date(2018, 3, 4), **source},
        {
            "key": "Postcode",
            "value": "ZZ99 3WZ",
            "source": "Local authority",
            "on": date(2026, 11, 2),
            "history_url": "#",
        },
    ]


class Signing(govuk.GovukForm):
    """Every kind of field there is."""

    name = forms.CharField(label="Full name of the signatory")
    position = forms.ChoiceField(
        label="Position held", choices=[("", ""), ("head", "Head teacher"), ("chair", "Chair of governors")]
    )
    signed = govuk.DateField(what="date of signing", label="Date of signing", help_text="For example, 21 1 2027")
    ico = forms.CharField(label="ICO registration number", help_text="It starts with Z and has 7 more characters")
    install = forms.ChoiceField(
        label="May the support contractor install the courier?",
        choices=[("no", "No"), ("yes", "Yes, for 14 days")],
        widget=forms.RadioSelect,
    )
    packs = forms.MultipleChoiceField(
        label="Which packs do you want?",
        choices=[("sheet", "School Summary Sheet"), ("survey", "Destination survey")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(
        label="Anything we should know", widget=govuk.CountedTextarea, max_length=200, required=False
    )
    notice = govuk.FileField(what="your privacy notice", label="Privacy notice", kinds=(".pdf", ".docx"), megabytes=2)
    agreed = forms.BooleanField(
        label="I have read the agreement and may sign for this establishment",
        error_messages={"required": "Confirm that you may sign"},
    )


class SignIn(govuk.GovukForm):
    email = forms.EmailField(label="E-mail address")
    password = forms.CharField(label="Password", widget=forms.PasswordInput)


class Explain(govuk.GovukForm):
    reason = forms.ChoiceField(
        label="Reason",
        choices=[("a", "Checked and correct"), ("b", "Pupil moved from abroad")],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="Note", widget=govuk.CountedTextarea, max_length=1000, help_text="Give no names")


class Find(govuk.GovukForm):
    who = forms.CharField(label="Name or UPN")
    born = govuk.DateField(what="date of birth", label="Date of birth, if you know it", required=False)


class Upload(govuk.GovukForm):
    file = govuk.FileField(
        what="your School Census file", label="School Census file (XML)", kinds=(".xml",), megabytes=50
    )
