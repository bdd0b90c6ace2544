"""Forms of hidden records, discrepancies and movers."""

from __future__ import annotations

from django import forms

from concord.desk.raise_discrepancy import LONGEST
from concord.web.forms.govuk import CountedTextarea, GovukForm

UPN = "The 13 characters, such as A123456789012."


class HideForm(GovukForm):
    """Whom an establishment reports, and why. The pupil is named by number, never by name."""

    upn = forms.CharField(label="UPN", max_length=20, help_text=UPN)
    kind = forms.ChoiceField(label="Why the record must be hidden", widget=forms.RadioSelect())

    def __init__(self, *args: object, kinds: list[tuple[str, str]], named: bool = True, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        if not named:
            del self.fields["upn"]


class DiscrepancyForm(GovukForm):
    """A value that seems wrong: which, what it should be, and how that is known."""

    upn = forms.CharField(label="UPN", max_length=20, help_text=UPN)
    item = forms.ChoiceField(label="Which value is wrong")
    suggested = forms.CharField(label="What it should be, if you know", required=False, max_length=200)
    says = forms.CharField(
        label="What is wrong, and how you know",
        help_text="Do not name anybody else.",
        max_length=LONGEST,
        widget=CountedTextarea(),
    )

    def __init__(self, *args: object, items: list[tuple[str, str]], named: bool = True, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = [("", "Choose a value"), *items]  # type: ignore[attr-defined]
        if not named:
            del self.fields["upn"]


class AnswerForm(GovukForm):
    outcome = forms.ChoiceField(label="How it ended", widget=forms.RadioSelect())
    words = forms.CharField(label="What you found out", max_length=LONGEST, widget=CountedTextarea())

    def __init__(self, *args: object, outcomes: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = outcomes  # type: ignore[attr-defined]


class CaseForm(AnswerForm):
    """The end of a mover's case: at which establishment, or how it is known."""

    to = forms.CharField(
        label="Where the pupil was found", required=False, max_length=8, help_text="A DfE number, such as 886/2001."
    )
    field_order = ("outcome", "to", "words")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["words"].required = False
        self.fields["words"].label = "How you know"


class PurposeForm(GovukForm):
    purpose = forms.ChoiceField(label="Why you need to look")

    def __init__(self, *args: object, purposes: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [("", "Choose a purpose"), *purposes]  # type: ignore[attr-defined]
