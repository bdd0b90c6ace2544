import json
from enum import IntEnum, StrEnum
from unicodedata import normalize

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from concord.core.seal.canonical import canonical, canonical_lines, read, read_canonical
from concord.core.trouble import Unreadable

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
documents = st.dictionaries(
    texts,
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abé", max_size=3), inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)


def _nfc(value):
    if isinstance(value, str):
        return normalize("NFC", value)
    if isinstance(value, list):
        return [_nfc(each) for each in value]
    return {_nfc(k): _nfc(v) for k, v in value.items()} if isinstance(value, dict) else value


def _distinct(value):
    if isinstance(value, dict):
        return len({normalize("NFC", key) for key in value}) == len(value) and all(map(_distinct, value.values()))
    return all(map(_distinct, value)) if isinstance(value, list) else True


def _spelt(document):
    """The same text from the standard library, which is slower and shares nothing with ours."""
    return json.dumps(_nfc(document), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@given(documents)
@settings(max_examples=150, deadline=None)
def test_a_canonical_document_reads_back_as_itself_and_has_one_spelling(document):
    assume(_distinct(document))
    text = canonical(document)
    assert json.loads(text) == _nfc(document)
    assert text == _spelt(document)
    assert canonical(read(text)) == text
    assert canonical(dict(reversed(document.items()))) == text


@given(st.lists(documents.filter(_distinct), max_size=4))
def test_lines_are_the_canonical_texts_one_after_the_other(several):
    assert canonical_lines(several) == b"".join(canonical(one) + b"\n" for one in several)


def test_a_line_without_a_single_spelling_is_refused_among_others():
    with pytest.raises(Unreadable):
        canonical_lines([{"a": "x"}, {"a": 1.5}])
    with pytest.raises(Unreadable):
        canonical_lines([{"a": "x"}, {"a": "\ud800"}])


def test_keys_are_sorted_and_nothing_is_escaped_that_need_not_be():
    assert canonical({"b": 1, "a": "Ó\n"}) == '{"a":"Ó\\n","b":1}'.encode()


def test_every_character_is_spelt_as_the_standard_library_spells_it():
    every = "".join(chr(each) for each in range(0x110000) if not 0xD800 <= each < 0xE000)
    assert canonical({"a": every}) == _spelt({"a": every})
    assert canonical({"a": every[:128], every[:128]: 1}) == _spelt({"a": every[:128], every[:128]: 1})


class Word(StrEnum):
    PERMIT = "permit"


class Rank(IntEnum):
    HIGH = 3


def test_a_word_out_of_a_fixed_list_is_the_word():
    assert canonical({Word.PERMIT: Word.PERMIT, "a": [Word.PERMIT], "b": {"c": Rank.HIGH}}) == (
        b'{"a":["permit"],"b":{"c":3},"permit":"permit"}'
    )


def test_a_combining_mark_after_an_escape_stays_what_it_was():
    assert json.loads(canonical({"a": "\n\u0303"})) == {"a": "\n\u0303"}


def test_composed_and_decomposed_letters_have_one_spelling():
    assert canonical({"a": "e\u0301"}) == canonical({"a": "\u00e9"})


@pytest.mark.parametrize("value", [1.5, float("nan"), 2**53, {1: "a"}, b"bytes", "\ud800", {"é": 1, "e\u0301": 2}])
def test_what_has_no_single_spelling_is_refused(value):
    with pytest.raises(Unreadable):
        canonical({"a": value})


@pytest.mark.parametrize(
    "text", [b'{"a":1,"a":1}', b'{"a":1.0}', b'{"a":NaN}', b"[]", b'{"a":1}x', b"\xff", b"", b"[" * 100_000]
)
def test_json_that_could_mean_two_things_is_unreadable(text):
    with pytest.raises(Unreadable):
        read(text)


@pytest.mark.parametrize("text", [b'{"a": 1}', b'{"b":1,"a":1}', b'{"a":"\\u0041"}', b'{"a":1e2}'])
def test_a_second_spelling_is_not_canonical(text):
    with pytest.raises(Unreadable):
        read_canonical(text)
