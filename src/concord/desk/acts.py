"""What a person may do about an agreement now: what a page offers. Whether it may be done, the clauses decide."""

from __future__ import annotations

from concord.core.agreement.model import Actor, Standing
from concord.desk import agreements, standings
from concord.desk.notices import Notice

RUNNING = ("in_force", "due", "notice")
_RECORDED = {"ended_by", "closed"}


def open_to(actor: Actor, stands: Standing, notice: Notice | None, version: str) -> frozenset[str]:
    """The acts on offer to this role with this standing, by name."""
    terms = standings.agreement().terms
    party = agreements.party_of(actor)
    binds = terms.may_sign if party == "establishment" else terms.may_countersign
    found = set()
    if actor.role in binds:
        found |= _of_those_who_bind(party, stands)
    if actor.role in terms.may_sign:
        found |= _of_signatory(stands, notice, version)
    if actor.role in terms.may_confirm:
        found |= _of_office(stands, notice, version)
    if actor.role in terms.may_countersign and _only_waits(stands, "countersignature"):
        found.add("countersign")
    if actor.role in (*terms.may_sign, *terms.may_confirm, "data_manager") and "closed" not in stands.facts:
        found.add("ico")
    if actor.role == "head":
        found |= {"install"} if stands.in_force else set()
    if actor.role in binds and stands.facts.get("install_until", "") >= stands.on.isoformat():
        found.add("withdraw")
    return frozenset(found)


def _of_those_who_bind(party: str, stands: Standing) -> set[str]:
    """Suspend, lift one's own, give notice, record an end: for either party alike."""
    mine = party in stands.facts.get("suspended_by", "").split(", ")
    running = stands.state in (*RUNNING, "suspended", "unregistered")
    found = {"suspend"} if running and not mine else set()
    found |= {"lift"} if mine else set()
    found |= {"give-notice"} if running and "notice_ends" not in stands.facts else set()
    return found | _of_notice(party, stands)


def _of_notice(party: str, stands: Standing) -> set[str]:
    """Of a notice that runs: propose to take it back, or agree to what the other party proposed; of one that ran out:
    record the end."""
    if "notice_by" not in stands.facts:
        ran_out = stands.state == "ended" and "notice_ends" in stands.facts and not stands.facts.keys() & _RECORDED
        return {"end"} if ran_out else set()
    proposed = stands.facts.get("withdrawal_proposed_by", "")
    return set() if proposed == party else {"withdraw-notice"} if proposed else {"propose-withdrawal"}


def _of_signatory(stands: Standing, notice: Notice | None, version: str) -> set[str]:
    """Sign where nothing of this version is in force or under way; hand over another notice where one was returned."""
    found = set()
    under_way = "waits_for" in stands.facts
    renews = stands.state == "due" or (stands.in_force and stands.version != version)
    if not under_way and version and (renews or stands.state in ("none", "offered", "lapsed", "ended")):
        found |= set() if "closed" in stands.facts else {"sign"}
    if under_way and notice is not None and notice.state == "returned":
        found.add("hand-over")
    return found


def _of_office(stands: Standing, notice: Notice | None, version: str) -> set[str]:
    found = set()
    if "waits_for" in stands.facts and notice is not None and notice.state == "handed_over":
        found.add("confirm")
    needs = stands.state in ("none", "lapsed", "ended", "due") or (stands.in_force and stands.version != version)
    if version and needs and "waits_for" not in stands.facts and "closed" not in stands.facts:
        found.add("offer")
    return found


def _only_waits(stands: Standing, what: str) -> bool:
    return stands.facts.get("waits_for") == what
