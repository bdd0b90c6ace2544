"""What the agreement asks of whom now: to sign, renew, confirm, countersign, review; with reminders ahead (7(b))."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from concord.core.agreement.days import LONDON, in_words, london_day
from concord.core.agreement.model import Actor, Standing
from concord.desk import gate, permit_install, standings
from concord.desk.work import Duty
from concord.store.models import AgreementDocument
from concord.store.scope import NOWHERE

REVIEW = timedelta(days=5)
ICO_AHEAD = timedelta(days=30)
TOLD_FOR = timedelta(days=7)


def of_person(actor: Actor) -> list[Duty]:
    """The duties of one person under the agreement; nothing for a role that neither signs nor confirms."""
    terms = standings.agreement().terms
    if actor.role in terms.may_sign:
        found = standings.of(sorted(actor.establishments), gate.today())
        return [duty for stands in found.values() for duty in _of_signatory(stands)]
    if actor.role in (*terms.may_confirm, *terms.may_countersign):
        return list(_of_office(actor))
    return [duty for one in permit_install.own(actor) for duty in _of_contractor(one)]


def _of_contractor(mine: permit_install.Own) -> Iterator[Duty]:
    """What the support contractor may do, while the permission holds or is still to come."""
    grant = mine.grant
    if grant.state in ("open", "to_come"):
        day, at = in_words(london_day(grant.starts)), f"/installations/{mine.laestab}"
        why = f"The head teacher permits it on {grant.host}, from {grant.starts.astimezone(LONDON):%H:%M} on {day}"
        href = at if grant.state == "open" else "/installations"
        yield Duty(f"Install at {mine.establishment}", why, href, "Open the permission", london_day(grant.starts), "2d")


def _of_installed(found: list[Standing]) -> Iterator[Duty]:
    """Both parties are told for a week that an installation is done."""
    for stands in found:
        done = _day(stands, "install_done")
        if done and gate.today() - done <= TOLD_FOR:
            at, why = f"/agreement/{stands.establishment}", f"The support contractor recorded it on {in_words(done)}"
            yield Duty(f"Installation done at {stands.establishment}", why, at, "Read what was done", None, "2d")


def _of_signatory(stands: Standing) -> Iterator[Duty]:
    at = f"/agreement/{stands.establishment}"
    told = {
        "offered": ("Read and sign the agreement", "The local authority has offered it", None, "1a"),
        "due": ("Renew the agreement", _reminder(stands), _day(stands, "lapses"), "7b"),
        "lapsed": ("Sign the agreement again", "It has lapsed", None, "7b"),
        "suspended": ("Read why the agreement is suspended", _suspended(stands), stands.until, "7c"),
        "unregistered": ("Renew your ICO registration", "The agreement stopped when it ran out", None, "4h"),
    }
    if stands.state in told and "waits_for" not in stands.facts:
        action, why, due, clause = told[stands.state]
        yield Duty(action, why, f"{at}/ico" if clause == "4h" else at, action, due, clause)
    yield from _of_withdrawal(stands, "establishment")
    yield from _of_installed([stands])
    if notice := _returned(stands):
        words = f"The authority returned yours: {notice}"
        yield Duty(
            "Hand over another privacy notice", words, f"{at}/hand-over", "Hand over a privacy notice", None, "2a"
        )
    expires = _day(stands, "ico_until")
    if stands.in_force and expires and expires - gate.today() <= ICO_AHEAD:
        words = "Without one the agreement stops after its days of grace"
        yield Duty("Renew your ICO registration", words, f"{at}/ico", "Record your new registration", expires, "4h")


def _of_withdrawal(stands: Standing, party: str) -> Iterator[Duty]:
    """The other party's proposal to take a notice back, which waits for this party until the notice has run out."""
    if stands.facts.get("withdrawal_proposed_by", party) != party:
        at, day = f"/agreement/{stands.establishment}/withdraw-notice", _day(stands, "notice_ends")
        why = "The other party proposes it; without your answer the agreement ends"
        yield Duty("Say whether the notice is taken back", why, at, "Read and answer", day, "7d")


