"""A small hub for tests: three establishments, the people who act, the returns they send, the jobs that run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import httpx
import polars as pl

from concord.core.agreement.model import EVERY, Actor

HERE, THERE, ACADEMY = "886/2001", "886/2002", "886/4001"
ADDRESS = "http://127.0.0.1:8760"
TERMS = {"AUT": "2026-10-01", "SPR": "2026-01-15", "SUM": "2026-05-21"}


def forget() -> None:
    """A new database in the same process: what was remembered of the one before goes."""
    from concord.desk import standings
    from concord.store import tree

    tree.forget()
    standings._all.cache_clear()


def settle_in(*agreed: str) -> None:
    """Three establishments, of which those `agreed` have the agreement in force; nobody has sent anything."""
    from concord.store.models import Establishment

    for urn, (laestab, kind) in enumerate(((HERE, "maintained"), (THERE, "maintained"), (ACADEMY, "academy")), 118001):
        code = "01" if kind == "maintained" else "34"
        Establishment.objects.create(
            laestab=laestab,
            urn=str(urn),
            name=f"Example School {laestab[-4:]}",
            type_code=code,
            type_name=kind,
            kind=kind,
            phase="PS",
        )
    for laestab in agreed:
        agree(laestab)


def agree(laestab: str) -> None:
    """Everything it takes to have the agreement in force."""
    from concord.desk import agreements, gate

    today = gate.today()
    version = agreements.version_on(today)
    steps: list[tuple[Actor, str, str, dict[str, Any]]] = [
        (la("mi_manager"), "offered", "authority", {"version": version}),
        (
            head(laestab),
            "ico_registered",
            "establishment",
            {"number": "ZA123456", "expires": today + timedelta(days=300)},
        ),
        (head(laestab), "signed", "establishment", {"version": version}),
        (la("mi_manager"), "privacy_notice_confirmed", "authority", {"evidence": "privacy notice"}),
        (la("mi_manager"), "countersigned", "authority", {"version": version}),
    ]
    for actor, kind, party, facts in steps:
        agreements.record(actor, laestab, kind, party=party, **facts)


def head(laestab: str = HERE) -> Actor:
    return of("head", laestab)


def of(role: str, *places: str) -> Actor:
    """A trained and authorised person of a role."""
    from concord.desk import gate

    until = gate.today() + timedelta(days=300)
    return Actor(
        ref=f"{role}-{'-'.join(places)}",
        role=role,
        establishments=frozenset(places),
        trained_until=until,
        declared_until=until,
        authorised_until=until,
        stepped_up=True,
    )


def la(role: str = "mi_officer") -> Actor:
    return of(role, *EVERY)


# -- returns -----------------------------------------------------------------------------------------------------------

PUPIL = {
    "UPN": "A823432120001",
    "Surname": "Example",
    "Forename": "Ada",
    "DOB": "2016-02-03",
    "Sex": "F",
    "EntryDate": "2020-09-01",
    "EnrolStatus": "C",
    "NCyearActual": "5",
    "SENprovision": "N",
    "Ethnicity": "WBRI",
    "PostCode": "ZZ99 3VZ",
}
_IDENTITY = ("UPN", "FormerUPN", "Surname", "Forename", "DOB", "Sex")
_GCSE = ("EnglishGCSEHighestPriorAttainment", "MathsGCSEHighestPriorAttainment")
_STATUS = ("EnrolStatus", "EntryDate", "LeavingDate", "NCyearActual")


def census(
    pupils: Sequence[dict[str, str]] = (PUPIL,),
    laestab: str = HERE,
    term: str = "AUT",
    *,
    year: str = "2026",
    left: Sequence[dict[str, str]] = (),
) -> bytes:
    """A School Census of these pupils on roll, and of those who left."""
    lea, estab = laestab.split("/")
    on = "".join(_pupil(one, "PupilOnRoll") for one in pupils)
    off = "".join(_pupil(one, "PupilNoLongerOnRoll") for one in left)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Message><Header><CollectionDetails><Collection>SC</Collection>'
        f"<Term>{term}</Term><Year>{year}</Year><ReferenceDate>{TERMS[term]}</ReferenceDate></CollectionDetails>"
        f"<Source><SourceLevel>S</SourceLevel><LEA>{lea}</LEA><Estab>{estab}</Estab><SoftwareCode>TEST</SoftwareCode>"
        "<SerialNo>001</SerialNo><DateTime>2026-10-01T16:20:00</DateTime></Source></Header>"
        "<School><SchoolCharacteristics><SchoolName>Example</SchoolName><Phase>PS</Phase></SchoolCharacteristics></School>"
        f"<Pupils><PupilsOnRoll>{on}</PupilsOnRoll><PupilsNoLongerOnRoll>{off}</PupilsNoLongerOnRoll></Pupils></Message>"
    ).encode()


def _pupil(one: dict[str, str], table: str) -> str:
    def items(names: Sequence[str]) -> str:
        return "".join(f"<{name}>{escape(one[name])}</{name}>" for name in names if one.get(name))

    return (
        f"<{table}><PupilIdentifiers>{items(_IDENTITY)}</PupilIdentifiers>"
        f"<PupilCharacteristics>{items(('Ethnicity', 'Language', *_GCSE))}</PupilCharacteristics>"
        f"<PupilStatus>{items(_STATUS)}</PupilStatus>"
        f"<SpecialEducationalNeeds>{items(('SENprovision',))}</SpecialEducationalNeeds>"
        f"<HomeInformation><AddressOnRoll>{items(('PostCode',))}</AddressOnRoll></HomeInformation></{table}>"
    )


def someone(number: int, **more: str) -> dict[str, str]:
    """A pupil unlike every other: `number` makes the UPN, the name and the birthday."""
    names = ("Alder", "Birch", "Cedar", "Damson", "Elder", "Fir", "Gorse", "Hazel", "Ivy", "Juniper")
    fore = ("Ira", "Joy", "Kit", "Lee", "Max", "Nia", "Oz", "Pat", "Quin", "Rae")
    return {
        **PUPIL,
        "UPN": f"B82343212{number:04d}",
        "Surname": names[number % 10] + f"son{'aeiou'[number % 5]}",
        "Forename": fore[number % 10],
        "DOB": f"2015-{number % 12 + 1:02d}-{number % 28 + 1:02d}",
        "PostCode": f"ZZ{number % 9 + 1}{number % 10} {number % 9}ZZ",
        **more,
    }


def send(content: bytes, laestab: str = HERE, name: str = "return.xml") -> Any:
    """The establishment's head sends a return by the page; its version."""
    from concord.desk import receive_return

    return receive_return.receive(head(laestab), content, name, laestab, "page")


