"""The School Workforce Census of an establishment: its staff, made up from its size and phase."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from concord.core.collection import by_id
from concord.core.returns import Return, build
from concord.county.census import header
from concord.county.dice import Ints, chance, pick, stream
from concord.county.facts import facts, workforce_ethnicities
from concord.county.holding import Holding
from concord.county.names import draw
from concord.county.numbers import Texts, staff_numbers

Row = dict[str, Any]

COLLECTION = "SWF-AUT-2026"
_PUPILS_A_TEACHER = {"PS": 21, "SS": 16.5, "AT": 17, "SP": 7, "PR": 5, "NS": 13}
_PUPILS_AN_ASSISTANT = {"PS": 24, "SS": 60, "AT": 40, "SP": 4, "PR": 8, "NS": 7}
_PAY = {"HDT": ("LD", 74_000), "DHT": ("LD", 62_000), "AHT": ("LD", 55_000), "TCH": ("MS", 41_000)}
_ROLES = {"HDT": "HDTR", "DHT": "DPHT", "AHT": "ASHT", "TCH": "TCHR", "TAS": "TASS", "SUP": "OADM", "SBP": "BUSS"}
_SUPPORT_ROLES = ("OADM", "RECP", "MIDS", "CTKR", "CLNR", "COOK", "FINC", "LIBR")


@dataclass(frozen=True)
class Staff:
    """One row a member of staff."""

    post: Texts
    teacher_number: Texts
    ni: Texts
    surname: Texts
    forename: Texts
    sex: Ints
    ethnicity: Texts
    born: Ints
    started: Ints
    full_time: np.ndarray[tuple[int], np.dtype[np.bool_]]
    ill: Ints
    """Working days lost to one illness; 0 for none."""

    def __len__(self) -> int:
        return len(self.post)


def _posts(held: Holding) -> Texts:
    pupils, phase = max(held.est.pupils, 1), held.est.phase
    teachers = max(3, round(pupils / _PUPILS_A_TEACHER[phase]))
    deputies, assistants = 1 + teachers // 40, teachers // 14
    plain = max(1, teachers - 1 - deputies - assistants)
    helpers = max(2, round(pupils / _PUPILS_AN_ASSISTANT[phase]))
    counts = {
        "HDT": 1,
        "DHT": deputies,
        "AHT": assistants,
        "TCH": plain,
        "TAS": helpers,
        "SBP": 1,
        "SUP": max(2, pupils // 90),
    }
    return np.repeat(list(counts), list(counts.values()))


def staff(held: Holding) -> Staff:
    """The staff of an establishment; the head bears the name of the establishment register."""
    rng = stream(held.seed, "staff", held.est.index)
    post = _posts(held)
    many = len(post)
    origins = facts("names")["origin"]
    origin = pick(rng, [row["weight"] for row in origins], many)
    sex = (rng.random(many) < 0.74).astype(np.int64)
    forename = np.where(sex == 1, draw(rng, "girls", origin), draw(rng, "boys", origin))
    surname = draw(rng, "surnames", origin)
    forename[0], surname[0] = held.est.head_first, held.est.head_last
    number, ni = staff_numbers(rng, many)
    codes = np.array([next(iter(row["ethnicity"])) for row in origins])[origin]
    known = workforce_ethnicities()
    born = rng.integers(-4000, 11_600, many)
    return Staff(
        post=post,
        teacher_number=number,
        ni=ni,
        surname=surname,
        forename=forename,
        sex=sex,
        ethnicity=np.array(
            [code if code in known else "WOTH" if code.startswith("W") else "OOTH" for code in codes.tolist()]
        ),
        born=born,
        started=np.minimum(born + 365 * 22 + rng.integers(0, 4000, many), _day("2026-09-01")),
        full_time=chance(rng, 0.7, many),
        ill=np.where(chance(rng, 0.45, many), rng.integers(1, 14, many), 0),
    )


def _day(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def _date(days: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=days)).isoformat()


def workforce(held: Holding) -> Return:
    """The establishment's School Workforce Census, as the frames of `core.returns`."""
    made = staff(held)
    when = by_id(COLLECTION)
    base = replace(
        header(held), collection="SWF", term="AUT", year=str(when.year), reference_date=when.reference_date.isoformat()
    )
    modules = {"ContractOrServiceIncluded": "true", "AbsencesIncluded": "true", "CurriculumsIncluded": "false"}
    return build(
        replace(base, created=f"{(when.reference_date + timedelta(days=5)).isoformat()}T10:00:00"),
        {
            "modules": [modules | {"QualificationsIncluded": "true"}],
            "member": [_member(made, at) for at in range(len(made))],
            "contract": [_contract(made, at) for at in range(len(made))],
            "role": _roles(made),
            "payment": _payments(made),
            "absence": _absences(made),
            "qualification": [_degree(at) for at in np.flatnonzero(_teaches(made)).tolist()],
            "school": [{"OccasionalTeachersNotQTS": "0", "OccasionalTeachersQTS": "1", "AgencySupportStaff": "0"}],
            "vacancy": _vacancies(held),
        },
    )


