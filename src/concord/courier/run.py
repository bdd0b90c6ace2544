"""One run of the courier: look at the hub's ledger, finish what was on its way, then extract, check, seal and send
what is new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from concord.core.seal.signature import Forged
from concord.core.trouble import Trouble
from concord.courier.checking import check_return, summary
from concord.courier.connectors.feed import Feed
from concord.courier.delta import delta_parcel
from concord.courier.enrolment import Enrolment, read_enrolment
from concord.courier.extract import files, read_export
from concord.courier.home import Home
from concord.courier.hub import Hub, Refused, Rejected, ShutOut, Unreachable
from concord.courier.journal import Delivery, Journal
from concord.courier.keys import read_key
from concord.courier.send import Parcel, Sender
from concord.courier.terms import Terms, read_terms
from concord.courier.witness import Alarm, check_no_alarm

Connect = Callable[[str, str, Ed25519PrivateKey], Hub]


@dataclass(frozen=True)
class Station:
    """Everything an enrolled courier works with, open."""

    home: Home
    enrolment: Enrolment
    key: Ed25519PrivateKey
    terms: Terms
    hub: Hub
    journal: Journal
    sender: Sender


@contextmanager
def station(home: Home, connect: Connect = Hub, agreement: Path | None = None) -> Iterator[Station]:
    """Opens an enrolled courier's folder for one run. Raises Trouble when not enrolled, when an alarm stands, or when
    another run is under way.
    """
    enrolment, key = read_enrolment(home), read_key(home)
    check_no_alarm(home)
    with home.exclusive():
        hub, journal = connect(enrolment.hub, enrolment.courier, key), Journal(home.journal)
        try:
            terms = read_terms(enrolment.la, enrolment.kind, agreement)
            yield Station(home, enrolment, key, terms, hub, journal, Sender(home, enrolment, key, journal, hub))
        finally:
            journal.close()
            hub.close()


@dataclass
class Report:
    """What a run did: one entry a file, and the agreement's standing as the hub told it."""

    establishment: str
    agreement: dict[str, Any] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def status(self) -> int:
        """The exit status: an alarm or a forgery before a refusal, a refusal before what could not be done."""
        found = {each.status for each in self.troubles}
        return next((status for status in (1, 3, 2) if status in found), 0)

    def document(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "establishment": self.establishment,
            "agreement": self.agreement,
            "sent": sum(each["outcome"] == "sent" for each in self.files),
            "files": self.files,
            "status": self.status,
        }


def run(at: Station, paths: Sequence[Path], feeds: Sequence[Feed] = (), *, may_shrink: bool = False) -> Report:
    """One run. Each file stands by itself: one that fails does not hold up the next.
    What stops the whole run is in the report too.
    """
    report = Report(at.enrolment.establishment)
    try:
        _look(at, report)
        _resume(at, report)
        for path in files(paths, none_is_fine=bool(feeds)) if paths else ():
            _each(report, path.name, partial(_send_file, at, path))
        for feed in feeds:
            _each(report, f"feed.{feed.kind}", partial(_send_feed, at, feed, may_shrink))
    except Trouble as fault:
        report.troubles.append(fault)
        report.files.append(_told("", fault))
    return report


def _look(at: Station, report: Report) -> None:
    """Asks how the agreement stands and takes in the ledger's head, before anything is sent."""
    try:
        said = at.hub.get("/api/courier/status")
    except Refused as refused:  # what may be sent is decided file by file: a statutory return flows all the same
        report.agreement = {"state": "refused", "clause": refused.clause}
        return
    report.agreement = dict(said.get("agreement") or {})
    at.journal.drop(_named(said.get("drop")))
    if isinstance(said.get("checkpoint"), dict):
        at.sender.witness.take(said["checkpoint"])


def _named(told: Any) -> dict[str, list[str]]:
    """The records that the hub no longer keeps, by kind of feed; what is not such a list names none."""
    rows = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return {str(one.get("kind")): [str(ident) for ident in one.get("ids") or ()] for one in rows}


def _resume(at: Station, report: Report) -> None:
    at.sender.sweep()
    for delivery, fault in at.sender.resume():
        entry = _told(delivery.manifest.name, fault) if fault else _sent(delivery, "sent")
        report.files.append({**entry, "resumed": True})
        report.troubles += [fault] if fault else []


def _each(report: Report, name: str, send: Callable[[], dict[str, Any]]) -> None:
    try:
        entry = send()
    except (Unreachable, ShutOut, Forged, Alarm):
        raise
    except Trouble as fault:
        report.troubles.append(fault)
        entry = _told(name, fault)
    report.files.append(entry)


def _send_file(at: Station, path: Path) -> dict[str, Any]:
    export = read_export(path, at.enrolment.establishment)
    checked = summary(check_return(export.ret))
    return {**_post(at, export.parcel(at.terms)), "check": checked}


def _send_feed(at: Station, feed: Feed, may_shrink: bool) -> dict[str, Any]:
    parcel = delta_parcel(feed, at.key, at.journal, may_shrink=may_shrink)
    if parcel is None:
        return {"name": f"feed.{feed.kind}", "outcome": "unchanged"}
    try:
        return _post(at, parcel)
    except Rejected as rejected:
        if rejected.reason != "base":
            raise
        whole = delta_parcel(feed, at.key, at.journal, may_shrink=True)  # the hub holds another set: it gets all of it
        return _post(at, whole) if whole else {"name": parcel.name, "outcome": "unchanged"}


def _post(at: Station, parcel: Parcel) -> dict[str, Any]:
    before = at.journal.last(parcel.subject)
    delivery = at.sender.post(parcel)
    was_done = before is not None and before.sequence == delivery.sequence and before.state == "done"
    return _sent(delivery, "unchanged" if was_done else "sent")


def _sent(delivery: Delivery, outcome: str) -> dict[str, Any]:
    stated = delivery.manifest
    line = (delivery.receipt or {}).get("entry", {}).get("n")
    return {
        "name": stated.name,
        "outcome": outcome,
        "collection": stated.collection,
        "term": stated.term,
        "sequence": stated.sequence,
        "bytes": stated.sealed_size,
        "line": line,
    }


def _told(name: str, fault: Trouble) -> dict[str, Any]:
    outcome = {1: "alarm", 3: "refused"}.get(
        fault.status, "unreachable" if isinstance(fault, Unreachable) else "failed"
    )
    entry = {"name": name, "outcome": outcome, "error": fault.what, "why": fault.why, "todo": fault.todo}
    return entry | ({"clause": fault.clause, "flow": fault.flow} if isinstance(fault, Refused) else {})
