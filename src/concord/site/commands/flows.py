"""`concord flows`: the schedule of flows."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from concord.core.agreement.flows import Flow
from concord.core.agreement.load import load
from concord.core.agreement.pages import flow_schedule, needs
from concord.core.agreement.schedule import Agreement
from concord.core.shelf import shelf
from concord.core.trouble import Trouble

app = typer.Typer(add_completion=False)

_HELP = """The schedule of flows: what moves, which way, to whom, for what, on which basis, and what it costs.

ID is one flow, such as orchestra-feed. Prices are the authority's own to set, in pence, and the agreement states none.

Example: concord flows academy-census-copy --json
"""


@app.command(help=_HELP)
def flows(
    flow_id: Annotated[str, typer.Argument(metavar="[ID]", help="One flow; all without it.")] = "",
    markdown: Annotated[bool, typer.Option("--markdown", help="The schedule as a page.")] = False,
    folder: Annotated[
        Path | None,
        typer.Option("--agreement", envvar="CONCORD_AGREEMENT", help="Folder of the agreement; else the one in use."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Read the agreement, show the flows asked for."""
    agreement = load(folder or shelf("agreements") / "kent-2022")
    if flow_id and flow_id not in agreement.flows:
        raise Trouble(f"There is no flow {flow_id!r}.", todo=f"The flows are {', '.join(agreement.flows)}.")
    shown = [agreement.flows[flow_id]] if flow_id else list(agreement.flows.values())
    if as_json:
        told = [_plain(agreement, flow) for flow in shown]
        sys.stdout.write(json.dumps(told, ensure_ascii=False, default=str) + "\n")
    elif markdown:
        sys.stdout.write(flow_schedule(agreement))
    else:
        sys.stdout.write("".join(_lines(flow, whole=bool(flow_id)) for flow in shown))


def _plain(agreement: Agreement, flow: Flow) -> dict[str, Any]:
    return {
        "id": flow.id,
        "title": flow.title,
        "says": flow.says,
        "clause": flow.clause,
        "direction": flow.direction,
        "categories": sorted(flow.categories),
        "senders": list(flow.senders),
        "recipients": list(flow.recipients),
        "purpose": list(flow.purposes),
        "basis": {
            "art6": list(flow.basis.art6),
            "art9": list(flow.basis.art9),
            "law": [agreement.terms.laws[law].says for law in flow.basis.law],
        },
        "needs_agreement": dict(flow.needs_agreement),
        "why": flow.why,
        "establishment_types": list(flow.establishment_types),
        "charge": _charge(agreement, flow),
        "security": list(flow.security),
        "retention": [
            {"class": row.id, "trigger": row.trigger, "months": row.months, "action": row.action, "source": row.source}
            for row in agreement.retention[flow.retention]
        ],
        "conditions": list(flow.conditions),
        "since": flow.since,
        "until": flow.until,
    }


def _charge(agreement: Agreement, flow: Flow) -> dict[str, Any]:
    prices = [
        {"pence": row.pence, "unit": row.unit, "since": row.since, "until": row.until}
        for row in agreement.prices
        if row.flow == flow.id
    ]
    charge = flow.charge
    clauses = {"free_clause": charge.free_clause, "charged_clause": charge.charged_clause}
    return {"rule": charge.rule} | {key: clause for key, clause in clauses.items() if clause} | {"prices": prices}


def _lines(flow: Flow, *, whole: bool) -> str:
    head = f"{flow.clause:<3} {flow.id:<24} {flow.direction:<13} agreement: {needs(flow)}\n"
    if not whole:
        return head
    body = [
        flow.says,
        f"From {', '.join(flow.senders)} to {', '.join(flow.recipients)}.",
        f"Data: {', '.join(sorted(flow.categories)) or 'none of persons'}.",
        f"Purposes: {', '.join(flow.purposes)}.",
        f"Basis: {flow.basis.words}.",
        f"Agreement: {flow.why}",
        f"Charge: {flow.charge.rule}.",
    ]
    return head + "".join(f"    {line}\n" for line in body)
