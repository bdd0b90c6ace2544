"""Common Transfer Files: what an establishment sends after its leavers, to their next one or to nowhere known."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from lxml import etree

from concord.county.calendar import NEVER, Term, iso, term
from concord.county.contacts import Contacts, contacts
from concord.county.dice import Ints
from concord.county.holding import Holding
from concord.county.households import Addresses, addresses
from concord.county.marks import NUMBER, columns_between, counts, possible
from concord.county.places import HERE, ONWARD, UNKNOWN

LOST, OUTSIDE = "XXXXXXX", "MMMMMMM"
"""Destinations nobody knows, and those outside the maintained system (formats 4.1)."""

_UNAUTHORISED = [NUMBER[code] for code in ("O", "U", "N", "G")]
_AUTHORISED = [NUMBER[code] for code in ("I", "M", "C", "E", "S", "R", "T", "C2", "J1")]


def leavers(held: Holding) -> Ints:
    """The enrolments that ended since the census before, pupils of school age."""
    since = held.term.fsm[0]
    gone = (held.roll.leave >= since) & (held.roll.leave < held.term.census) & (held.claimed_until < held.term.census)
    return np.flatnonzero(gone & (held.leads_to != ONWARD))


def transfers(held: Holding, goes_to: dict[int, str]) -> Iterator[tuple[str, bytes]]:
    """Each file's name and content. `goes_to` is the seven-digit number of the next establishment of each person
    who has one."""
    rows = leavers(held)
    target = np.array([_target(held, row, goes_to) for row in rows.tolist()], dtype=object)
    for to in sorted(set(target.tolist())):
        name = f"{held.est.folder}_CTF_{to}_001.xml"
        yield name, _document(held, rows[target == to], to)


def _target(held: Holding, row: int, goes_to: dict[int, str]) -> str:
    if held.leads_to[row] == UNKNOWN:
        return LOST
    return goes_to.get(int(held.roll.person[row]), OUTSIDE) if held.leads_to[row] == HERE else OUTSIDE


def _text(parent: etree._Element, name: str, value: object) -> None:
    if str(value):
        etree.SubElement(parent, name).text = str(value)


def _all(parent: etree._Element, **items: object) -> etree._Element:
    for name, value in items.items():
        _text(parent, name, value)
    return parent


def _document(held: Holding, rows: Ints, to: str) -> bytes:
    root = etree.Element("CTfile")
    head = etree.SubElement(root, "Header")
    _all(
        head, DocumentName="Common Transfer File", CTFversion="26.0", DateTime=f"{held.term.date.isoformat()}T12:00:00"
    )
    _all(head, DocumentQualifier="full", SupplierID=f"SYN-{held.est.mis.upper()}")
    source = etree.SubElement(head, "SourceSchool")
    _all(
        source,
        LEA=held.est.laestab[:3],
        Estab=held.est.estab,
        URN=held.est.urn,
        SchoolName=held.est.name,
        AcademicYear=held.term.collection.academic_year[:4],
    )
    _all(etree.SubElement(head, "DestSchool"), LEA=to[:3], Estab=to[3:])
    body = etree.SubElement(root, "CTFpupilData")
    home = addresses(held.sent.home[rows], held.people.streets)
    people = contacts(held.people, held.roll.person[rows])
    for place, row in enumerate(rows.tolist()):
        _pupil(etree.SubElement(body, "Pupil"), held, row, place, (home, people))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _pupil(node: etree._Element, held: Holding, row: int, place: int, about: tuple[Addresses, Contacts]) -> None:
    home, people = about
    sent, person = held.sent, int(held.roll.person[row])
    sex = "F" if held.people.sex[person] == 1 else "M"
    uln = held.people.uln[person] if held.age[row] >= 14 else ""
    _all(node, UPN=sent.upn[row], UniqueLearnerNumber=uln, Surname=sent.surname[row], Forename=sent.forename[row])
    _all(node, DOB=iso(sent.dob[row : row + 1])[0], Sex=sex)
    _basic(etree.SubElement(node, "BasicDetails"), held, row, person)
    _meals(node, held, row)
    care = "true" if held.people.looked_after[person] else "false"
    _all(
        etree.SubElement(node, "LookedAfter"), InCare=care, CareAuthority=held.est.laestab[:3] if care == "true" else ""
    )
    _needs(node, held, row, person)
    _address(node, home, place)
    _contacts(node, people, place)
    _attended(node, held, row)
    _history(node, held, row)


def _basic(node: etree._Element, held: Holding, row: int, person: int) -> None:
    names = held.people.names
    _all(node, FormerUPN=held.sent.former_upn[row], PreferredSurname=names.preferred_surname[person])
    _all(
        node,
        FormerSurname=held.sent.former_surname[row],
        MiddleNames=names.middle[person],
        NCyearActual=held.year_left[row],
    )
    _all(node, Ethnicity=held.sent.ethnicity[row], EthnicitySource="P")
    _all(
        etree.SubElement(etree.SubElement(node, "Languages"), "Type"),
        LanguageType="F",
        Language=held.sent.language[row],
    )
    _all(node, MedicalFlag="false", EnrolStatus=held.roll.status[row])


def _meals(node: etree._Element, held: Holding, row: int) -> None:
    start, end = (days[row : row + 1] for days in held.fsm)
    if start[0] < NEVER:
        instance = etree.SubElement(etree.SubElement(node, "FSMhistory"), "FSMinstance")
        _all(instance, FSMstartDate=iso(start)[0], FSMendDate=held.dates(end)[0], UKcountry="ENG")


def _needs(node: etree._Element, held: Holding, row: int, person: int) -> None:
    history = etree.SubElement(node, "SENhistory")
    start = iso(held.roll.entry[row : row + 1])[0]
    _all(etree.SubElement(history, "SEN"), StartDate=start, SENprovision=held.sen[row])
    needs = held.people.needs
    if held.sen[row] != "N":
        kinds = etree.SubElement(history, "SENneeds")
        for rank, kind in ((1, needs.first[person]), (2, needs.second[person])):
            if kind:
                _all(etree.SubElement(kinds, "SENneed"), SENtypeRank=rank, SENtype=kind)


def _address(node: etree._Element, home: Addresses, place: int) -> None:
    address = etree.SubElement(node, "Address")
    lines = etree.SubElement(address, "BS7666Address")
    _all(lines, SAON=home.saon[place], PAON=home.paon[place], Street=home.street[place], Town=home.town[place])
    _text(lines, "UniquePropertyReferenceNumber", home.uprn[place])
    _text(address, "PostCode", home.postcode[place])


def _contacts(node: etree._Element, people: Contacts, place: int) -> None:
    every = etree.SubElement(node, "Contacts")
    for at in np.flatnonzero(people.row == place).tolist():
        one = etree.SubElement(every, "Contact")
        _all(
            one,
            Order=people.order[at],
            Title=people.title[at],
            Surname=people.surname[at],
            Forename=people.forename[at],
        )
        _all(one, Sex=people.sex[at], Relationship=people.relationship[at])
        _text(one, "Responsibility", "true" if people.responsible[at] == "Y" else "false")
        _all(etree.SubElement(etree.SubElement(one, "Phones"), "Phone"), TelephoneType="M", PhoneNo=people.phone[at])
        _text(one, "Email", people.email[at])


def _year_before(when: Term) -> slice:
    """The sessions of the academic year the leaver was in."""
    autumn = term("AUT-2026")
    first = when.census - 400 if when.name == autumn.name else autumn.age_date + 1
    return columns_between(first, autumn.age_date if when.name == autumn.name else when.census)


def _attended(node: etree._Element, held: Holding, row: int) -> None:
    counted = counts(held.marks[row : row + 1, _year_before(held.term)])
    many = int(possible(counted)[0])
    authorised, unauthorised = int(counted[0, _AUTHORISED].sum()), int(counted[0, _UNAUTHORISED].sum())
    year = etree.SubElement(etree.SubElement(node, "Attendance"), "YearData")
    _all(year, Year=held.term.collection.year, LEA=held.est.laestab[:3], Estab=held.est.estab, SchoolName=held.est.name)
    _all(year, SessionsPossible=many, SessionsAuthorised=authorised, SessionsAttended=many - authorised - unauthorised)
    _text(year, "SessionsUnauthorised", unauthorised)


def _history(node: etree._Element, held: Holding, row: int) -> None:
    one = etree.SubElement(etree.SubElement(node, "SchoolHistory"), "School")
    _all(one, LEA=held.est.laestab[:3], Estab=held.est.estab, SchoolName=held.est.name)
    _all(
        one,
        EntryDate=iso(held.roll.entry[row : row + 1])[0],
        LeavingDate=iso(held.roll.leave[row : row + 1])[0],
        LastSchool="true",
    )
