"""The contractor's own pages: what is permitted, the code shown once, done; and what others are answered there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from concord.core.agreement.model import Actor
from concord.desk import permit_install
from desk.agreement.parties import ACADEMY, Parties, lines, person, sign

pytestmark = pytest.mark.database
AT = f"/installations/{ACADEMY}"
Enter = Callable[[Actor], Client]


def words(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def contractor(parties: Parties, enter: Enter) -> Client:
    sign(parties)
    return enter(person("contractor", "Chris Fitter", ACADEMY))


def permit(parties: Parties, engineer: str = "Chris Fitter") -> None:
    starts = max(timezone.localtime().replace(hour=0, minute=0), timezone.localtime() - timedelta(minutes=1))
    permit_install.permit(parties.head, ACADEMY, engineer=engineer, host="SRV-1", starts=starts, hours=8)


def test_a_contractor_sees_the_permission_gets_a_code_once_and_says_that_it_is_done(
    parties: Parties, enter: Enter, contractor: Client
) -> None:
    assert "None. The head teacher gives them" in words(contractor.get("/installations"))
    permit(parties)
    assert "Install at Made-up academy" in words(contractor.get("/"))
    assert AT in words(contractor.get("/installations"))
    page = words(contractor.get(AT))
    for told in ("SRV-1", "Get an enrolment code", "no pupil"):
        assert told in page, told
    given = words(contractor.post(AT))
    assert "concord courier enrol --hub http://testserver --token" in given
    assert "--token" not in words(contractor.get(AT))
    assert "Say what was done" in words(contractor.post(f"{AT}/done", {"done": ""}))
    assert contractor.post(f"{AT}/done", {"done": "Installed and tried"}).status_code == 302
    assert contractor.get(AT).status_code == 403
    for who in (parties.head, parties.manager):
        page = words(enter(who).get(f"/agreement/{ACADEMY}"))
        for told in ("Remote installation done", "Installed and tried", "No courier enrolled"):
            assert told in page, told


def test_no_code_for_another_and_none_in_the_ledger(parties: Parties, contractor: Client) -> None:
    permit(parties, "Kim Other")
    given = contractor.post(AT)
    assert given.status_code == 400
    assert "names somebody else" in words(given)
    assert lines("courier enrolment allowed") == []


def test_others_have_no_installations(parties: Parties, enter: Enter, contractor: Client) -> None:
    permit(parties)
    for who in (parties.head, parties.manager, parties.data_manager):
        client = enter(who)
        assert "SRV-1" not in words(client.get("/installations"))
        for answer in (client.get(AT), client.post(AT), client.post(f"{AT}/done", {"done": "x"})):
            assert answer.status_code == 403
            assert "SRV-1" not in words(answer)
    assert permit_install.grants(ACADEMY, timezone.now())[0].state == "open"
