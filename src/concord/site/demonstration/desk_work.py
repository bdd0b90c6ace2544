"""What people at their desks do in the demonstration: explain, submit, settle, look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from concord.core.agreement.model import Actor
from concord.desk import (
    explain_query,
    gate,
    keep_access,
    own_return,
    people,
    raise_discrepancy,
    settle_change,
    standings,
    submit_return,
    view_pupil,
)
from concord.desk.gate import Refused
from concord.desk.grants import Scope
from concord.desk.view_pupil import NotThere
from concord.store import jobs, ledger, movers, pupils, returns
from concord.store.models import CollectionReturn, Establishment, Person
from concord.store.scope import under

Tell = Callable[[str, int, int], None]


def run_jobs(tell: Tell, words: str) -> None:
    """Run every queued job, as the worker does; a job that failed stops the demonstration."""
    from concord.site.commands.worker import work_through

    work_through(lambda done, total: tell(words, done, total))
    if left := jobs.failed():
        raise RuntimeError(f"jobs failed: {left[:5]}")


def _every_return() -> list[CollectionReturn]:
    permit = gate.ask(gate.system(), "return-approval", establishments=["*"], categories=["return"])
    with under(permit):
        return list(returns.within(permit).order_by("establishment_id"))


def found_by_the_check() -> dict[str, int]:
    """How the returns as first sent came out of the check."""
    found = _every_return()
    wrong = len(with_errors())
    return {"received": len(found), "clean": len(found) - wrong, "with_errors": wrong}


def with_errors() -> list[str]:
    """The establishments whose return has errors to correct."""
    return [one.establishment_id for one in _every_return() if one.current and one.current.errors]


def explain_and_submit(tell: Tell) -> None:
    """Each school explains its queries and submits what has no errors left; the others still have work to do."""
    found = _every_return()
    for number, one in enumerate(found, start=1):
        laestab = one.establishment_id
        manager = Actor(ref=f"demo-data-manager-{laestab}", role="data_manager", establishments=frozenset([laestab]))
        _explain(manager, laestab, one)
        if one.current is not None and not one.current.errors:
            head = Actor(ref=f"demo-{laestab}", role="head", establishments=frozenset([laestab]))
            submit_return.submit(head, laestab, one.collection)
        tell("Queries explained, returns submitted", number, len(found))


def _explain(manager: Actor, laestab: str, one: CollectionReturn) -> None:
    while True:
        shown, rows, _ = own_return.to_explain(manager, laestab, one.collection)
        if not rows or shown.version is None:
            return
        text = "Checked with the pupil's record: the data is right."
        explain_query.explain(manager, shown.version.pk, laestab, [row.pk for row in rows], reason="correct", text=text)


def submitted() -> list[tuple[str, str]]:
    return [(one.establishment_id, one.collection) for one in _every_return() if one.state == "submitted"]


def settle(tell: Tell) -> dict[str, int]:
    """An MI officer settles the first half of the conflicts and leaves the rest for whoever opens the desk."""
    officer = people.by_role("mi_officer")
    total = sum(settle_change.desk(officer).counts.values())
    settled = 0
    while settled < total // 2 and (question := settle_change.desk(officer).question):
        settle_change.settle(officer, question.change.id, accept=settled % 3 != 2)
        settled += 1
        tell("Conflicts settled", settled, max(1, total // 2))
    return {"applied": _applied(), "conflicts": total, "settled": settled}


def _applied() -> int:
    """Values the register holds, from the loads' own lines in the ledger."""
    return ledger.total("register loaded", "added") + ledger.total("register loaded", "applied")


def in_force(laestabs: list[str]) -> set[str]:
    """The establishments whose agreement is in force today."""
    found = standings.of(laestabs, gate.today())
    return {laestab for laestab, standing in found.items() if standing.in_force}


def fed(establishments: int) -> dict[str, int]:
    """What the regular feeds brought, from the loads' own lines in the ledger."""
    facts = ("marks", "contacts", "suspensions")
    return {"establishments": establishments, **{fact: ledger.total("feed loaded", fact) for fact in facts}}


def register_size() -> int:
    permit = gate.ask(gate.system(), "register-load", establishments=["*"], categories=["identity"])
    with under(permit):
        return pupils.count(permit)


def look() -> Iterator[dict[str, Any]]:
    """Professionals open a record: one for a purpose of theirs, and one outside the need to know, who is refused."""
    permit = gate.ask(gate.system(), "register-load", establishments=["*"], categories=["identity"])
    outsider = people.by_role("inclusion_officer")
    with under(permit):
        pupil = pupils.first_elsewhere(permit, outsider.establishments)
    if pupil is None:
        return
    view_pupil.view(people.by_role("admissions"), pupil.id, purpose="admissions", case="DEMO-1")
    try:
        view_pupil.view(outsider, pupil.id, purpose="attendance", case="DEMO-2")
    except NotThere as no:
        told = no.__cause__.refusal if isinstance(no.__cause__, Refused) else None
        if told is not None:
            yield {"flow": told.flow, "establishment": pupil.laestabs[0], "clause": told.clause, "says": told.says}


CASES = 12


def hand_out_cases() -> int:
    """The manager gives the SEN caseworker a caseload: pupils with a plan first, then those with support; how many."""
    permit = gate.ask(gate.system(), "register-load", establishments=["*"], categories=["identity", "sen"])
    with under(permit):
        everyone = [pupil for laestab in _open() for pupil, _ in pupils.on_roll(permit, laestab)]
        held = movers.values(permit, everyone, ["SENprovision"])
    ranked = sorted((items["SENprovision"], str(pupil)) for pupil, items in held.items())
    cases = tuple(pupil for provision, pupil in ranked if provision in ("E", "K"))[:CASES]
    worker = Person.objects.get(role="sen_caseworker")
    keep_access.change_scope(people.by_role("mi_manager"), worker.ref.hex, Scope(("*",), caseload=cases))
    return len(cases)


def doubt(home: str) -> int:
    """Each side tells the other of a value that seems wrong (2(d), 5(d)), and both wait for an answer; how many.

    At `home`, else where the register has the most pupils.
    """
    permit = gate.ask(gate.system(), "register-load", establishments=["*"], categories=["identity", "fsm"])
    with under(permit):
        rolls = {laestab: pupils.on_roll(permit, laestab) for laestab in _open()}
        laestab = home if rolls.get(home) else max(rolls, key=lambda one: len(rolls[one]))
        named = sorted((name, pupil) for pupil, name in rolls[laestab] if name.replace(" ", "").isalpha())
        held = movers.values(permit, [pupil for _, pupil in named], ["DOB", "FSMstartDate"])
        born = next((one for _, one in named if "DOB" in held.get(one, {})), None)
        meals = next((one for _, one in named if "FSMstartDate" in held.get(one, {}) and one != born), None)
        fed = pupils.find(permit, meals) if meals else None
    if born is not None:
        says = "The application for the school place gives another day."
        raise_discrepancy.raise_(people.by_role("mi_officer"), born, "DOB", says=says)
    if fed is not None:
        manager = Actor(ref=f"demo-data-manager-{laestab}", role="data_manager", establishments=frozenset([laestab]))
        says = "The family's letter gives an earlier day."
        raise_discrepancy.raise_by_upn(manager, laestab, fed.upn, "FSMstartDate", says=says)
    return (born is not None) + (fed is not None)


def _open() -> list[str]:
    return list(Establishment.objects.filter(closed=None).order_by("laestab").values_list("laestab", flat=True))
