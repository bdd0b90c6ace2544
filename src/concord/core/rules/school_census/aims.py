"""Learning aims, programme aims and work placements of the sixth form (autumn)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from concord.core.rules.columns import absent, age, day, flag, given, repeated, setting, text
from concord.core.rules.rule import Rule
from concord.core.rules.shapes import OWN, coded, dated, error, needed, patterned, query, truth, unasked, whole

_L: Final = "learning_aim"
_G: Final = "programme_aim"
_W: Final = "work_placement"
_AUT: Final = ("AUT",)
_NOT_AUT: Final = ("SPR", "SUM")
_QN: Final = r"^[0-9A-Z]{8}$"
_STUDY: Final = "Check the record of the pupil's programme of study in the MIS's post-16 screens."


@dataclass(frozen=True)
class _Aim:
    """A kind of aim: its table, its name, the stem of its dates, its status, the number its codes follow."""

    table: str
    kind: str
    stem: str
    status: str
    codes: int

    def code(self, number: int) -> str:
        return f"C{self.codes + number}"

    @property
    def dates(self) -> tuple[str, str, str]:
        return f"{self.stem}StartDate", f"{self.stem}PlannedEndDate", f"{self.stem}ActualEndDate"

    @property
    def reason(self) -> str:
        return self.status.replace("Status", "WithdrawalReason")


def _items(aim: _Aim) -> list[Rule]:
    """What each item of an aim must be."""
    code, table, kind = aim.code, aim.table, aim.kind
    start, planned, actual = aim.dates
    number = f"qualification number of the {kind}"
    weight = needed(code(1), table, "QN", number, terms=_AUT, severity="query" if table == _G else "error")
    withdrawing = f"reason for withdrawing from the {kind}"
    return [
        weight,
        patterned(code(2), table, "QN", number, _QN, "eight digits or capital letters", terms=_AUT),
        needed(code(3), table, start, f"start of the {kind}", terms=_AUT),
        dated(code(4), table, start, f"start of the {kind}", terms=_AUT),
        needed(code(5), table, planned, f"planned end of the {kind}", terms=_AUT),
        dated(code(6), table, planned, f"planned end of the {kind}", terms=_AUT),
        dated(code(7), table, actual, f"actual end of the {kind}", terms=_AUT),
        needed(code(8), table, aim.status, f"status of the {kind}", terms=_AUT),
        coded(code(9), table, aim.status, f"status of the {kind}", "aim_status", terms=_AUT),
        coded(code(10), table, aim.reason, withdrawing, "aim_withdrawal_reason", terms=_AUT),
        coded(code(11), table, "ProgType", f"programme type of the {kind}", "programme_type", terms=_AUT),
    ]


def _sense(aim: _Aim) -> list[Rule]:
    """How the items of an aim must go together."""
    start, planned, actual = aim.dates
    status, reason, kind, today = aim.status, aim.reason, aim.kind, setting("census_day")
    over = text(status).is_in(["2", "3", "4"])
    rows: tuple[tuple[int, str, pl.Expr, str], ...] = (
        (12, f"{planned} {start}", day(planned) < day(start), f"The {kind} is planned to end before it starts."),
        (13, f"{actual} {start}", day(actual) < day(start), f"The {kind} ended before it started."),
        (14, start, day(start) > today, f"The {kind} starts after census day."),
        (15, actual, day(actual) > today, f"The {kind} ended after census day."),
        (
            16,
            f"{reason} {status}",
            (text(status) == "3") & absent(reason),
            f"The {kind} was withdrawn from, and no reason is given.",
        ),
        (
            17,
            f"{reason} {status}",
            (text(status) != "3") & given(reason),
            f"A reason for withdrawing, and the {kind} was not withdrawn from.",
        ),
        (18, f"{actual} {status}", over & absent(actual), f"The {kind} is over, and its actual end is missing."),
        (
            19,
            f"{actual} {status}",
            (text(status) == "1") & given(actual),
            f"The {kind} goes on, and has an actual end.",
        ),
        (20, f"QN {start}", repeated("QN", start, within="pid"), f"The same {kind} stands twice."),
    )
    return [
        error(aim.code(at), aim.table, items, broken, message, _STUDY, terms=_AUT)
        for at, items, broken, message in rows
    ]


_AIMS: Final = (
    _Aim(_L, "learning aim", "Learning", "LearningAimStatus", 1440),
    _Aim(_G, "programme aim", "Programme", "ProgrammeAimStatus", 1500),
)
_AIM_SENSE: Final = [
    truth("C1471", _L, "CoreAim", "core aim indicator", terms=_AUT),
    patterned(
        "C1472",
        _L,
        "PartnerUKPRN",
        "partner's provider number",
        r"^1\d{7}$",
        "eight digits beginning with 1",
        terms=_AUT,
        source=OWN,
    ),
    unasked("C1473", _L, "QN LearningStartDate", "learning aim", terms=_NOT_AUT),
    unasked("C1474", _G, "QN ProgrammeStartDate", "programme aim", terms=_NOT_AUT),
    query(
        "C1475",
        _L,
        "LearningPlannedEndDate LearningAimStatus",
        (day("LearningPlannedEndDate") < setting("census_day")) & (text("LearningAimStatus") == "1"),
        "The learning aim goes on after its planned end.",
        "Enter its end and how it ended, or a later planned end.",
        terms=_AUT,
    ),
    query(
        "C1476",
        _L,
        "CoreAim LearningAimStatus",
        flag("CoreAim") & (text("LearningAimStatus") == "3") & (text("pupil.Roll") == "on"),
        "The core aim was withdrawn from, and the pupil is on roll.",
        "Mark the aim that takes its place as the core aim.",
        terms=_AUT,
    ),
    query(
        "C1477",
        _L,
        "LearningStartDate",
        (age("pupil.DOB") < 15) & given("LearningStartDate"),
        "A learning aim for a pupil under 15.",
        "Learning aims are collected for the sixth form.",
        terms=_AUT,
    ),
]

_PLACED: Final = [
    needed("C1481", _W, "WPstartDate", "start of the work placement", terms=_AUT),
    dated("C1482", _W, "WPstartDate", "start of the work placement", terms=_AUT),
    dated("C1483", _W, "WPendDate", "end of the work placement", terms=_AUT),
    needed("C1484", _W, "WPhours", "hours of the work placement", terms=_AUT),
    whole("C1485", _W, "WPhours", "hours of the work placement", 1, 9999, terms=_AUT),
    needed("C1486", _W, "WPmode", "mode of the work placement", terms=_AUT),
    coded("C1487", _W, "WPmode", "mode of the work placement", "work_placement_mode", terms=_AUT),
    error(
        "C1488",
        _W,
        "WPendDate WPstartDate",
        day("WPendDate") < day("WPstartDate"),
        "The work placement ends before it starts.",
        _STUDY,
        terms=_AUT,
    ),
    unasked("C1489", _W, "WPstartDate WPhours", "work placement", terms=_NOT_AUT),
]

RULES: Final[list[Rule]] = [
    *(rule for aim in _AIMS for rule in (*_items(aim), *_sense(aim))),
    *_AIM_SENSE,
    *_PLACED,
]
