"""A person's own sign-in: password, passkeys, app, recovery codes. Each change of it is in the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from concord.core.trouble import Trouble
from concord.desk import codes, gate, grants, passkeys, passwords, sessions
from concord.store.models import CodeMaker, LinkedAccount, Passkey, Person


@dataclass(frozen=True, slots=True)
class Proofs:
    """What a person can prove with."""

    passkeys: list[Passkey]
    app: CodeMaker | None
    recovery_codes: int
    linked: list[LinkedAccount]

    @property
    def count(self) -> int:
        """How many second proofs there are, recovery codes left out: they are for the day the others are lost."""
        return len(self.passkeys) + (self.app is not None)


def proofs(person: Person) -> Proofs:
    return Proofs(
        list(person.passkeys.all()),
        CodeMaker.objects.filter(person=person).first(),
        codes.recovery_codes_left(person),
        list(person.linked.all()),
    )


@contextmanager
def _changing(person: Person, deed: str) -> Iterator[None]:
    permit = gate.ask(gate.system(), grants.FLOW, establishments=[])
    with gate.act(permit, deed) as done:
        done.establishments = frozenset()
        done.facts |= {"person": person.ref.hex}
        yield


def add_app(person: Person, secret: bytes, code: str) -> None:
    with _changing(person, "authenticator app added"):
        codes.enrol(person, secret, code)


def add_passkey(
    person: Person, site: passkeys.Site, state: passkeys.State | None, answer: Mapping[str, Any], name: str
) -> None:
    with _changing(person, "passkey added"):
        passkeys.finish_new(person, site, state, answer, name)


def remove(person: Person, ref: str) -> None:
    """Remove a passkey by its ref, or the authenticator app (`app`); never the last second proof."""
    with _changing(person, "authenticator app removed" if ref == "app" else "passkey removed"):
        Person.objects.select_for_update().get(pk=person.pk)  # two removals at once leave one proof between them
        mine: Any = person.passkeys.filter(ref=ref) if ref != "app" else CodeMaker.objects.filter(person=person)
        if proofs(person).count - mine.count() < 1:
            raise Trouble(
                "This is your last second proof, and it stays.",
                todo="Add another passkey or an authenticator app first.",
            )
        mine.delete()


def renew_recovery_codes(person: Person) -> list[str]:
    """New recovery codes in place of the old; shown now and never again."""
    with _changing(person, "recovery codes renewed"):
        return codes.new_recovery_codes(person)


def change_password(person: Person, now: str, new: str, here: str) -> None:
    """A new password, by somebody who knows the old one. Every other session of theirs ends."""
    if not person.check_password(now):
        raise Trouble("That is not your password now.", todo="Enter it again.")
    passwords.check(new, person)
    with _changing(person, "password changed"):
        person.set_password(new)
        person.save(update_fields=["password"])
        sessions.end_all(person, but=here)
