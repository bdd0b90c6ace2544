"""Defects planted in a clean return: each breaks one rule of the DfE, in a pupil of its own, and is told in the truth.

Rule numbers are those of formats 3.2; where the DfE's number is not known `rule` is empty and the item says what is
wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from concord.core.returns.model import Return
from concord.core.trouble import Trouble
from concord.county.calendar import Term, day
from concord.county.dice import Ints, pick, stream
from concord.county.facts import facts
from concord.county.holding import Holding
from concord.county.numbers import ALPHABET, with_letter
from concord.county.untidy import Planted

Spoilt = Mapping[str, str | None]


@dataclass
class Scene:
    """A return being spoiled: its values, the changes so far, and the pupils that bear a defect already."""

    ret: Return
    held: Holding
    rng: np.random.Generator
    edits: dict[tuple[str, str], dict[int, str | None]] = field(default_factory=dict)
    borne: set[int] = field(default_factory=set)
    _columns: dict[tuple[str, str], list[str | None]] = field(default_factory=dict)

    @property
    def term(self) -> Term:
        return self.held.term

    def column(self, table: str, item: str) -> list[str | None]:
        key = (table, item)
        if key not in self._columns:
            self._columns[key] = self.ret.tables[table][item].to_list()
        return self._columns[key]

    def value(self, table: str, item: str, row: int) -> str:
        return self.column(table, item)[row] or ""

    def pupil_of(self, table: str, row: int) -> int:
        return row if table == "pupil" else int(self.ret.tables[table]["pupil"][row])


@dataclass(frozen=True)
class Defect:
    """One way to break a rule. `fits` says whether a row can bear it; `spoil` gives the items' new values."""

    rule: str
    kind: str
    table: str
    item: str
    weight: float
    fits: Callable[[Scene, int], bool]
    spoil: Callable[[Scene, int], Spoilt]
    terms: str = "AUT SPR SUM"


def _on(scene: Scene, row: int) -> bool:
    return scene.value("pupil", "Roll", row) == "on"


def _off(scene: Scene, row: int) -> bool:
    return not _on(scene, row)


def _has_upn(scene: Scene, row: int) -> bool:
    return len(scene.value("pupil", "UPN", row)) == 13


def _moved(text: str, days: int) -> str:
    return str(np.datetime64(text, "D") + days)


def _wrong_letter(scene: Scene, row: int) -> Spoilt:
    upn = scene.value("pupil", "UPN", row)
    return {"UPN": ALPHABET[(ALPHABET.index(upn[0]) + 1 + int(scene.rng.integers(22))) % 23] + upn[1:]}


def _twin_upn(scene: Scene, row: int) -> Spoilt:
    """The UPN of the next pupil on roll that bears no defect, which is then borne by both."""
    many = len(scene.column("pupil", "UPN"))
    other = next(
        at % many for at in range(row + 1, row + many) if at % many not in scene.borne and _has_upn(scene, at % many)
    )
    scene.borne.add(other)
    return {"UPN": scene.value("pupil", "UPN", other)}


def _far_la(scene: Scene, row: int) -> Spoilt:
    """An LA number that was never given, with the right check letter."""
    return {"UPN": str(with_letter(np.array(["999" + scene.value("pupil", "UPN", row)[4:]]))[0])}


def _letter_inside(scene: Scene, row: int) -> Spoilt:
    upn = scene.value("pupil", "UPN", row)
    return {"UPN": upn[:6] + "X" + upn[7:]}


def _bad_last(scene: Scene, row: int) -> Spoilt:
    return {"UPN": scene.value("pupil", "UPN", row)[:12] + "IOS"[int(scene.rng.integers(3))]}


def _bad_uln(scene: Scene, row: int) -> Spoilt:
    uln = scene.value("pupil", "UniqueLearnerNumber", row)
    return {"UniqueLearnerNumber": uln[:9] + str((int(uln[9]) + 1 + int(scene.rng.integers(8))) % 10)}


def _has(table: str, item: str) -> Callable[[Scene, int], bool]:
    return lambda scene, row: bool(scene.value(table, item, row))


def _older(scene: Scene, row: int) -> bool:
    return scene.value("pupil", "NCyearActual", row) in ("3", "4", "5", "6", "7", "8", "9", "10", "11")


def _attended(scene: Scene, row: int) -> bool:
    return _on(scene, row) and bool(scene.value("pupil", "SessionsPossible", row))


