from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreeing import kent
from concord.core.agreement.notice_check import ITEMS, check_notice, ico_fault

NAMES = kent().terms.authority.named_as
WHOLE = """# How we use pupil information
The trust is the data controller. You can reach our data protection officer at the office.
We collect the following categories of information: names, attendance, needs.
Why we collect it: for the purposes of teaching. Our lawful basis is our public task.
We receive some of it from the previous school. Most of it is mandatory; some is voluntary.
## Who we share it with
We routinely share this information with:
- the Department for Education
- Kent County Council
- the next school
We keep it for the time in our retention schedule. It is never stored outside the UK.
## Your rights
You have the right to access it. You may complain to the Information Commissioner's Office.
"""


def test_a_whole_notice_lacks_nothing() -> None:
    found = check_notice(WHOLE, NAMES)
    assert found.named
    assert "kent county council" in found.passage
    assert found.missing == ()
    assert len(found.found) == len(ITEMS)


@pytest.mark.parametrize(
    ("text", "named", "mentioned"),
    [
        ("We share data with KCC.", True, True),
        ("Recipients: Kent  County\u00a0Council.", True, True),
        ("We pass data to KENT COUNTY COUNCIL each week.", True, True),
        ("We share data with:\n\n* DfE\n* Kent County Council\n", True, True),
        ("We share data with the kccx portal.", False, False),
        ("We share data with Elsewhere Council.", False, False),
        ("We never share data with Kent County Council.", False, True),
        ("We do not give your data to KCC.", False, True),
        ("Our building is near the offices of Kent County Council.", False, True),
        ("", False, False),
    ],
)
def test_the_authority_must_be_named_as_a_recipient(text: str, named: bool, mentioned: bool) -> None:
    found = check_notice(text, NAMES)
    assert (found.named, found.mentioned) == (named, mentioned)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_each_item_is_missed_when_its_words_are_taken_out(item: object) -> None:
    bare = "\n".join(line for line in WHOLE.casefold().split("\n") if not item.words.search(line))
    assert item in check_notice(bare, NAMES).missing


def test_another_authority_is_looked_for_by_its_own_names() -> None:
    assert not check_notice(WHOLE, ["Westmarch Council"]).named
    assert check_notice(WHOLE.replace("Kent County Council", "Westmarch Council"), ["Westmarch Council"]).named


@given(st.text(max_size=300))
def test_any_text_can_be_checked(text: str) -> None:
    found = check_notice(text, NAMES)
    assert len(found.found) + len(found.missing) == len(ITEMS)


@pytest.mark.parametrize("number", ["Z1234567", "ZA123456", "ZC000001"])
def test_a_registration_holds_through_its_last_day(number: str) -> None:
    expires = date(2024, 2, 29)
    assert ico_fault(number, expires, expires) == ""
    assert ico_fault(number, expires, date(2024, 3, 1)) == "ico_expired"
    assert ico_fault(number, None, expires) == "ico_expired"


@pytest.mark.parametrize("number", ["", "Z123456", "ZAA12345", "ZA1234567", " Z1234567", "Z1234567 ", "Ｚ1234567"])
def test_a_wrong_number_is_wrong_whatever_its_date(number: str) -> None:
    assert ico_fault(number, date(2030, 1, 1), date(2024, 1, 1)) == "ico_number_wrong"
