"""The establishment explains a query. A note is carried to the next upload until the data it explains changes."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from concord.core.agreement.model import Actor
from concord.core.trouble import Trouble
from concord.desk import gate
from concord.store import returns

LONGEST = 1000


def explain(actor: Actor, version_id: int, laestab: str, findings: Sequence[int], *, reason: str, text: str) -> int:
    """Put one note on each of these queries of a version; how many were explained."""
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise Trouble(
            "Enter a note." if not text else f"The note must be {LONGEST:,} characters or fewer.",
            why="A query is answered by changing the data or by a note that explains it.",
        )
    permit = gate.ask(actor, "own-return", establishments=[laestab], categories=["return"])
    with gate.act(permit, "query explained") as deed:
        version = returns.find_version(permit, version_id)
        if version is None:
            raise Trouble("There is no such return.", todo="Go back to your returns and open it again.")
        chosen = list(returns.findings(permit, version).filter(pk__in=findings, severity="query"))
        returns.explain(permit, version.of_id, chosen, reason=reason, text=text, now=timezone.now())
        deed.about = f"{version.of.collection} {laestab}"
        deed.facts |= {"version": version.number, "queries": len(chosen)}
    return len(chosen)
