"""The clause register: each operative clause in our words, what executes it, who does the rest, and its scenes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from concord.core.agreement.sheet import Entry

STATES: Final = ("executed", "human", "outside")
TESTS: Final = ("decide", "standing", "admit", "price", "notice", "due")


@dataclass(frozen=True, slots=True)
class Scene:
    """A worked example: a history, one question, the answer the clause requires. Run as a test, shown as a page."""

    title: str
    asks: str
    kind: str
    phase: str
    history: tuple[str, ...]
    events: tuple[Mapping[str, Any], ...]
    question: Mapping[str, Any]
    expect: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Clause:
    """One operative clause. `executed_by` are dotted paths of the code; `done_by` the roles that do the human part."""

    id: str
    title: str
    says: str
    state: str
    executed_by: tuple[str, ...]
    done_by: tuple[str, ...]
    limits: str
    scenes: tuple[Scene, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One stable reason for a refusal: its clause (`flow`: the flow's own; `event`: the event's own) and its words."""

    id: str
    clause: str
    says: str
    missing: str
    remedy: str


def _scene(entry: Entry) -> Scene:
    asks = entry.choice("asks", TESTS, "question")
    scene = Scene(
        title=entry.text("title"),
        asks=asks,
        kind=entry.text("kind", "maintained"),
        phase=entry.text("phase", ""),
        history=entry.words("history", may_be_empty=True) if entry.has("history") else (),
        events=tuple(event.plain() for event in entry.entries("event", optional=True)),
        question=entry.table("question").plain(),
        expect=entry.table("expect").plain(),
    )
    entry.done()
    if not scene.expect:
        raise entry.fault("expect", "the scene expects nothing.")
    return scene


def read_clause(entry: Entry) -> Clause:
    """One clause's file: a state, who or what carries it out, and at least one scene where the program does."""
    state = entry.choice("state", STATES, "state")
    clause = Clause(
        id=entry.text("id"),
        title=entry.text("title"),
        says=entry.text("says"),
        state=state,
        executed_by=entry.words("executed_by") if state == "executed" else (),
        done_by=entry.words("done_by", may_be_empty=state != "human")
        if state == "human" or entry.has("done_by")
        else (),
        limits=entry.text("limits"),
        scenes=tuple(_scene(scene) for scene in entry.entries("scene", optional=True)),
    )
    if state == "executed" and not clause.scenes:
        raise entry.fault("state", "an executed clause needs a scene that shows it.")
    return clause


def read_reason(entry: Entry, operative: tuple[str, ...]) -> Reason:
    return Reason(
        id=entry.text("id"),
        clause=entry.choice("clause", (*operative, "flow", "event"), "clause"),
        says=entry.text("says"),
        missing=entry.text("missing"),
        remedy=entry.text("remedy"),
    )
