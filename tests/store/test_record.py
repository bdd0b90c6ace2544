"""A pupil's record is read strictly: a column that is another than the page's is an error, and not a wrong page."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

import small_hub
from concord.desk import view_pupil
from concord.store import record
from concord.store.models import Pupil


@pytest.fixture
def pupil(database: object) -> Iterator[Pupil]:
    small_hub.forget()
    small_hub.settle_in()
    small_hub.load(small_hub.census([small_hub.someone(1)]))
    yield Pupil.objects.using("owner").get()
    small_hub.forget()


@pytest.mark.parametrize(
    ("column", "becomes"),
    [
        ("SELECT id, upn, surname", "SELECT id, 5 AS upn, surname"),
        ("SELECT id, upn, surname", "SELECT id, surname"),
        ("SELECT item, value, source", "SELECT item, NULL::text AS value, source"),
        ("SELECT laestab, entry, leaving", "SELECT laestab, 'soon' AS entry, leaving"),
    ],
)
def test_a_column_of_another_kind_is_an_error(
    pupil: Pupil, monkeypatch: pytest.MonkeyPatch, column: str, becomes: str
) -> None:
    officer = small_hub.of("mi_officer", "*")
    assert view_pupil.view(officer, pupil.pk, purpose="data_quality").pupil.upn == pupil.upn
    assert column in record._SQL
    monkeypatch.setattr(record, "_SQL", record._SQL.replace(column, becomes))
    with pytest.raises(msgspec.ValidationError):
        view_pupil.view(officer, pupil.pk, purpose="data_quality")
