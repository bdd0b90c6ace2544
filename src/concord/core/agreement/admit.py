"""Whether an event may be recorded at all: by whom, on what day, with what behind it (1(a), 2(a), 2(d), 4(h), 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from concord.core.agreement.days import in_words, london_day
from concord.core.agreement.events import KINDS, Event
from concord.core.agreement.model import Refusal, Standing
from concord.core.agreement.notice_check import ico_fault
from concord.core.agreement.reasons import refuse
from concord.core.agreement.schedule import Agreement
from concord.core.agreement.standing import of_story
from concord.core.agreement.story import Story, in_order, live, tell_all

_FACTS: Final = ("opened", "converted", "closed")
_MAY_BE_AHEAD: Final = (*_FACTS, "suspended")
_IN_WRITING: Final = ("suspended", "notice_given", "notice_withdrawal_proposed", "privacy_notice_confirmed")
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "ico_registered": ("number", "expires"),
    "notice_given": ("ends",),
    "converted": ("kind",),
    "opened": ("kind",),
    "install_permitted": ("starts", "ends", "engineer"),
    "install_completed": ("engineer", "host"),
}

Fault = tuple[str, dict[str, str]]


def admit(
    agreement: Agreement, events: Iterable[Event], new: Event, today: date, *, kind: str = "maintained"
) -> Event | Refusal:
    """The event itself, if it may be recorded today after these; else a refusal with the clause. Changes nothing.

    `events` are those of the establishment concerned; `kind` is its kind where no event tells it. Days are London's.
    """
    if new.kind not in KINDS:
        return refuse(agreement, "unknown_event", establishment=new.establishment, event=new.kind)
    earlier = [event for event in events if event.establishment in ("", new.establishment) or not new.establishment]
    story = tell_all(agreement, in_order(earlier), new.on, kind, "")
    now = of_story(agreement, story, new.establishment, new.on)
    checks: tuple[Callable[[], Fault | None], ...] = (
        lambda: _of_authority(agreement, new),
        lambda: _of_day(new, earlier, today),
        lambda: _of_details(new),
        lambda: _OWN.get(new.kind, _nothing)(agreement, new, now, story),
    )
    for check in checks:
        fault = check()
        if fault:
            return _refused(agreement, new, fault)
    return new


def _refused(agreement: Agreement, new: Event, fault: Fault) -> Refusal:
    words = {
        "event": new.kind.replace("_", " "),
        "date": in_words(new.on),
        "party": new.party or "party",
        "role": agreement.roles[new.role].title if new.role in agreement.roles else new.role or "nobody",
        "version": new.version,
    } | fault[1]
    clause = agreement.terms.clause_of[KINDS[new.kind]]
    return refuse(agreement, fault[0], establishment=new.establishment, clause=clause, **words)


def _who_may(agreement: Agreement, kind: str, party: str) -> tuple[str, ...]:
    """The roles that may record an event of this kind for a party; none where the party may not."""
    terms = agreement.terms
    binds = {"establishment": terms.may_sign, "authority": terms.may_countersign}
    office = (*terms.may_confirm, "system")
    may: dict[str, dict[str, tuple[str, ...]]] = {
        "offered": {"authority": office},
        "signed": {"establishment": terms.may_sign},
        "countersigned": {"authority": terms.may_countersign},
        "privacy_notice_confirmed": {"authority": terms.may_confirm},
        "ico_registered": {"establishment": (*terms.may_sign, "data_manager"), "authority": office},
        "ended": {**binds, "authority": (*terms.may_countersign, "system")},
        "install_permitted": {"establishment": ("head",)},
        "install_withdrawn": {"establishment": terms.may_sign, "authority": terms.may_countersign},
        "install_completed": {"support": ("contractor",)},
    }
    if kind in _FACTS:
        return office if party in ("register", "authority") else ()
    return may.get(kind, binds).get(party, ())


def _of_authority(agreement: Agreement, new: Event) -> Fault | None:
    may = _who_may(agreement, new.kind, new.party)
    titles = ", ".join(agreement.roles[role].title for role in may if role in agreement.roles)
    return None if new.role in may else ("no_authority", {"roles": titles or "the other party"})


def _of_day(new: Event, earlier: list[Event], today: date) -> Fault | None:
    """An act counts from the day it is recorded; only facts of the establishments' register may be learnt late."""
    recorded = london_day(new.recorded)
    if recorded > today or (new.on > today and new.kind not in _MAY_BE_AHEAD):
        return "post_dated", {}
    late = recorded < today or any(event.recorded > new.recorded for event in earlier)
    return ("back_dated", {}) if late or (new.on < today and new.kind not in _FACTS) else None


def _of_details(new: Event) -> Fault | None:
    missing = [key for key in _NEEDS.get(new.kind, ()) if not new.details.get(key)]
    days = [key for key in ("expires", "ends") if key in _NEEDS.get(new.kind, ()) and new.kind != "install_permitted"]
    missing += [key for key in days if key not in missing and new.day(key) is None]
    if missing:
        return "details_missing", {"details": ", ".join(missing)}
    if new.kind in _IN_WRITING and not new.evidence.strip():
        return "evidence_missing", {}
    return None


def _nothing(agreement: Agreement, new: Event, now: Standing, story: Story) -> Fault | None:
    return None


