from __future__ import annotations

from django import forms

from concord.web.forms.govuk import GovukForm


class SearchForm(GovukForm):
    """Words and why: the purpose is asked once and kept for the case. Where a record waits, words may lack."""

    words = forms.CharField(
        label="Name, UPN or date of birth", max_length=100, help_text="For example, O'Neill, or 2015-03-21."
    )
    purpose = forms.ChoiceField(label="Why you need to look")
    case = forms.CharField(
        label="Case reference", required=False, max_length=40, help_text="If there is one. Do not enter a name."
    )

    def __init__(
        self, *args: object, purposes: list[tuple[str, str]], words_needed: bool = True, **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [("", "Choose a purpose"), *purposes]  # type: ignore[attr-defined]
        self.fields["purpose"].error_messages["required"] = "Select why you need to look"
        if not words_needed:
            del self.fields["words"]

    def clean_words(self) -> str:
        """Two letters or digits at least: one letter would list half the county."""
        words: str = self.cleaned_data["words"]
        if words and sum(one.isalnum() for one in words) < 2:
            raise forms.ValidationError("Enter at least two letters or numbers of the name, UPN or date of birth")
        return words