def _teaches(made: Staff) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.isin(made.post, ("HDT", "DHT", "AHT", "TCH"))


def _member(made: Staff, at: int) -> Row:
    teacher = bool(_teaches(made)[at])
    row: Row = {
        "PersonFamilyName": str(made.surname[at]),
        "PersonGivenName": str(made.forename[at]),
        "NINumber": str(made.ni[at]),
        "Sex": "F" if made.sex[at] == 1 else "M",
        "PersonBirthDate": _date(int(made.born[at])),
        "Ethnicity": str(made.ethnicity[at]),
        "Disability": "YES" if at % 23 == 11 else "NO",
        "SLT": "true" if made.post[at] in ("HDT", "DHT", "AHT") else "false",
    }
    if teacher:
        row |= {"TeacherNumber": str(made.teacher_number[at]), "QTS": "true", "QTLS": "false", "EYTS": "false"}
    if teacher or made.post[at] == "TAS":
        row["HLTAStatus"] = "true" if made.post[at] == "TAS" and at % 9 == 0 else "false"
    return row


def _contract(made: Staff, at: int) -> Row:
    post = str(made.post[at])
    hours = 32.5 if made.full_time[at] else 19.5
    row: Row = {
        "member": at,
        "ContractType": "FXT" if at % 17 == 5 else "PRM",
        "ContractStart": _date(int(made.started[at])),
        "Post": post,
        "SchoolArrivalDate": _date(int(made.started[at])),
        "DailyRate": "N",
        "LASchoolLevel": "S",
        "HoursPerWeek": f"{hours:.2f}",
        "FTEHours": "32.50",
        "WeeksPerYear": "52.00" if _teaches(made)[at] or at % 3 else "39.00",
    }
    if row["ContractType"] == "FXT":
        row["ContractEnd"] = "2027-08-31"
    if post in _PAY:
        spine, pay = _PAY[post]
        upper = post == "TCH" and made.born[at] < _day("1988-01-01")
        base = pay + (8_000 if upper else at * 137 % 5_000)
        row |= {"PayRange": "UP" if upper else spine, "BasePay": f"{base:.2f}", "SafeguardedSalary": "false"}
        row |= {"PayRangeMinimum": f"{pay - 4_000:.2f}", "PayRangeMaximum": f"{pay + 14_000:.2f}"}
    if post in ("HDT", "DHT", "AHT", "TCH", "TAS"):
        row["Origin"] = "NOTKNW"
    return row


def _roles(made: Staff) -> list[Row]:
    """A role for each contract; one teacher is the SENCO as well."""
    rows = []
    for at, post in enumerate(made.post.tolist()):
        role = _SUPPORT_ROLES[at % len(_SUPPORT_ROLES)] if post == "SUP" else _ROLES[post]
        rows.append({"member": at, "contract": at, "RoleIdentifier": role})
    senco = made.post.tolist().index("TCH")
    return [*rows[: senco + 1], {"member": senco, "contract": senco, "RoleIdentifier": "SENC"}, *rows[senco + 1 :]]


def _payments(made: Staff) -> list[Row]:
    """A teaching and learning responsibility payment for one teacher in six."""
    paid = [at for at, post in enumerate(made.post.tolist()) if post == "TCH" and at % 6 == 0]
    return [{"member": at, "contract": at, "PaymentType": "TLE", "PaymentAmount": "3527.00"} for at in paid]


def _absences(made: Staff) -> list[Row]:
    """Illnesses of the academic year before, of working days counted from a Monday on."""
    rows = []
    for at in np.flatnonzero((made.ill > 0) & (made.post != "SUP") & (made.started < _day("2025-09-01"))).tolist():
        first = date(2025, 11, 3) + timedelta(weeks=at % 5)
        lost = int(made.ill[at])
        last = first + timedelta(days=(lost - 1) // 5 * 7 + (lost - 1) % 5)
        row = {"member": at, "FirstDayOfAbsence": first.isoformat(), "LastDayOfAbsence": last.isoformat()}
        rows.append(row | {"WorkingDaysLost": f"{lost}.0", "AbsenceCategory": "SIC"})
    return rows


def _degree(at: int) -> Row:
    return {
        "member": at,
        "QualificationCode": "BEDO",
        "ClassOfDegree": str(1 + at % 4),
        "QualificationSubject": "100511",
        "QualVerified": "true",
    }


def _vacancies(held: Holding) -> list[Row]:
    if held.est.index % 4:
        return []
    return [
        {"VacantPost": "TCH", "SubjectCode": "MAT", "Tenure": "P", "TemporarilyFilled": "true", "Advertised": "true"}
    ]