def load(content: bytes, laestab: str = HERE) -> dict[str, int]:
    """Send a return and load it into the register, as its approval would."""
    from concord.desk import load_return

    return load_return.load(send(content, laestab).pk)


def sound(laestab: str = HERE, *, row: int = 0, **items: str) -> bytes:
    """A return of ten pupils without errors or queries, of the synthetic county; `items` are put on one pupil.

    `NCyearActual="4"` gives it three queries, `DOB="2012-05-05"` an error.
    """
    from concord.core.returns import write

    lea, estab = laestab.split("/")
    ret = _sound()
    told = [pl.when(pl.col("row") == row).then(pl.lit(v)).otherwise(pl.col(k)).alias(k) for k, v in items.items()]
    tables = {**ret.tables, "pupil": ret.tables["pupil"].with_columns(told)}
    return write(replace(ret, header=replace(ret.header, lea=lea, estab=estab), tables=tables))


@cache
def _sound() -> Any:
    from concord.county import one_return

    return one_return(10, 5, 0, only="infant")[0]


def checked(content: bytes, laestab: str = HERE) -> Any:
    """Send a return and check it as the worker does; its version, with what was found."""
    from concord.desk.validate_return import validate

    version = send(content, laestab)
    validate(version.pk, laestab)
    with seeing(laestab):
        version.refresh_from_db()
    return version


# -- couriers ----------------------------------------------------------------------------------------------------------


def connect(transport: httpx.BaseTransport | None = None, attempts: int = 1) -> Any:
    """What the courier takes to connect: the hub's own application, in this process."""
    from django.core.wsgi import get_wsgi_application

    from concord.courier.hub import Hub

    return partial(Hub, transport=transport or httpx.WSGITransport(app=get_wsgi_application()), attempts=attempts)


def enrolled(folder: Path, laestab: str = HERE) -> Any:
    """The home of a courier that its head teacher's token has let in."""
    from concord.courier.enrolment import enrol
    from concord.courier.home import Home
    from concord.desk import couriers

    home = Home(folder)
    enrol(home, ADDRESS, couriers.issue_token(head(laestab), laestab), connect())
    return home


def run_courier(home: Any, *paths: Path, feeds: Sequence[Any] = (), line: Any = None) -> Any:
    """One run of the courier; its report."""
    from concord.courier.run import run, station

    with station(home, line or connect()) as open_station:
        return run(open_station, list(paths), feeds)


# -- what is there -----------------------------------------------------------------------------------------------------


def lines(**filters: Any) -> list[dict[str, Any]]:
    """The bodies of ledger lines, in order."""
    import json

    from concord.store.models import LedgerLine

    return [json.loads(row.body) for row in LedgerLine.objects.filter(**filters).order_by("seq")]


def deeds(name: str) -> list[dict[str, Any]]:
    return [line for line in lines(kind="deed") if line["deed"] == name]


@contextmanager
def as_owner() -> Iterator[Any]:
    """A cursor of the role that owns the tables: past every policy, as whoever tampers would be."""
    from django.db import connections, transaction

    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        yield cursor


def owner_rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with as_owner() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


@contextmanager
def seeing(*places: str) -> Iterator[Any]:
    """A transaction of the application's role inside a scope, without the gate: to look at what is there."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('concord.scope', %s, true)", [",".join(places)])
        yield cursor


def run_jobs() -> list[tuple[int, str]]:
    """Run what is queued as the worker does; the jobs that failed."""
    from concord.site.commands.worker import work_through
    from concord.store import jobs

    work_through(lambda done, total: None)
    return jobs.failed()