def _early_meals(scene: Scene, row: int) -> bool:
    start = scene.value("fsm_period", "FSMstartDate", row)
    return day(start) < scene.term.fsm[0] - 40


def _permanent(scene: Scene, row: int) -> bool:
    return scene.value("exclusion", "Category", row) == "PERM"


def _set(item: str, value: str | None) -> Callable[[Scene, int], Spoilt]:
    return lambda scene, row: {item: value}


def _at(item: str, days: Callable[[Term], int]) -> Callable[[Scene, int], Spoilt]:
    return lambda scene, row: {item: _moved("1970-01-01", days(scene.term))}


_P, _ULN = "pupil", "UniqueLearnerNumber"
DEFECTS = (
    Defect("1500", "upn_missing", _P, "UPN", 5, _has_upn, _set("UPN", None)),
    Defect("1510", "upn_check_letter", _P, "UPN", 8, _has_upn, _wrong_letter),
    Defect("1520", "upn_twice", _P, "UPN", 4, _has_upn, _twin_upn),
    Defect("1530", "upn_la_unknown", _P, "UPN", 3, _has_upn, _far_la),
    Defect("1540", "upn_letter_inside", _P, "UPN", 2, _has_upn, _letter_inside),
    Defect("1550", "upn_last_character", _P, "UPN", 2, _has_upn, _bad_last),
    Defect("1570", "uln_missing", _P, _ULN, 7, _has(_P, _ULN), _set(_ULN, None)),
    Defect("1575", "uln_check_digit", _P, _ULN, 4, _has(_P, _ULN), _bad_uln),
    Defect("1741", "service_child_code", _P, "ServiceChild", 4, _on, _set("ServiceChild", "X"), "SPR"),
    Defect("1762", "fsm_after_census", "fsm_period", "FSMstartDate", 5, _has("fsm_period", "FSMstartDate"),
           lambda scene, row: {"FSMstartDate": _moved("1970-01-01", scene.term.census + 5), "FSMendDate": None}),
    Defect("1763", "fsm_before_window", "fsm_period", "FSMendDate", 4, _early_meals,
           _at("FSMendDate", lambda term: term.fsm[0] - 21)),
    Defect("1851", "funded_hours_too_old", _P, "FundedHours", 2, _older, _set("FundedHours", "15.00")),
    Defect("1854", "setting_hours_too_old", _P, "HoursAtSetting", 2, _older, _set("HoursAtSetting", "15.00")),
    Defect("1880", "entry_after_census", _P, "EntryDate", 5, _on, _at("EntryDate", lambda term: term.census + 11)),
    Defect("1920", "left_before_entry", _P, "LeavingDate", 4, _off,
           lambda scene, row: {"LeavingDate": _moved(scene.value("pupil", "EntryDate", row), -5)}),
    Defect("2265", "reason_ended", "exclusion", "Reason1", 2, _has("exclusion", "Reason1"), _set("Reason1", "OT")),
    Defect("2280", "no_reason", "exclusion", "Reason1", 4, _has("exclusion", "Reason1"),
           _set("Reason1", None)),
    Defect("2290", "permanent_outside_window", "exclusion", "StartDate", 2, _permanent,
           _at("StartDate", lambda term: term.exclusions[0] - 40)),
    Defect("2470", "boarder_with_sessions", _P, "Boarder", 3, _attended, _set("Boarder", "B")),
    Defect("2510", "sessions_possible_missing", _P, "SessionsPossible", 3, _off, _set("SessionsPossible", None)),
    Defect("", "surname_missing", _P, "Surname", 2, _on, _set("Surname", None)),
    Defect("", "dob_missing", _P, "DOB", 2, _on, _set("DOB", None)),
    Defect("", "sex_code", _P, "Sex", 2, _on, _set("Sex", "X")),
    Defect("", "language_code", _P, "Language", 3, _on, _set("Language", "QQQ")),
    Defect("", "sen_code", _P, "SENprovision", 2, _on, _set("SENprovision", "Z")),
    Defect("", "year_group_code", _P, "NCyearActual", 2, _on, _set("NCyearActual", "16")),
    Defect("", "postcode_form", "address", "PostCode", 3, _has("address", "PostCode"), _set("PostCode", "ME1")),
)  # fmt: skip
"""Item-level defects, with how often each is chosen (DESIGN)."""


def _rows_of(scene: Scene, defect: Defect) -> Ints:
    return scene.rng.permutation(scene.ret.tables[defect.table].height)


