"""The head signs off and the return is submitted: no errors, and every query explained (DfE's two severities)."""

from __future__ import annotations

from django.utils import timezone

from concord.core.agreement.model import Actor
from concord.core.trouble import Trouble
from concord.desk import gate, return_states, standings
from concord.store import returns


def may_submit(actor: Actor) -> bool:
    """Whether the actor's role signs for an establishment: who signs the agreement signs off returns."""
    return actor.role in standings.agreement().terms.may_sign


def submit(actor: Actor, laestab: str, collection: str) -> None:
    if not may_submit(actor):
        raise Trouble(
            "Only the head teacher, or whoever signs for the establishment, can submit a return.",
            why="Submitting says that the return is right, in the establishment's name.",
            todo="Tell the head teacher that it is ready to be signed off.",
        )
    permit = gate.ask(actor, "own-return", establishments=[laestab], categories=["return"])
    with gate.act(permit, "return submitted", f"{collection} {laestab}") as deed:
        found = returns.with_current(permit, laestab, collection)
        if found is None:
            raise Trouble("There is no file to submit yet.", todo="Send the return's file first.")
        of, version = found
        state = return_states.step("submit", of.state)
        if version.errors:
            raise Trouble(
                f"The return has {version.errors:,} errors and cannot be submitted.",
                why="An error is a rule of the DfE that the data breaks.",
                todo="Correct them in your MIS, make the file again and send it.",
            )
        if left := returns.unexplained(permit, version):
            raise Trouble(
                f"{left:,} queries have no note yet.",
                why="A query is answered by changing the data or by a note that explains it.",
                todo="Write a note on each, or correct the data and send the file again.",
            )
        returns.step(permit, of, "submit", state, timezone.now(), version=version)
        deed.facts |= {"version": version.number}
