"""An access in an emergency is looked at afterwards by a third person, who neither asked nor agreed (4(c), 7(a))."""

from __future__ import annotations

import uuid
from datetime import date

from django.utils import timezone

from concord.core.agreement.model import Actor, Permit
from concord.core.trouble import Trouble
from concord.desk import break_glass, emergency_list, gate
from concord.desk.break_glass import FLOW, LONGEST, PURPOSE
from concord.desk.emergency_list import Shown
from concord.desk.view_pupil import NotThere
from concord.desk.work import Duty
from concord.store import emergencies

OUTCOMES = {
    "right": "There was an emergency, and what was looked at was needed for it",
    "wrong": "It should not have been opened, or more was looked at than was needed",
}


def waiting(actor: Actor) -> list[Shown]:
    """What is closed, nobody has reviewed, and this person had no part in; the oldest first."""
    permit = leave_to_review(actor)
    with gate.act(permit, "work listed") as deed:
        deed.establishments = frozenset()
        rows = list(emergencies.to_review(permit, timezone.now()))
    return [one for one in emergency_list.in_words(actor, rows) if "review" in one.may]


def leave_to_review(actor: Actor) -> Permit:
    """The permit of a role that takes part; or `Refused`."""
    return gate.ask(actor, FLOW, establishments=["*"], purpose=PURPOSE)


def review(actor: Actor, ref: uuid.UUID, outcome: str, words: str) -> None:
    """Say whether it was right, and how one knows. Said once."""
    text = " ".join(words.replace("\0", "").split())
    if outcome not in OUTCOMES:
        raise Trouble("Choose whether it was right.")
    if not text or len(text) > LONGEST:
        raise Trouble(f"Say how you know, in at most {LONGEST:,} characters.")
    permit = leave_to_review(actor)
    with gate.act(permit, "emergency access reviewed", ref.hex) as deed:
        row = emergencies.find(permit, ref, lock=True)
        if row is None or not break_glass.may_decide(actor):
            raise NotThere
        if "review" not in emergency_list.may(actor, row):
            raise Trouble(
                "You cannot review this access.",
                why="It is reviewed once, when it is closed, by somebody who neither asked for it nor agreed to it.",
                todo="Leave it to a colleague, or open it again to see how it stands.",
            )
        emergencies.review(permit, row, outcome, text, timezone.now())
        deed.establishments, deed.subjects = frozenset(row.laestabs), (str(row.pupil_id),)
        deed.facts |= {"outcome": outcome}


def duties(actor: Actor) -> list[Duty]:
    """One duty for all that wait, due by the day of the oldest."""
    if not break_glass.may_decide(actor) or not (found := waiting(actor)):
        return []
    title = (
        "1 access in an emergency to review"
        if len(found) == 1
        else f"{len(found):,} accesses in an emergency to review"
    )
    why = "Somebody who neither asked nor agreed looks at each"
    return [Duty(title, why, "/emergency", "Review them", due(found[0]), "7a")]


def due(shown: Shown) -> date:
    """The day by which an access is reviewed: some days after it closed."""
    closed = shown.row.ended or shown.row.until or shown.row.asked
    return timezone.localdate(closed) + break_glass.terms().review_within
