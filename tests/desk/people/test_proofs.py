"""Passwords, codes, recovery codes; training and the declaration."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.exceptions import InvalidTag
from django.contrib.auth import authenticate
from django.db import ProgrammingError
from hypothesis import given
from hypothesis import strategies as st

from concord.core.trouble import Trouble
from concord.desk import access_terms, codes, gate, own_sign_in, passwords, prepare_person, sign_in
from concord.desk.gate import Refused
from concord.store.models import CodeMaker, DeclarationMade, Person, RecoveryCode, Training
from desk.people.people_kit import PASSWORD, acting, code_of, give_app, known
from small_hub import HERE, deeds, lines

with_hub = [pytest.mark.database, pytest.mark.usefixtures("hub")]

RFC_SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("at", "expected"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238(at: int, expected: str) -> None:
    """Appendix B of the RFC gives eight digits; its last six are the code of six."""
    assert codes.code_at(RFC_SECRET, at // 30) == expected


@pytest.mark.parametrize(
    "word",
    [
        "short",
        "a" * 20,
        "password1password1",
        "Kent-County-Council-2026",
        "concordconcordconcord",
        "qwertyqwertyqwerty",
    ],
)
def test_passwords_that_anybody_would_try_are_refused(word: str) -> None:
    with pytest.raises(Trouble):
        passwords.check(word, Person(name="Robin Example", email="robin@people.example"))


@pytest.mark.parametrize("word", [PASSWORD, "four plain lower words", "пароль длинный и тихий", "1942 otters ate plum"])
def test_length_is_enough_whatever_the_mixture(word: str) -> None:
    passwords.check(word, Person(name="Robin Example", email="robin@people.example"))


def test_a_password_of_ones_own_name_is_refused() -> None:
    with pytest.raises(Trouble):
        passwords.check("robin.example-1987", Person(name="Robin Example", email="re@people.example"))


@given(st.text(min_size=1, max_size=8), st.integers(2, 5))
def test_a_text_said_again_and_again_is_told_by_its_piece(piece: str, times: int) -> None:
    unit = passwords._unit(piece * times)
    assert len(unit) <= len(piece)
    assert (unit * (len(piece * times) // len(unit))) == piece * times


class TestWithHub:
    pytestmark = with_hub

    def test_a_code_works_once(self) -> None:
        person = known("senco", HERE)
        code = code_of(person)
        assert codes.code_holds(person, code)
        assert not codes.code_holds(person, code)

    def test_a_code_before_one_that_was_used_is_too_old(self) -> None:
        person = known("senco", HERE)
        secret = give_app(person)
        now = codes.step_now()
        assert codes.code_holds(person, codes.code_at(secret, now))
        assert not codes.code_holds(person, codes.code_at(secret, now - 1))
        assert codes.code_holds(person, codes.code_at(secret, now + 1))

    def test_a_secret_is_sealed_and_opens_for_its_person_alone(self) -> None:
        person, other = known("senco", HERE), known("head", HERE)
        secret = give_app(person)
        kept = bytes(CodeMaker.objects.get(person=person).secret)
        assert secret not in kept
        assert codes.unseal(kept, person) == secret
        with pytest.raises(InvalidTag):
            codes.unseal(kept, other)

    def test_recovery_codes_work_once_and_are_kept_as_hashes(self) -> None:
        person = known("senco", HERE)
        made = codes.new_recovery_codes(person)
        kept = str(list(RecoveryCode.objects.values()))
        assert [one for one in made if one.replace("-", "") in kept] == []
        assert codes.recovery_code_holds(person, made[3].lower())
        assert not codes.recovery_code_holds(person, made[3])
        assert codes.recovery_codes_left(person) == 9
        assert not codes.recovery_code_holds(known("head", HERE), made[4])

    def test_the_picture_for_the_app_names_nobody(self) -> None:
        person = known("senco", HERE)
        address = urlsplit(codes.address_of(RFC_SECRET, person))
        assert parse_qs(address.query)["secret"] == ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"]
        assert "Robin" not in address.path
        assert "people.example" not in address.path

    def test_codes_cannot_be_guessed_at_length_from_many_places(self) -> None:
        person = known("senco", HERE)
        for guess in range(sign_in.TRIES_OF_CODE):
            with pytest.raises(Trouble, match="wrong"):
                sign_in.second_proof(person, "000000x", f"192.0.2.{guess}")
        with pytest.raises(Trouble, match="too many"):
            sign_in.second_proof(person, code_of(person), "192.0.2.200")

    def test_the_last_second_proof_stays(self) -> None:
        person = known("senco", HERE)
        with pytest.raises(Trouble, match="last second proof"):
            own_sign_in.remove(person, "app")
        assert own_sign_in.proofs(person).app

    def test_training_needs_every_answer_and_opens_the_gate(self) -> None:
        officer = known("auditor", "*", trained_until=None)
        with pytest.raises(Refused) as no:
            gate.ask(acting(officer), "audit", establishments=["*"])
        assert no.value.refusal.reason == "training_expired"
        right = [one.right for one in access_terms.course().questions]
        for answers in ([], [*right[:-1], None], [*right[:-1], right[-1] % 3 + 1]):
            with pytest.raises(Trouble):
                prepare_person.take_course(officer, answers)
        until = prepare_person.take_course(officer, right)
        gate.ask(acting(officer), "audit", establishments=["*"])
        assert until > gate.today() + timedelta(days=700)
        assert Training.objects.get().recorded_by is None

    def test_the_declaration_is_yearly_and_of_the_version_that_was_read(self) -> None:
        officer = known("auditor", "*", declared_until=gate.today() - timedelta(days=1))
        with pytest.raises(Refused) as no:
            gate.ask(acting(officer), "audit", establishments=["*"])
        assert (no.value.refusal.reason, no.value.refusal.clause) == ("declaration_missing", "4b")
        with pytest.raises(Trouble, match="changed while you read"):
            prepare_person.declare(officer, "0")
        until = prepare_person.declare(officer, access_terms.declaration().version)
        gate.ask(acting(officer), "audit", establishments=["*"])
        assert timedelta(days=360) < until - gate.today() <= timedelta(days=366)
        assert DeclarationMade.objects.get().version == "1"
        assert len(deeds("declaration accepted")) == 1

    def test_what_was_recorded_of_training_cannot_be_changed(self) -> None:
        officer = known("auditor", "*")
        prepare_person.declare(officer, access_terms.declaration().version)
        with pytest.raises(ProgrammingError, match=r"denied|append-only"):
            DeclarationMade.objects.update(version="2")

    def test_a_stranger_cannot_lock_somebody_out_nor_one_address_a_county(self) -> None:
        for _ in range(sign_in.TRIES_OF_ACCOUNT):
            sign_in.tried("head@people.example", "192.0.2.1", None)
        assert sign_in.too_often("head@people.example", "192.0.2.1")
        assert not sign_in.too_often("head@people.example", "192.0.2.2")
        sign_in.tried("used-to-it@people.example", "192.0.2.1", known("senco", HERE))
        for number in range(sign_in.TRIES_OF_ADDRESS):
            sign_in.tried(f"{number}@people.example", "192.0.2.1", None)
        assert sign_in.too_often("never-seen@people.example", "192.0.2.1")
        assert not sign_in.too_often("used-to-it@people.example", "192.0.2.1")
        assert not sign_in.too_often("never-seen@people.example", "192.0.2.3")

    def test_no_line_of_the_ledger_and_no_count_holds_an_address(self) -> None:
        sign_in.tried("head@people.example", "192.0.2.1", None)
        person = known("senco", HERE)
        sign_in.signed_in(person, "password and code")
        assert not re.search(r"people\.example|192\.0\.2|Robin", str(lines()))

    def test_a_disabled_person_and_an_unknown_one_are_told_apart_by_nobody(self) -> None:
        person = known("senco", HERE, active=False)
        assert authenticate(None, username=person.email, password=PASSWORD) is None
        assert authenticate(None, username="nobody@people.example", password=PASSWORD) is None
