from __future__ import annotations

from django import forms

from concord.desk.explain_query import LONGEST
from concord.web.forms.govuk import CountedTextarea, FileField, GovukForm

REASONS = (
    ("", "Choose a reason"),
    ("correct", "The data is right: checked with the pupil's record"),
    ("parent", "The parent has confirmed it"),
    ("late", "It changed after census day"),
    ("elsewhere", "Another establishment or service is involved"),
    ("unusual", "It is unusual and true: explained below"),
)


class ReturnFileForm(GovukForm):
    file = FileField(
        label="Your return's file",
        help_text="The XML file your MIS made for this collection.",
        what="the return's file",
        kinds=(".xml", ".zip"),
        megabytes=64,
    )


class NoteForm(GovukForm):
    reason = forms.ChoiceField(label="Reason", choices=REASONS)
    note = forms.CharField(
        label="Note",
        help_text="Say why the data is right. Do not name a pupil.",
        max_length=LONGEST,
        widget=CountedTextarea(),
    )


class SignOffForm(GovukForm):
    signed = forms.CharField(
        label="Your name and position",
        help_text="As it stands in the receipt and in the history of this return.",
        max_length=120,
        required=False,
    )
    agreed = forms.BooleanField(
        label="I have checked the summary and the return is right",
        error_messages={"required": "Confirm that you have checked the summary"},
    )
