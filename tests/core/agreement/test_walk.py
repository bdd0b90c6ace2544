"""20,000 random lives of an agreement, against the clauses told again in another way: day by day, with nothing shared.

The engine reads events into a story. Here each clause is a sentence about the list of events. Where the two disagree on
whether an agreement is a ground on a day, one of them is wrong.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from agreeing import HERE, ask, event, kent, noon
from concord.core.agreement.admit import admit
from concord.core.agreement.decide import decide
from concord.core.agreement.events import Event
from concord.core.agreement.model import Permit, Refusal
from concord.core.agreement.standing import standing

LIVES, PARTS, STEPS = 20_000, 8, 12
DAY = timedelta(days=1)
LEAPS = (0, 0, 0, 0, 1, 1, 3, 10, 29, 30, 31, 89, 365)
PROBES = (0, 1, 29, 30, 31, 60, 180, 366, 1095, 1096)
NEXT = ["ico_registered", "signed", "privacy_notice_confirmed", "countersigned"]
RARE = ["converted", "closed"]
OTHERS = ["offered", *["suspended"] * 4, "suspension_lifted", *["notice_given"] * 3, "ended", *NEXT]
FOLLOWS = {"notice_given": "notice_withdrawal_proposed", "notice_withdrawal_proposed": "notice_withdrawn"}
OTHERS += ["notice_withdrawal_proposed"] * 2 + ["notice_withdrawn"] * 2
ROLES = ["head", "mi_officer", "mi_manager", "system"]
RIGHT = {"offered": "mi_officer", "privacy_notice_confirmed": "mi_officer", "countersigned": "mi_manager",
         "converted": "system", "closed": "system"}  # fmt: skip


def third_anniversary(day: date) -> date:
    return date(day.year + 3, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


def is_ground(events: list[Event], on: date) -> bool:
    """The clauses as sentences: 2(a), 4(h), 7(b), 7(c), 7(d), and that a new legal person signs anew."""
    past = sorted((one for one in events if one.on <= on), key=lambda one: (one.on, one.recorded))
    if any(one.kind == "closed" for one in past):
        return False
    registrations = [one for one in past if one.kind == "ico_registered"]
    if not registrations or on > date.fromisoformat(registrations[-1].details["expires"]) + 30 * DAY:
        return False
    for one in past:
        if one.kind == "suspended" and one.on <= on < one.on + 30 * DAY:
            lifts = [
                two for two in past if two.kind == "suspension_lifted" and two.party == one.party and _after(two, one)
            ]
            if not lifts:
                return False
    return any(_holds(past, place, on) for place, one in enumerate(past) if one.kind == "signed")


def _after(two: Event, one: Event) -> bool:
    return (two.on, two.recorded) > (one.on, one.recorded)


def _holds(past: list[Event], place: int, on: date) -> bool:
    """Whether the signature at this place is complete, unexpired and not ended on the day."""
    signature, began = past[place], None
    seen: set[str] = set()
    for step in range(place + 1, len(past) + 1):
        registered = [one for one in past[:step] if one.kind == "ico_registered"]
        day = past[step - 1].on
        in_date = bool(registered) and day <= date.fromisoformat(registered[-1].details["expires"])
        if {"privacy_notice_confirmed", "countersigned"} <= seen | {past[step - 1].kind} and in_date and began is None:
            began = step
        seen.add(past[step - 1].kind)
        if began is None and step < len(past) and past[step].kind in ("signed", "converted"):
            return False
    if began is None or on >= third_anniversary(signature.on):
        return False
    later = past[began:]
    ended = [one for one in later if one.kind in ("converted", "ended")]
    return not ended and all(
        date.fromisoformat(one.details["ends"]) > on or _taken_back(later[place + 1 :], one)
        for place, one in enumerate(later)
        if one.kind == "notice_given"
    )


def _taken_back(after: list[Event], notice: Event) -> bool:
    """Whether, before the notice's last day was over, one party proposed it and later the other agreed."""
    inside = [one for one in after if one.on < date.fromisoformat(notice.details["ends"])]
    words = [(one.kind, one.party) for one in inside if one.kind.startswith("notice_")]
    for place, (kind, party) in enumerate(words):
        if kind == "notice_withdrawn":
            before = words[:place]
            again = max((n for n, one in enumerate(before) if one[0] == "notice_given"), default=-1)
            if any(k == "notice_withdrawal_proposed" and p != party for k, p in before[again + 1 :]):
                return True
    return False


