from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError

from concord.desk import standings
from concord.desk.notices import KINDS
from concord.desk.what_if import CASES
from concord.web.forms.govuk import CountedTextarea, DateField, FileField, GovukForm

LONDON = ZoneInfo("Europe/London")
_MEGABYTES = 10


def _notice(**given: Any) -> FileField:
    return FileField(
        label="Your privacy notice",
        help_text="PDF, Word (DOCX), a web page saved as HTML, or plain text. It must name the local authority as a "
        "recipient of pupils' data.",
        what="your privacy notice",
        kinds=KINDS,
        megabytes=_MEGABYTES,
        **given,
    )


class IcoForm(GovukForm):
    """The ICO registration (clause 4(h))."""

    ico_number = forms.CharField(
        label="ICO registration number",
        help_text="For example, ZA123456. It is on your certificate and in the ICO's public register.",
        max_length=12,
    )
    ico_expires = DateField(
        label="The last day of the registration", help_text="For example, 27 3 2027", what="last day"
    )


class SignForm(IcoForm):
    """Everything a signature is made of; name and date are the signed-in person's and today's."""

    position = forms.CharField(label="Position you hold", help_text="For example, head teacher.", max_length=80)
    notice = _notice()
    agreed = forms.BooleanField(
        label="I sign for the establishment, and have the authority to",
        error_messages={"required": "Confirm that you have the authority to sign"},
    )
    field_order = ("position", "ico_number", "ico_expires", "notice", "agreed")


class NoticeFileForm(GovukForm):
    notice = _notice()


class NoticeForm(GovukForm):
    """An MI officer's word on a notice. `number` is the notice that was on the page."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.ChoiceField(
        label="Does the notice name the local authority as a recipient?",
        choices=[("confirm", "Yes, I have read it and it does"), ("return", "No, return it to be put right")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether the notice names the local authority"},
    )
    words = forms.CharField(
        label="Where it is named, or what must be put right",
        help_text="Needed if you return it, and if the program did not find the name.",
        required=False,
        max_length=500,
        widget=CountedTextarea(),
    )


class SuspendForm(GovukForm):
    evidence = forms.CharField(
        label="What happened, and how you know",
        help_text="The evidence that security was seriously breached. Both parties will read it. Do not name a pupil.",
        max_length=2000,
        widget=CountedTextarea(),
        error_messages={"required": "Say what happened, and how you know"},
    )
    file = FileField(
        label="A document that shows it",
        help_text="If there is one: PDF, Word, HTML or text.",
        what="a document",
        kinds=KINDS,
        megabytes=_MEGABYTES,
        required=False,
    )


class NoticeOfEndForm(GovukForm):
    ends = DateField(label="The first day without the agreement", what="first day")
    letter = forms.CharField(
        label="Your notice in writing",
        help_text="The other party reads these words.",
        max_length=2000,
        widget=CountedTextarea(),
        error_messages={"required": "Write your notice"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = standings.agreement().terms.periods.notice_days
        self.fields["ends"].help_text = f"At least {days} days from today."


class WithdrawalForm(GovukForm):
    letter = forms.CharField(
        label="Your proposal in writing",
        help_text="The other party reads these words.",
        max_length=2000,
        widget=CountedTextarea(),
        error_messages={"required": "Write why the notice should be taken back"},
    )


class InstallForm(GovukForm):
    engineer = forms.CharField(
        label="Engineer's name",
        help_text="One named person, as they are named on their account here. Nobody else can use the permission.",
        max_length=100,
    )
    host = forms.CharField(
        label="Name of the machine", help_text="The server or computer the program is installed on.", max_length=100
    )
    day = DateField(label="Day", what="day of the installation")
    at = forms.TimeField(
        label="From what time",
        help_text="For example, 09:00",
        input_formats=["%H:%M", "%H.%M"],
        error_messages={"invalid": "Enter the time as hours and minutes, like 09:00"},
    )
    hours = forms.TypedChoiceField(label="For how many hours", coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = standings.agreement().terms.periods.install_hours
        choices = [(one, f"{one} hour{'s' * (one > 1)}") for one in range(1, most + 1)]
        self.fields["hours"].choices = choices  # type: ignore[attr-defined]

    def starts(self) -> datetime:
        """The window's first moment, as London's clocks tell it."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["at"], LONDON)


class DoneForm(GovukForm):
    """What the contractor did under a permission."""

    done = forms.CharField(
        label="What was done",
        help_text="Both parties read it. Do not name a pupil, and give no password or code.",
        max_length=500,
        widget=CountedTextarea(),
        error_messages={"required": "Say what was done"},
    )


class PlainForm(GovukForm):
    """A deed that needs no more than to be meant."""


class WhatIfForm(GovukForm):
    """A supposition, asked by its address: it changes nothing."""

    case = forms.ChoiceField(label="What if", choices=list(CASES.items()), widget=forms.RadioSelect)
    role = forms.ChoiceField(label="Role", required=False, help_text="For “a role loses a category”.")
    category = forms.ChoiceField(label="Category", required=False, help_text="For “a role loses a category”.")
    flow = forms.ChoiceField(label="Service", required=False, help_text="For “a service changes its price”.")
    pounds = forms.DecimalField(
        label="New price in pounds",
        required=False,
        min_value=0,
        max_value=100_000,
        decimal_places=2,
        help_text="For “a service changes its price”.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agreed = standings.agreement()
        priced = sorted({row.flow for row in agreed.prices})
        lists = {
            "role": [(one.id, one.title) for one in agreed.roles.values() if one.side != "machine"],
            "category": [(one.id, one.title) for one in agreed.categories.values()],
            "flow": [(one, agreed.flows[one].title) for one in priced],
        }
        for name, choices in lists.items():
            self.fields[name].choices = [("", "Choose one"), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The case's own fields must be there."""
        given = super().clean() or {}
        wanted = {"role": ("role", "category"), "price": ("flow", "pounds")}.get(given.get("case", ""), ())
        for name in wanted:
            if given.get(name) in (None, ""):
                self.add_error(name, ValidationError(f"Choose a {self.fields[name].label}".lower().capitalize()))
        return given
