"""People in a real browser: invited and in, by code, by passkey, from elsewhere; ended while they look; asked again."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core import mail
from playwright.sync_api import Page

from concord.desk import access_terms, codes, gate, keep_access, providers
from concord.store.models import Passkey, Person
from desk.people.people_kit import PASSWORD, acting, code_of, give_app, in_charge, known
from journeys.kit import assert_accessible, assert_fits, shoot
from small_hub import HERE, deeds
from web.people.identity_provider import CLIENT, SECRET, Provider, Serving

pytestmark = [pytest.mark.database, pytest.mark.journey]


def sign_in(page: Page, address: str, person: Person, to: str = "/") -> None:
    page.goto(f"{address}/sign-in?next={to}")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill(code_of(person))
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    """Out, and the page that follows is there: whoever goes elsewhere sooner may break the signing out off."""
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in", exact=True).wait_for()


def seen(page: Page, name: str) -> None:
    """The page keeps WCAG 2.2 AA, fits a telephone, and is kept as a picture."""
    assert_accessible(page)
    page.set_viewport_size({"width": 320, "height": 900})
    assert_fits(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    shoot(page, f"people-{name}")


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def invite_auditor(page: Page) -> str:
    """The manager invites an auditor by the form; the link of the message."""
    page.get_by_role("link", name="People").click()
    seen(page, "list")
    page.get_by_role("button", name="Invite somebody").click()
    seen(page, "new")
    page.get_by_label("Full name").fill("Sam New")
    page.get_by_label("Work e-mail address").fill("sam@people.example")
    page.get_by_label("Auditor").check()
    until = gate.today() + timedelta(days=100)
    for label, value in (("Day", until.day), ("Month", until.month), ("Year", until.year)):
        page.get_by_label(label, exact=True).fill(str(value))
    page.get_by_role("button", name="Send the invitation").click()
    seen(page, "sent")
    return next(word for word in mail.outbox[-1].body.split() if word.startswith("http"))


def bind_app(page: Page) -> None:
    """Type the secret under the picture into an app, and its code into the page."""
    secret = base64.b32decode(page.locator("code.app-secret").inner_text().replace(" ", ""))
    page.get_by_label("Code").fill(codes.code_at(secret, codes.step_now()))


def test_invited_prepared_and_at_work(address: str, page: Page) -> None:
    me = in_charge()
    sign_in(page, address, me)
    link = invite_auditor(page)
    sign_out(page)
    page.goto(link)
    assert page.url == f"{address}/invitation"
    seen(page, "invited")
    page.get_by_label("New password").fill("concord-concord-2026")
    page.get_by_role("button", name="Continue").click()
    assert "easy to guess" in page.locator(".govuk-error-summary").inner_text()
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    seen(page, "second")
    bind_app(page)
    page.get_by_role("button", name="Open my account").click()
    seen(page, "recovery-codes")
    assert page.locator(".app-codes li").count() == 10
    prepare(page, address)
    assert {line["deed"] for line in deeds("training recorded") + deeds("declaration accepted")}
    page.goto(link)
    assert heading(page) == "This link does not work."


def prepare(page: Page, address: str) -> None:
    """From the refusal to the course, from the next one to the declaration, and then the page that was asked for."""
    page.goto(f"{address}/ledger")
    seen(page, "refused")
    page.get_by_role("button", name="Take the training").click()
    seen(page, "training")
    for place, question in enumerate(access_terms.course().questions):
        page.locator(f"#id_q{place}_{question.right % len(question.options)}").check()
    page.get_by_role("button", name="Finish the training").click()
    assert page.locator(".govuk-error-summary li").count() == len(access_terms.course().questions)
    seen(page, "training-wrong")
    for place, question in enumerate(access_terms.course().questions):
        page.locator(f"#id_q{place}_{question.right - 1}").check()
    page.get_by_role("button", name="Finish the training").click()
    page.get_by_role("button", name="Read and accept the declaration").click()
    seen(page, "declaration")
    page.get_by_label("I have read this declaration").check()
    page.get_by_role("button", name="Accept").click()
    assert page.url == f"{address}/ledger"
    assert "edger" in heading(page)


def authenticator(page: Page) -> None:
    """A passkey device inside the browser, whose holder is there and proves it."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    cdp.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": options | {"isUserVerified": True, "automaticPresenceSimulation": True}},
    )