def _offered(agreement: Agreement, new: Event, now: Standing, story: Story) -> Fault | None:
    """Only the version open on the day can be offered or signed, and only to an establishment that is open."""
    current = agreement.version_on(new.on)
    if story.closed:
        return "nothing_in_force", {}
    if current is None or new.version != current.id:
        return "version_not_current", {"current": current.id if current else "none yet"}
    return None


def _confirmed(agreement: Agreement, new: Event, now: Standing, story: Story) -> Fault | None:
    return None if story.signed else ("not_signed", {})


def _countersigned(agreement: Agreement, new: Event, now: Standing, story: Story) -> Fault | None:
    """Nothing comes into force without the notice that names the LA (2(a)) and a registration in date (4(h))."""
    if story.signed is None:
        return "not_signed", {}
    if not story.confirmed:
        return "notice_unconfirmed", {}
    if story.ico_until is None or new.on > story.ico_until:
        return "ico_expired", {}
    signed = story.signed.version
    current = agreement.version_on(new.on)
    if current is None or signed != current.id or new.version not in ("", signed):
        return "version_not_current", {"version": new.version or signed, "current": current.id if current else ""}
    return None


def _ico(agreement: Agreement, new: Event, now: Standing, story: Story) -> Fault | None:
    code = ico_fault(new.details["number"], new.day("expires"), new.on)
    return (code, {"number": new.details["number"]}) if code else None


def _suspended(agreement: Agreement, new: Event, now: Standing, story: Story) -> Fault | None:
    """Thirty days from one evidence, by one party; a longer suspension needs new evidence (7(c))."""
    if now.state not in ("in_force", "due", "notice", "suspended", "unregistered"):
        return "nothing_in_force", {}
    running = [until for party, since, until in story.suspensions if party == new.party and since <= new.on < until]
    if running:
        return "already_suspended", {"until": in_words(max(running))}
    return ("evidence_used", {}) if new.evidence.strip() in story.evidence else None


def _lifted(agreement: Agreement, new: Event, now: Standing, story: Story) -> Fault | None:
    running = any(party == new.party and since <= new.on < until for party, since, until in story.suspensions)
    return None if running else ("not_suspended", {})


def _notice(agreement: Agreement, new: Event, now: Standing, story: Story) -> Fault | None:
    """At least thirty days from the day it is given (7(d)); a later notice counts only if it ends sooner."""
    days = agreement.terms.periods.notice_days
    ends, earliest = new.day("ends") or new.on, new.on + timedelta(days=days)
    if now.state not in ("in_force", "due", "notice", "suspended", "unregistered"):
        return "nothing_in_force", {}
    if ends < earliest:
        return "notice_too_short", {"until": in_words(ends), "earliest": in_words(earliest), "days": str(days)}
    running = story.notice.day("ends") if story.notice else None
    return ("notice_running", {"until": in_words(running)}) if running and ends >= running else None


def _withdrawal(agreement: Agreement, new: Event, now: Standing, story: Story) -> Fault | None:
    """A running notice is taken back by both: one party proposes, the other agrees before it has run out (7(d))."""
    if story.notice is None or not live(story, new.on):
        return "no_notice_running", {}
    if new.kind == "notice_withdrawal_proposed":
        return ("withdrawal_proposed", {"party": story.withdrawal}) if story.withdrawal else None
    return None if story.withdrawal not in ("", new.party) else ("withdrawal_not_proposed", {})


def _ended(agreement: Agreement, new: Event, now: Standing, story: Story) -> Fault | None:
    return None if now.state == "ended" else ("notice_not_run_out", {})


def _install(agreement: Agreement, new: Event, now: Standing, story: Story) -> Fault | None:
    """The head's permission is for hours, not days, and only under an agreement in force (2(d))."""
    hours = agreement.terms.periods.install_hours
    starts, ends = new.instant("starts"), new.instant("ends")
    if not now.in_force:
        return "nothing_in_force", {}
    if (
        not starts
        or not ends
        or not timedelta(0) < ends - starts <= timedelta(hours=hours)
        or london_day(starts) < new.on
    ):
        return "permission_too_long", {"hours": str(hours)}
    return None


def _completed(agreement: Agreement, new: Event, now: Standing, story: Story) -> Fault | None:
    """Done is what was permitted, on a day the permission covers, once."""
    first, last = story.install or (date.max, date.min)
    return None if first <= new.on <= last else ("nothing_permitted", {})


def _register(agreement: Agreement, new: Event, now: Standing, story: Story) -> Fault | None:
    kind = new.details.get("kind", "")
    return None if kind in agreement.terms.kinds else ("unknown_kind", {"kind": kind})


_OWN: Final[Mapping[str, Callable[[Agreement, Event, Standing, Story], Fault | None]]] = {
    "offered": _offered,
    "signed": _offered,
    "privacy_notice_confirmed": _confirmed,
    "countersigned": _countersigned,
    "ico_registered": _ico,
    "suspended": _suspended,
    "suspension_lifted": _lifted,
    "notice_given": _notice,
    "notice_withdrawal_proposed": _withdrawal,
    "notice_withdrawn": _withdrawal,
    "ended": _ended,
    "install_permitted": _install,
    "install_completed": _completed,
    "opened": _register,
    "converted": _register,
}
"""What each kind of event asks of the state it meets."""
