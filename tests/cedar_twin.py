"""The agreement told to another engine: Cedar policies made from the files, not from what our loader made of them."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cedarpy import PolicySet

from concord.core.agreement.model import EVERY, Actor, Ask, Standing
from concord.core.agreement.schedule import Agreement

GROUNDS = ("in_force", "due", "notice")
STATES = ("none", "offered", "signed", "in_force", "due", "lapsed", "suspended", "unregistered", "notice", "ended")


def _read(folder: Path, name: str) -> dict[str, Any]:
    return tomllib.loads((folder / f"{name}.toml").read_text())


def _set(words: Any) -> str:
    return "[" + ", ".join(f'"{word}"' for word in sorted(words)) + "]"


def _kinds(folder: Path, needs: Mapping[str, bool], wanted: bool) -> list[str]:
    """The kinds of establishment for which a flow's answer is `wanted`."""
    found = []
    for kind in _read(folder, "agreement")["kind"]:
        answer = needs.get(kind["family"], needs.get(kind["id"]))
        found += [kind["id"]] if answer is wanted else []
    return found


def policies(folder: Path) -> str:
    """One policy for each role of each flow."""
    categories = _read(folder, "categories")["category"]
    roles = {role["id"]: role for role in _read(folder, "roles")["role"]}
    locked = {one["id"] for one in categories if one["confidential"]}
    personal = {one["id"] for one in categories if one["personal"]}
    return "\n".join(
        _policy(folder, flow, roles[role], locked, personal)
        for flow in _read(folder, "flows")["flow"]
        for role in dict.fromkeys(flow["senders"] + flow["recipients"])
    )


def _policy(folder: Path, flow: dict[str, Any], role: dict[str, Any], locked: set[str], personal: set[str]) -> str:
    tests = [
        f'principal.role == "{role["id"]}"',
        "principal.active && context.on <= principal.authorised_until",
        f"context.on >= {flow['since'].toordinal()}",
        f"{_set(set(flow['categories']) & set(role['categories']))}.containsAll(context.categories)",
        f"({_set(flow['purposes'])}.contains(context.purpose)" + _unsaid(flow, role) + ")",
        '(principal.establishments.contains("*") || principal.establishments.contains(resource.number))',
        _ground(folder, flow, role),
    ]
    if role["needs_training"]:
        tests.append("context.on <= principal.trained_until")
    if role["needs_declaration"]:
        tests.append("context.on <= principal.declared_until")
    if role["id"] in flow["recipients"] and role["side"] != "machine":
        tests.append(f"(principal.stepped_up || !context.categories.containsAny({_set(locked)}))")
    if role["scope"] == "caseload":
        own = "(!context.subjects.isEmpty() && principal.caseload.containsAll(context.subjects))"
        tests.append(f"(!context.categories.containsAny({_set(personal)}) || {own})")
    return f'permit(principal, action == Action::"{flow["id"]}", resource) when {{ {" && ".join(tests)} }};'


def _unsaid(flow: dict[str, Any], role: dict[str, Any]) -> str:
    needed = role["needs_purpose"] or flow.get("needs_purpose", False)
    return "" if needed else ' || context.purpose == ""'


def _ground(folder: Path, flow: dict[str, Any], role: dict[str, Any]) -> str:
    needing, free = (_kinds(folder, flow["needs_agreement"], answer) for answer in (True, False))
    in_force = f"{_set(needing)}.contains(resource.kind) && {_set(GROUNDS)}.contains(resource.state)"
    ground = f"({_set(free)}.contains(resource.kind) || ({in_force}))"
    if flow.get("needs_permission"):
        ground += " && resource.permitted"
    return f"{ground} && !resource.closed" if role["side"] == "establishment" else ground


def parsed(folder: Path) -> PolicySet:
    return PolicySet.from_str(policies(folder))


def request(asked: Ask, now: Standing) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """One ask about one establishment, in Cedar's terms."""
    who, where = {"type": "User", "id": "u"}, {"type": "Establishment", "id": "e"}
    actor, on = asked.actor, asked.on.isoformat()
    permitted = now.facts.get("install_from", "9") <= on <= now.facts.get("install_until", "0")
    about_user = {
        "role": actor.role,
        "active": actor.active,
        "authorised_until": (actor.authorised_until or date.max).toordinal(),
        "trained_until": (actor.trained_until or date.min).toordinal(),
        "declared_until": (actor.declared_until or date.min).toordinal(),
        "establishments": sorted(actor.establishments),
        "caseload": sorted(actor.caseload),
        "stepped_up": actor.stepped_up,
    }
    about_establishment = {
        "number": now.establishment,
        "kind": now.kind,
        "state": now.state,
        "closed": "closed" in now.facts,
        "permitted": permitted,
    }
    context = {
        "on": asked.on.toordinal(),
        "categories": sorted(asked.categories),
        "purpose": asked.purpose,
        "subjects": list(asked.subjects),
    }
    entities = [
        {"uid": who, "attrs": about_user, "parents": []},
        {"uid": where, "attrs": about_establishment, "parents": []},
    ]
    return {
        "principal": who,
        "action": {"type": "Action", "id": asked.flow},
        "resource": where,
        "context": context,
    }, entities


def case(agreement: Agreement, chance: random.Random) -> tuple[Ask, Standing]:
    """A random ask and standing: near enough to permitted that both answers are common."""
    flow = chance.choice(list(agreement.flows.values()))
    role = chance.choice(flow.roles) if chance.random() < 0.95 else chance.choice(list(agreement.roles))
    on = flow.since + timedelta(days=chance.randrange(900) if chance.random() < 0.97 else -1)
    number = f"{agreement.terms.authority.number}/{chance.randrange(2000, 2003)}"
    allowed = sorted(agreement.table.allowed.get((flow.id, role), frozenset()))
    pool = allowed if allowed and chance.random() < 0.9 else sorted(agreement.categories)
    asked = Ask(
        ref="r",
        flow=flow.id if chance.random() < 0.98 else "no-such-flow",
        actor=_someone(role, on, number, chance),
        establishments=frozenset([number]),
        categories=frozenset(chance.sample(pool, min(len(pool), chance.randrange(4)))),
        on=on,
        purpose=chance.choice(["", *flow.purposes * 9, chance.choice(list(agreement.terms.purposes))]),
        subjects=tuple(chance.sample(["p1", "p1", "p2", "p2", "p3"], chance.randrange(3))),
    )
    return asked, _somewhere(agreement, number, on, chance)


def _someone(role: str, on: date, number: str, chance: random.Random) -> Actor:
    def until() -> date | None:
        return chance.choice([*[on, on + timedelta(days=9)] * 6, on - timedelta(days=1), None])

    own = frozenset([number])
    scope = chance.choice([*[EVERY, own, own | {"001/0001"}] * 3, frozenset(["001/0001"])])
    actor = Actor("u", role, scope, frozenset(["p1", "p2"]), chance.random() < 0.95, until(), until(), until())
    return replace(actor, stepped_up=chance.random() < 0.8)


def _somewhere(agreement: Agreement, number: str, on: date, chance: random.Random) -> Standing:
    kinds = [*agreement.terms.kinds, *["maintained", "academy"] * 6]
    facts = {"closed": "2020-01-01"} if chance.random() < 0.05 else {}
    if chance.random() < 0.5:
        facts |= {"install_from": on.isoformat(), "install_until": on.isoformat()}
    state = chance.choice([*STATES, *["in_force"] * 9])
    return Standing(number, state, on, kind=chance.choice(kinds), facts=facts)
