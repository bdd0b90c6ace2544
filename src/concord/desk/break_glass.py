"""Break-glass: one child's record, opened in an emergency to somebody whose work does not cover it (2(d), 4(c)).

Whoever asks names the child exactly, says why, and has just proved again who they are. Until a second person says yes
nothing opens; then it is open for some hours, and the child's school is told. Each step is in the ledger.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from concord.core.agreement.emergency import Emergency, State, Times, state_of
from concord.core.agreement.model import Actor, Permit
from concord.core.agreement.reasons import refuse
from concord.core.trouble import Trouble
from concord.desk import emergency_look, emergency_mail, gate, offered, people, standings
from concord.desk.access_terms import access
from concord.desk.emergency_look import VIEW
from concord.desk.need_to_know import covers, widened
from concord.desk.view_pupil import NotThere
from concord.store import emergencies, exactly
from concord.store.models import EmergencyAccess, Person

FLOW = "emergency-access"
PURPOSE = "safeguarding"
LONGEST = 1000
HOUR = timedelta(hours=1)
Place = tuple[uuid.UUID, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Named:
    """Whom somebody asks for: by the UPN, or by the full name and the birthday."""

    upn: str = ""
    forename: str = ""
    surname: str = ""
    born: date | None = None

    @property
    def number(self) -> str:
        return self.upn.replace("\0", "").strip().upper()

    @property
    def called(self) -> str:
        """The name as the register folds it."""
        words = [" ".join(one.split()) for one in (self.surname, self.forename)]
        return offered.fold(" ".join(words)) if all(words) else ""

    @property
    def whole(self) -> bool:
        return bool(self.number or (self.called and self.born))


def terms() -> Emergency:
    """What the agreement's `access.toml` says of it: reasons, times, how much must be said."""
    return access().emergency


def state(row: EmergencyAccess) -> State:
    """How a request stands now."""
    return state_of(Times(row.lapses, row.answer, row.until, row.ended), timezone.now())


# -- asking ------------------------------------------------------------------------------------------------------------


def ask(actor: Actor, named: Named, reason: str, words: str, link: emergency_mail.Link) -> uuid.UUID:
    """Ask for one child's record; the reference of the request. Asked twice while it lasts, it is one.

    `NotThere` where nobody is found: the same for a wrong name, a hidden child and one that never was.
    """
    permit = leave_to_ask(actor)
    _proved_just_now(actor, permit)
    text = _checked(named, reason, words)
    pupil, places = _found(permit, named)
    if covers(actor, pupil, places):
        raise Trouble("This is a record your work covers already.", todo="Open it from the search for pupils.")
    _ground(actor, pupil, places, reason)
    with gate.act(permit, "emergency access asked for") as deed:
        now = timezone.now()
        known = next(
            (one for one in emergencies.mine(permit).filter(pupil=pupil) if state(one) in ("asked", "open")), None
        )
        times = {"asked": now, "lapses": now + terms().answer_within}
        row = known or emergencies.add(permit, pupil, places, reason=reason, words=text, **times)
        deed.about, deed.establishments, deed.subjects = row.id.hex, places, (str(pupil),)
        deed.facts |= {"reason": row.reason}
    if known is None:
        emergency_mail.to_deciders(row, link)
    return row.id


def leave_to_ask(actor: Actor) -> Permit:
    """The permit to ask at all: of a role that may have such a look; or `Refused`."""
    if not emergency_look.may_ask(actor):
        gate.ask(actor, VIEW, establishments=[])
    return gate.ask(actor, FLOW, establishments=[], purpose=PURPOSE)


def _proved_just_now(actor: Actor, permit: Permit) -> None:
    """Refuse, in the ledger, whoever has not just given a second proof of who they are (4(c))."""
    if not actor.stepped_up:
        words = {"categories": "a record in an emergency"}
        no = refuse(standings.agreement(), "step_up_needed", ref=permit.ref, flow=FLOW, **words)
        gate.refused(permit, no)
        raise gate.Refused(no)


def _checked(named: Named, reason: str, words: str) -> str:
    text = " ".join(words.replace("\0", "").split())
    if not named.whole:
        raise Trouble("Name the child by the UPN, or by forename, surname and date of birth.")
    if terms().reason(reason) is None:
        raise Trouble("Choose why you need to see the record.")
    if len(text) < terms().least_letters:
        raise Trouble(f"Say in {terms().least_letters} characters or more why it cannot wait.")
    if len(text) > LONGEST:
        raise Trouble(f"Use at most {LONGEST:,} characters.", why=f"There are {len(text):,}.")
    return text


def _found(permit: Permit, named: Named) -> Place:
    """The child, if there is exactly one whom anybody may be shown. After too many misses nobody is looked for."""
    called = "" if named.number else named.called
    with gate.act(permit, "child named to open in an emergency") as deed:
        too_often = emergencies.misses(permit, timezone.now() - HOUR) >= terms().tries_an_hour
        found = None if too_often else exactly.pupil(named.number, called, named.born)
        if found:
            deed.establishments, deed.subjects = found[1], (str(found[0]),)
        else:
            deed.name = "asked too often to open in an emergency" if too_often else emergencies.MISSED
    if too_often:
        raise Trouble(
            "You have named children who could not be found too often within the hour.",
            why="This is for one child whom you can name exactly, and no search.",
            todo="Ask your manager, or the child's school by telephone.",
        )
    if found is None:
        raise NotThere
    return found


