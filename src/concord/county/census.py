"""The School Census an establishment's MIS would export: the frames of `core.returns`, from its holding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from concord.core.returns.model import Header, Return, build
from concord.county.calendar import NEVER, age_on, iso
from concord.county.census_more import more_tables, school
from concord.county.dice import Bools, Ints
from concord.county.establishments import GROUPS
from concord.county.holding import Holding
from concord.county.households import addresses
from concord.county.marks import CODES
from concord.county.numbers import Texts, digits, join

SOFTWARE = {
    "sims": "SYNTHETIC SIMS-LIKE",
    "arbor": "SYNTHETIC ARBOR-LIKE",
    "bromcom": "SYNTHETIC BROMCOM-LIKE",
    "plain": "SYNTHETIC PLAIN",
}
_NURSERY = GROUPS.index("N2")
_INFANTS = (GROUPS.index("R"), GROUPS.index("2"))


def census(held: Holding) -> Return:
    """The return of the holding's term, without planted defects."""
    tables: dict[str, Any] = {
        "school": school(held),
        "pupil": _pupils(held),
        "address": _addresses(held),
        "fsm_period": _meals(held),
        "session": _sessions(held, held.window, held.possible),
        "half_term_2_session": _sessions(held, held.window_half_term_2, held.possible_half_term_2),
        "exclusion": _exclusions(held),
        "sen_need": _needs(held),
    }
    return build(header(held), {**tables, **more_tables(held)})


def header(held: Holding, collection: str = "SC", serial: int = 1) -> Header:
    """The header of a return of the holding."""
    est, term = held.est, held.term
    return Header(
        collection=collection,
        term=term.term,
        year=str(term.collection.year),
        reference_date=term.date.isoformat(),
        source_level="S",
        lea=est.laestab[:3],
        estab=est.estab,
        urn=est.urn,
        software=SOFTWARE[est.mis],
        release=f"{term.collection.year}.{est.index % 3 + 1}",
        xversion="1.0",
        serial=f"{serial:03d}",
        created=f"{iso(np.array([term.census + 4 + est.index % 9]))[0]}T{8 + est.index % 8:02d}:05:00",
    )


def _where(condition: Bools, value: Any) -> Texts:
    chosen: Texts = np.where(condition, value, "")
    return chosen


def _pupils(held: Holding) -> pl.DataFrame:
    rows, many_on = held.rows, len(held.on)
    on = np.arange(len(rows)) < many_on
    columns = (
        _identity(held, rows) | _status(held, rows, on) | _characteristics(held, rows, on) | _attendance(held, rows)
    )
    return pl.DataFrame({"Roll": np.where(on, "on", "off"), **columns}, schema_overrides={}, strict=False).cast(
        pl.String
    )


def _identity(held: Holding, rows: Ints) -> dict[str, Texts]:
    sent, people, person = held.sent, held.people, held.roll.person[rows]
    learner = age_on(people.dob[person], held.term.census) >= 14
    return {
        "UPN": sent.upn[rows],
        "FormerUPN": sent.former_upn[rows],
        "UniqueLearnerNumber": _where(learner & (held.group[rows] >= GROUPS.index("9")), people.uln[person]),
        "Surname": sent.surname[rows],
        "Forename": sent.forename[rows],
        "MiddleNames": people.names.middle[person],
        "PreferredSurname": _where(_on(held, rows), people.names.preferred_surname[person]),
        "FormerSurname": sent.former_surname[rows],
        "DOB": iso(sent.dob[rows]),
        "Sex": np.where(people.sex[person] == 1, "F", "M"),
    }


def _on(held: Holding, rows: Ints) -> Bools:
    return np.arange(len(rows)) < len(held.on)


