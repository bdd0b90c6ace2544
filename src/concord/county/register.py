"""The establishment register: an extract with GIAS's column names, and the links between an establishment and its
forerunner."""

from __future__ import annotations

from datetime import date

import polars as pl

from concord.county.establishments import GROUPS, Conversion, Establishment
from concord.county.facts import facts

_REASON_OPENED = {
    "34": "Academy Converter",
    "44": "Academy Converter",
    "42": "Academy Converter",
    "28": "Academy Sponsor Led",
}


def gias(establishments: list[Establishment]) -> pl.DataFrame:
    """One row a URN: every establishment, and the maintained one that each converted academy was before."""
    rows = [_row(est) for est in establishments]
    rows += [_forerunner(est, est.conversion) for est in establishments if est.conversion is not None]
    return pl.DataFrame(sorted(rows, key=lambda row: (row["EstablishmentNumber"], row["URN"])))


def links(establishments: list[Establishment]) -> pl.DataFrame:
    """Predecessor and successor links, both ways, as GIAS gives them."""
    rows: list[dict[str, str]] = []
    for est in establishments:
        if est.conversion is not None:
            rows += _pair(est.urn, est.conversion.urn, est.conversion.on)
        if est.predecessor and est.closed is None:
            rows += _pair(est.urn, est.predecessor, est.opened)
    schema = dict.fromkeys(("URN", "LinkURN", "LinkType", "LinkEstablishedDate"), pl.String)
    return pl.DataFrame(rows, schema=schema)


def _pair(heir: str, before: str, on: date) -> list[dict[str, str]]:
    names = ("URN", "LinkURN", "LinkType", "LinkEstablishedDate")
    told = _date(on)
    return [
        dict(zip(names, row, strict=True))
        for row in ((heir, before, "Predecessor", told), (before, heir, "Successor", told))
    ]


def _date(value: date | None) -> str:
    return value.strftime("%d-%m-%Y") if value else ""


def _row(est: Establishment) -> dict[str, str]:
    closed = est.closed is not None
    opening = _REASON_OPENED.get(est.type_code, "") if est.conversion else ""
    return {
        **_identity(est, est.urn, est.name, est.type_code),
        "EstablishmentStatus (code)": "2" if closed else "1",
        "EstablishmentStatus (name)": "Closed" if closed else "Open",
        "ReasonEstablishmentOpened (name)": opening
        or ("Amalgamation/Merger" if est.predecessor and not closed else ""),
        "OpenDate": _date(est.opened),
        "ReasonEstablishmentClosed (name)": "Closure" if closed else "",
        "CloseDate": _date(est.closed),
        **_nature(est),
        "Trusts (code)": est.trust_code,
        "Trusts (name)": est.trust,
        **_place(est),
        "UKPRN": est.ukprn,
    }


def _forerunner(est: Establishment, before: Conversion) -> dict[str, str]:
    return {
        **_identity(est, before.urn, before.name, before.type_code),
        "EstablishmentStatus (code)": "2",
        "EstablishmentStatus (name)": "Closed",
        "ReasonEstablishmentOpened (name)": "",
        "OpenDate": "01-09-1974",
        "ReasonEstablishmentClosed (name)": "Academy Converter",
        "CloseDate": _date(date.fromordinal(before.on.toordinal() - 1)),
        **_nature(est),
        "Trusts (code)": "",
        "Trusts (name)": "",
        **_place(est),
        "UKPRN": "",
    }


def _identity(est: Establishment, urn: str, name: str, type_code: str) -> dict[str, str]:
    type_name, group_code, group_name, _ = facts("establishments")["types"][type_code]
    return {
        "URN": urn,
        "LA (code)": est.laestab[:3],
        "LA (name)": "Kent",
        "EstablishmentNumber": est.estab,
        "EstablishmentName": name,
        "TypeOfEstablishment (code)": type_code.zfill(2),
        "TypeOfEstablishment (name)": type_name,
        "EstablishmentTypeGroup (code)": group_code,
        "EstablishmentTypeGroup (name)": group_name,
    }


def _nature(est: Establishment) -> dict[str, str]:
    nursery = est.low_group < GROUPS.index("R")
    sixth = est.high_group > GROUPS.index("11") and est.phase in ("SS", "AT")
    return {
        "PhaseOfEducation (code)": str(est.gias_phase),
        "PhaseOfEducation (name)": facts("establishments")["phases"][str(est.gias_phase)],
        "StatutoryLowAge": str(est.low_age),
        "StatutoryHighAge": str(est.high_age),
        "Boarders (name)": "No boarders",
        "NurseryProvision (name)": "Has Nursery Classes" if nursery else "No Nursery Classes",
        "OfficialSixthForm (name)": "Has a sixth form" if sixth else "Does not have a sixth form",
        "Gender (name)": est.gender,
        "SchoolCapacity": str(est.capacity),
        "NumberOfPupils": str(est.pupils) if est.closed is None else "",
    }


def _place(est: Establishment) -> dict[str, str]:
    return {
        "DistrictAdministrative (code)": est.district_code,
        "DistrictAdministrative (name)": est.district,
        "Town": est.town,
        "Postcode": est.postcode,
        "HeadFirstName": est.head_first,
        "HeadLastName": est.head_last,
    }
