"""A return arrives: refused whole with its reason, or kept as sent, acknowledged when durable (clauses 2(f), 4(d))."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from concord.core import returns as files
from concord.core.agreement.model import Actor, Permit
from concord.core.collection import Collection, by_id
from concord.core.trouble import Unreadable
from concord.desk import gate, give_receipt, keys, return_states, standings
from concord.desk.establishments import family_of
from concord.store import returns, vault
from concord.store.jobs import later
from concord.store.models import ReturnVersion


@dataclass(frozen=True, slots=True)
class Arriving:
    """A file that has been read and belongs to the establishment that sends it."""

    content: bytes
    name: str
    laestab: str
    collection: Collection
    pupils: int


FLOWS = frozenset({"school-census", "academy-census-copy", "workforce-census", "academy-workforce-copy"})
"""The flows by which returns travel."""


def flow_for(laestab: str, collection: str) -> str:
    """The flow of this establishment's return of this kind: the law's for maintained ones, else the agreement's."""
    statutory = family_of(laestab, gate.today()) == "maintained"
    if collection.startswith("SWF"):
        return "workforce-census" if statutory else "academy-workforce-copy"
    return "school-census" if statutory else "academy-census-copy"


def may_send(actor: Actor, laestab: str, collection: str) -> bool:
    """Whether the actor's role sends returns of this kind for this establishment. The gate decides when one is sent."""
    return (flow_for(laestab, collection), actor.role) in standings.agreement().table.allowed


def read(content: bytes, name: str, laestab: str) -> Arriving:
    """Read a file and hold it against the establishment that sends it; anything amiss refuses it whole."""
    found = files.read(content, name=name)
    header = found.header
    if header.laestab != laestab:
        raise Unreadable(
            f"This file is for establishment {header.laestab}, and you are sending it for {laestab}.",
            why="A return is taken only from the establishment it is about.",
            todo="Make the file again in your MIS, or sign in for the other establishment.",
        )
    collection = by_id(header.collection_id)
    people = found.tables.get("pupil", found.tables.get("member"))
    return Arriving(content, name, laestab, collection, 0 if people is None else len(people))


def receive(actor: Actor, content: bytes, name: str, laestab: str, via: str) -> ReturnVersion:
    """Take a return: gate, then file, version, state and line in one transaction, which queues the checking too."""
    arriving = read(content, name, laestab)
    permit = gate.ask(actor, flow_for(laestab, arriving.collection.id), establishments=[laestab], categories=["return"])
    with gate.act(permit, "return received", f"{arriving.collection.id} {laestab}") as deed:
        version = keep(permit, arriving, via)
        deed.facts |= {"version": version.number, "sha256": version.file_id, "bytes": len(content)}
        deed.extra |= give_receipt.promised(permit, version, "received")
    return version


def keep(permit: Permit, arriving: Arriving, via: str) -> ReturnVersion:
    """Keep the file and open its version, inside the caller's transaction."""
    now = timezone.now()
    of = returns.open_return(permit, arriving.laestab, arriving.collection.id, now)
    state = return_states.step("receive", of.state)
    file = vault.keep(permit, arriving.content, keys.seal_recipient(), now, "census-return")
    version = returns.add_version(permit, of, file, name=arriving.name, by=permit.actor, via=via, now=now)
    version.pupils = arriving.pupils
    version.save(update_fields=["pupils"])
    of.current = version
    returns.step(permit, of, "receive", state, now, version=version)
    later("validate_return", version=version.pk, laestab=arriving.laestab)
    return version
