"""Every establishment's courier in the demonstration: enrolled by its token, sending by the couriers' own wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import httpx
from django.core.wsgi import get_wsgi_application

from concord.core.agreement.model import Actor
from concord.core.returns import write
from concord.county import County
from concord.county.register import gias
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
    connect = partial(Hub, transport=httpx.WSGITransport(app=get_wsgi_application()), attempts=2)
    for number, one in enumerate(county.open, start=1):
        report = _send(county, one, folder / one.laestab.replace("/", ""), connect)
        yield from (
            {"flow": entry["flow"], "establishment": one.laestab, "clause": entry["clause"], "says": entry["error"]}
            for entry in report.files if entry["outcome"] == "refused"
        )  # fmt: skip
        wrong = [entry for entry in report.files if entry["outcome"] not in ("sent", "refused")]
        if wrong:
            raise RuntimeError(f"the courier of {one.laestab} could not send: {wrong}")
        tell("Couriers send", number, len(county.open))


def _send(county: County, one: object, folder: Path, connect: Callable[..., Hub]) -> Report:
    laestab = str(one.laestab)  # type: ignore[attr-defined]
    exports = folder / "exports"
    exports.mkdir(parents=True)
    ret = county.returns(one)  # type: ignore[arg-type]
    name = f"{laestab.replace('/', '')}_SC3_{laestab[:3]}LL{ret.header.year[-2:]}_001.xml"
    (exports / name).write_bytes(write(ret))
    home = Home(folder / "courier")
    head = Actor(ref=f"demo-{laestab}", role="head", establishments=frozenset([laestab]))
    enrol(home, ADDRESS, couriers.issue_token(head, laestab), connect)
    with station(home, connect) as at:
        return run(at, [exports])