def _reminder(stands: Standing) -> str:
    """In words: the version that asks for a new signature, or the reminder that has fallen due."""
    newer, days = stands.facts.get("newer_version"), stands.facts.get("reminder")
    if newer:
        return f"Version {newer} changed what is agreed, and asks for your signature"
    return f"Fewer than {days} days are left: it lapses if it is not signed again" if days else "It is due"


def _suspended(stands: Standing) -> str:
    by = stands.facts.get("suspended_by", "")
    until = f", until {in_words(stands.until)}" if stands.until else ""
    return ("You suspended it" if by == "establishment" else "The local authority suspended it") + until


def _day(stands: Standing, fact: str) -> date | None:
    return date.fromisoformat(stands.facts[fact]) if fact in stands.facts else None


def _returned(stands: Standing) -> str:
    """Why the notice in hand was returned; empty where it was not, or where none is waited for."""
    if "privacy notice" not in stands.facts.get("waits_for", ""):
        return ""
    return _notices([stands.establishment]).get(stands.establishment, (False, ""))[1]


def _notices(laestabs: list[str]) -> dict[str, tuple[bool, str]]:
    """The latest notice of each establishment: whether it waits to be read, and why it was returned."""
    permit = gate.ask(gate.system(), "agreement-life", establishments=laestabs)
    with gate.act(permit, "privacy notices counted") as deed:
        deed.establishments = frozenset()
        rows = AgreementDocument.objects.filter(kind="notice", establishment__in=laestabs).order_by("id")
        return {row.establishment_id: (row.returned is None, row.why) for row in rows.defer("file")}


def _of_office(actor: Actor) -> Iterator[Duty]:
    """What the authority owes its schools, counted over all of them."""
    terms = standings.agreement().terms
    found = [one for name, one in standings.of(["*"], gate.today()).items() if name != NOWHERE]
    unread = [one.establishment for one in found if "privacy notice" in one.facts.get("waits_for", "")]
    if unread and actor.role in terms.may_confirm:
        waiting = [name for name, (waits, _) in _notices(unread).items() if waits]
        yield from _many(
            waiting,
            "privacy notice",
            ("Read the privacy notices", "Schools wait for your answer"),
            state="signed",
            clause="2a",
        )
    if actor.role in terms.may_countersign:
        ready = [one.establishment for one in found if one.facts.get("waits_for") == "countersignature"]
        words = "Everything is there but your signature"
        yield from _many(
            ready, "agreement to countersign", ("Countersign the agreements", words), state="signed", clause="1a"
        )
        yield from _of_installed(found)
        for one in found:
            yield from _of_withdrawal(one, "authority")
    today = gate.today()
    ends = [one for one in found if one.state == "suspended" and one.until and one.until - today <= REVIEW]
    words = f"They end within {REVIEW.days} days: lift, let end, or give new evidence"
    places = [one.establishment for one in ends]
    yield from _many(places, "suspension to review", ("Review the suspensions", words), state="suspended", clause="7c")
    yield from _lapsing(found)


def _many(places: list[str], what: str, told: tuple[str, str], *, state: str, clause: str) -> Iterator[Duty]:
    """One duty for many places; with one place, its own page. `told`: what its link says, and why."""
    if places:
        count = f"{len(places):,} {what}" if len(places) == 1 else f"{len(places):,} {_plural(what)}"
        href = f"/agreement/{places[0]}" if len(places) == 1 else f"/agreements?state={state}"
        yield Duty(count, told[1], href, told[0], None, clause)


def _plural(what: str) -> str:
    first, _, rest = what.partition(" to ")
    return f"{first}s to {rest}" if rest else f"{what}s"


def _lapsing(found: list[Standing]) -> Iterator[Duty]:
    """Agreements that lapse soon, by the last reminder that has fallen due: 30 days before 90 before 180."""
    due = [one for one in found if one.state == "due" and "reminder" in one.facts]
    for days in sorted({int(one.facts["reminder"]) for one in due}):
        mine = [one for one in due if int(one.facts["reminder"]) == days]
        first = min(date.fromisoformat(one.facts["lapses"]) for one in mine)
        title = f"{len(mine):,} agreement{'s' * (len(mine) > 1)} to renew within {days} days"
        yield Duty(
            title, "Each lapses if it is not signed again", "/agreements?state=due", "Offer them again", first, "7b"
        )
