"""The pupil's page: only what the permit gives, each value with who said so, and whether it is in doubt."""

from __future__ import annotations

import re
import uuid
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

import small_hub
from concord.desk import raise_discrepancy
from small_hub import HERE, THERE, la, someone
from web.pages.conftest import Enter

UPN = someone(1)["UPN"]
FIRST = [someone(1, EnglishGCSEHighestPriorAttainment="7"), someone(2)]


@pytest.fixture
def pupil(hub: None) -> uuid.UUID:
    """One of two pupils of `HERE`, loaded by a return that gives one GCSE grade of the first."""
    from concord.store.models import Pupil

    small_hub.load(small_hub.census(FIRST), HERE)
    with small_hub.seeing("*", HERE, THERE):
        return Pupil.objects.get(upn=UPN).id


def page(client: Client, pupil: uuid.UUID, purpose: str = "data_quality", query: str = "") -> str:
    client.post("/pupils", {"words": UPN, "purpose": purpose, "case": ""})
    answer = client.get(f"/pupils/{pupil}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("<main")[2]))


def fed(pupil: uuid.UUID, *contacts: tuple[str, str], marks: str = "", laestab: str = HERE) -> None:
    """What the regular feed has brought: contacts by priority and surname, and the marks of a year."""
    from concord.store.models import Contact, MarksOfYear

    now: dict[str, Any] = {"pupil_id": pupil, "laestab": laestab, "recorded": timezone.now()}
    for priority, surname in contacts:
        more = {"forename": "Ada", "relationship": "PAM", "responsibility": "Y", "phone": "01632 960001"}
        Contact.objects.using("owner").create(priority=priority, surname=surname, **more, **now)
    if marks:
        MarksOfYear.objects.using("owner").create(begins=date(2025, 8, 1), marks=marks, **now)


def test_contacts_stand_in_the_order_to_call_with_who_gave_them(enter: Enter, pupil: uuid.UUID) -> None:
    fed(pupil, ("10", "Tenth"), ("2", "Second"), ("1", "First"))
    shown = text(page(enter("admissions"), pupil, "admissions"))
    assert shown.index("Ada First") < shown.index("Ada Second") < shown.index("Ada Tenth")
    assert "Mother (PAM)" in shown
    assert "Example School 2001" in shown[shown.index("Ada First") : shown.index("Ada Second")]


def test_the_year_is_drawn_for_who_may_see_attendance_and_for_nobody_else(enter: Enter, pupil: uuid.UUID) -> None:
    fed(pupil, marks=",".join(["-", "-"] * 33 + ["/", "I"]))
    shown = page(enter("inclusion_officer"), pupil, "attendance")
    assert "Joy attended 50.0% of 2 possible sessions" in shown
    assert "Show this year as a table of weeks" in shown
    assert "possible sessions" not in page(enter("admissions"), pupil, "admissions")


@pytest.mark.parametrize("year", ["2025", "1066", "", "x", "9" * 40, "-1", "\u0662\u0660\u0662\u0665"])
def test_any_year_that_is_asked_for_is_answered_with_one_that_is_held(
    enter: Enter, pupil: uuid.UUID, year: str
) -> None:
    fed(pupil, marks=",".join(["-", "-"] * 33 + ["/", "I"]))
    assert "School year 2025/26" in page(enter("mi_officer"), pupil, query=f"?year={year}")


def test_a_grade_is_shown_to_the_roles_that_have_attainment_and_its_absence_told(
    enter: Enter, pupil: uuid.UUID
) -> None:
    client = enter("mi_officer")
    assert "GCSE English, highest grade so far 7" in text(page(client, pupil))
    with small_hub.seeing(HERE):
        from concord.store.models import Pupil

        other = Pupil.objects.get(upn=someone(2)["UPN"]).id
    assert "No attainment is held" in text(page(client, other))
    assert "ttainment" not in text(page(enter("inclusion_officer"), pupil, "attendance"))


def test_a_value_in_doubt_says_so_where_it_stands(enter: Enter, pupil: uuid.UUID) -> None:
    ident = raise_discrepancy.raise_(la("mi_officer"), pupil, "DOB", says="The certificate gives another day.")
    shown = page(enter("mi_officer"), pupil)
    row = shown[shown.index("Date of birth</dt>") :].partition("</dd>")[0]
    assert "Said to be wrong. The school answers by" in row
    assert f'href="/discrepancies/{ident}"' in row
    assert "1 value said to be wrong" in shown
    reader = page(enter("inclusion_officer"), pupil, "attendance")
    assert "Said to be wrong. The school answers by" in reader
    assert "/discrepancies/" not in reader, "a link that this role cannot follow"
    assert "The certificate gives another day." not in shown + reader


def test_how_it_ended_stands_at_the_value(enter: Enter, pupil: uuid.UUID) -> None:
    ident = raise_discrepancy.raise_(la("mi_officer"), pupil, "DOB", says="The certificate gives another day.")
    raise_discrepancy.answer(small_hub.head(HERE), ident, "right", "The certificate was misread.")
    shown = page(enter("mi_officer"), pupil)
    row = shown[shown.index("Date of birth</dt>") :].partition("</dd>")[0]
    assert "Was said to be wrong. It is right as it stands" in row
    assert "said to be wrong" not in text(shown.partition("What matters today")[2].partition("Why can I")[0])


def test_a_doubt_about_what_the_role_is_not_shown_is_not_shown(enter: Enter, pupil: uuid.UUID) -> None:
    raise_discrepancy.raise_(la("mi_officer"), pupil, "SENprovision", says="There is a plan.")
    raise_discrepancy.raise_(la("mi_manager"), pupil, "PLAA", says="The court decided.")
    assert "said to be wrong" not in page(enter("admissions"), pupil, "admissions").lower()
    officer = page(enter("mi_officer"), pupil)
    assert "1 value said to be wrong" in officer, "the confidential one needs a second proof"
    assert "There is a plan." not in officer


def test_only_who_may_is_offered_to_tell_and_to_hide(enter: Enter, pupil: uuid.UUID) -> None:
    officer, reader = page(enter("mi_officer"), pupil), page(enter("admissions"), pupil, "admissions")
    for path in ("wrong", "hide"):
        assert f'href="/pupils/{pupil}/{path}"' in officer
        assert f"/pupils/{pupil}/{path}" not in reader


def test_every_item_that_the_agreement_names_is_kept_in_the_category_it_is_named_in() -> None:
    """A value shown under another category than the agreement's is shown to roles that do not have it."""
    from concord.desk import offered, standings

    named = {item: one.id for one in standings.agreement().categories.values() for item in one.items}
    kept = {item: category for category, items in offered.ITEMS.items() for item in items if item in named}
    assert len(kept) > 20
    assert {item: category for item, category in kept.items() if named[item] != category} == {}
