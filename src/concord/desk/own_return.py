"""An establishment opens its own return: has it gone, what is left, and the causes that clear most findings (2(e))."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from concord.core.agreement.model import Actor, Permit
from concord.core.collection import Collection, by_id
from concord.core.rules import rule_of
from concord.core.rules.causes import general
from concord.core.trouble import Trouble
from concord.desk import gate, hidden_rows, keys
from concord.store import returns, vault
from concord.store.models import CollectionReturn, Finding, Note, ReturnEvent, ReturnVersion

FLOWS = dict.fromkeys(("establishment", "support", "machine"), "own-return") | {"authority": "return-approval"}


@dataclass(frozen=True, slots=True)
class Cause:
    """One rule that is broken: how often, for how many pupils, in words, and what to do about it."""

    rule: str
    dfe_rule: str
    severity: str
    item: str
    message: str
    advice: str
    count: int
    pupils: int


@dataclass(frozen=True, slots=True)
class Opened:
    permit: Permit
    collection: Collection
    of: CollectionReturn | None
    version: ReturnVersion | None
    causes: list[Cause] = field(default_factory=list)
    unexplained: int = 0
    events: list[ReturnEvent] = field(default_factory=list)
    versions: list[ReturnVersion] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Progress:
    """How one return stands: what is left of it to correct and to explain."""

    of: CollectionReturn
    errors: int
    unexplained: int


def standings_of(actor: Actor) -> list[Progress]:
    """How the returns of an establishment's own people stand."""
    permit = gate.ask(actor, "own-return", establishments=actor.establishments, categories=["return"])
    with gate.act(permit, "returns listed"):
        found = list(returns.within(permit).order_by("-changed"))
        return [
            Progress(one, one.current.errors, returns.unexplained(permit, one.current))
            if one.current
            else Progress(one, 0, 0)
            for one in found
        ]


def mine(actor: Actor, side: str) -> list[CollectionReturn]:
    """The returns of the actor's establishments, last changed first."""
    permit = gate.ask(actor, FLOWS[side], establishments=actor.establishments, categories=["return"])
    with gate.act(permit, "returns listed"):
        return list(returns.within(permit).order_by("-changed"))


def opened(actor: Actor, side: str, laestab: str, collection_id: str) -> Opened:
    """One return with its causes, history and what is still to be explained."""
    collection = by_id(collection_id)
    permit = gate.ask(actor, FLOWS[side], establishments=[laestab], categories=["return"])
    with gate.act(permit, "return opened", f"{collection_id} {laestab}"):
        of = returns.find(permit, laestab, collection_id)
        if of is None or of.current is None:
            return Opened(permit, collection, of, None)
        causes = [_cause(row) for row in returns.causes(permit, of.current)]
        left = returns.unexplained(permit, of.current)
        return Opened(
            permit, collection, of, of.current, causes, left, returns.events(permit, of), returns.versions(permit, of)
        )


def _cause(row: dict[str, Any]) -> Cause:
    rule = rule_of(row["rule"])
    return Cause(
        rule=row["rule"],
        dfe_rule=row["dfe_rule"],
        severity=row["severity"],
        item=row["item"],
        message=general(rule.message) if rule else "",
        advice=rule.advice if rule else "",
        count=row["count"],
        pupils=row["pupils"],
    )


def findings(
    actor: Actor,
    side: str,
    laestab: str,
    collection_id: str,
    *,
    rule: str = "",
    severity: str = "",
    after: int = 0,
    limit: int = 50,
) -> tuple[Opened, list[tuple[Finding, Note | None]], int]:
    """Findings of the current version, each with the note that explains it, a page at a time; how many in all."""
    shown = opened(actor, side, laestab, collection_id)
    if shown.of is None or shown.version is None:
        return shown, [], 0
    with gate.act(shown.permit, "findings shown", f"{collection_id} {laestab}"):
        rows = returns.findings(shown.permit, shown.version)
        rows = rows.filter(rule=rule) if rule else rows
        rows = rows.filter(severity=severity) if severity else rows
        count = rows.count()
        page = list(rows.order_by("id").filter(pk__gt=after)[:limit])
        notes = {(one.rule, one.pupil, one.item, one.digest): one for one in returns.notes(shown.permit, shown.of)}
    return shown, [(one, notes.get((one.rule, one.pupil, one.item, one.digest))) for one in page], count


def to_explain(actor: Actor, laestab: str, collection_id: str, rule: str = "") -> tuple[Opened, list[Finding], int]:
    """The queries of one rule that want a note (the first such where none is named), and how many want one in all."""
    shown = opened(actor, "establishment", laestab, collection_id)
    if shown.of is None or shown.version is None:
        return shown, [], 0
    with gate.act(shown.permit, "queries shown", f"{collection_id} {laestab}"):
        held = {(one.rule, one.pupil, one.item, one.digest) for one in returns.notes(shown.permit, shown.of)}
        rows = returns.findings(shown.permit, shown.version).filter(severity="query")
        bare = [one for one in rows if (one.rule, one.pupil, one.item, one.digest) not in held]
    wanted = rule or (bare[0].rule if bare else "")
    return shown, [one for one in bare if one.rule == wanted], len(bare)


def file_as_sent(actor: Actor, side: str, laestab: str, collection_id: str) -> tuple[str, bytes]:
    """The current file of a return, byte for byte as it was sent, with its name. Each taking is in the ledger."""
    collection = by_id(collection_id)
    permit = gate.ask(actor, FLOWS[side], establishments=[laestab], categories=["return"])
    with gate.act(permit, "return taken away", f"{collection.id} {laestab}") as deed:
        of = returns.find(permit, laestab, collection.id)
        version = returns.find_version(permit, of.current.pk) if of and of.current else None
        if version is None:
            raise Trouble(
                f"{laestab} has sent nothing for {collection.title}.", todo="Open the return to see how it stands."
            )
        content = hidden_rows.copy_of(permit, vault.fetch(permit, version.file, keys.seal_identity()), version.name)
        deed.facts |= {"version": version.number, "sha256": version.file_id, "bytes": len(content)}
    return version.name, content
