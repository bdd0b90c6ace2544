"""A return is checked by the same rules its establishment ran: findings kept, notes that still hold carried forward."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from concord.core import returns as files
from concord.core.agreement.model import Permit
from concord.core.collection import by_id
from concord.core.rules import Finding, Outcome, check, setting_of
from concord.desk import across, gate, hidden_rows, keys, return_states
from concord.store import returns, vault
from concord.store.jobs import later
from concord.store.models import ReturnVersion

KEPT = 20_000  # findings kept a version: more than any person could work through; the counts are whole


def validate(version_id: int, place: str) -> Outcome | None:
    """Check one version and load it. One that a later one has replaced is checked all the same, and moves nothing."""
    permit = gate.ask(gate.system(), "return-approval", establishments=[place], categories=["return"])
    with gate.act(permit, "return checked") as deed:
        version = returns.find_version(permit, version_id)
        if version is None:
            return None
        deed.about = f"{version.of.collection} {place}"
        if version.checked:  # the worker was stopped after the check and before it could say so
            deed.facts |= {"version": version.number, "checked": "before"}
            return None
        outcome, read = _check(permit, version)
        _keep(permit, version, outcome, read)
        deed.facts |= {"version": version.number, **outcome.counts}
    return outcome


def _check(permit: Permit, version: ReturnVersion) -> tuple[Outcome, tuple[files.Return, bytes]]:
    content = vault.fetch(permit, version.file, keys.seal_identity())
    read = files.read(content, name=version.name)
    around = across.surroundings(permit, version, read)
    outcome = check(read, setting_of(by_id(version.of.collection), around))
    return hidden_rows.checked(permit, outcome), (read, content)


def _keep(permit: Permit, version: ReturnVersion, outcome: Outcome, read: tuple[files.Return, bytes]) -> None:
    now = timezone.now()
    returns.replace_findings(permit, version, _rows(outcome.findings[:KEPT], *read))
    version.outcome, version.checked = outcome.kind, now
    version.errors, version.queries = outcome.counts["error"], outcome.counts["query"]
    version.could_not_run = [{"rule": rule, "reason": reason} for rule, reason in outcome.could_not_run]
    version.save(update_fields=["outcome", "checked", "errors", "queries", "could_not_run"])
    of = returns.lock(permit, version.of)
    if of.current_id == version.pk and of.state == "received":
        returns.step(permit, of, "check", return_states.step("check", of.state), now, version=version)
    later("compare_returns", lock="across", version=version.pk, laestab=of.establishment_id)


def _rows(findings: list[Finding], read: files.Return, content: bytes) -> Iterator[tuple[Any, ...]]:
    places = [(one.table, one.row, one.item) for one in findings] if read.form == "xml" else []
    lines = files.locate_many(content, places)
    for one in findings:
        line = lines.get((one.table, one.row, one.item))
        yield (
            one.rule,
            one.dfe_rule or "",
            one.severity,
            one.level,
            one.table,
            one.row,
            one.pupil[:20],
            one.item,
            line,
            one.message,
            _digest(read, one),
        )


def _digest(read: files.Return, finding: Finding) -> str:
    """Of the row the rule looked at: a note holds as long as the data it explains is the same."""
    frame = read.tables.get(finding.table)
    if frame is None or finding.row is None:
        return hashlib.sha256(finding.message.encode()).hexdigest()[:32]
    values = sorted(
        (name, str(value)) for name, value in frame.row(finding.row, named=True).items() if name not in ("row", "pupil")
    )
    return hashlib.sha256(repr(values).encode()).hexdigest()[:32]