def test_a_passkey_is_made_comes_in_and_proves_again(address: str, page: Page) -> None:
    head = known("head", HERE)
    authenticator(page)
    sign_in(page, address, head, "/account")
    seen(page, "account")
    page.get_by_role("link", name="Make a passkey").click()
    seen(page, "prove-again")
    page.get_by_label("Code").fill(code_of(head))
    page.get_by_role("button", name="Continue").click()
    seen(page, "new-passkey")
    page.get_by_label("Name of the passkey").fill("Work laptop")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("heading", name="Your sign-in").wait_for()
    assert page.get_by_text("Work laptop").count()
    sign_out(page)
    page.goto(f"{address}/sign-in?next=/account/app")
    seen(page, "sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="Prove again").wait_for()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Add an authenticator app").wait_for()
    seen(page, "new-app")
    passkey = Passkey.objects.get()
    assert (passkey.name, passkey.person, passkey.count > 0) == ("Work laptop", head, True)
    assert [line["facts"]["how"] for line in deeds("signed in")] == ["password and code", "passkey"]


def test_a_passkey_alone_opens_an_invited_persons_account(address: str, page: Page) -> None:
    from desk.people.people_kit import invited

    authenticator(page)
    page.goto(f"{address}/invitation/{invited(in_charge())}")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("heading", name="Your recovery codes").wait_for()
    page.goto(f"{address}/account")
    assert heading(page) == "Your sign-in"


def test_from_elsewhere_with_a_strict_cookie(address: str, page: Page, settings: LazySettings, tmp_path: Path) -> None:
    known("head", HERE)
    with Serving(Provider()) as serving:
        issuer = serving.provider.issuer
        (tmp_path / "providers.toml").write_text(
            f'[[provider]]\nid = "la"\ntitle = "the council"\nissuer = "{issuer}"\nclient_id = "{CLIENT}"\n'
            f'client_secret = "{SECRET}"\nsecond_factor = ["mfa"]\n'
        )
        settings.CONFIG = settings.CONFIG.model_copy(update={"oidc": tmp_path / "providers.toml"})
        providers._kept.clear()
        page.goto(f"{address}/sign-in?next=/account")
        page.get_by_role("link", name="Sign in with the council").click()
        page.get_by_role("heading", name="Your sign-in").wait_for()
    assert page.url == f"{address}/account"
    cookies = {one["name"]: one for one in page.context.cookies()}
    assert cookies["sid"]["sameSite"] == "Strict"
    assert "out" not in cookies


def test_whose_access_ends_while_they_look_is_out_with_the_next_click(address: str, page: Page) -> None:
    me, head = in_charge(), known("head", HERE)
    sign_in(page, address, head, "/account")
    assert heading(page) == "Your sign-in"
    keep_access.end(acting(me), head.ref.hex, "risk")
    page.get_by_role("link", name="What you can see, and why").click()
    assert heading(page) == "Sign in"


def test_who_is_in_charge_answers_for_a_person_and_ends_one(address: str, page: Page) -> None:
    me, soon = in_charge(), gate.today() + timedelta(days=3)
    head, senco = known("head", HERE, recertify_by=soon), known("senco", HERE, recertify_by=soon)
    sign_in(page, address, me)
    page.get_by_role("link", name="Say who still needs access").click()
    seen(page, "confirm")
    page.locator(f"#keep-{head.ref}").check()
    page.locator(f"#end-{senco.ref}").check()
    page.get_by_role("button", name="Save the answers").click()
    assert "1 confirmed, 1 ended" in page.inner_text("main")
    page.goto(f"{address}/people/{head.ref}")
    seen(page, "person")
    page.get_by_role("link", name="End access").click()
    seen(page, "end")
    page.get_by_label("Has left").check()
    page.get_by_role("button", name="End access now").click()
    assert "Every session was closed" in page.inner_text("main")
    assert not Person.objects.get(pk=head.pk).active
    for what in ("back",):
        page.goto(f"{address}/people/{head.ref}/{what}")
        seen(page, what)


def test_a_persons_own_pages_and_the_roles_explained(address: str, page: Page) -> None:
    head = known("head", HERE)
    sign_in(page, address, head, "/account/access")
    seen(page, "mine")
    page.get_by_role("link", name="Every role, explained").click()
    seen(page, "roles")
    assert page.get_by_role("heading", level=3).count() == 17
    page.goto(f"{address}/account/password")
    seen(page, "password")
    give_app(head)
    page.get_by_label("Password now").fill(PASSWORD)
    page.get_by_label("New password").fill("seven quiet herons leave")
    page.get_by_role("button", name="Change the password").click()
    assert heading(page) == "Your sign-in"
    assert Person.objects.get(pk=head.pk).check_password("seven quiet herons leave")
