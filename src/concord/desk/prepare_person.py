"""Training and the declaration: in date before a role that needs them gets anything (clauses 4(a), 4(b))."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from concord.core.agreement.model import Actor
from concord.core.trouble import Trouble
from concord.desk import gate, grants, standings
from concord.desk.access_terms import course, declaration, last_day
from concord.store.models import DeclarationMade, Person, Training


@dataclass(frozen=True, slots=True)
class Ready:
    """How one need of a role stands: until when it is met, or since when it is not."""

    needed: bool
    until: date | None
    holds: bool


def training_of(person: Person) -> Ready:
    return _ready(standings.agreement().roles[person.role].needs_training, person.trained_until)


def declaration_of(person: Person) -> Ready:
    return _ready(standings.agreement().roles[person.role].needs_declaration, person.declared_until)


def _ready(needed: bool, until: date | None) -> Ready:
    return Ready(needed, until, until is not None and until >= gate.today())


def wrong_answers(answers: Sequence[int | None]) -> list[int]:
    """The places, from 0, of the course's questions that are not answered rightly. Answers count options from 1."""
    questions = course().questions
    given = [*answers, *[None] * len(questions)][: len(questions)]
    return [place for place, (one, said) in enumerate(zip(questions, given, strict=True)) if said != one.right]


def take_course(person: Person, answers: Sequence[int | None]) -> date:
    """Record that the person took the course in force, every question answered rightly; until when that holds."""
    if wrong_answers(answers):
        raise Trouble("Not every question is answered rightly yet.", todo="Read the text beside those that are not.")
    return _trained(person, course().id, gate.today(), None)


def _trained(person: Person, what: str, on: date, by: Actor | None) -> date:
    months = standings.agreement().terms.periods.training_months
    until = last_day(on, months)
    permit = gate.ask(by or gate.system(), grants.FLOW, establishments=_asked(person, by))
    with gate.act(permit, "training recorded") as deed:
        recorder = grants.person_behind(by) if by else None
        Training.objects.create(
            person=person, course=what, on=on, until=until, recorded_by=recorder, recorded=timezone.now()
        )
        person.trained_until = max(until, person.trained_until or until)
        person.save(update_fields=["trained_until"])
        deed.establishments = frozenset(person.establishments) - {"*"}
        deed.facts |= {"person": person.ref.hex, "until": str(until)}
    return until


def _asked(person: Person, by: Actor | None) -> list[str]:
    return [one for one in person.establishments if one != "*"] if by else []


def record_training(by: Actor, ref: str, what: str, on: date) -> date:
    """Record training a person had elsewhere, by the manager who answers for them; until when it holds."""
    person = grants.find(by, ref)
    grants.allow(by, person.role, grants.scope_of(person), ref=person.ref.hex)
    if on > gate.today():
        raise Trouble("The training lies in the future.", todo="Record it when it has been taken.")
    if not what.strip():
        raise Trouble("Say which training it was.", todo="Give its name.")
    return _trained(person, what.strip(), on, by)


def declare(person: Person, version: str) -> date:
    """Accept the declaration in force; until when that holds. `version` is the one that was read."""
    if version != declaration().version:
        raise Trouble("The declaration changed while you read it.", todo="Read the new one.")
    until = last_day(gate.today(), standings.agreement().terms.periods.declaration_months)
    permit = gate.ask(gate.system(), grants.FLOW, establishments=[])
    with gate.act(permit, "declaration accepted") as deed:
        DeclarationMade.objects.create(person=person, version=version, at=timezone.now(), until=until)
        person.declared_until = until
        person.save(update_fields=["declared_until"])
        deed.establishments = frozenset(person.establishments) - {"*"}
        deed.facts |= {"person": person.ref.hex, "version": version, "until": str(until)}
    return until
