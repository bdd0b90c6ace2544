"""Worked examples that were computed by hand, and the twins (scalar and column) held against each other."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concord.core import identifiers as ids
from concord.core.trouble import Trouble

RIGHT_UPNS = [
    "B801200005001",
    "R674123101121",
    "R886200124001",
    "Y886543112017",
    "J886690523999",
    "C88620012400A",
    "B88620012401Z",
    "P207000016049",
]


@pytest.mark.parametrize("upn", RIGHT_UPNS)
def test_a_worked_example_of_a_upn_has_its_letter(upn: str) -> None:
    assert ids.upn_check_letter(upn[1:]) == upn[0]
    assert ids.is_valid_upn(upn)


def test_the_sum_two_help_pages_get_wrong_is_not_believed() -> None:
    assert not ids.is_valid_upn("Q207000016049")


@pytest.mark.parametrize(
    "upn",
    [
        "",
        "A12345678901",
        "R88620012400",
        "R8862001240011",
        "I886200124001",
        "R88620012400I",
        "r886200124001",
        "R８86200124001",
    ],
)
def test_what_has_not_the_form_of_a_upn_is_malformed(upn: str) -> None:
    assert ids.upn_form(upn) == "malformed"
    assert not ids.is_valid_upn(upn)


def test_a_letter_at_the_end_makes_a_upn_temporary() -> None:
    assert [ids.upn_form(upn) for upn in RIGHT_UPNS[4:7]] == ["permanent", "temporary", "temporary"]


@settings(max_examples=40, deadline=None)
@given(st.from_regex(r"\A[0-9]{11}[0-9A-HJ-NP-RT-Z]\Z"), st.integers(0, 11), st.sampled_from("0123456789"))
def test_one_changed_digit_never_keeps_its_check_letter(body: str, place: int, digit: str) -> None:
    changed = body[:place] + digit + body[place + 1 :]
    same = ids.upn_check_letter(body) == ids.upn_check_letter(changed)
    last_twins = place == 11 and _value(body[11]) == int(digit)
    assert same == (changed == body or last_twins)


def _value(character: str) -> int:
    return int(character) if character.isdigit() else ids.UPN_LETTERS.index(character)


UPNISH = st.one_of(
    st.none(),
    st.sampled_from(RIGHT_UPNS),
    st.from_regex(r"\A[A-Z][0-9]{11}[0-9A-Z]\Z"),
    st.text("A0é９B", max_size=14),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(UPNISH, max_size=20))
def test_the_column_twins_say_what_the_scalars_say(upns: list[str | None]) -> None:
    frame = pl.DataFrame({"UPN": upns}, schema={"UPN": pl.String})
    out = frame.select(
        valid=ids.is_valid_upn_expr("UPN"), form=ids.upn_form_expr("UPN"), letter=ids.upn_check_letter_expr("UPN")
    )
    assert out["valid"].to_list() == [None if upn is None else ids.is_valid_upn(upn) for upn in upns]
    assert out["form"].to_list() == [None if upn is None else ids.upn_form(upn) for upn in upns]
    for upn, letter in zip(upns, out["letter"], strict=True):
        if upn is not None and ids.upn_form(upn) != "malformed":
            assert letter == ids.upn_check_letter(upn[1:])


def test_a_worked_example_of_a_uln_is_valid() -> None:
    assert all(ids.is_valid_uln(uln) for uln in ("9276308686", "1234567899", "1000000019"))


@pytest.mark.parametrize("uln", ["9999999999", "0276308686", "9276308687", "927630868", "92763086866", "1111111111x"])
def test_a_wrong_uln_is_not_valid(uln: str) -> None:
    assert not ids.is_valid_uln(uln)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.one_of(st.none(), st.from_regex(r"\A[0-9]{9,11}\Z"), st.just("9276308686"), st.text("9é", max_size=10)),
        max_size=20,
    )
)
def test_the_uln_column_twin_says_what_the_scalar_says(ulns: list[str | None]) -> None:
    frame = pl.DataFrame({"ULN": ulns}, schema={"ULN": pl.String})
    said = frame.select(ids.is_valid_uln_expr("ULN")).to_series().to_list()
    assert said == [None if uln is None else ids.is_valid_uln(uln) for uln in ulns]


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("AB123456C", True),
        ("AB123456", True),
        ("TN123456A", False),
        ("DA123456A", False),
        ("AO123456A", False),
        ("AB12345C", False),
        ("ab123456c", False),
    ],
)
def test_a_ni_number_is_judged_by_prefix_digits_and_suffix(number: str, valid: bool) -> None:
    assert ids.is_valid_ni_number(number) is valid
    assert pl.DataFrame({"n": [number]}).select(ids.is_valid_ni_number_expr("n")).item() is valid


def test_a_teacher_reference_number_keeps_its_digits() -> None:
    assert ids.trn_digits("RP 12/34567") == "1234567"
    assert ids.trn_digits("0012345") == "0012345"
    assert ids.trn_digits("123456") is None


@pytest.mark.parametrize(
    ("uprn", "valid"),
    [
        ("1", True),
        ("999999999999", True),
        ("000000000001", True),
        ("0", False),
        ("1000000000000", False),
        ("0000000000001", False),
        ("1x", False),
    ],
)
def test_a_uprn_lies_between_one_and_twelve_nines(uprn: str, valid: bool) -> None:
    assert ids.is_valid_uprn(uprn) is valid
    assert pl.DataFrame({"u": [uprn]}).select(ids.is_valid_uprn_expr("u")).item() is valid


@pytest.mark.parametrize("text", ["8862001", "886/2001", "886 2001", " 886-2001 "])
def test_a_dfe_number_is_read_however_it_is_written(text: str) -> None:
    assert str(ids.laestab(text)) == "886/2001"


@pytest.mark.parametrize("text", ["", "886200", "88620011", "886//2001", "８８６２００１"])
def test_what_is_no_dfe_number_is_a_trouble(text: str) -> None:
    with pytest.raises(Trouble, match="not a DfE number"):
        ids.laestab(text)


def test_leading_zeros_of_an_la_survive() -> None:
    assert ids.laestab("0012001") == ("001", "2001")
