"""The head signs off and the return is submitted: no errors, and every query explained (DfE's two severities)."""

from __future__ import annotations

from django.utils import timezone

from concord.core.agreement.model import Actor
from concord.core.trouble import Trouble
from concord.desk import gate, give_receipt, return_states, standings
from concord.desk.establishments import family_of
from concord.store import returns

DECLARATIONS = {
    "return-1": "I have checked the summary of this return. As far as I know it is complete and right on census day.",
    "copy-1": "I have checked the summary. We have made our own return to the DfE, and this is its final file.",
}
"""What the head declares, by the name under which the ledger keeps it. Wording that changes gets a new name."""
LONGEST_NAME = 120


def may_submit(actor: Actor) -> bool:
    """Whether the actor's role signs for an establishment: who signs the agreement signs off returns."""
    return actor.role in standings.agreement().terms.may_sign


def declaration_of(laestab: str) -> tuple[str, str]:
    """Which declaration the establishment's head makes, and its words: an academy's is about its own return too."""
    name = "copy-1" if family_of(laestab, gate.today()) == "academy" else "return-1"
    return name, DECLARATIONS[name]


def submit(actor: Actor, laestab: str, collection: str, *, signed: str = "") -> None:
    """Sign off and submit; `signed` is the name and position the head gives. A receipt is promised with it."""
    signed = signed.strip()
    if len(signed) > LONGEST_NAME:
        raise Trouble(f"The name and position must be {LONGEST_NAME} characters or fewer.", todo="Shorten them.")
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
                why="An error is a rule that the data breaks; each says whether it is the DfE's or ours.",
                todo="Correct them in your MIS, make the file again and send it.",
            )
        if left := returns.unexplained(permit, version):
            raise Trouble(
                f"{left:,} queries have no note yet.",
                why="A query is answered by changing the data or by a note that explains it.",
                todo="Write a note on each, or correct the data and send the file again.",
            )
        said = f"Signed off by {signed}." if signed else ""
        returns.step(permit, of, "submit", state, timezone.now(), reason=said, version=version)
        deed.facts |= {"version": version.number, "declaration": declaration_of(laestab)[0]}
        deed.extra |= give_receipt.promised(permit, version, "submitted")