def invent(chance: random.Random, events: list[Event], today: date, minute: int) -> Event:
    """Something that may or may not be recorded today: mostly the sensible next step, sometimes nonsense."""
    told = {one.kind for one in events[-6:]} if chance.random() < 0.3 else {one.kind for one in events}
    wanted = next((kind for kind in NEXT if kind not in told), None) or chance.choice(OTHERS)
    kind = wanted if chance.random() < 0.8 else chance.choice(RARE if chance.random() < 0.1 else OTHERS)
    if events and chance.random() < 0.5:  # a notice is often answered, and sometimes proposed to be taken back twice
        kind = chance.choice([FOLLOWS.get(events[-1].kind, kind)] * 9 + ["notice_withdrawal_proposed"])
    role = RIGHT.get(kind, chance.choice(["head", "mi_manager"])) if chance.random() < 0.95 else chance.choice(ROLES)
    role = "head" if kind in ("signed", "ico_registered") and chance.random() < 0.9 else role
    details = {"number": "ZA123456", "expires": today + chance.choice([-1, 0, 40, 400, 2000, 2000, 2000]) * DAY}
    details |= {"ends": today + chance.choice([1, 29, 30, 31, 90]) * DAY, "kind": "academy"}
    on = today + chance.choice([0] * 30 + [-1, -40, 1]) * DAY if kind not in ("converted", "closed") else today
    evidence = chance.choice(["", "n", "a", "b", "c", "d"])
    return event(kind, on, role, version="1.1", evidence=evidence, details=details, recorded=noon(today, minute))


def live(chance: random.Random, seen: Counter[str]) -> None:
    """One life: every event goes through `admit`; after each, days now and ahead are asked about."""
    today, events = date(2022, 7, 1) + chance.randrange(900) * DAY, list[Event]()
    for minute in range(STEPS):
        today += chance.choice(LEAPS) * DAY
        given = admit(kent(), events, invent(chance, events, today, minute), today, kind="academy")
        if isinstance(given, Refusal):
            seen[given.reason] += 1
            continue
        assert given.on >= today
        events.append(given)
        seen["withdrawn"] += given.kind == "notice_withdrawn"
        for on in (today, today + chance.choice(PROBES) * DAY):
            probe(events, on, chance.choice(["orchestra-feed", "academy-census-copy"]), seen)


def probe(events: list[Event], on: date, flow: str, seen: Counter[str]) -> None:
    now = standing(kent(), events, HERE, on, kind="academy")
    permitted = isinstance(decide(kent(), ask("courier", flow, on, "identity"), {HERE: now}), Permit)
    assert permitted == is_ground(events, on), (on, now, events)
    assert now.since is None or now.since <= on
    assert now.until is None or now.until > on
    seen[now.state] += 1


@pytest.mark.parametrize("part", range(PARTS))
def test_no_permit_on_a_day_the_clauses_forbid_and_none_withheld_on_a_day_they_allow(part: int) -> None:
    chance, seen = random.Random(f"life {part}"), Counter[str]()
    for _ in range(LIVES // PARTS):
        live(chance, seen)
    met = {"offered", "signed", "in_force", "due", "lapsed", "suspended", "notice", "ended", "unregistered"}
    met |= {
        "no_authority",
        "back_dated",
        "post_dated",
        "evidence_missing",
        "notice_too_short",
        "ico_expired",
        "evidence_used",
        "no_notice_running",
        "withdrawal_proposed",
        "withdrawal_not_proposed",
        "withdrawn",
    }
    assert [word for word in met if seen[word] < 10] == []
