"""Signing in with an account elsewhere, against a provider that is really served: who gets in, and every way not to."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from django.conf import LazySettings
from django.test import Client

from concord.core.trouble import Trouble
from concord.desk import providers
from concord.desk import sign_in_elsewhere as desk
from concord.store.models import LinkedAccount
from desk.people.people_kit import code_of, known
from small_hub import HERE, deeds, lines
from web.people.identity_provider import CLIENT, SECRET, Claims, Provider, Serving, User, signed

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("hub")]


@pytest.fixture(scope="module")
def served() -> Iterator[Provider]:
    with Serving(Provider()) as serving:
        yield serving.provider


@pytest.fixture
def provider(served: Provider, settings: LazySettings, tmp_path: Path) -> Provider:
    """The provider, honest again, and known to the hub."""
    served.user, served.sign, served.email_in_token, served.userinfo_sub = User(), None, True, ""
    served.lie = lambda claims: claims
    path = tmp_path / "providers.toml"
    path.write_text(
        f'[[provider]]\nid = "la"\ntitle = "the council"\nissuer = "{served.issuer}"\nclient_id = "{CLIENT}"\n'
        f'client_secret = "{SECRET}"\nsecond_factor = ["mfa"]\n'
    )
    settings.CONFIG = settings.CONFIG.model_copy(update={"oidc": path})
    providers._kept.clear()
    return served


def go(client: Client) -> str:
    """Out to the provider and back; the address the browser is sent back to."""
    out = client.get("/sign-in/with/la?next=/account")
    assert out.status_code == 302
    assert "SameSite=Lax" in str(out.cookies["out"])
    assert "HttpOnly" in str(out.cookies["out"])
    return httpx.get(out.headers["Location"]).headers["Location"].partition("testserver")[2]


def come(client: Client | None = None) -> tuple[Client, Any]:
    client = client or Client()
    return client, client.get(go(client))


def is_in(client: Client) -> bool:
    return client.get("/account").status_code == 200


def test_a_named_user_is_in_and_is_linked_by_subject_from_then_on(provider: Provider) -> None:
    person = known("head", HERE)
    client, answer = come()
    assert 'url=/account"' in answer.content.decode()
    assert is_in(client)
    assert LinkedAccount.objects.get().subject == "subject-1"
    assert deeds("account elsewhere linked")[0]["facts"] == {"person": person.ref.hex}
    provider.user = User(email="renamed@people.example")
    assert is_in(come()[0])
    assert [line["facts"]["how"] for line in deeds("signed in")] == ["the council", "the council"]
    assert "people.example" not in str(lines())


def test_without_a_second_factor_there_ours_is_asked(provider: Provider) -> None:
    person = known("head", HERE)
    provider.user = User(amr=("pwd",))
    client, answer = come()
    assert 'url=/sign-in/second-proof"' in answer.content.decode()
    assert not is_in(client)
    assert client.post("/sign-in/second-proof", {"code": code_of(person)}).headers["Location"] == "/account"
    assert is_in(client)


@pytest.mark.parametrize(
    "user",
    [
        User(email="nobody@people.example"),
        User(email_verified=False),
        User(email="senco@people.example"),
        User(email=""),
    ],
)
def test_only_a_named_user_with_a_verified_address_is_let_in(provider: Provider, user: User) -> None:
    known("head", HERE)
    known("senco", HERE, active=False)
    provider.user = user
    client, answer = come()
    assert answer.status_code == 400
    assert "Nobody has let this account in" in answer.content.decode()
    assert not is_in(client)
    assert LinkedAccount.objects.count() == 0


def test_a_second_subject_with_the_same_address_takes_nobody_over(provider: Provider) -> None:
    known("head", HERE)
    come()
    provider.user = User(sub="subject-2")
    assert not is_in(come()[0])


def test_an_address_is_taken_from_userinfo_of_the_same_subject_only(provider: Provider) -> None:
    known("head", HERE)
    provider.email_in_token = False
    provider.userinfo_sub = "subject-2"
    assert not is_in(come()[0])
    provider.userinfo_sub = ""
    assert is_in(come()[0])


LIES: dict[str, Callable[[Claims], Claims]] = {
    "another issuer": lambda claims: claims | {"iss": "https://elsewhere.example"},
    "another client": lambda claims: claims | {"aud": "somebody-else"},
    "two clients, none named": lambda claims: claims | {"aud": [CLIENT, "somebody-else"]},
    "meant for another": lambda claims: claims | {"azp": "somebody-else"},
    "another visit": lambda claims: claims | {"nonce": "x"},
    "no nonce": lambda claims: {name: value for name, value in claims.items() if name != "nonce"},
    "run out": lambda claims: claims | {"exp": int(time.time()) - 120},
    "of tomorrow": lambda claims: claims | {"iat": int(time.time()) + 86400, "nbf": int(time.time()) + 86400},
    "no subject": lambda claims: {name: value for name, value in claims.items() if name != "sub"},
}
SIGNED: dict[str, Callable[[Provider, Claims], str]] = {
    "unsigned": lambda _, claims: jwt.encode(claims, None, algorithm="none"),
    "with the client's secret": lambda one, claims: jwt.encode(claims, SECRET, "HS256", {"kid": one.kid}),
    "with another key": lambda one, claims: jwt.encode(claims, Provider().key, "RS256", {"kid": one.kid}),
    "with an unknown key": lambda _, claims: jwt.encode(claims, Provider().key, "RS256", {"kid": "unknown"}),
    "changed afterwards": lambda one, claims: signed(one, claims)[:-8] + "AAAAAAAA",
    "no token": lambda _, claims: "",
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_for_us_now_lets_nobody_in(provider: Provider, lie: str) -> None:
    known("head", HERE)
    provider.lie = LIES[lie]
    client, answer = come()
    assert answer.status_code == 400
    assert not is_in(client)


@pytest.mark.parametrize("how", SIGNED)
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(provider: Provider, how: str) -> None:
    known("head", HERE)
    provider.sign = SIGNED[how]
    client, answer = come()
    assert answer.status_code == 400
    assert not is_in(client)


def test_keys_that_the_provider_has_changed_are_fetched_anew(provider: Provider) -> None:
    known("head", HERE)
    assert is_in(come()[0])
    provider.rotate()
    assert is_in(come()[0])


def test_an_answer_works_in_the_browser_that_asked_and_once(provider: Provider) -> None:
    known("head", HERE)
    client = Client()
    back = go(client)
    stranger = Client()
    assert stranger.get(back).status_code == 400
    assert not is_in(stranger)
    assert client.get(back).status_code == 200
    again = Client()
    again.cookies["out"] = client.cookies["out"].value
    assert again.get(back).status_code == 400


@pytest.mark.parametrize(
    ("name", "value"), [("state", "x"), ("state", ""), ("iss", "https://elsewhere.example"), ("code", "")]
)
def test_a_changed_answer_is_refused(provider: Provider, name: str, value: str) -> None:
    known("head", HERE)
    client = Client()
    address, _, query = go(client).partition("?")
    changed = dict(part.split("=") for part in query.split("&")) | {name: value}
    changed["iss"] = changed["iss"].replace("%3A", ":").replace("%2F", "/")
    assert client.get(address, changed).status_code == 400
    assert not is_in(client)


def test_an_unknown_provider_is_not_there(provider: Provider) -> None:
    assert Client().get("/sign-in/with/other").status_code == 404


def test_a_provider_is_reached_over_https_or_on_this_machine_only(provider: Provider, settings: LazySettings) -> None:
    text = settings.CONFIG.oidc.read_text().replace(provider.issuer, "http://id.example")
    settings.CONFIG.oidc.write_text(text)
    with pytest.raises(Trouble, match="HTTPS"):
        providers.providers()


def test_a_provider_that_describes_another_is_refused(provider: Provider, settings: LazySettings) -> None:
    wrong = desk.Provider("la", "x", provider.issuer + "/", CLIENT)
    with pytest.raises(Trouble, match="did not answer"):
        providers.published(wrong)
