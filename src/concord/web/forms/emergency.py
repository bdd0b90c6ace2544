"""The form by which one child's record is asked for in an emergency."""

from __future__ import annotations

from typing import Any

from django import forms

from concord.desk.break_glass import LONGEST
from concord.desk.emergency_review import OUTCOMES
from concord.web.forms.govuk import CountedTextarea, DateField, GovukForm

WHO = "Enter the UPN, or the forename, the surname and the date of birth"


class ReviewForm(GovukForm):
    """What somebody who neither asked nor agreed found afterwards."""

    outcome = forms.ChoiceField(label="Was it right?", choices=list(OUTCOMES.items()), widget=forms.RadioSelect())
    words = forms.CharField(label="How you know", max_length=LONGEST, widget=CountedTextarea())


class EmergencyForm(GovukForm):
    """One child, named exactly; why; and in the asker's own words what has happened."""

    upn = forms.CharField(
        label="UPN",
        required=False,
        max_length=20,
        help_text="The 13 characters. If you have it, nothing else is needed.",
    )
    forename = forms.CharField(
        label="Forename",
        required=False,
        max_length=100,
        help_text="If you have no UPN: the forename, the surname and the date of birth, as the school has them.",
    )
    surname = forms.CharField(label="Surname", required=False, max_length=100)
    born = DateField(label="Date of birth", what="date of birth", required=False)
    reason = forms.ChoiceField(label="Why it cannot wait", widget=forms.RadioSelect())
    words = forms.CharField(
        label="What has happened",
        help_text="The second person reads this and decides by it. The school does not see it.",
        max_length=LONGEST,
        widget=CountedTextarea(),
    )

    def __init__(self, *args: object, reasons: list[tuple[str, str]], least: int, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.least = least
        self.fields["reason"].choices = reasons  # type: ignore[attr-defined]
        self.fields["reason"].error_messages["required"] = "Select why it cannot wait"
        self.fields["words"].error_messages["required"] = "Say what has happened"

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if len(" ".join(words.split())) < self.least:
            raise forms.ValidationError(f"Say in {self.least} characters or more what has happened")
        return words

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        named = all(given.get(one) for one in ("forename", "surname", "born"))
        if not given.get("upn") and not named and "born" not in self.errors:
            self.add_error("upn", WHO)
        return given
