from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import RequestFactory
from markupsafe import escape

from web.parts import samples
from web.parts.drawing import html_of

PROBE = '<b class="probe">&'


def drawn(source: str, **context: Any) -> str:
    return html_of(source, request=RequestFactory().get("/", {"q": PROBE, "state": "late"}), **context)


@pytest.mark.parametrize(
    ("source", "context"),
    [
        ("{{ clause_chip(p, p) }}", {}),
        ("{{ source_chip(p, on, p, p) }}", {"on": date(2027, 1, 21)}),
        ("{{ state_tag(p) }}", {}),
        ("{{ work_list(items) }}", {"items": [{"title": PROBE, "action": PROBE, "why": PROBE, "href": PROBE}]}),
        ("{{ work_list([], next) }}", {"next": {"title": PROBE, "on": date(2027, 1, 1)}}),
        ("{{ timeline(events) }}", {"events": [{"title": PROBE, "by": PROBE, "words": PROBE, "href": PROBE}]}),
        (
            "{{ refusal_box(r, p, p, p) }}",
            {"r": SimpleNamespace(clause="2f", says=PROBE, missing=PROBE, remedy=PROBE, ref=PROBE)},
        ),
        (
            "{{ summary_list(rows) }}",
            {"rows": [(PROBE, PROBE), {"key": PROBE, "value": PROBE, "hint": PROBE, "source": PROBE}]},
        ),
        ("{{ fact(p, p, p, on, p) }}", {"on": date(2027, 1, 1)}),
        ("{{ search_box(p, request) }}", {}),
    ],
)
def test_nothing_said_can_become_markup(source, context):
    html = drawn(source, p=PROBE, **context)
    assert '<b class="probe' not in html
    assert escape(PROBE) in html


def test_a_clause_chip_cites_the_clause_and_holds_its_words_without_a_script():
    html = drawn("{{ clause_chip('2d', 'Plain words.') }}")
    assert "Clause 2(d)" in html
    assert "<details" in html
    assert "Plain words." in html


def test_a_source_chip_names_what_its_history_is_of():
    html = drawn("{{ source_chip('Ashdene Primary', on, '/h', 'Postcode') }}", on=date(2026, 10, 7))
    assert "Ashdene Primary, 7 October 2026" in html
    assert 'History<span class="govuk-visually-hidden"> of Postcode</span>' in html


def test_what_is_done_is_plain_text_and_what_is_not_is_a_tag():
    assert drawn("{{ state_tag('done') }}") == "Completed"
    assert 'govuk-tag--red">There is a problem<' in drawn("{{ state_tag('problem') }}")


def test_a_late_duty_says_how_late_in_words():
    html = drawn("{{ work_list(items) }}", items=samples.duties(2))
    assert "8 days late" in html
    assert "13 January 2027" in html


def test_no_duty_says_when_the_next_is_due():
    html = drawn("{{ work_list([], next) }}", next={"title": "School Census", "on": date(2027, 2, 10)})
    assert "Nothing needs you today" in html
    assert "School Census, due 10 February 2027" in html


def test_a_refusal_says_who_decided_what_is_missing_and_who_can_put_it_right():
    html = drawn("{{ refusal_box(r, 'The census copy.') }}", r=samples.Refused())
    told = (
        "The census copy.",
        "clause 2(f)",
        "has not signed the agreement",
        "The head teacher can sign it",
        "7f3a-0192",
    )
    assert all(words in html for words in told)


def test_a_value_that_is_missing_links_to_where_it_is_given():
    html = drawn("{{ summary_list(rows) }}", rows=[{"key": "ICO number", "value": None, "missing_url": "/give"}])
    assert '<a class="govuk-link" href="/give">Give ICO number</a>' in html


def test_a_number_says_of_what_of_whom_and_as_at_when():
    html = drawn("{{ fact(1204, 'looks', 'at 231 of 412 pupils', at) }}", at=samples.NOW)
    assert all(words in html for words in ("1,204", "looks", "at 231 of 412 pupils", "As at 4:30pm on 21 January 2027"))


def test_a_search_keeps_the_filters_of_the_list():
    assert '<input type="hidden" name="state" value="late">' in drawn("{{ search_box('Find', request) }}")


def test_an_asset_carries_the_stamp_of_its_build():
    assert drawn("{{ asset('built/concord.css') }}").startswith("/static/built/concord.css?v=")
