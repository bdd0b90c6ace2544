"""The rest of an establishment's School Census: itself, its classes, post-16 study and alternative provision."""

from __future__ import annotations

from typing import Any

import numpy as np

from concord.county.calendar import NEVER, iso, next_open
from concord.county.establishments import GROUPS
from concord.county.holding import Holding

Rows = list[dict[str, Any]]

_AIMS = ("60311648", "60312513", "60314327", "60314960", "60315150", "60316014", "60316592", "60317043")
"""Qualification numbers in the form of QN; which qualification each is plays no part."""


def more_tables(held: Holding) -> dict[str, Rows]:
    """The smaller tables, those that are not collected in the term left out."""
    spring = held.term.term == "SPR"
    tables = {"ap_provision": _alternative(held), "school_arranged_ap": _arranged(held)}
    if held.term.term == "AUT":
        tables["learning_aim"] = _aims(held)
    else:
        tables |= {"funding_basis": _two_year_olds(held), "learner_support": _support(held)}
    return tables | (
        {"class": _classes(held), "childcare": _childcare(held), "special_provision": _provided(held)} if spring else {}
    )


def school(held: Holding) -> Rows:
    """The establishment's own row, with the spring's counts."""
    est = held.est
    row = {
        "SchoolName": est.name,
        "Phase": est.phase,
        "Type": est.census_type,
        "HighestNCyearGroup": GROUPS[est.high_group],
        "LowestNCyearGroup": GROUPS[est.low_group],
        "Intake": est.intake,
        "Governance": est.governance,
        "PhoneNo": f"01632960{est.index % 1000:03d}",
        "Email": f"office@{est.folder}.example.org",
    }
    return [row | (_spring(held) if held.term.term == "SPR" else {})]


