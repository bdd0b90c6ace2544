"""What stopped and when, told to both parties: a document to read and the same as data signed by the hub (clause 7)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from concord.core.agreement.days import LONDON, in_words
from concord.core.agreement.events import Event
from concord.core.agreement.flows import Flow
from concord.core.agreement.model import Permit, Standing
from concord.core.agreement.standing import STATES, standing
from concord.core.agreement.what_if import grounds
from concord.core.seal.signature import public_text
from concord.core.seal.statement import make_statement
from concord.desk import gate, keep_document, keys, run_off, standings
from concord.desk.pdf import render
from concord.desk.pdf_agreement import made_on
from concord.store import ledger, uploads
from concord.store.models import AgreementDocument, Establishment, Upload

TOLD = ("suspended", "suspension_lifted", "notice_given", "notice_withdrawn", "ended")
"""Events after which both parties get a statement."""
_GOES_ON = {"suspension_lifted": "lifted", "notice_withdrawn": "notice taken back"}
_STOPS = ("suspended", "notice", "ended", "lapsed", "unregistered")
LIMITS = (
    "It speaks for this program alone. What was seen, printed or copied before is not called back by it, and what the "
    "parties do outside the program it does not know."
)


@dataclass(frozen=True, slots=True)
class Change:
    """How the agreement stood and stands, from when, and the line of the ledger that made it so (-1: the day did)."""

    before: Standing
    after: Standing
    at: datetime
    line: int
    event: Event | None = None


def follow(laestab: str) -> list[keep_document.Paper]:
    """Make the statement of how the agreement stands now, if it stopped or went on again and none was made.

    Called after each event that stops anything, and daily for what the days themselves bring about. Run again, it makes
    nothing twice.
    """
    permit = gate.ask(gate.system(), "agreement-life", establishments=[laestab])
    change = _latest(laestab)
    about = _about(change) if change else ""
    with gate.act(permit, "agreement statement", laestab) as deed:
        if (
            change is None
            or AgreementDocument.objects.filter(establishment=laestab, kind="statement", about=about).exists()
        ):
            deed.facts |= {"made": False}
            return []
        stopped = _let_go(change)
        document = _document(permit, change, stopped)
        papers = _keep(permit, change, about, document)
        deed.facts |= {"made": True, "about": about, "documents": [one.sha256 for one in papers]}
    return papers


def sweep() -> int:
    """Make every establishment's statement that is still to be made; how many. Those in good order are left alone."""
    made = 0
    for laestab, stands in standings.of(["*"], gate.today()).items():
        if stands.state in _STOPS:
            made += bool(follow(laestab))
    return made


def _about(change: Change) -> str:
    if change.event and change.event.kind in _GOES_ON:
        return f"{_GOES_ON[change.event.kind]} {change.event.recorded.isoformat()}"
    stands = change.after
    return f"{stands.state} {stands.since} {stands.until} {stands.facts.get('suspended_by', '')}".strip()


def _latest(laestab: str) -> Change | None:
    """The change that brought about how the agreement stands now; None where nothing stopped or went on again."""
    events, today = standings.events_of(laestab), gate.today()
    now = standing(standings.agreement(), events, laestab, today)
    told = [event for event in events if event.kind in TOLD and event.on <= today]
    last = max(told, key=lambda event: event.recorded) if told else None
    if last and (last.kind in _GOES_ON or _made_by(last, now)):
        rest = [event for event in events if event is not last]
        before = standing(standings.agreement(), rest, laestab, today)
        return Change(before, now, last.recorded, _line_of(laestab, last), last)
    if now.state not in _STOPS or now.since is None:
        return None
    eve = standing(standings.agreement(), events, laestab, now.since - timedelta(days=1))
    return Change(eve, now, datetime.combine(now.since, time.min, LONDON).astimezone(UTC), -1)


def _made_by(event: Event, now: Standing) -> bool:
    states = {"suspended": "suspended", "notice_given": "notice", "ended": "ended"}
    return states.get(event.kind) == now.state


def _line_of(laestab: str, event: Event) -> int:
    """The ledger line of the deed that recorded an event; the newest of its name, since events are told at once."""
    rows = ledger.about(laestab).filter(kind="deed", flow="agreement-life", body__contains=f'"agreement {event.kind}"')
    row = rows.first()
    return row.seq if row else -1


def _flows(change: Change) -> tuple[list[Flow], list[Flow], list[Flow]]:
    """What stopped, what goes on again, and what needs no agreement. What a notice will stop is told ahead."""
    agreed, after = standings.agreement(), change.after
    was = grounds(agreed, change.before)
    if after.state == "notice" and after.until:
        was, later = grounds(agreed, after), standings.events_of(after.establishment)
        after = standing(agreed, later, after.establishment, after.until)
    now = grounds(agreed, after)
    stopped = [agreed.flows[flow] for flow, why in now.items() if why and was.get(flow, "") is None]
    started = [agreed.flows[flow] for flow, why in now.items() if why is None and was.get(flow)]
    goes_on = [agreed.flows[flow] for flow in now if not agreed.flows[flow].needs_agreement[after.kind]]
    return stopped, started, [one for one in goes_on if one.direction != "la_internal"]


