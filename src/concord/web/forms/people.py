"""Forms of people: inviting, answering for them, preparing oneself."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django import forms

from concord.core.agreement.access import Course
from concord.web.forms.govuk import DateField, GovukForm

_LAESTAB = re.compile(r"\d{3}/\d{4}")
_REF = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


def _lines(text: str) -> list[str]:
    return [one for one in re.split(r"[\s,;]+", text.strip()) if one]


class ScopeForm(GovukForm):
    """Whose data somebody's role reaches: only what the kind of scope asks for is read, the rest is left out."""

    establishments = forms.CharField(
        label="Establishments",
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="DfE numbers such as 886/2001, one a line. For roles of an establishment.",
    )
    districts = forms.MultipleChoiceField(
        label="Districts",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="For roles of a district. A school that opens there is covered at once.",
    )
    caseload = forms.CharField(
        label="Cases",
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="References of pupils, as in the addresses of their pages, one a line. For roles with a caseload.",
    )

    def __init__(self, *args: Any, districts: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one, one) for one in districts]
        self.fields["districts"].choices = choices  # type: ignore[attr-defined]
        if not districts:
            del self.fields["districts"], self.fields["caseload"]

    def clean_establishments(self) -> list[str]:
        found = _lines(self.cleaned_data["establishments"])
        wrong = [one for one in found if not _LAESTAB.fullmatch(one)]
        if wrong:
            raise forms.ValidationError("Enter DfE numbers with three digits, a slash and four digits, like 886/2001")
        return found

    def clean_caseload(self) -> list[str]:
        found = _lines(self.cleaned_data["caseload"])
        if any(not _REF.fullmatch(one) for one in found):
            raise forms.ValidationError("Enter the references as they stand in the addresses of the pupils' pages")
        return found


class InviteForm(ScopeForm):
    """A person, a role, a scope and an end date."""

    field_order = ("name", "email", "role", "establishments", "districts", "caseload", "until")
    name = forms.CharField(label="Full name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(
        label="Work e-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text="One person's own address, never a shared one.",
    )
    role = forms.ChoiceField(label="Role", widget=forms.RadioSelect)
    until = DateField(what="end date", label="Until when")

    def __init__(self, *args: Any, roles: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        self.fields["role"].error_messages["required"] = "Select a role"


class UntilForm(GovukForm):
    until = DateField(what="end date", label="New end date")


class EndForm(GovukForm):
    why = forms.ChoiceField(label="Why the access ends", widget=forms.RadioSelect)

    def __init__(self, *args: Any, reasons: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].choices = reasons  # type: ignore[attr-defined]
        self.fields["why"].error_messages["required"] = "Select why the access ends"


class TrainingForm(GovukForm):
    what = forms.CharField(
        label="Training", max_length=120, help_text="For example, the council's data protection course."
    )
    on = DateField(what="day of the training", label="When it was taken", latest=None)

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > date.today():  # noqa: DTZ011 - the desk asks again, of the day in London
            raise forms.ValidationError("The day of the training must be today or in the past")
        return on


class NewPasswordForm(GovukForm):
    password = forms.CharField(
        label="New password",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 15 characters. Three or four words that do not belong together are easy to remember.",
    )


class ChangePasswordForm(NewPasswordForm):
    field_order = ("now", "password")
    now = forms.CharField(
        label="Password now",
        max_length=256,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class DeclarationForm(GovukForm):
    agreed = forms.BooleanField(
        label="I have read this declaration and accept it",
        error_messages={"required": "Tick the box if you accept the declaration"},
    )


class CourseForm(GovukForm):
    """One set of radios a question; what is wrong is told with the reason, so that the form teaches."""

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.course = course
        for place, one in enumerate(course.questions):
            self.fields[f"q{place}"] = forms.TypedChoiceField(
                label=one.asks,
                coerce=int,
                choices=[(str(at), option) for at, option in enumerate(one.options, start=1)],
                widget=forms.RadioSelect,
                error_messages={"required": f"Answer question {place + 1}"},
            )

    @property
    def answers(self) -> list[int | None]:
        return [self.cleaned_data.get(f"q{place}") for place in range(len(self.course.questions))]
