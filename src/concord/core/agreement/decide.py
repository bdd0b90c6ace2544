"""The one gate's judgement: may this actor have these data, of these establishments, for this purpose, on this day?

Pure: the same agreement, ask and standings give the same answer. Nothing else in the program makes a `Permit`.
"""

from __future__ import annotations

from collections.abc import Mapping

from concord.core.agreement.days import in_words
from concord.core.agreement.flows import Flow
from concord.core.agreement.model import Ask, Permit, Refusal, Standing
from concord.core.agreement.reasons import OF_STATE, refuse
from concord.core.agreement.roles import Role
from concord.core.agreement.schedule import Agreement, Part

Fault = tuple[str, dict[str, str]]


def decide(agreement: Agreement, ask: Ask, standings: Mapping[str, Standing]) -> Permit | Refusal:
    """Answer one ask. `standings` holds the standing, on the ask's day, of each establishment the ask may touch.

    The permit covers no more than was asked: where the flow allows a partial answer, only the establishments that may
    be permitted; otherwise the first that fails refuses the whole. Raises ValueError on a standing of another day.
    """
    flow = agreement.flows.get(ask.flow)
    if flow is None:
        return refuse(agreement, "unknown_flow", ref=ask.ref, flow=ask.flow)
    part = agreement.table.parts.get((ask.flow, ask.actor.role))
    fault = _of_actor(flow, ask)
    if part is None:
        fault = fault or ("not_a_recipient", {"role": _title(agreement, ask)})
    else:
        fault = fault or _of_readiness(part.role, ask) or _of_data(part, ask) or _of_purpose(flow, part, ask)
        if fault is None:
            return _of_establishments(agreement, flow, part, ask, standings)
    return refuse(agreement, fault[0], ref=ask.ref, flow=flow.id, **fault[1])


def _title(agreement: Agreement, ask: Ask) -> str:
    role = agreement.roles.get(ask.actor.role)
    return role.title if role else ask.actor.role


def _of_actor(flow: Flow, ask: Ask) -> Fault | None:
    """Whether the flow is open on the day and the account is (4(a))."""
    actor, on = ask.actor, ask.on
    if on < flow.since or (flow.until is not None and on >= flow.until):
        return "flow_not_open", {"date": in_words(on)}
    if not actor.active:
        return "account_disabled", {}
    if actor.authorised_until is not None and on > actor.authorised_until:
        return "access_ended", {"date": in_words(actor.authorised_until)}
    return None


def _of_readiness(role: Role, ask: Ask) -> Fault | None:
    """Whether training (4(a)) and declaration (4(b)) hold on the day; each holds through its last day."""
    trained, declared = ask.actor.trained_until, ask.actor.declared_until
    if role.needs_training and (trained is None or ask.on > trained):
        return "training_expired", {"role": role.title}
    if role.needs_declaration and (declared is None or ask.on > declared):
        return "declaration_missing", {"role": role.title}
    return None


def _of_data(part: Part, ask: Ask) -> Fault | None:
    """Whether the role may have these categories through this flow, the confidential ones by a second proof (4(c))."""
    if not ask.categories <= part.allowed:
        excess = ", ".join(sorted(ask.categories - part.allowed))
        return "category_not_allowed", {"categories": excess, "role": part.role.title}
    if ask.actor.stepped_up or ask.categories.isdisjoint(part.locked):
        return None
    return "step_up_needed", {"categories": ", ".join(sorted(ask.categories & part.locked))}


def _of_purpose(flow: Flow, part: Part, ask: Ask) -> Fault | None:
    """Whether the purpose, where one is given or must be, is one of the flow's (1(b))."""
    if ask.purpose in part.purposes or not (ask.purpose or part.needs_purpose):
        return None
    words = {"purpose": ask.purpose, "purposes": ", ".join(flow.purposes)}
    return ("purpose_not_allowed" if ask.purpose else "purpose_missing"), words


