"""Forms in GOV.UK markup: `GovukForm` is a Django form whose fields draw themselves with `{{ form }}` or `{{
form.name.as_field_group }}`.

A widget may ask for more: `DateInput` (day, month, year), `CountedTextarea` (says how many characters are left),
`FileDrop` (drag and drop), `PasswordInput` (show and hide).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.utils import pretty_name
from django.utils.datastructures import MultiValueDict

_PLAIN = (forms.CheckboxInput, forms.HiddenInput)
_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.Select, "govuk-select"),
    (forms.Textarea, "govuk-textarea"),
    (forms.FileInput, "govuk-file-upload"),
    (forms.widgets.Input, "govuk-input"),
)
_SECRET = {
    "class": "govuk-password-input__input govuk-js-password-input-input",
    "spellcheck": "false",
    "autocapitalize": "none",
}
_UNSAID = str(forms.Field.default_error_messages["required"])
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class GovukRenderer(TemplatesSetting):
    """Draws forms with the site's templates, and widgets with Django's own where the site has none of that name."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


class GovukField(BoundField):
    """A field that gives its widget the classes of GOV.UK Frontend, and its error the id the widget is described by."""

    @property
    def kind(self) -> str:
        """What the template draws: text, date, radios, checkboxes, checkbox, select, textarea, password, file or
        hidden."""
        widget = self.field.widget
        kinds: tuple[tuple[type[forms.Widget], str], ...] = (
            (DateInput, "date"),
            (forms.CheckboxSelectMultiple, "checkboxes"),
            (forms.RadioSelect, "radios"),
            (forms.CheckboxInput, "checkbox"),
            (forms.Select, "select"),
            (forms.PasswordInput, "password"),
            (forms.Textarea, "textarea"),
            (forms.FileInput, "file"),
        )
        return next((name for kind, name in kinds if isinstance(widget, kind)), "text")

    @property
    def maxlength(self) -> int | None:
        """How many characters the counted text area may hold."""
        counted = isinstance(self.field.widget, CountedTextarea)
        return getattr(self.field, "max_length", None) if counted else None

    @property
    def first_id(self) -> str:
        """The id of the control an error message leads to."""
        return f"{self.auto_id}_0" if self.kind in ("date", "radios", "checkboxes") else self.auto_id

    @property
    def id_for_label(self) -> str:
        return self.first_id

    @property
    def described_by(self) -> str:
        """The ids that describe a group of controls, for its fieldset."""
        return self.aria_describedby or ""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Django's attributes, with the class of the control and of its error; and never `required`, which the
        browser words badly."""
        built = super().build_widget_attrs(attrs, widget)
        built.pop("required", None)
        drawn = widget or self.field.widget
        if self.maxlength:
            built["maxlength"] = False  # the browser would cut a long note short without a word
        if isinstance(drawn, forms.PasswordInput):
            built |= _SECRET
        name = next((name for kind, name in _CLASSES if isinstance(drawn, kind)), "")
        if name and not isinstance(drawn, _PLAIN):
            given = (name, drawn.attrs.get("class"), built.get("class"), f"{name}--error" if self.errors else "")
            built["class"] = " ".join(str(one) for one in given if one)
        return built


class GovukForm(forms.Form):
    """A form in GOV.UK markup. Its templates need `{{ error_summary(form) }}` above it, and a button after it."""

    bound_field_class = GovukField
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        kwargs.setdefault("renderer", GovukRenderer())
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if str(field.error_messages.get("required")) == _UNSAID:
                field.error_messages["required"] = _required(field, str(field.label or pretty_name(name)))


def _required(field: forms.Field, label: str) -> str:
    """What an empty field is told: the label, in a sentence. A label that is a question should bring its own words."""
    plain = label if label[:2].isupper() else label[:1].lower() + label[1:]
    return f"{'Select' if isinstance(field, forms.ChoiceField) else 'Enter'} {plain.rstrip('?')}"


class DateInput(forms.MultiWidget):
    """Three boxes: day, month, year. `birthday` lets the browser fill in the user's own."""

    template_name = "django/forms/widgets/date_boxes.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None, *, birthday: bool = False) -> None:
        self.birthday = birthday
        boxes = [forms.TextInput({"inputmode": "numeric", "autocomplete": name}) for name in self._autocomplete()]
        super().__init__(boxes, attrs)

    def _autocomplete(self) -> tuple[str, str, str]:
        return ("bday-day", "bday-month", "bday-year") if self.birthday else ("off", "off", "off")

    def decompress(self, value: date | None) -> list[int | None]:
        return [value.day, value.month, value.year] if value else [None, None, None]

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> Any:
        """The three boxes as text; nothing when all are empty."""
        boxes = [str(data.get(f"{name}_{at}", "")).strip() for at in range(3)]
        return boxes if any(boxes) else None


