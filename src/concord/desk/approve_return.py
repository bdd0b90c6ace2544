"""The LA approves a return, sends it back with its reasons, or reopens it (clause 2(f))."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from concord.core.agreement.model import Actor
from concord.core.trouble import Trouble
from concord.desk import gate, return_states
from concord.store import returns
from concord.store.jobs import later


def approve(actor: Actor, laestab: str, collection: str) -> None:
    """Approve: its differences from the register are worked out next."""
    _decide(actor, laestab, collection, "approve")


def send_back(actor: Actor, laestab: str, collection: str, reason: str) -> None:
    if not reason.strip():
        raise Trouble(
            "Enter the reason for sending the return back.", why="The establishment must know what to put right."
        )
    _decide(actor, laestab, collection, "send_back", reason.strip())


def reopen(actor: Actor, laestab: str, collection: str, reason: str) -> None:
    _decide(actor, laestab, collection, "reopen", reason.strip())


def approve_many(actor: Actor, collection: str, laestabs: Sequence[str]) -> tuple[list[str], list[tuple[str, Trouble]]]:
    """Approve each on its own: those done, and those that could not be, with why."""
    done: list[str] = []
    left: list[tuple[str, Trouble]] = []
    for laestab in laestabs:
        try:
            approve(actor, laestab, collection)
            done.append(laestab)
        except Trouble as trouble:
            left.append((laestab, trouble))
    return done, left


_DEEDS = {"approve": "return approved", "send_back": "return sent back", "reopen": "return reopened"}


def _decide(actor: Actor, laestab: str, collection: str, verb: str, reason: str = "") -> None:
    permit = gate.ask(actor, "return-approval", establishments=[laestab], categories=["return"])
    with gate.act(permit, _DEEDS[verb], f"{collection} {laestab}") as deed:
        found = returns.with_current(permit, laestab, collection)
        if found is None:
            raise Trouble(
                f"{laestab} has sent nothing for {collection}.", todo="Open the progress board to see who has."
            )
        of, version = found
        state = return_states.step(verb, of.state)
        returns.step(permit, of, verb, state, timezone.now(), reason=reason, version=version)
        deed.facts |= {"version": version.number}
        if verb == "approve":
            later("load_return", lock="register", version=version.pk, laestab=laestab)
