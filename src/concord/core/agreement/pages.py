"""The clause register and the schedule of flows as pages to read, made from the data and the scenes alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from concord.core.agreement.clauses import Clause, Scene
from concord.core.agreement.days import in_words
from concord.core.agreement.flows import Flow
from concord.core.agreement.roles import Role
from concord.core.agreement.schedule import Agreement

_DIRECTIONS = {
    "school_to_la": "school to authority",
    "la_to_school": "authority to school",
    "la_internal": "inside the authority",
    "both": "both ways",
    "third_party": "with a third party",
}
_CHARGES = {
    "free": "free",
    "free_if_signed": "free if the agreement is signed, else charged",
    "free_if_deadline_met": "free if the agreement is signed and the deadline met, else charged",
    "chargeable": "charged",
}
_STATES = {"executed": "the program does it", "human": "a person does it", "outside": "outside the program"}


def clause_register(agreement: Agreement) -> str:
    """The register of every operative clause, with its scenes, in Markdown."""
    clauses = agreement.clauses.values()
    counts = {state: sum(clause.state == state for clause in clauses) for state in _STATES}
    scenes = sum(len(clause.scenes) for clause in clauses)
    told = ", ".join(f"{count} {state}" for state, count in counts.items())
    head = [
        "# Clause register",
        "",
        f"{agreement.terms.title}. Each operative clause in our words: what carries it out, where a program ends.",
        f"{len(agreement.clauses)} operative clauses: {told}. {scenes} scenes, each run as a test.",
        "",
        "Made by `concord clauses --markdown`; edit `agreements/`, not this page.",
        "",
        *_table(("clause", "state", "title"), ((f"[{c.id}](#{c.id})", c.state, c.title) for c in clauses)),
    ]
    return "\n".join([*head, *(line for clause in clauses for line in _clause(agreement, clause))]).rstrip() + "\n"


def _clause(agreement: Agreement, clause: Clause) -> list[str]:
    lines = [
        "",
        f"## {clause.id}",
        "",
        f"**{clause.title}.** {clause.says}",
        "",
        f"- State: {clause.state} — {_STATES[clause.state]}.",
    ]
    if clause.executed_by:
        lines.append("- Carried out by: " + ", ".join(f"`{path}`" for path in clause.executed_by) + ".")
    if clause.done_by:
        lines.append("- Done by a person: " + ", ".join(agreement.roles[role].title for role in clause.done_by) + ".")
    flows = [f"`{flow.id}`" for flow in agreement.flows.values() if flow.clause == clause.id]
    if flows:
        lines.append("- Flows: " + ", ".join(flows) + ".")
    lines.append(f"- What the program cannot do: {clause.limits}")
    return [*lines, *(line for scene in clause.scenes for line in _scene(agreement, scene))]


def _scene(agreement: Agreement, scene: Scene) -> list[str]:
    told = [agreement.histories[name].says for name in scene.history]
    told += [f"On {_say(event['on'])}: {_pairs(event, 'on')}." for event in scene.events]
    given = " ".join(told) or "Nothing has happened."
    return [
        "",
        f"*{scene.title}* ({scene.kind})",
        "",
        f"- Given: {given}",
        f"- Asked ({scene.asks}): {_pairs(scene.question)}",
        f"- Answer: {_pairs(scene.expect)}",
    ]


def _pairs(words: Mapping[str, Any], *left_out: str) -> str:
    return "; ".join(f"{key.replace('_', ' ')} {_say(value)}" for key, value in words.items() if key not in left_out)


def _say(value: Any) -> str:
    if isinstance(value, date):
        return in_words(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_say(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else " ".join(str(value).split())


def flow_schedule(agreement: Agreement) -> str:
    """The schedule of flows and the roles, in Markdown."""
    head = [
        "# Schedule of flows",
        "",
        f"{agreement.terms.title}. {len(agreement.flows)} flows, {len(agreement.roles)} roles,"
        f" {len(agreement.categories)} categories of data.",
        "",
        "Made by `concord flows --markdown`; edit `agreements/`, not this page.",
        "",
        *_table(
            ("flow", "clause", "way", "needs an agreement", "charge"),
            (
                (f"[{f.id}](#{f.id})", f.clause, _DIRECTIONS[f.direction], needs(f), _CHARGES[f.charge.rule])
                for f in agreement.flows.values()
            ),
        ),
    ]
    flows = [line for flow in agreement.flows.values() for line in _flow(agreement, flow)]
    roles = ["", "# Roles", "", *_table(("role", "sees", "whose"), (_role(role) for role in agreement.roles.values()))]
    return "\n".join([*head, *flows, *roles]) + "\n"


def needs(flow: Flow) -> str:
    """Which kinds of establishment need an agreement in force for a flow, in words."""
    yes = [kind for kind, answer in flow.needs_agreement.items() if answer]
    no = [kind for kind, answer in flow.needs_agreement.items() if not answer]
    if not yes or not no:
        return "all it is for" if yes else "none"
    return ", ".join(yes)


def _flow(agreement: Agreement, flow: Flow) -> list[str]:
    purposes = "; ".join(agreement.terms.purposes[purpose].says for purpose in flow.purposes)
    security = "; ".join(agreement.terms.security[measure].says for measure in flow.security)
    kept = agreement.retention[flow.retention][-1]
    rows = {
        "Data": ", ".join(sorted(flow.categories)) or "none of persons",
        "From": ", ".join(flow.senders),
        "To": ", ".join(flow.recipients),
        "For": purposes,
        "Basis": flow.basis.words,
        "Establishments": ", ".join(flow.establishment_types),
        "Needs an agreement": f"{needs(flow)}. {flow.why}",
        "Charge": _CHARGES[flow.charge.rule],
        "Security": security,
        "Kept": f"{kept.title}: "
        + (f"{kept.months} months from {kept.trigger}, then {kept.action}" if kept.months else "while useful"),
        "Conditions": "; ".join(flow.conditions),
        "Open": f"from {in_words(flow.since)}" + (f" until {in_words(flow.until)}" if flow.until else ""),
    }
    return [
        "",
        f"## {flow.id}",
        "",
        f"**{flow.title}** (clause {flow.clause}). {flow.says}",
        "",
        *(f"- {key}: {says}" for key, says in rows.items() if says),
    ]


def _role(role: Role) -> tuple[str, str, str]:
    return f"**{role.title}** (`{role.id}`): {role.says}", ", ".join(sorted(role.categories)) or "none", role.scope


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(cell.replace("|", "/") for cell in row) + " |" for row in rows]
