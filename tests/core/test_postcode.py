from __future__ import annotations

import polars as pl
import pytest

from concord.core.postcode import is_postcode, is_postcode_expr, normal_postcode, normal_postcode_expr

WRITTEN = [
    ("me141xx", "ME14 1XX"),
    ("SW1A1AA", "SW1A 1AA"),
    (" e1  6an ", "E1 6AN"),
    ("GIR0AA", "GIR 0AA"),
    ("W1A 0AX", "W1A 0AX"),
]


@pytest.mark.parametrize(("text", "normal"), WRITTEN)
def test_a_postcode_has_one_way_of_being_written(text: str, normal: str) -> None:
    assert normal_postcode(text) == normal
    assert is_postcode(normal)
    assert pl.DataFrame({"p": [text]}).select(normal_postcode_expr("p")).item() == normal


@pytest.mark.parametrize("text", ["", "Y0 2RV", "ME14 1CX", "ME14  1XX", "me14 1xx", "QE1 1AA", "ME14"])
def test_what_is_no_postcode_as_written_is_said(text: str) -> None:
    assert not is_postcode(text)
    assert pl.DataFrame({"p": [text]}).select(is_postcode_expr("p")).item() is False