def _status(held: Holding, rows: Ints, on: Bools) -> dict[str, Texts]:
    est, group = held.est, held.group[rows]
    nursery = group <= _NURSERY
    unit, resourced = held.people.needs.unit, held.people.needs.resourced
    person = held.roll.person[rows]
    return {
        "EnrolStatus": _where(on, held.roll.status[rows]),
        "ClassType": _where(on & (est.phase in ("PS", "NS", "AT")), np.where(nursery, "N", "O")),
        "EntryDate": iso(held.roll.entry[rows]),
        "LeavingDate": _where(~on, iso(np.minimum(held.roll.leave[rows], NEVER - 1))),
        "NCyearActual": _where(on, held.year[rows]),
        "NCyearLeaving": _where(~on & (held.term.term == "AUT"), held.year_left[rows]),
        "PartTime": np.where(nursery, "true", "false"),
        "Boarder": np.full(len(rows), "N"),
        "SENprovision": _where(on, held.sen[rows]),
        "SENunitIndicator": _where(on, np.where(unit[person] & (held.sen[rows] == "E"), "true", "false")),
        "ResourcedProvisionIndicator": _where(
            on, np.where(resourced[person] & (held.sen[rows] == "E"), "true", "false")
        ),
    }


def _characteristics(held: Holding, rows: Ints, on: Bools) -> dict[str, Texts]:
    people, sent, group = held.people, held.sent, held.group[rows]
    person, spring = held.roll.person[rows], held.term.term == "SPR"
    infant = on & (group >= _INFANTS[0]) & (group <= _INFANTS[1])
    eats = (person * 2654435761 % 100) < 84
    plan = held.sen[rows] == "E"
    return {
        "Ethnicity": _where(np.full(len(rows), spring), sent.ethnicity[rows]),
        "Language": sent.language[rows],
        "ServiceChild": _where(on & spring, people.service[person]),
        "YoungCarer": _where(on & spring, people.carer[person]),
        "PLAA": _where(on, people.plaa[person]),
        "SchoolLunchTaken": _where(infant, np.where(eats, "true", "false")),
        "YSSA": _where(on & (held.age[rows] >= 12), np.array(["Yes", "SNR", "UNS", "No"])[person * 40503 % 11 // 3]),
        "TopUpFunding": _where(on, np.where(plan & (person * 31 % 10 < 7), "true", "false")),
        **_early_years(held, rows, on),
        **_sixth_form(held, rows, on),
    }


def _early_years(held: Holding, rows: Ints, on: Bools) -> dict[str, Texts]:
    """Nursery pupils: fifteen hours, and fifteen more for two in five of the older ones, with an eligibility code."""
    group, person = held.group[rows], held.roll.person[rows]
    nursery = on & (group <= _NURSERY)
    more = nursery & (group == _NURSERY) & (person % 5 < 2)
    poor = held.people.homes.poor[held.people.homes.of[person]] < 0.25
    code = join(np.full(len(rows), "500"), digits(person, 8))
    return {
        "FundedHours": _where(nursery, "15.00"),
        "ExtendedHours": _where(more, "15.00"),
        "HoursAtSetting": _where(nursery, np.where(more, "30.00", "15.00")),
        "EligibilityCode": _where(more, code),
        "DAFIndicator": _where(nursery, np.where(held.sen[rows] == "E", "true", "false")),
        "EYPPR": _where(nursery, np.where(poor, "Y", "N")),
        "EYPPBF": _where(nursery & poor, "RE"),
    }


def _sixth_form(held: Holding, rows: Ints, on: Bools) -> dict[str, Texts]:
    """Post-16 study: planned hours and what was reached in English and mathematics (autumn)."""
    person = held.roll.person[rows]
    senior = on & (held.group[rows] >= GROUPS.index("12")) & (held.term.term == "AUT")
    grades = np.array(["9", "8", "7", "6", "5", "5", "4", "4", "4", "3"])
    return {
        "QualHrs": _where(senior, "580"),
        "NonQualHrs": _where(senior, "60"),
        "EnglishGCSEHighestPriorAttainment": _where(senior, grades[person * 7 % 10]),
        "EnglishGCSEPriorAttainmentYear11": _where(senior, "1"),
        "MathsGCSEHighestPriorAttainment": _where(senior, grades[person * 13 % 10]),
        "MathsGCSEPriorAttainmentYear11": _where(senior, "1"),
    }


def _attendance(held: Holding, rows: Ints) -> dict[str, Texts]:
    first, second = held.possible[rows], held.possible_half_term_2[rows]
    return {
        "SessionsPossible": _where(
            (first > 0) | ((second > 0) & (np.arange(len(rows)) >= len(held.on))), first.astype(str)
        ),
        "SummerHalfTerm2SessionsPossible": _where(second > 0, second.astype(str)),
    }


def _sessions(held: Holding, counted: Ints, possible: Ints) -> pl.DataFrame:
    """The count of each code of each pupil with sessions possible, in the order of the codes."""
    table = counted[held.rows].copy()
    table[possible[held.rows] == 0] = 0
    table[:, 0] = 0
    pupil, code = np.nonzero(table)
    return _child(pupil, {"AttendanceReason": np.array(CODES)[code], "Sessions": table[pupil, code].astype(str)})


def _child(pupil: Ints, columns: Mapping[str, Texts]) -> pl.DataFrame:
    texts = {name: pl.Series(name, values, dtype=pl.String, strict=False) for name, values in columns.items()}
    return pl.DataFrame({"pupil": pl.Series(pupil, dtype=pl.UInt32), **texts})


def _addresses(held: Holding) -> pl.DataFrame:
    """Where each pupil lives: the whole address on roll, the postcode of autumn leavers."""
    rows = held.rows
    lives = ~held.people.address_missing[held.roll.person[rows]]
    told = np.flatnonzero(lives & (_on(held, rows) | (held.term.term == "AUT")))
    on = told < len(held.on)
    home = addresses(held.sent.home[rows[told]], held.people.streets)
    known = on & (held.sent.home[rows[told]] % 5 < 4)
    return _child(
        told,
        {
            "SAON": _where(on, home.saon),
            "PAON": _where(on, home.paon),
            "Street": _where(on, home.street),
            "Town": _where(on, home.town),
            "AdministrativeArea": _where(on, "Kent"),
            "PostCode": home.postcode,
            "UniquePropertyReferenceNumber": _where(known, home.uprn),
        },
    )


def _meals(held: Holding) -> pl.DataFrame:
    start, end = (days[held.on] for days in held.fsm)
    told = np.flatnonzero(start < NEVER)
    country = np.full(len(told), "ENG")
    return _child(told, {"FSMstartDate": iso(start[told]), "FSMendDate": held.dates(end[told]), "UKcountry": country})


def _exclusions(held: Holding) -> pl.DataFrame:
    """Suspensions and permanent exclusions that began in the window, of the pupils of the return, in order of pupil
    and day."""
    home = held.sent_home
    place = np.full(len(held.roll.person), -1)
    place[held.rows] = np.arange(len(held.rows))
    first, last = held.term.exclusions
    told = (
        np.flatnonzero((place[home.row] >= 0) & (home.day >= first) & (home.day <= last)) if len(home.row) else home.row
    )
    told = told[np.lexsort((home.at[told], place[home.row[told]]))]
    needs, person = held.people.needs, held.roll.person[home.row[told]]
    changed = needs.changed_on[person] <= home.day[told]
    return _child(
        place[home.row[told]],
        {
            "Category": home.category[told],
            **{f"Reason{at + 1}": home.reasons[told, at] for at in range(3)},
            "StartDate": iso(home.day[told]),
            "Sessions": _where(home.category[told] == "SUSP", home.sessions[told].astype(str)),
            "SENprovision": np.where(changed, needs.after[person], needs.before[person]),
        },
    )


def _needs(held: Holding) -> pl.DataFrame:
    """One or two types of need of pupils with K or E (spring)."""
    rows, person = held.on, held.roll.person[held.on]
    has = (held.sen[rows] != "N") & (held.term.term == "SPR")
    first, second = held.people.needs.first[person], held.people.needs.second[person]
    second = np.where((held.sen[rows] == "E") & (second == "NSA"), "", second)
    one, two = np.flatnonzero(has), np.flatnonzero(has & (second != ""))
    pupil = np.concatenate([one, two])
    rank = np.where(np.arange(len(pupil)) < len(one), "1", "2")
    kind = np.concatenate([first[one], second[two]])
    order = np.lexsort((rank, pupil))
    return _child(pupil[order], {"SENtypeRank": rank[order], "SENtype": kind[order]})
