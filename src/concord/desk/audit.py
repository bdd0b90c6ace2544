"""For a period: everything that moved, who saw what, under which clause, and proof that the ledger is whole (7(a))."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet

from concord.core.agreement.model import Actor
from concord.core.seal.checkpoint import SignedCheckpoint
from concord.core.seal.diagnosis import Problem
from concord.core.seal.signature import public_text
from concord.core.seal.verify import Verdict, verify_export
from concord.desk import gate, keys
from concord.desk.couriers import origin
from concord.desk.people import title
from concord.desk.work import Duty, may_take_part
from concord.store import export as ledger_export
from concord.store import ledger, ledger_check, tree
from concord.store.models import LedgerLine

LONDON = ZoneInfo("Europe/London")
PAGE = 50
ANSWERS = {"permit": "Permitted", "refusal": "Refused", "done": "Done"}
"""What a line says: what the gate answered, or that something was done."""


@dataclass(frozen=True, slots=True)
class Line:
    n: int
    at: datetime
    what: str
    flow: str
    clause: str
    role: str
    actor: str
    establishments: list[str]
    purpose: str
    answer: str


@dataclass(frozen=True, slots=True)
class Period:
    """One page of lines, the sums of the whole period, and the proof of the whole ledger."""

    begins: datetime
    ends: datetime
    lines: list[Line]
    more: int | None
    count: int
    permits: int
    refusals: int
    deeds: int
    by_flow: list[tuple[str, int]]
    proof: dict[str, Any] = field(default_factory=dict)
    only: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def every(self) -> Iterator[Line]:
        for row in _of(self.begins, self.ends, self.only).iterator(chunk_size=2000):
            yield _line(row)


def _of(begins: datetime, ends: datetime, only: Mapping[str, Sequence[str]]) -> QuerySet[LedgerLine]:
    return ledger.between(begins, ends).filter(**only)


def _only(flows: Sequence[str], answers: Sequence[str], known: Sequence[str]) -> dict[str, list[str]]:
    """What the lines are narrowed to. Of what no line can be, there is none."""
    only = {"flow__in": [one for one in flows if one in known]} if flows else {}
    stored = ["" if one == "done" else one for one in answers if one in ANSWERS]
    return only | ({"answer__in": stored} if answers else {})


def period(
    actor: Actor, begins: date, ends: date, *, after: int = -1, flows: Sequence[str] = (), answers: Sequence[str] = ()
) -> Period:
    """The lines of a period of London days, both inclusive, in order from after line `after`; only of some flows and
    some of `ANSWERS` where these are given. The sums are of the whole period, `count` of the lines asked for."""
    permit = gate.ask(actor, "audit", establishments=["*"])
    start = datetime.combine(begins, time.min, LONDON)
    end = datetime.combine(ends + timedelta(days=1), time.min, LONDON)
    with gate.act(permit, "ledger audited", f"{begins} to {ends}") as deed:
        deed.establishments = frozenset()
        rows = ledger.between(start, end)
        answered = dict(rows.order_by().values_list("answer").annotate(Count("seq")))
        by_flow = [
            (str(name), int(count))
            for name, count in rows.order_by().values_list("flow").annotate(n=Count("seq")).order_by("-n")
        ]
        only = _only(flows, answers, [name for name, _ in by_flow])
        wanted = _of(start, end, only)
        page = list(wanted.filter(seq__gt=after)[: PAGE + 1])
    return Period(
        start,
        end,
        [_line(row) for row in page[:PAGE]],
        page[PAGE - 1].seq if len(page) > PAGE else None,
        wanted.count() if only else sum(answered.values()),
        answered.get("permit", 0),
        answered.get("refusal", 0),
        answered.get("", 0),
        by_flow,
        proof(),
        only,
    )


def _line(row: LedgerLine) -> Line:
    body = json.loads(row.body)
    return Line(
        row.seq,
        row.at,
        body.get("deed") or f"asked: {body.get('answer', '')}",
        row.flow,
        body["clause"],
        title(body["role"]),
        body["actor"][:8],
        row.laestabs,
        body.get("purpose", ""),
        row.answer or "done",
    )


def proof() -> dict[str, Any]:
    """Whether the ledger is whole now: every line against its leaf, and every signed head against the tree."""
    verdict = verified()
    signed = tree.latest()
    head = signed["checkpoint"] if signed else None
    return {
        "whole": verdict.holds,
        "words": _alarmed(verdict.problem.says)
        if verdict.problem
        else "Every line is as it was written, and none is missing.",
        "lines": verdict.lines,
        "root": verdict.root,
        "at": datetime.fromisoformat(head["at"].replace("Z", "+00:00")) if head else None,
        "broken": f"Line {verdict.problem.line}." if verdict.problem and verdict.problem.line is not None else "",
        "witnesses": len({one.witness for one in verdict.witnessed}),
    }


def _alarmed(says: str) -> str:
    return f"{says} Nothing is signed until it is whole."


def alarm(actor: Actor) -> list[Duty]:
    """The duty of those who answer for the ledger, from the moment it was found altered until it is proved whole."""
    found = ledger_check.latest() if may_take_part(actor, "audit") else None
    if found is None or found.holds:
        return []
    why = _alarmed(found.says)
    return [Duty("The ledger is not as it was written", why, "/ledger", "See what is wrong", None, "7a")]


def verified(held: Sequence[SignedCheckpoint] = ()) -> Verdict:
    """Prove the ledger as it stands in the database: as anybody proves an export of it (`held` are heads kept
    elsewhere), and link by link, which an export does not carry."""
    broken, refused = ledger.broken_link(), _refusal_to_sign()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.jsonl"
        ledger_export.write(path, origin(), keys.signing_key().public_key())
        verdict = verify_export(path, hub_key=public_text(keys.signing_key()), held=held)
    if verdict.holds and broken is not None:
        says = f"Line {broken} does not follow from the line before it: its link in the chain is another."
        verdict = replace(verdict, holds=False, problem=Problem("changed", broken, says))
    elif refused and (verdict.holds or (verdict.problem and verdict.problem.kind == "added")):
        verdict = replace(verdict, holds=False, problem=Problem("changed", refused.line, refused.says))
    found = verdict.problem
    ledger_check.keep(verdict.holds, verdict.lines, found.line if found else None, found.says if found else "")
    return verdict


def _refusal_to_sign() -> tree.Altered | None:
    """Sign a head over the ledger as it is; what stands against it, where something does."""
    try:
        tree.sign_head(origin(), keys.signing_key())
    except tree.Altered as fault:
        return fault
    return None


def write(path: Path) -> int:
    """Export the whole ledger, with a head signed now; how many lines. One that was altered is written as it stands:
    it is the evidence."""
    _refusal_to_sign()
    return ledger_export.write(path, origin(), keys.signing_key().public_key())


def export(actor: Actor) -> IO[bytes]:
    """The whole ledger as a file that can be proved off line."""
    file = tempfile.NamedTemporaryFile(suffix=".jsonl")  # noqa: SIM115 - the answer closes it when it is sent
    export_to(actor, Path(file.name))
    return open(file.name, "rb")


def export_to(actor: Actor, path: Path) -> int:
    """Write the whole ledger to a file; how many lines. That it was taken away is the last of them."""
    permit = gate.ask(actor, "audit", establishments=["*"])
    with gate.act(permit, "ledger exported") as deed:
        deed.establishments = frozenset()
    return write(path)