def _spring(held: Holding) -> dict[str, str]:
    est = held.est
    eligible = int((held.fsm[0][held.on] < NEVER).sum())
    row = {
        "FreeMealsTaken": str(eligible * 4 // 5),
        "PartTimeNotIn": "0",
        "PrivateStudy": "0",
        "PupilsAtOtherSchool": "0",
    }
    if est.phase == "SP":
        row |= {"Accommodation": "D", "MaxDayPupils": str(est.capacity), "MaxBoarders": "0"}
        row |= {
            f"{end}{sex}Age": str(age)
            for sex in ("Male", "Female")
            for end, age in (("Min", est.low_age), ("Max", est.high_age))
        }
    lodged = est.index % 9
    for stage, has in (
        ("Secondary", est.high_group >= GROUPS.index("7")),
        ("Infants", est.low_group <= GROUPS.index("R")),
    ):
        if has and est.phase in ("PS", "SS", "AT"):
            heard = lodged * 2 // 3
            counts = (lodged, lodged - heard, heard, heard // 3, heard - heard // 3)
            row |= {
                f"{stage}{what}": str(n)
                for what, n in zip(("Lodged", "Withdrawn", "Heard", "Upheld", "Rejected"), counts, strict=True)
            }
    return row


def _classes(held: Holding) -> Rows:
    """One class as taught for each thirty pupils of a year group."""
    rows: Rows = []
    stages = {**dict.fromkeys(("N1", "N2", "R"), "F"), "1": "1", "2": "1", **dict.fromkeys("3456", "2")}
    for group in range(held.est.low_group, min(held.est.high_group, GROUPS.index("6")) + 1):
        pupils = int((held.group[held.on] == group).sum())
        classes = -(-pupils // 30)
        for at in range(classes):
            size = pupils // classes + (at < pupils % classes)
            row = {
                "ClassName": f"{GROUPS[group]}{'ABCDEFGHIJKL'[at % 12]}",
                "Teachers": "1",
                "NonTeachers": "1",
                "HomePupils": str(size),
            }
            row |= {
                "GuestPupils": "0",
                "ClassActivity": "OT",
                "Category": "O",
                "KeyStage": stages[GROUPS[group]],
                "YearGroup": GROUPS[group],
            }
            rows.append(row)
    return rows


def _childcare(held: Holding) -> Rows:
    if held.est.phase != "PS":
        return []
    row = {
        "TypeOfChildcare": "A",
        "OnSite": "Y",
        "ChildcareProvider": "SCH",
        "OpeningTime": "15:20",
        "ClosingTime": "17:45",
    }
    return [
        row
        | {
            "ChildcareWksOpen": "38",
            "NoOfChildcarePlaces": "30",
            "ChildcarePlacesAvailability": "YES",
            "OtherSchools": "N",
        }
    ]


def _provided(held: Holding) -> Rows:
    kinds = ("ASD", "SEMH", "SLD", "PMLD", "MLD", "SLCN")
    mine = (kinds[held.est.index % 6], kinds[(held.est.index + 1) % 6])
    return [{"SpecialSchoolType": kind} for kind in mine] if held.est.phase == "SP" else []


def _aims(held: Holding) -> Rows:
    """Three aims a sixth-former, for two years from September of year 12."""
    rows: Rows = []
    for place in np.flatnonzero(held.group[held.on] >= GROUPS.index("12")).tolist():
        person = int(held.roll.person[held.on[place]])
        first = 2026 if held.group[held.on[place]] == GROUPS.index("12") else 2025
        start = max(
            int(held.roll.entry[held.on[place]]),
            int(next_open(np.array([np.datetime64(f"{first}-09-01", "D").astype(int)]))[0]),
        )
        for at in range(3):
            row = {"pupil": place, "QN": _AIMS[(person + at) % len(_AIMS)], "CoreAim": "true" if at == 0 else "false"}
            row |= {
                "LearningStartDate": str(iso(np.array([start]))[0]),
                "LearningPlannedEndDate": f"{first + 2}-06-30",
                "LearningAimStatus": "1",
            }
            rows.append(row)
    return rows


def _alternative(held: Holding) -> Rows:
    """Why each pupil of a PRU or alternative provision academy was admitted (enrolment status C)."""
    if held.est.phase != "PR":
        return []
    reasons = ("PEX", "PEX", "OTH", "MHN", "PHN", "NEW", "EHC")
    single = np.flatnonzero(held.roll.status[held.on] == "C").tolist()
    return [
        {
            "pupil": place,
            "PrevURN": str(118000 + int(held.roll.person[held.on[place]]) % 500),
            "APReason": reasons[int(held.roll.person[held.on[place]]) % len(reasons)],
            "SENprovisionEntry": str(held.people.needs.before[held.roll.person[held.on[place]]]),
        }
        for place in single
    ]


def _arranged(held: Holding) -> Rows:
    """A few older pupils are placed elsewhere by their establishment for some sessions a week."""
    if held.est.phase not in ("SS", "AT"):
        return []
    fits = (held.group[held.on] >= GROUPS.index("9")) & (held.group[held.on] <= GROUPS.index("11"))
    rows: Rows = []
    for place in np.flatnonzero(fits & (held.roll.person[held.on] % 211 == 7)).tolist():
        at = held.on[place]
        entry = next_open(np.array([max(int(held.roll.entry[at]), held.term.census - 40)]))
        need = str(held.sen[at])
        row = {
            "pupil": place,
            "UKPRN": "10089999",
            "EntryDate": str(iso(entry)[0]),
            "APSessionsPerWeek": "4",
            "APSettingType": "NFE",
        }
        row |= {
            "PlacementReason": "BHS",
            "SENprovisionEntry": need,
            "APAttendancePattern": "PT",
            "APPlacementPostcode": held.est.postcode,
        }
        rows.append(row)
    return rows


def _two_year_olds(held: Holding) -> Rows:
    young = np.flatnonzero(held.group[held.on] == GROUPS.index("N1")).tolist()
    return [{"pupil": place, "FundingBasis": "ECO"} for place in young]


def _support(held: Holding) -> Rows:
    """A bursary for one sixth-former in twelve."""
    senior = (held.group[held.on] >= GROUPS.index("12")) & (held.roll.person[held.on] % 12 == 0)
    return [{"pupil": place, "SupportCode": "55"} for place in np.flatnonzero(senior).tolist()]
