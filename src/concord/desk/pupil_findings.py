"""What a check found, pupil by pupil: whose record to open first in the MIS (clause 2(e))."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q

from concord.core.agreement.model import Actor
from concord.core.rules import rule_of
from concord.core.rules.causes import general
from concord.desk import gate
from concord.desk.own_return import Opened, opened
from concord.store import returns


@dataclass(frozen=True, slots=True)
class OfPupil:
    """One pupil's findings in the current version: how many, and the rules in words, errors first."""

    upn: str
    errors: int
    queries: int
    messages: list[str]


def by_pupil(
    actor: Actor, side: str, laestab: str, collection_id: str, *, after: int = 0, limit: int = 50
) -> tuple[Opened, list[OfPupil], int]:
    """One page of pupils with findings, those with most errors first; how many pupils there are."""
    shown = opened(actor, side, laestab, collection_id)
    if shown.version is None:
        return shown, [], 0
    with gate.act(shown.permit, "findings shown", f"{collection_id} {laestab}"):
        rows = returns.findings(shown.permit, shown.version).exclude(pupil="").order_by().values("pupil")
        rows = rows.annotate(
            errors=Count("id", filter=Q(severity="error")),
            queries=Count("id", filter=Q(severity="query")),
            rules=ArrayAgg("rule", distinct=True),
        )
        count = rows.count()
        page = list(rows.order_by("-errors", "-queries", "pupil")[after : after + limit])
    return shown, [OfPupil(one["pupil"], one["errors"], one["queries"], _words(one["rules"])) for one in page], count


def _words(codes: list[str]) -> list[str]:
    rules = sorted((rule_of(code) for code in codes), key=lambda rule: (rule.severity, rule.code))
    return [f"{rule.dfe_rule or rule.code} {general(rule.message).rstrip('.')}" for rule in rules]
