"""The way in: nothing opens before a second proof; sessions idle, age and end; confidential data ask again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from concord.desk import codes, keep_access, sign_in
from concord.store.models import Person, SignedIn
from concord.web import entrance
from desk.people.people_kit import PASSWORD, acting, code_of, give_app, in_charge, known
from small_hub import HERE, deeds

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("hub")]
Enter = Callable[[Person], Client]
SECOND = "/sign-in/second-proof"


def words(answer: Any) -> str:
    return str(answer.content.decode())


def half(person: Person) -> Client:
    client = Client()
    client.post("/sign-in", {"email": person.email, "password": PASSWORD})
    return client


def addresses(patterns: list[Any], before: str = "") -> list[str]:
    """Every address without a parameter that is not open."""
    found = []
    for one in patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            found += addresses(one.url_patterns, here)
        elif isinstance(one, URLPattern) and "<" not in here and not getattr(one.callback, "open_page", False):
            found += [] if getattr(one.callback, "signed", False) else [f"/{here}"]
    return found


def test_a_password_alone_opens_nothing() -> None:
    client = half(known("head", HERE))
    every = addresses(get_resolver("concord.site.urls").url_patterns)
    assert len(every) > 15
    for address in every:
        answer = client.get(address)
        assert answer.status_code in (302, 405), address
        assert answer.status_code == 405 or answer.headers["Location"].startswith("/sign-in"), address
    assert deeds("signed in") == []


def test_with_the_code_the_person_is_in_and_the_ledger_says_how() -> None:
    person = known("head", HERE)
    client = half(person)
    client.session["canary"] = "before"
    before = client.session.session_key
    answer = client.post(SECOND, {"code": code_of(person)}, follow=True)
    assert "What needs you" in words(answer)
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()
    (line,) = deeds("signed in")
    assert (line["actor"], line["facts"]) == (person.ref.hex, {"how": "password and code"})


def test_a_code_used_to_come_in_works_for_nobody_again() -> None:
    person = known("head", HERE)
    code = code_of(person)
    assert half(person).post(SECOND, {"code": code}).status_code == 302
    again = half(person).post(SECOND, {"code": code})
    assert again.status_code == 400
    assert "used before" in words(again)


def test_the_page_that_was_asked_for_comes_after_both_proofs_and_only_one_of_this_site() -> None:
    person = known("head", HERE)
    for wanted, there in (("/account", "/account"), ("//elsewhere.example/x", "/"), ("https://elsewhere.example", "/")):
        client = Client()
        give_app(person)
        client.post("/sign-in", {"email": person.email, "password": PASSWORD, "next": wanted})
        assert client.post(SECOND, {"code": code_of(person)}).headers["Location"] == there


def test_a_half_session_goes_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    person = known("head", HERE)
    client = half(person)
    now = time.time()
    monkeypatch.setattr(entrance.time, "time", lambda: now + entrance.HALF_LASTS + 1)
    assert client.post(SECOND, {"code": code_of(person)}).headers["Location"] == "/sign-in"


def test_an_unknown_address_a_wrong_password_and_a_disabled_account_get_one_answer() -> None:
    known("head", HERE)
    known("senco", HERE, active=False)
    tries = [("head@people.example", "wrong"), ("nobody@people.example", "wrong"), ("senco@people.example", PASSWORD)]
    answers = [Client().post("/sign-in", {"email": email, "password": word}) for email, word in tries]
    bare = {
        words(one).replace(email, "").split("csrfmiddlewaretoken")[0]
        for one, (email, _) in zip(answers, tries, strict=True)
    }
    assert {one.status_code for one in answers} == {400}
    assert len({one.split("<main")[1] for one in bare}) == 1


def test_an_unknown_address_takes_as_long_as_a_known_one() -> None:
    """Within a factor of two of each other, which a hash left out (a hundred times quicker) is far from."""
    known("head", HERE)

    def took(email: str) -> float:
        begun = time.perf_counter()
        Client().post("/sign-in", {"email": email, "password": "wrong wrong wrong"})
        return time.perf_counter() - begun

    took("warm@people.example")
    known_one, unknown = (min(took(email) for _ in range(3)) for email in ("head@people.example", "no@people.example"))
    assert 0.5 < known_one / unknown < 2


def test_a_session_ends_after_eight_hours_of_work(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    client = enter(known("head", HERE))
    now, lasts = time.time(), settings.CONFIG.session_hours * 3600
    for after in range(600, lasts, 600):
        monkeypatch.setattr(entrance.time, "time", lambda at=now + after: at)
        assert client.get("/account/access").status_code == 200, after
    monkeypatch.setattr(entrance.time, "time", lambda: now + lasts + 1)
    assert client.get("/account/access").status_code == 302
    assert SignedIn.objects.get().ended


def test_a_session_ends_after_fifteen_minutes_without_a_click(enter: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    client = enter(known("head", HERE))
    assert client.get("/account").status_code == 200
    now = time.time()
    monkeypatch.setattr(entrance.time, "time", lambda: now + settings.CONFIG.session_idle_minutes * 60 + 1)
    assert "idle=yes" in client.get("/account").headers["Location"]


def test_a_person_sees_their_sessions_and_ends_one(enter: Enter) -> None:
    person = known("head", HERE)
    here, there = enter(person), enter(person)
    stranger = enter(known("senco", HERE))
    other = SignedIn.objects.get(session=there.session.session_key)
    stranger.post(f"/account/sessions/{other.ref}/end")
    assert there.get("/account").status_code == 200
    assert words(here.get("/account")).count("the session on") == 2
    here.post(f"/account/sessions/{other.ref}/end")
    assert there.get("/account").status_code == 302
    assert here.get("/account").status_code == 200


def test_whose_access_ends_is_out_with_the_next_click(enter: Enter) -> None:
    me, senco = in_charge(), known("senco", HERE)
    client = enter(senco)
    assert client.get("/account").status_code == 200
    keep_access.end(acting(me), senco.ref.hex, "risk")
    assert client.get("/account").headers["Location"].startswith("/sign-in")
    assert Client().post("/sign-in", {"email": senco.email, "password": PASSWORD}).status_code == 400


def test_confidential_data_ask_for_a_second_proof_that_lasts_ten_minutes(
    enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = known("head", HERE)
    client = enter(person)
    assert client.get("/account/app").headers["Location"] == "/prove-again?next=%2Faccount%2Fapp"
    before = client.session.session_key
    answer = client.post("/prove-again", {"code": code_of(person), "next": "/account/app"})
    assert answer.headers["Location"] == "/account/app"
    assert client.session.session_key != before
    assert client.get("/account/app").status_code == 200
    now = time.time()
    monkeypatch.setattr(entrance.time, "time", lambda: now + 601)
    assert client.get("/account/app").status_code == 302
    assert deeds("proved again")[0]["facts"] == {"how": "code"}


def test_a_second_proof_is_not_replayed(enter: Enter) -> None:
    person = known("head", HERE)
    one, two = enter(person), enter(person)
    code = codes.code_at(codes.unseal(bytes(person.code_maker.secret), person), codes.step_now() + 1)
    used = [client.post("/prove-again", {"code": code}).status_code for client in (one, two)]
    assert used.count(302) <= 1
    assert not entrance.stepped_up(type("Asked", (), {"session": two.session})())


def test_behind_our_own_proxy_the_caller_counts_and_a_forged_header_does_not(settings: Any) -> None:
    def comes_from(said: str) -> str:
        request = type("Asked", (), {"META": {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": said}})()
        return entrance.origin(request)

    assert comes_from("203.0.113.9") == "10.0.0.1"
    settings.CONFIG = settings.CONFIG.model_copy(update={"forwarded_for": 1})
    assert comes_from("1.2.3.4, 203.0.113.9") == "203.0.113.9"
    assert comes_from("") == "10.0.0.1"


def test_the_demonstration_shows_codes_and_nothing_else_does(settings: Any, tmp_path: Any) -> None:
    person = known("head", HERE)
    (tmp_path / "demonstration.json").write_text(
        '{"sign_ins": [{"role": "head", "name": "Head", "email": "head@people.example", "password": "x"}]}'
    )
    settings.CONFIG = settings.CONFIG.model_copy(update={"home": tmp_path})
    assert sign_in.demonstration() == []
    settings.CONFIG = settings.CONFIG.model_copy(update={"demo": True})
    shown = sign_in.demonstration()[0]["code"].replace(" ", "")
    assert shown in words(Client().get("/sign-in")).replace(" ", "")
    assert half(person).post(SECOND, {"code": shown}).status_code == 302