def _ground(actor: Actor, pupil: uuid.UUID, places: frozenset[str], reason: str) -> None:
    """Where the agreement would refuse the look itself, it is refused now, and nobody waits in vain."""
    wide = widened(actor, pupil, places)
    if not any(gate.still(wide, VIEW, one) for one in places):
        gate.ask(wide, VIEW, establishments=places, purpose=emergency_look.purpose_of(reason), subjects=[pupil])


# -- answering ---------------------------------------------------------------------------------------------------------


def decide(actor: Actor, ref: uuid.UUID, *, yes: bool, link: emergency_mail.Link) -> None:
    """The second person says yes, and the record opens for some hours; or no. Never the asker, nor whom they let in."""
    permit = gate.ask(actor, FLOW, establishments=["*"], purpose=PURPOSE)
    _is_second(actor, permit)
    with gate.act(permit, "emergency access given" if yes else "emergency access declined", ref.hex) as deed:
        row = _row(permit, ref, deed)
        _not_alone(actor, row)
        _stands(row, "asked")
        now = timezone.now()
        emergencies.answer(permit, row, "yes" if yes else "no", now, now + terms().open_for if yes else None)
        deed.facts |= {"reason": row.reason, "asked_by": row.asked_by} | ({"until": str(row.until)} if yes else {})
    emergency_mail.to_asker(row, link)
    if yes:
        emergency_mail.to_establishments(row, link)


def call_off(actor: Actor, ref: uuid.UUID) -> None:
    """The asker needs it no more, before anybody has answered."""
    permit = gate.ask(actor, FLOW, establishments=[], purpose=PURPOSE)
    with gate.act(permit, "emergency access called off", ref.hex) as deed:
        row = _row(permit, ref, deed)
        if row.asked_by != actor.ref:
            raise NotThere
        _stands(row, "asked")
        emergencies.answer(permit, row, "off", timezone.now())


def end(actor: Actor, ref: uuid.UUID) -> None:
    """Close the record before its time: by whoever asked, whoever said yes, or another who may decide."""
    decides = may_decide(actor)
    permit = gate.ask(actor, FLOW, establishments=["*"] if decides else [], purpose=PURPOSE)
    with gate.act(permit, "emergency access ended", ref.hex) as deed:
        row = _row(permit, ref, deed)
        if not decides and row.asked_by != actor.ref:
            raise NotThere
        _stands(row, "open")
        emergencies.end(permit, row, timezone.now())


def may_decide(actor: Actor) -> bool:
    """Whether the role is one that may be the second person."""
    return actor.role in emergency_mail.deciders()


def alone(actor: Actor, row: EmergencyAccess) -> bool:
    """Whether this would be one person's doing: their own request, or that of somebody who let them in."""
    let_in = Person.objects.filter(ref=actor.ref, authorised_by__ref=row.asked_by) if _is_person(actor) else None
    return actor.ref == row.asked_by or (let_in is not None and let_in.exists())


def _is_person(actor: Actor) -> bool:
    return len(actor.ref) == 32 and all(one in "0123456789abcdef" for one in actor.ref)


def _is_second(actor: Actor, permit: Permit) -> None:
    """Refuse, in the ledger, whoever takes part in this flow as an asker only."""
    if not may_decide(actor):
        no = refuse(standings.agreement(), "not_a_recipient", ref=permit.ref, flow=FLOW, role=people.title(actor.role))
        gate.refused(permit, no)
        raise gate.Refused(no)


def _not_alone(actor: Actor, row: EmergencyAccess) -> None:
    if alone(actor, row):
        raise Trouble(
            "A second person must answer this.",
            why="Nobody opens a record alone: neither whoever asked, nor somebody whom they let in.",
            todo="Leave it to a colleague; they have been told.",
        )


def _row(permit: Permit, ref: uuid.UUID, deed: gate.Deed) -> EmergencyAccess:
    """The request, held until the transaction ends; nothing there, hidden since and another's are one answer."""
    row = emergencies.find(permit, ref, lock=True)
    if row is None:
        raise NotThere
    deed.establishments, deed.subjects = frozenset(row.laestabs), (str(row.pupil_id),)
    return row


_SAID = {
    "asked": "Nobody has answered this yet.",
    "lapsed": "This request has lapsed: nobody answered it in time.",
    "declined": "This request was declined.",
    "called_off": "This request was called off.",
    "open": "This request was answered with yes already.",
    "over": "The time of this access is over.",
    "ended": "This access was ended already.",
}


def _stands(row: EmergencyAccess, needed: State) -> None:
    if (now := state(row)) != needed:
        raise Trouble(_SAID[now], todo="Open it again to see how it stands. If it is still needed, ask anew.")
