"""Every establishment's courier in the demonstration: enrolled by its token, sending by the couriers' own wire."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import httpx
from django.core.wsgi import get_wsgi_application

from concord.core.agreement.model import Actor
from concord.core.returns import write
from concord.county import County
from concord.county.establishments import Establishment
from concord.county.exports import exports
from concord.county.register import gias
from concord.courier.connectors import read_feeds
from concord.courier.enrolment import enrol
from concord.courier.home import Home
from concord.courier.hub import Hub
from concord.courier.run import Report, run, station
from concord.desk import couriers

ADDRESS = "http://127.0.0.1:8760"
Tell = Callable[[str, int, int], None]


def register_extract(county: County) -> str:
    """The county's establishments as the establishment register's extract."""
    return gias(county.establishments).write_csv()


def send_all(county: County, folder: Path, tell: Tell) -> Iterator[dict[str, str]]:
    """Each establishment's courier enrols and sends its census; the refusals the agreement gave."""
    for number, one in enumerate(county.open, start=1):
        yield from _whole(one.laestab, _send(county, one, _folder(folder, one.laestab)))
        tell("Couriers send", number, len(county.open))


def send_corrected(county: County, folder: Path, laestabs: Sequence[str], tell: Tell) -> None:
    """The establishments named send again what their MIS holds once the errors are corrected."""
    mended = replace(county, defects=0.0)
    for number, laestab in enumerate(laestabs, start=1):
        at = _folder(folder, laestab)
        _export(mended, mended.at(laestab), at, serial=2)
        with station(Home(at / "courier"), _connect()) as open_station:
            _whole(laestab, run(open_station, [at / "exports"]))
        tell("Errors corrected, sent again", number, len(laestabs))


FED = 300
"""Pupils up to which establishments send their regular feed, two at least: a pupil's year is three hundred marks."""


def send_feeds(county: County, folder: Path, laestabs: Sequence[str], tell: Tell) -> Iterator[dict[str, str]]:
    """The regular feed of these establishments (clause 2(d)), by the courier's own connector: attendance, contacts and
    suspensions as their systems export them. The refusals the agreement gave."""
    for number, laestab in enumerate(laestabs, start=1):
        at = _folder(folder, laestab)
        tables = at / "feed"
        _tables(county, laestab, tables)
        with station(Home(at / "courier"), _connect()) as open_station:
            yield from _whole(laestab, run(open_station, [], list(read_feeds("files", [tables]))))
        shutil.rmtree(tables)
        tell("Regular feeds sent", number, len(laestabs))


def to_feed(county: County, first: str, agreed: Collection[str]) -> list[str]:
    """Establishments with an agreement in force, `first` first and then small ones, until there is enough to see."""
    chosen: list[str] = []
    pupils = 0
    for one in sorted(county.open, key=lambda one: (one.laestab != first, sum(one.places))):
        if one.laestab in agreed and (pupils < FED or len(chosen) < 2):
            chosen.append(one.laestab)
            pupils += sum(one.places)
    return chosen


def _tables(county: County, laestab: str, folder: Path) -> None:
    """The establishment's tables in the plain shape, whatever system it has."""
    folder.mkdir()
    held = county.holding(replace(county.at(laestab), mis="plain"))
    for name, frame in exports(held):
        if name in ("attendance", "contacts", "suspensions"):
            frame.write_csv(folder / f"{name}.csv")


def _connect() -> Callable[..., Hub]:
    return partial(Hub, transport=httpx.WSGITransport(app=get_wsgi_application()), attempts=2)


def _folder(folder: Path, laestab: str) -> Path:
    return folder / laestab.replace("/", "")


def _export(county: County, one: Establishment, at: Path, serial: int = 1) -> None:
    """Write the census as the MIS does, in place of an earlier one."""
    ret = county.returns(one)
    exports = at / "exports"
    exports.mkdir(parents=True, exist_ok=True)
    for old in exports.iterdir():
        old.unlink()
    number = one.laestab.replace("/", "")
    (exports / f"{number}_SC3_{number[:3]}LL{ret.header.year[-2:]}_{serial:03d}.xml").write_bytes(write(ret))


def _send(county: County, one: Establishment, at: Path) -> Report:
    _export(county, one, at)
    home = Home(at / "courier")
    head = Actor(ref=f"demo-{one.laestab}", role="head", establishments=frozenset([one.laestab]))
    enrol(home, ADDRESS, couriers.issue_token(head, one.laestab), _connect())
    with station(home, _connect()) as open_station:
        return run(open_station, [at / "exports"])


def _whole(laestab: str, report: Report) -> list[dict[str, str]]:
    """The refusals of a run; anything else that was not sent stops the demonstration."""
    wrong = [entry for entry in report.files if entry["outcome"] not in ("sent", "unchanged", "refused")]
    if wrong:
        raise RuntimeError(f"the courier of {laestab} could not send: {wrong}")
    return [
        {"flow": entry["flow"], "establishment": laestab, "clause": entry["clause"], "says": entry["error"]}
        for entry in report.files
        if entry["outcome"] == "refused"
    ]
