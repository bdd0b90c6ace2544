"""The stable reasons for saying no: the codes are here, their words and clauses in the agreement's `reasons.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from concord.core.agreement.model import Refusal

if TYPE_CHECKING:
    from concord.core.agreement.schedule import Agreement

OF_STATE: Final[Mapping[str, str]] = {
    "none": "no_agreement",
    "offered": "no_agreement",
    "signed": "not_yet_in_force",
    "lapsed": "agreement_lapsed",
    "suspended": "agreement_suspended",
    "unregistered": "ico_registration_expired",
    "ended": "agreement_ended",
}
"""Why an agreement in this state is no ground for a flow."""

OF_ASKS: Final = (
    *dict.fromkeys(OF_STATE.values()),
    "unknown_flow",
    "flow_not_open",
    "not_a_recipient",
    "account_disabled",
    "access_ended",
    "training_expired",
    "declaration_missing",
    "category_not_allowed",
    "step_up_needed",
    "purpose_missing",
    "purpose_not_allowed",
    "outside_scope",
    "unknown_establishment",
    "establishment_closed",
    "wrong_establishment_type",
    "permission_missing",
)
"""What `decide` may answer."""

OF_EVENTS: Final = (
    "unknown_event",
    "no_authority",
    "back_dated",
    "post_dated",
    "details_missing",
    "version_not_current",
    "not_signed",
    "notice_unconfirmed",
    "evidence_missing",
    "evidence_used",
    "ico_number_wrong",
    "ico_expired",
    "nothing_in_force",
    "already_suspended",
    "not_suspended",
    "notice_too_short",
    "notice_running",
    "notice_not_run_out",
    "no_notice_running",
    "withdrawal_proposed",
    "withdrawal_not_proposed",
    "permission_too_long",
    "nothing_permitted",
    "unknown_kind",
)
"""What `admit` may answer."""


class _Words(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def refuse(
    agreement: Agreement,
    code: str,
    *,
    ref: str = "",
    flow: str = "",
    establishment: str = "",
    clause: str = "",
    **words: str,
) -> Refusal:
    """A refusal in the agreement's own words: `words` fill the blanks, `clause` is that of the event refused."""
    reason = agreement.reasons[code]
    known = agreement.flows.get(flow)
    words["la"] = agreement.terms.authority.name
    words["establishment"] = establishment or "the establishment"
    words["flow"] = known.title if known else flow
    stands = reason.clause
    if stands == "flow":
        stands = known.clause if known else clause
    blanks, missing, remedy = _Words(words), reason.missing, reason.remedy
    return Refusal(
        ref,
        flow,
        clause if stands == "event" else stands,
        code,
        reason.says.format_map(blanks),
        missing.format_map(blanks) if "{" in missing else missing,
        remedy.format_map(blanks) if "{" in remedy else remedy,
        establishment,
    )