class DateField(forms.Field):
    """A real date from three boxes, with words for what is wrong with it. `what` names it in the messages ("date of
    birth")."""

    widget = DateInput

    def __init__(self, *, what: str, earliest: date | None = None, latest: date | None = None, **kwargs: Any) -> None:
        self.what, self.earliest, self.latest = what, earliest, latest
        kwargs.setdefault("error_messages", {"required": f"Enter the {what}"})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """The date, or None when the boxes are empty."""
        if value in self.empty_values or isinstance(value, date):
            return value or None
        missing = [name for name, box in zip(("day", "month", "year"), value, strict=True) if not box]
        if missing:
            raise ValidationError(f"The {self.what} must include a {' and a '.join(missing)}")
        return self._real(*value)

    def _real(self, day: str, month: str, year: str) -> date:
        number = (
            month if month.isdigit() else str(MONTHS.index(month[:3].lower()) + 1 if month[:3].lower() in MONTHS else 0)
        )
        if len(year) != 4:
            raise ValidationError(f"The {self.what} must have a year of 4 digits")
        try:
            return date(int(year), int(number), int(day))
        except ValueError:
            raise ValidationError(f"The {self.what} must be a real date") from None

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and self.earliest and value < self.earliest:
            raise ValidationError(f"The {self.what} must be on or after {_day(self.earliest)}")
        if value and self.latest and value > self.latest:
            raise ValidationError(f"The {self.what} must be on or before {_day(self.latest)}")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(initial, self._loosely(data))

    def _loosely(self, data: Any) -> Any:
        try:
            return self.to_python(data)
        except ValidationError:
            return data


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


class CountedTextarea(forms.Textarea):
    """A text area that says how many characters are left."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 4, **(attrs or {})})


class FileDrop(forms.FileInput):
    """A file to choose or to drop."""


class FileField(forms.FileField):
    """A file with the words of GOV.UK's file upload. `kinds` are endings with their dot; `megabytes` the most it may
    weigh."""

    widget = FileDrop

    def __init__(self, *, what: str, kinds: tuple[str, ...], megabytes: int, **kwargs: Any) -> None:
        self.what, self.kinds, self.megabytes = what, kinds, megabytes
        words = {"required": f"Select {what}", "missing": f"Select {what}", "empty": "The selected file is empty"}
        words["invalid"] = "The selected file could not be uploaded – try again"
        kwargs.setdefault("error_messages", words)
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("accept", ",".join(kinds))

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file, if its ending and weight allow; its content is for whoever reads it to judge."""
        given = super().clean(data, initial)
        if given and Path(given.name).suffix.lower() not in self.kinds:
            names = [kind.removeprefix(".").upper() for kind in self.kinds]
            several = f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]
            raise ValidationError(f"The selected file must be {several}")
        if given and given.size > self.megabytes * 1024 * 1024:
            raise ValidationError(f"The selected file must be smaller than {self.megabytes}MB")
        return given
