"""The scenes of the clause register, run: each is a test of the engine and a page for the reader at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from concord.core.agreement.admit import admit
from concord.core.agreement.charges import price
from concord.core.agreement.clauses import Scene
from concord.core.agreement.decide import decide
from concord.core.agreement.events import Event, read_event
from concord.core.agreement.model import EVERY, Actor, Ask, Refusal
from concord.core.agreement.notice_check import check_notice
from concord.core.agreement.retention import due
from concord.core.agreement.schedule import Agreement
from concord.core.agreement.standing import standing
from concord.core.trouble import Trouble

Answer = dict[str, Any]


def here(agreement: Agreement) -> str:
    """The DfE number scenes speak of: one of the authority's own."""
    return f"{agreement.terms.authority.number}/4001"


def story_of(agreement: Agreement, scene: Scene) -> list[Event]:
    """The events of a scene: its histories one after another, then its own."""
    told = [event for name in scene.history for event in agreement.histories[name].events]
    return [read_event({"establishment": here(agreement), **event}) for event in (*told, *scene.events)]


def answer(agreement: Agreement, scene: Scene) -> Answer:
    """What the engine answers to a scene's question. Raises Trouble where the question has a word too many."""
    spare = set(scene.question) - _WORDS[scene.asks]
    if spare:
        raise Trouble(f"The scene {scene.title!r} asks with {min(spare)!r}, which is no word of such a question.")
    return _ASKS[scene.asks](agreement, scene, dict(scene.question))


def differences(agreement: Agreement, scene: Scene) -> dict[str, tuple[Any, Any]]:
    """Where the answer is not as expected: word → (expected, given). Empty when the scene holds."""
    given = answer(agreement, scene)
    return {
        word: (wanted, given.get(word)) for word, wanted in scene.expect.items() if not _met(wanted, given.get(word))
    }


def _met(wanted: Any, given: Any) -> bool:
    """A list asks that each of its members be there; anything else must be the same."""
    return set(wanted) <= set(given or ()) if isinstance(wanted, list) else bool(wanted == given)


def _asker(agreement: Agreement, question: Mapping[str, Any], on: date) -> Actor:
    role = agreement.roles.get(question["role"])
    own = frozenset([here(agreement)])
    everywhere = role is not None and role.side in ("authority", "machine") and role.scope != "establishments"
    return Actor(
        ref="someone",
        role=question["role"],
        establishments=frozenset(question["mine"]) if "mine" in question else EVERY if everywhere else own,
        caseload=frozenset(question.get("caseload", ())),
        active=question.get("active", True),
        trained_until=question.get("trained_until", on),
        declared_until=question.get("declared_until", on),
        authorised_until=question.get("authorised_until"),
        stepped_up=question.get("stepped_up", False),
    )


def _decide(agreement: Agreement, scene: Scene, question: Answer) -> Answer:
    on = question["on"]
    ask = Ask(
        ref="scene",
        flow=question["flow"],
        actor=_asker(agreement, question, on),
        establishments=frozenset([here(agreement)]),
        categories=frozenset(question.get("categories", ())),
        on=on,
        purpose=question.get("purpose", ""),
        subjects=tuple(question.get("subjects", ())),
    )
    now = standing(agreement, story_of(agreement, scene), here(agreement), on, kind=scene.kind, phase=scene.phase)
    given = decide(agreement, ask, {here(agreement): now})
    if isinstance(given, Refusal):
        return {"answer": "refusal", "clause": given.clause, "reason": given.reason}
    told = {"answer": "permit", "clause": given.clause, "purpose": given.purpose, "conditions": list(given.conditions)}
    return told | {"basis": given.basis.split("; ")}


def _standing(agreement: Agreement, scene: Scene, question: Answer) -> Answer:
    events = story_of(agreement, scene)
    now = standing(agreement, events, here(agreement), question["on"], kind=scene.kind, phase=scene.phase)
    told = {"state": now.state, "clause": now.clause, "since": now.since, "until": now.until, "kind": now.kind}
    return told | {"in_force": now.in_force} | dict(now.facts)


def _admit(agreement: Agreement, scene: Scene, question: Answer) -> Answer:
    today = question.pop("today", question["on"])
    question.setdefault("recorded", f"{today}T12:00:00+00:00")
    new = read_event({"establishment": here(agreement), **question})
    given = admit(agreement, story_of(agreement, scene), new, today, kind=scene.kind)
    if isinstance(given, Refusal):
        return {"answer": "refusal", "clause": given.clause, "reason": given.reason}
    return {"answer": "recorded", "clause": ""}


def _price(agreement: Agreement, scene: Scene, question: Answer) -> Answer:
    on = question["on"]
    now = standing(agreement, story_of(agreement, scene), here(agreement), on, kind=scene.kind)
    quote = price(agreement, question["flow"], now, on, deadline_met=question.get("deadline_met"))
    return {"free": quote.free, "clause": quote.clause}


def _notice(agreement: Agreement, scene: Scene, question: Answer) -> Answer:
    found = check_notice(question["text"], agreement.terms.authority.named_as)
    return {"named": found.named, "missing": [item.id for item in found.missing], "clause": ""}


def _due(agreement: Agreement, scene: Scene, question: Answer) -> Answer:
    found = due(agreement, question["class"], question["trigger"])
    return {"on": found.on if found else None, "action": found.action if found else "keep", "clause": ""}


_ASKS: Final[Mapping[str, Callable[[Agreement, Scene, Answer], Answer]]] = {
    "decide": _decide,
    "standing": _standing,
    "admit": _admit,
    "price": _price,
    "notice": _notice,
    "due": _due,
}
_ACTOR = {"role", "mine", "caseload", "active", "trained_until", "declared_until", "authorised_until", "stepped_up"}
_WORDS: Final[Mapping[str, set[str]]] = {
    "decide": _ACTOR | {"flow", "categories", "on", "purpose", "subjects"},
    "standing": {"on"},
    "admit": {"kind", "on", "today", "recorded", "party", "role", "by", "version", "evidence", "details"},
    "price": {"flow", "on", "deadline_met"},
    "notice": {"text"},
    "due": {"class", "trigger"},
}
