from __future__ import annotations

from django import forms

from concord.web.forms.govuk import GovukForm


class SearchForm(GovukForm):
    """Words and why: the purpose is asked once and kept for the case."""

    words = forms.CharField(
        label="Name, UPN or date of birth", max_length=100, help_text="For example, O'Neill, or 2015-03-21."
    )
    purpose = forms.ChoiceField(label="Why you need to look")
    case = forms.CharField(
        label="Case reference", required=False, max_length=40, help_text="If there is one. Do not enter a name."
    )

    def __init__(self, *args: object, purposes: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [("", "Choose a purpose"), *purposes]  # type: ignore[attr-defined]
