from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from concord.web.forms import govuk
from web.parts import samples
from web.parts.drawing import html_of


class Born(govuk.GovukForm):
    born = govuk.DateField(what="date of birth", earliest=date(2000, 1, 1), latest=date(2027, 1, 21))
    left = govuk.DateField(what="leaving date", required=False)


class Sent(govuk.GovukForm):
    file = govuk.FileField(what="a return", kinds=(".xml", ".zip"), megabytes=1)


def born(day: str, month: str, year: str) -> Born:
    return Born(data={"born_0": day, "born_1": month, "born_2": year})


@pytest.mark.parametrize(
    ("boxes", "words"),
    [
        (("", "", ""), "Enter the date of birth"),
        (("3", "", "2018"), "The date of birth must include a month"),
        (("", "", "2018"), "The date of birth must include a day and a month"),
        (("31", "2", "2018"), "The date of birth must be a real date"),
        (("x", "2", "2018"), "The date of birth must be a real date"),
        (("3", "smarch", "2018"), "The date of birth must be a real date"),
        (("3", "4", "18"), "The date of birth must have a year of 4 digits"),
        (("3", "4", "1999"), "The date of birth must be on or after 1 January 2000"),
        (("22", "1", "2027"), "The date of birth must be on or before 21 January 2027"),
        (("²", "4", "2018"), "The date of birth must be a real date"),
    ],
)
def test_what_is_wrong_with_a_date_is_said_in_words(boxes, words):
    assert born(*boxes).errors["born"] == [words]


@pytest.mark.parametrize("month", ["3", "03", "March", "mar", "MAR"])
def test_a_month_may_be_written_as_a_word(month):
    form = born("4", month, "2018")
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"born": date(2018, 3, 4), "left": None}


@given(st.dates(date(2000, 1, 1), date(2027, 1, 21)))
def test_a_date_that_is_drawn_comes_back_the_same(on):
    boxes = govuk.DateInput().decompress(on)
    form = born(*(str(box) for box in boxes))
    assert form.is_valid()
    assert form.cleaned_data["born"] == on


@pytest.mark.parametrize(
    ("name", "size", "words"),
    [
        ("a.csv", 10, "The selected file must be XML or ZIP"),
        ("a.xml", 0, "The selected file is empty"),
        ("a.XML", 1024 * 1024 + 1, "The selected file must be smaller than 1MB"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_words(name, size, words):
    form = Sent(files={"file": SimpleUploadedFile(name, b"x" * size)})
    assert form.errors["file"] == [words]


def test_no_file_is_asked_for_by_its_name():
    assert Sent(data={}).errors["file"] == ["Select a return"]


def test_an_empty_field_is_asked_for_by_its_label():
    errors = samples.Signing(data={}).errors
    assert errors["name"] == ["Enter full name of the signatory"]
    assert errors["position"] == ["Select position held"]
    assert errors["ico"] == ["Enter ICO registration number"]
    assert errors["agreed"] == ["Confirm that you may sign"]


def test_the_summary_leads_to_the_control_of_each_error():
    form = samples.Signing(data={"signed_0": "31"})
    html = html_of("{{ error_summary(form) }}{{ form }}", form=form)
    for name in form.errors:
        field: Any = form[name]
        assert f'href="#{field.first_id}"' in html
        assert f'id="{field.first_id}"' in html


def test_the_browser_is_not_left_to_word_the_errors_or_to_cut_a_note_short():
    html = str(samples.Signing())
    assert " required" not in html
    assert "maxlength=" not in html.replace("data-maxlength=", "")


def test_a_wrong_value_stays_in_its_box():
    assert 'value="31"' in str(born("31", "2", "2018"))


def test_a_hint_and_an_error_describe_their_control():
    html = str(samples.Signing(data={})["ico"].as_field_group())
    assert 'aria-describedby="id_ico_helptext id_ico_error"' in html


def test_a_form_without_errors_has_no_summary():
    assert html_of("{{ error_summary(form) }}", form=samples.Signing()) == ""


def test_an_error_of_the_whole_form_is_in_the_summary():
    class Whole(govuk.GovukForm):
        a = forms.CharField(required=False)

        def clean(self) -> dict[str, Any]:
            raise forms.ValidationError("The e-mail address or the password is not right.")

    html = html_of("{{ error_summary(form) }}", form=Whole(data={}))
    assert "<li>The e-mail address or the password is not right.</li>" in html
