"""What waits for a person in the register: emergencies, notices, discrepancies to answer, movers to find."""

from __future__ import annotations

from concord.core.agreement.model import Actor
from concord.desk import (
    break_glass,
    emergency_list,
    emergency_review,
    follow_movers,
    hide_pupil,
    raise_discrepancy,
    standings,
)
from concord.desk.gate import Refused
from concord.desk.work import Duty


def duties(actor: Actor) -> list[Duty]:
    """None of them says whom it is about. A role that takes part in none has none."""
    found: list[Duty] = []
    for flows, of in (
        (emergency_list.TOLD_BY, emergency_list.duties),
        ((break_glass.FLOW,), emergency_review.duties),
        (tuple(hide_pupil.FLOWS.values()), _notices),
        (("discrepancy",), _wrong),
        (("transfer-tracking",), _movers),
    ):
        if any((flow, actor.role) in standings.agreement().table.allowed for flow in flows):
            try:
                found += of(actor)
            except Refused:  # expired training or declaration: the page that puts it right says so
                continue
    return found


def _notices(actor: Actor) -> list[Duty]:
    return [
        Duty(
            f"{'Confirm' if one.to_confirm else 'Read'} notice {one.short}",
            "A record is to be hidden" if one.to_confirm else "The other party tells you of a hidden record",
            f"/hidden/{one.ref}",
            "Open the notice",
            one.asked.date(),
            "4j" if one.kind == "adoption" else "4i",
        )
        for one in hide_pupil.duties(actor)
    ]


def _wrong(actor: Actor) -> list[Duty]:
    count, due = raise_discrepancy.due(actor)
    if not count:
        return []
    title = f"{count:,} discrepancies wait for you" if count > 1 else "1 discrepancy waits for you"
    return [Duty(title, "A value seems wrong", "/discrepancies", "Open the discrepancies", due, "5d")]


def _movers(actor: Actor) -> list[Duty]:
    count, due = follow_movers.due(actor)
    if not count:
        return []
    title = f"{count:,} pupils left and have not arrived" if count > 1 else "1 pupil left and has not arrived"
    return [Duty(title, "They are vulnerable, and on no roll we know of", "/movers", "Open the list", due, "3f")]
