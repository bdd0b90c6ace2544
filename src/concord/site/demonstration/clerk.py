"""Who acts in the demonstration: one sign-in for each role, and the agreements as its establishments signed them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from concord.core.agreement.model import Actor
from concord.desk import agreements, codes, gate, people
from concord.store.models import Establishment, Person

Tell = Callable[[str, int, int], None]
ADDRESS = "{role}@demo.example"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A demonstration sign-in: the same passphrase for all, made for this home folder and shown to whoever runs it."""

    role: str
    title: str
    email: str
    of: str


def passphrase() -> str:
    """A passphrase for the demonstration's sign-ins, made anew at each run."""
    return "-".join(secrets.choice(_WORDS) for _ in range(4))


_WORDS = (
    "amber",
    "anvil",
    "apple",
    "arrow",
    "badge",
    "basin",
    "birch",
    "bloom",
    "brick",
    "cabin",
    "candle",
    "canvas",
    "cedar",
    "chalk",
    "clover",
    "copper",
    "coral",
    "cotton",
    "crayon",
    "daisy",
    "ember",
    "fable",
    "feather",
    "fern",
    "flint",
    "garden",
    "ginger",
    "harbour",
    "hazel",
    "heron",
    "honey",
    "island",
    "ivory",
    "jasper",
    "kettle",
    "lantern",
    "laurel",
    "lemon",
    "linen",
    "maple",
    "marble",
    "meadow",
    "mint",
    "mosaic",
    "nettle",
    "oak",
    "olive",
    "orchard",
    "otter",
    "paper",
    "pebble",
    "pepper",
    "pine",
    "plum",
    "quartz",
    "quilt",
    "raven",
    "ribbon",
    "river",
    "saddle",
    "saffron",
    "sage",
    "silver",
)


def let_everybody_in(home: str, elsewhere: str, word: str) -> list[SignIn]:
    """One person a role; the establishment roles at `home`, and one professional whose scope is `elsewhere` alone."""
    manager = _founder(word)
    actor = people.actor(manager)
    made = [SignIn("mi_manager", people.title("mi_manager"), manager.email, "the local authority")]
    for role, places in _seats(home, elsewhere):
        email = ADDRESS.format(role=role.replace("_", "-"))
        person = people.let_in(
            actor, email=email, name=_NAMES[role], role=role, establishments=places, password=word, authoriser=manager
        )
        give_app(person)
        made.append(SignIn(role, people.title(role), email, ", ".join(places).replace("*", "the whole county")))
    return made


def _founder(word: str) -> Person:
    """The first person, whom nobody could have let in: made by whoever installs the hub, and the ledger says so."""
    founder = people.let_in(
        gate.system(),
        email=ADDRESS.format(role="mi-manager"),
        name=_NAMES["mi_manager"],
        role="mi_manager",
        establishments=["*"],
        password=word,
    )
    give_app(founder)
    return founder


def give_app(person: Person) -> None:
    """An authenticator app for a person who has no telephone: the sign-in page shows what it would show."""
    secret = codes.new_secret()
    codes.enrol(person, secret, codes.code_at(secret, codes.step_now() - codes.DRIFT))


def _seats(home: str, elsewhere: str) -> Iterable[tuple[str, list[str]]]:
    every = ["*"]
    return (
        ("data_manager", [home]),
        ("head", [home]),
        ("senco", [home]),
        ("attendance_officer", [home]),
        ("mi_officer", every),
        ("inclusion_officer", [elsewhere]),
        ("sen_caseworker", every),
        ("social_worker", every),
        ("virtual_school", every),
        ("admissions", every),
        ("auditor", every),
        ("dpo", every),
        ("contractor", [home]),
    )


_NAMES = {
    "mi_manager": "Morgan Teller",
    "data_manager": "Dana Register",
    "head": "Harper Sign",
    "senco": "Sasha Needham",
    "attendance_officer": "Andy Markwell",
    "mi_officer": "Mika Settler",
    "inclusion_officer": "Indy Reach",
    "sen_caseworker": "Casey Plan",
    "social_worker": "Sol Carewell",
    "virtual_school": "Vita Looke",
    "admissions": "Addy Place",
    "auditor": "Audie Proof",
    "dpo": "Perry Guard",
    "contractor": "Con Rigger",
}


def sign_agreements(places: Sequence[Establishment], without: frozenset[str], suspended: str, tell: Tell) -> None:
    """Offer, sign and countersign for every establishment but those `without`; then one suspends, with evidence."""
    la = people.by_role("mi_manager")
    for number, place in enumerate(places, start=1):
        if place.laestab not in without:
            _sign(
                Actor(ref=f"demo-head-{place.urn}", role="head", establishments=frozenset([place.laestab])),
                la,
                place.laestab,
            )
        tell("Agreements signed", number, len(places))
    head = Actor(ref="demo-head-suspending", role="head", establishments=frozenset([suspended]))
    agreements.record(
        head, suspended, "suspended", evidence="Incident report: a laptop with the courier's key was stolen"
    )


def _sign(head: Actor, la: Actor, laestab: str) -> None:
    today = gate.today()
    version = agreements.version_on(today)
    steps: list[tuple[Actor, str, str, dict[str, Any]]] = [
        (la, "offered", "authority", {"version": version}),
        (head, "ico_registered", "establishment", {"number": "ZA123456", "expires": str(today + timedelta(days=300))}),
        (head, "signed", "establishment", {"version": version}),
        (la, "privacy_notice_confirmed", "authority", {"evidence": "privacy notice, checked"}),
        (la, "countersigned", "authority", {"version": version}),
    ]
    for actor, kind, party, facts in steps:
        agreements.record(actor, laestab, kind, party=party, **facts)
