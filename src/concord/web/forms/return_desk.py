from __future__ import annotations

from django import forms

from concord.desk import expect_copies, refer_query
from concord.web.forms.govuk import CountedTextarea, FileField, GovukForm


class TrialForm(GovukForm):
    file = FileField(
        label="The file to try",
        help_text="XML, or a zip with one file in it. It is checked and forgotten: we keep nothing of it.",
        what="the file to try",
        kinds=(".xml", ".zip"),
        megabytes=64,
    )


class SayForm(GovukForm):
    rule = forms.ChoiceField(label="What it is about", required=False)
    text = forms.CharField(
        label="Message",
        help_text="Do not name a pupil or give a UPN: the rule says whom it is about.",
        max_length=refer_query.LONGEST,
        widget=CountedTextarea(),
    )

    def __init__(self, *args: object, rules: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].choices = [("", "The return as a whole"), *rules]  # type: ignore[attr-defined]


class CopyReasonForm(GovukForm):
    reason = forms.ChoiceField(
        label="Why there is no copy yet", choices=[("", "Choose a reason"), *expect_copies.REASONS.items()]
    )
    text = forms.CharField(
        label="More about it", required=False, max_length=expect_copies.LONGEST, widget=CountedTextarea()
    )