def _let_go(change: Change) -> list[Upload]:
    """The half-sent files of flows that stopped: for good when the agreement ended, else held where they are."""
    stopped = [flow for flow, why in grounds(standings.agreement(), change.after).items() if why]
    laestab = change.after.establishment
    if change.after.state in ("ended", "lapsed"):
        return uploads.stop(laestab, stopped)
    return uploads.under_way(laestab, stopped)


def _document(permit: Permit, change: Change, half: list[Upload]) -> dict[str, Any]:
    """The statement as data: what is signed, and what the PDF is set from."""
    agreed, stands = standings.agreement(), change.after
    stopped, started, goes_on = _flows(change)
    return {
        "kind": "agreement statement",
        "agreement": agreed.terms.id,
        "authority": agreed.terms.authority.number,
        "establishment": stands.establishment,
        "version": stands.version,
        "was": change.before.state,
        "is": stands.state,
        "clause": stands.clause,
        "party": change.event.party if change.event else "",
        "at": change.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "effective": str(stands.until if stands.state == "notice" else stands.since or stands.on),
        "until": str(stands.until or ""),
        "ledger_line": change.line,
        "stopped": [one.id for one in stopped],
        "started": [one.id for one in started],
        "goes_on": [one.id for one in goes_on],
        "under_way": [_half(one, stands) for one in half],
        "run_off": [
            [one.title, one.action, one.when] for one in (run_off.plan(permit, stands) if _is_end(stands) else [])
        ],
    }


def _is_end(stands: Standing) -> bool:
    return stands.state in ("notice", "ended", "lapsed")


def _half(one: Upload, stands: Standing) -> dict[str, Any]:
    ended = stands.state in ("ended", "lapsed")
    return {
        "collection": one.manifest.get("collection", ""),
        "flow": one.manifest["flow"],
        "bytes": one.offset,
        "of": one.size,
        "then": "deleted" if ended else "held, and nothing more is taken",
    }


def _keep(permit: Permit, change: Change, about: str, document: dict[str, Any]) -> list[keep_document.Paper]:
    laestab, day = change.after.establishment, gate.today().isoformat()
    stem = f"statement-{laestab.replace('/', '')}-{change.after.state}-{day}"
    pdf = _set(change, document)
    signed = json.dumps(make_statement(document, keys.signing_key()), indent=1, sort_keys=True).encode()
    keep_document.keep(
        permit,
        laestab,
        "statement",
        pdf,
        name=f"{stem}.pdf",
        media="application/pdf",
        about=about,
        state=document["is"],
    )
    keep_document.keep(
        permit, laestab, "statement_data", signed, name=f"{stem}.json", media="application/json", about=about
    )
    return [one for one in keep_document.listed(laestab, "statement", "statement_data") if one.about == about]


def _set(change: Change, document: dict[str, Any]) -> bytes:
    agreed, stands, now = standings.agreement(), change.after, timezone.now()
    place = Establishment.objects.get(pk=stands.establishment)
    return render(
        "statement",
        {
            "title": f"Statement on the data sharing agreement: {place.name}",
            "authority": {"name": agreed.terms.authority.name},
            "made": made_on(now),
            "foot": f"{stands.establishment} · {STATES[stands.state]}",
            "opening": f"For {place.name} and {agreed.terms.authority.name}, who hold the same copy.",
            "facts": _facts(change, document),
            "stopped": _rows(document["stopped"]),
            "nothing_stopped": "Nothing stopped.",
            "started": _rows(document["started"]),
            "goes_on": _rows(document["goes_on"]),
            "under_way": [
                [f"{one['collection']} ({one['flow']})", f"{one['bytes']:,} of {one['of']:,} bytes", one["then"]]
                for one in document["under_way"]
            ],
            "run_off": document["run_off"],
            "limits": LIMITS,
            "checking": "The same statement is kept as data signed by the hub: the JSON file beside this one. "
            f"The hub's public key is {public_text(keys.signing_key())}. The hashes of both files are in the ledger.",
        },
    )


def _facts(change: Change, document: dict[str, Any]) -> list[list[str]]:
    stands = change.after
    at = change.at.astimezone(LONDON)
    rows = [
        ["Before", STATES[change.before.state]],
        ["Now", STATES[stands.state]],
        ["Clause", gate.spell(stands.clause)],
        [
            "Done by",
            {"establishment": "The establishment", "authority": "The authority"}.get(document["party"], "The day"),
        ],
        ["At", f"{at:%H:%M:%S} on {in_words(at.date())}"],
        ["Takes effect on", in_words(date.fromisoformat(document["effective"]))],
    ]
    if change.event and change.event.evidence:
        rows.append(["Evidence given", change.event.evidence])
    if stands.until and stands.state == "suspended":
        rows.append(["Until", f"{in_words(stands.until)}, unless it is lifted before"])
    return [*rows, ["Ledger line", f"{document['ledger_line']:,}" if change.line >= 0 else "None: the day brought it"]]


def _rows(flows: Iterable[str]) -> list[list[str]]:
    found = [standings.agreement().flows[flow] for flow in flows]
    return [[one.title, one.says, gate.spell(one.clause)] for one in found]
