"""The list of people as a table, and what one person can see as words."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.urls import reverse

from concord.core.agreement.roles import Role
from concord.desk import people, people_list, standings
from concord.web.parts.table import Cell, Column, Filter, Table
from concord.web.parts.words import clause_number, day

_SCOPES = {
    "establishments": "The establishments the account is for",
    "districts": "The establishments of its districts, a new one from its first day",
    "caseload": "The pupils whose case this person holds, one by one",
    "all": "The whole county",
}


def listing(found: people_list.Found, query: QueryDict, *, decides: bool) -> Table:
    """One page of people. Whoever decides gets links; whoever watches, names alone."""
    columns = [
        Column("name", "Name"),
        Column("role", "Role"),
        Column("places", "Whose data"),
        Column("state", "Access"),
        Column("last", "Last sign-in"),
        Column("until", "Until"),
    ]
    rows: list[list[object]] = [
        [
            Cell(one.name, href=reverse("person", args=[one.ref]) if decides else ""),
            one.role,
            one.places,
            Cell("", state=f"access_{one.state}"),
            one.last,
            Cell(one.until, hint=f"To be confirmed by {day(one.confirm_by)}" if one.confirm_by else ""),
        ]
        for one in found.entries
    ]
    roles = [(name, people.title(name)) for name in standings.agreement().roles if people.side_of(name) != "machine"]
    filters = [
        Filter("state", "Access", list(people_list.STATES.items()), _chosen(query, "state")),
        Filter("role", "Role", roles, _chosen(query, "role")),
    ]
    return Table(
        "People with access",
        columns,
        rows,
        filters=filters,
        next_cursor=found.after,
        after=query.get("after", ""),
        count=found.count,
        of=("person", "people"),
        nothing="Nobody here. Change the filters, or invite somebody.",
    )


def _chosen(query: QueryDict, key: str) -> list[str]:
    said = query.get(key)
    return [str(said)] if said else []


def reach(role: Role) -> dict[str, Any]:
    """What a role can see and why: its sentence, its flows with their clauses, its categories, its scope."""
    agreement = standings.agreement()
    flows = [agreement.flows[name] for name in role.flows]
    held = [agreement.categories[name] for name in agreement.categories if name in role.categories]
    return {
        "id": role.id,
        "title": role.title,
        "says": role.says,
        "side": role.side,
        "scope": _SCOPES[role.scope],
        "needs_purpose": role.needs_purpose,
        "needs_training": role.needs_training,
        "needs_declaration": role.needs_declaration,
        "categories": [{"title": one.title, "says": one.says, "confidential": one.confidential} for one in held],
        "flows": [
            {"title": one.title, "says": one.says, "clause": one.clause, "number": clause_number(one.clause)}
            for one in flows
        ],
    }
