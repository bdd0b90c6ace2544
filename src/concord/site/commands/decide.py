"""`concord decide`: what the gate would answer, and why. Decides nothing, moves nothing, logs nothing."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from concord.core.agreement.days import LONDON, day_of
from concord.core.agreement.decide import decide as answer_to
from concord.core.agreement.events import Event, read_event
from concord.core.agreement.load import load
from concord.core.agreement.model import EVERY, Actor, Ask, Permit, Refusal, Standing
from concord.core.agreement.schedule import Agreement
from concord.core.agreement.standing import STATES, standing
from concord.core.shelf import shelf
from concord.core.trouble import Trouble, Unreadable

app = typer.Typer(add_completion=False)

_CASE = "the case"
_HELP = """What the gate would answer to an ask, with the clause. It decides nothing and logs nothing.

The asker is taken to be in good order: an active, trained and declared user, in whose scope the establishment lies.
How the agreement stands follows from the events in --events, a JSON list such as
[{"kind": "signed", "on": "2026-09-01", "party": "establishment", "role": "head", "version": "1.1"}];
without that file nothing was ever signed. Without --items all that is not confidential is asked for.
Status 3: refused, and the answer names the clause.

Example: concord decide --flow school-census --role data_manager --establishment 886/2001
"""


@app.command(help=_HELP)
def decide(
    *,
    flow: Annotated[str, typer.Option(help="The flow, such as orchestra-feed: `concord flows` lists them.")],
    role: Annotated[str, typer.Option(help="The asker's role, such as mi_officer.")],
    establishment: Annotated[str, typer.Option(help="The DfE number, such as 886/2001.")],
    on: Annotated[str, typer.Option(metavar="DATE", help="The day; today in London without it.")] = "",
    items: Annotated[str, typer.Option(help="Data items or categories, with commas: SENprovision,attendance.")] = "",
    purpose: Annotated[str, typer.Option(help="What for: a purpose of the flow.")] = "",
    kind: Annotated[str, typer.Option(help="Kind of establishment where no event tells it.")] = "maintained",
    step_up: Annotated[bool, typer.Option("--step-up", help="The asker has given the second proof.")] = False,
    events: Annotated[Path | None, typer.Option(help="What happened to the agreement, a JSON list.")] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--agreement", envvar="CONCORD_AGREEMENT", help="Folder of the agreement; else the one in use."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> int:
    """Ask the engine the gate asks, and tell its answer."""
    agreement = load(folder or shelf("agreements") / "kent-2022")
    day = day_of(on, "The day (--on)") if on else datetime.now(LONDON).date()
    _check(agreement, role, establishment, kind)
    now = standing(agreement, _events(events), establishment, day, kind=kind)
    asked = _categories(agreement, flow, role, items, step_up)
    given = answer_to(
        agreement, _ask(agreement, flow, role, now, asked, purpose=purpose, step_up=step_up), {establishment: now}
    )
    told = _plain(given, now, asked)
    assumed = [] if events else [f"no events were given: the agreement's standing is {STATES[now.state]!r}"]
    told["assumed"] = [*assumed, f"the establishment's kind is {now.kind}", "the asker is trained, declared, in scope"]
    sys.stdout.write(json.dumps(told, ensure_ascii=False, default=str) + "\n" if as_json else _words(given, told))
    return 3 if isinstance(given, Refusal) else 0


def _check(agreement: Agreement, role: str, establishment: str, kind: str) -> None:
    if role not in agreement.roles:
        raise Trouble(f"There is no role {role!r}.", todo=f"The roles are {', '.join(agreement.roles)}.")
    if kind not in agreement.terms.kinds:
        raise Trouble(f"There is no kind {kind!r}.", todo=f"The kinds are {', '.join(agreement.terms.kinds)}.")
    la, _, number = establishment.partition("/")
    if not (len(la) == 3 and len(number) == 4 and (la + number).isascii() and (la + number).isdigit()):
        raise Trouble(f"{establishment!r} is not a DfE number.", todo="Write it as 886/2001.")


def _events(path: Path | None) -> list[Event]:
    if path is None:
        return []
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise Trouble(f"{path} could not be read.", why=str(fault.strerror), todo="Check --events.") from None
    except ValueError as fault:
        raise Unreadable(f"{path} is not JSON.", why=str(fault), todo="Give a JSON list of events.") from None
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise Unreadable(f"{path} is not a list of events.", todo='Give [{"kind": "signed", "on": "2026-09-01", …}].')
    return [read_event(one) for one in told]


def _categories(agreement: Agreement, flow: str, role: str, items: str, step_up: bool) -> frozenset[str]:
    """The categories of the items asked for; without items, all the role may have without a second proof."""
    if not items:
        allowed = agreement.table.allowed.get((flow, role), frozenset())
        return allowed if step_up else allowed - agreement.table.confidential.get((flow, role), frozenset())
    wanted = [item.strip() for item in items.split(",") if item.strip()]
    unknown = [item for item in wanted if agreement.category_of(item) is None]
    if unknown:
        todo = f"Use a data item of the returns, or a category: {', '.join(agreement.categories)}."
        raise Trouble(f"{unknown[0]!r} is in no category of the agreement.", todo=todo)
    return frozenset(agreement.category_of(item) or "" for item in wanted)


def _ask(
    agreement: Agreement, flow: str, role: str, now: Standing, asked: frozenset[str], *, purpose: str, step_up: bool
) -> Ask:
    """An ask by someone in good order; a role bound to its cases asks about one of them."""
    of_cases = agreement.roles[role].scope == "caseload"
    actor = Actor(
        ref="someone",
        role=role,
        establishments=EVERY if agreement.roles[role].scope == "all" else frozenset([now.establishment]),
        caseload=frozenset([_CASE] if of_cases else []),
        trained_until=now.on,
        declared_until=now.on,
        stepped_up=step_up,
    )
    where = frozenset([now.establishment])
    return Ask("what-would", flow, actor, where, asked, now.on, purpose, subjects=(_CASE,) if of_cases else ())


def _plain(given: Permit | Refusal, now: Standing, asked: frozenset[str]) -> dict[str, Any]:
    about = {"flow": given.flow, "on": now.on, "standing": {"state": now.state, "kind": now.kind, "clause": now.clause}}
    if isinstance(given, Refusal):
        told = {"answer": "refusal", "clause": given.clause, "reason": given.reason, "scope": None}
        words = {"says": given.says, "missing": given.missing, "remedy": given.remedy, "asked": sorted(asked)}
        return told | words | about
    scope = {
        "establishments": sorted(given.establishments),
        "categories": sorted(given.categories),
        "purpose": given.purpose,
    }
    permit = {"answer": "permit", "clause": given.clause, "reason": given.basis, "scope": scope}
    return permit | {"conditions": list(given.conditions)} | about


def _words(given: Permit | Refusal, told: dict[str, Any]) -> str:
    if isinstance(given, Refusal):
        lines = [f"Refused, clause {given.clause} ({given.reason}).", given.says, f"Missing: {given.missing}."]
        lines.append(given.remedy)
    else:
        lines = [f"Permitted, clause {given.clause}.", f"Basis: {given.basis}.", f"Purpose: {given.purpose}."]
        lines.append(f"Data: {', '.join(sorted(given.categories)) or 'none of persons'}.")
        lines += [f"Condition: {condition}." for condition in given.conditions]
    return "".join(f"{line}\n" for line in [*lines, *(f"Assumed: {one}." for one in told["assumed"])])