def _spoil(scene: Scene, defect: Defect, row: int) -> Planted:
    new = dict(defect.spoil(scene, row))
    if defect.kind == "no_reason":
        new |= {"Reason2": None, "Reason3": None}
    before = scene.value(defect.table, defect.item, row)
    for item, value in new.items():
        scene.edits.setdefault((defect.table, item), {})[row] = value
    pupil = scene.pupil_of(defect.table, row)
    scene.borne.add(pupil)
    person = int(scene.held.roll.person[scene.held.rows[pupil]])
    told = (defect.kind, scene.held.est.laestab, person, defect.item, before, new[defect.item] or "")
    return Planted(*told, defect.rule)


def _choose(scene: Scene, many: int) -> list[Planted]:
    """As many defects, each of a kind drawn by weight, in the first fitting row of a random order that bears none
    yet."""
    kinds = [defect for defect in DEFECTS if scene.term.term in defect.terms]
    queues = {defect.kind: iter(_rows_of(scene, defect).tolist()) for defect in kinds}
    planted: list[Planted] = []
    while len(planted) < many and kinds:
        defect = kinds[int(pick(scene.rng, [kind.weight for kind in kinds], 1)[0])]
        row = next((at for at in queues[defect.kind] if _free(scene, defect, at)), None)
        if row is None:
            kinds.remove(defect)
        else:
            planted.append(_spoil(scene, defect, row))
    return planted


def _free(scene: Scene, defect: Defect, row: int) -> bool:
    room = defect.kind != "upn_twice" or len(scene.borne) + 2 <= len(scene.column("pupil", "UPN"))
    return room and scene.pupil_of(defect.table, row) not in scene.borne and defect.fits(scene, row)


def _edited(ret: Return, edits: Mapping[tuple[str, str], Mapping[int, str | None]]) -> Return:
    tables = dict(ret.tables)
    for (table, item), changes in edits.items():
        values = tables[table][item].to_list()
        for row, value in changes.items():
            values[row] = value
        tables[table] = tables[table].with_columns(pl.Series(item, values, dtype=pl.String))
    return replace(ret, tables=tables)


def _wholesale(ret: Return, held: Holding, rng: np.random.Generator) -> tuple[Return, list[Planted]]:
    """A mistake of the whole return, which is a query: no answers asked for, or no free meals entered."""
    laestab = held.est.laestab
    if ret.tables["pupil"]["YSSA"].null_count() < ret.tables["pupil"].height and rng.random() < 0.6:
        pupil = ret.tables["pupil"].with_columns(pl.lit(None, pl.String).alias("YSSA"))
        return replace(ret, tables={**ret.tables, "pupil": pupil}), [
            Planted("no_yssa", laestab, -1, "YSSA", "", "", "1780Q")
        ]
    if ret.tables["fsm_period"].height:
        none = ret.tables["fsm_period"].clear()
        return replace(ret, tables={**ret.tables, "fsm_period": none}), [
            Planted("no_fsm", laestab, -1, "FSMstartDate", "", "", "1760Q")
        ]
    return ret, []


def plant(ret: Return, held: Holding, scale: float) -> tuple[Return, list[Planted]]:
    """The return with a believable number of defects: about half of returns have none, a few have several."""
    rates = facts("rates")["defects"]
    rng = stream(held.seed, "defects", held.est.index, held.term.name)
    dice, query = rng.random(), rng.random() < rates["with_queries"] * min(scale, 1.0) * 0.3
    several = dice < rates["several"] * scale
    few = dice < (rates["several"] + rates["few"]) * scale
    many = int(rng.integers(4, 13)) if several else int(rng.integers(1, 4)) if few else 0
    spoiled, told = _wholesale(ret, held, rng) if query else (ret, [])
    scene = Scene(spoiled, held, rng)
    planted = _choose(scene, min(many, spoiled.tables["pupil"].height // 4))
    return _edited(spoiled, scene.edits), told + planted


def plant_many(ret: Return, held: Holding, many: int) -> tuple[Return, list[Planted]]:
    """The return with exactly `many` defects; raises `Trouble` where it has too few pupils to bear them."""
    scene = Scene(ret, held, stream(held.seed, "many defects", held.est.index, held.term.name))
    planted = _choose(scene, many)
    if len(planted) < many:
        raise Trouble(
            f"{many} defects do not fit into {ret.tables['pupil'].height} pupils.",
            todo="Ask for fewer defects or more pupils.",
        )
    return _edited(ret, scene.edits), planted