def _in_caseload(part: Part, ask: Ask) -> bool:
    """A role bound to its cases gets personal data only of pupils the ask names, all of them its own cases."""
    if ask.categories.isdisjoint(part.of_cases):
        return True
    return bool(ask.subjects) and ask.actor.caseload.issuperset(ask.subjects)


def _asked_for(ask: Ask, standings: Mapping[str, Standing]) -> frozenset[str]:
    """The establishments asked for; `EVERY` means all the actor may ask for among those with a standing."""
    if "*" not in ask.establishments:
        return ask.establishments
    known = frozenset(standings)
    return known if "*" in ask.actor.establishments else known & ask.actor.establishments


def _of_establishments(
    agreement: Agreement, flow: Flow, part: Part, ask: Ask, standings: Mapping[str, Standing]
) -> Permit | Refusal:
    """The permit for those establishments that may be permitted, or the refusal of the first that may not."""
    asked = _asked_for(ask, standings)
    if not _in_caseload(part, ask) or not (asked or flow.countywide):
        return refuse(agreement, "outside_scope", ref=ask.ref, flow=flow.id, role=part.role.title)
    permitted: list[str] = []
    first: tuple[str, str] | None = None
    for establishment in asked if len(asked) < 2 else sorted(asked):
        code = _of_one(flow, part.role, ask, establishment, standings)
        if code is None:
            permitted.append(establishment)
            continue
        first = first or (code, establishment)
        if not flow.partial:
            break
    if first and (not permitted or not flow.partial):
        return _refused(agreement, first[0], ask, first[1], standings)
    return _permit(flow, ask, asked if len(permitted) == len(asked) else frozenset(permitted))


def _of_one(flow: Flow, role: Role, ask: Ask, establishment: str, standings: Mapping[str, Standing]) -> str | None:
    """The reason against one establishment, or None. Scope comes first: a stranger learns nothing of its standing."""
    mine = ask.actor.establishments
    if establishment not in mine and "*" not in mine:
        return "outside_scope"
    standing = standings.get(establishment)
    if standing is None:
        return "unknown_establishment"
    if standing.on != ask.on:
        raise ValueError(f"the standing of {establishment} is of {standing.on}, the ask of {ask.on}")
    if role.side == "establishment" and "closed" in standing.facts:
        return "establishment_closed"
    return ground(flow, standing)


def ground(flow: Flow, standing: Standing) -> str | None:
    """Why an establishment's standing is no ground for a flow, or None where it is one (2(c), 2(d), 2(f))."""
    needs = flow.needs_agreement.get(standing.kind)
    if needs is None:
        return "wrong_establishment_type"
    if needs and not standing.in_force:
        return OF_STATE[standing.state]
    if flow.needs_permission and not _permitted_on(standing):
        return "permission_missing"
    return None


def _permitted_on(standing: Standing) -> bool:
    """Whether the head's permission to install covers the day (2(d)); the hours are kept by whoever opens the door."""
    first, last = standing.facts.get("install_from", ""), standing.facts.get("install_until", "")
    return bool(first) and first <= standing.on.isoformat() <= last


def _refused(
    agreement: Agreement, code: str, ask: Ask, establishment: str, standings: Mapping[str, Standing]
) -> Refusal:
    standing = standings.get(establishment)
    when = standing.since if standing else None
    words = {
        "role": agreement.roles[ask.actor.role].title,
        "kind": standing.kind if standing else "",
        "date": in_words(when) if when else "",
        "until": in_words(standing.until) if standing and standing.until else "",
    }
    return refuse(agreement, code, ref=ask.ref, flow=ask.flow, establishment=establishment, **words)


def _permit(flow: Flow, ask: Ask, establishments: frozenset[str]) -> Permit:
    return Permit(
        ask.ref,
        flow.id,
        flow.clause,
        flow.basis.words,
        ask.actor.ref,
        ask.actor.role,
        establishments,
        ask.categories,
        ask.purpose or flow.purposes[0],
        ask.on,
        ask.case,
        ask.subjects,
        flow.conditions,
    )
