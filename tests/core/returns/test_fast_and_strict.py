"""The fast reading is only a faster way to the strict reading's answer: where it answers at all, it says the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from made_up import made_up_returns
from mutating import answer, fully

from concord.core.returns import Return, write
from concord.core.returns.columns import read_plain


def test_a_plain_file_is_read_fast_and_the_same() -> None:
    ret = fully()
    content = write(ret)
    assert read_plain(content) is not None
    assert answer(content) == answer(content, strict=True) == ret


@settings(max_examples=40, deadline=None)
@given(made_up_returns())
def test_where_the_fast_reading_answers_it_says_the_same(ret: Return) -> None:
    content = write(ret)
    assert answer(content) == answer(content, strict=True)


NOT_PLAIN = {
    "an unknown leaf": (b"<UPN>U0</UPN>", b"<UPN>U0</UPN><Shoe>7</Shoe>"),
    "an unknown empty leaf": (b"<UPN>U0</UPN>", b"<UPN>U0</UPN><Shoe></Shoe>"),
    "an element with no content": (b"<UPN>U0</UPN>", b"<UPN>U0</UPN><Shoe/>"),
    "a known item in another place": (b"<UPN>U0</UPN>", b"<Language>FRE</Language>"),
    "an item in the place of its text": (b"<UPN>U0</UPN>", b"<UPN> <Shoe>7</Shoe></UPN>"),
    "text between items": (b"<UPN>U0</UPN>", b"<UPN>U0</UPN>lost"),
    "an attribute": (b"<UPN>U0</UPN>", b"<UPN a='1'>U0</UPN>"),
    "an attribute of an end tag": (b"<UPN>U0</UPN>", b"<UPN>U0</UPN a='1'>"),
    "a comment": (b"<UPN>U0</UPN>", b"<UPN>U<!-- -->0</UPN>"),
    "a character by number": (b"<UPN>U0</UPN>", b"<UPN>U&#48;</UPN>"),
    "a control character by number": (b"<UPN>U0</UPN>", b"<UPN>U&#1;</UPN>"),
    "a control character": (b"<UPN>U0</UPN>", b"<UPN>U\x01</UPN>"),
    "no character": (b"<UPN>U0</UPN>", b"<UPN>U\xef\xbf\xbf</UPN>"),
    "an end of CDATA": (b"<UPN>U0</UPN>", b"<UPN>U]]>0</UPN>"),
    "an unknown entity": (b"<UPN>U0</UPN>", b"<UPN>U&nbsp;</UPN>"),
    "an item twice": (b"<UPN>U0</UPN>", b"<UPN>U0</UPN><UPN>U0</UPN>"),
    "white space alone": (b"<UPN>U0</UPN>", b"<UPN>  </UPN>"),
    "a wrong end tag": (b"<UPN>U0</UPN>", b"<UPN>U0</UPM>"),
    "pupils in two blocks": (
        b"</PupilsOnRoll>",
        b"</PupilsOnRoll><PupilsOnRoll><PupilOnRoll></PupilOnRoll></PupilsOnRoll>",
    ),
    "a second set of pupils": (b"</Pupils>", b"</Pupils><Pupils></Pupils>"),
    "an instruction": (b"<UPN>U0</UPN>", b"<UPN>U0</UPN><?php ?>"),
}


@pytest.mark.parametrize("name", NOT_PLAIN)
def test_what_is_not_plain_is_left_to_the_strict_reading(name: str) -> None:
    content = write(fully())
    before, after = NOT_PLAIN[name]
    assert before in content
    assert read_plain(content.replace(before, after, 1)) is None
