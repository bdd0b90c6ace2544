"""An access in an emergency is looked at afterwards by somebody who neither asked nor agreed, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

import small_hub
from concord.core.trouble import Trouble
from concord.desk import break_glass, emergency_list, emergency_review
from desk.emergency.emergency_kit import later

WORDS = "The duty team has confirmed it."


def review(people, ref, by="dpo", outcome="right", words=WORDS):
    emergency_review.review(people.actor(by), ref, outcome, words)


def test_whoever_had_no_part_in_it_reviews_it_when_its_time_is_over(people):
    ref = people.open(0)
    later(240)
    (waits,) = emergency_review.waiting(people.actor("dpo"))
    assert waits.row.id == ref
    review(people, ref)
    assert emergency_review.waiting(people.actor("dpo")) == []
    shown = emergency_list.one(people.actor("auditor"), ref)
    assert (shown.row.review, shown.reviewed_by) == ("right", "Robin Dpo")
    (deed,) = small_hub.deeds("emergency access reviewed")
    assert (deed["facts"], deed["clause"], WORDS in str(deed)) == ({"outcome": "right"}, "4c", False)


@pytest.mark.parametrize("name", ["manager", "worker", "auditor", "head", "officer"])
def test_neither_a_part_in_it_nor_another_role_reviews(people, name):
    ref = people.open(0)
    later(240)
    with pytest.raises(Trouble):
        review(people, ref, name)
    assert emergency_list.one(people.actor("auditor"), ref).row.review == ""


def test_not_while_it_is_open_nor_what_never_was_nor_twice(people):
    ref = people.open(0)
    declined = people.ask(1)
    people.decide(declined, yes=False)
    for one in (ref, declined):
        with pytest.raises(Trouble, match="cannot review"):
            review(people, one)
    break_glass.end(people.actor("worker"), ref)
    review(people, ref)
    with pytest.raises(Trouble, match="cannot review"):
        review(people, ref, outcome="wrong")


@pytest.mark.parametrize(("outcome", "words"), [("", WORDS), ("maybe", WORDS), ("right", " "), ("right", "x" * 1001)])
def test_a_review_without_an_outcome_or_words_is_none(people, outcome, words):
    ref = people.open(0)
    later(240)
    with pytest.raises(Trouble):
        review(people, ref, outcome=outcome, words=words)


def test_it_is_a_duty_of_the_third_person_with_its_day(people):
    people.open(0)
    assert emergency_review.duties(people.actor("dpo")) == []
    later(240)
    (duty,) = emergency_review.duties(people.actor("dpo"))
    (waits,) = emergency_review.waiting(people.actor("dpo"))
    assert duty.due == timezone.localdate(waits.row.until) + timedelta(days=5)
    assert emergency_review.duties(people.actor("manager")) == []


def test_the_pages_opened_are_counted_from_the_ledger(people):
    ref = people.open(0)
    for _ in range(3):
        people.look(0)
    other = people.open(1)
    people.look(1)
    shown = [emergency_list.one(people.actor("dpo"), one).looks for one in (ref, other)]
    assert shown == [3, 1]
