"""The fast reading is only a faster way to the strict reading's answer: where it answers at all, it says the same."""

from __future__ import annotations

import os
import random
import re

import pytest
from hypothesis import given, settings
from made_up import header, made_up_returns

from concord.core.returns import Return, build, layout, read, reading, write
from concord.core.returns.columns import read_plain
from concord.core.trouble import Unreadable

MUTATIONS = int(os.environ.get("CONCORD_MUTATIONS", "3000"))
SHARES = 4


def answer(content: bytes, *, strict: bool = False) -> Return | Unreadable:
    """What is read, or the refusal; with `strict` the fast reading never answers."""
    with pytest.MonkeyPatch.context() as patch:
        if strict:
            patch.setattr(reading, "read_plain", lambda _: None)
        try:
            return read(content)
        except Unreadable as refusal:
            return refusal


def fully(term: str = "SPR") -> Return:
    """Two pupils and a leaver with a row in every table the fast reading knows, so that it takes part."""
    plan, top = layout("SC"), header(term=term, year="2027")
    children = {
        child.table: [{"pupil": pupil, item.name: f"{item.name[0]}{pupil}"} for pupil in (0, 1, 2)]
        for child in plan["pupil"].children
        for item in plan[child.table].items[:1]
        if child.collected(term, "on") and child.collected(term, "off")
    }
    children["sen_need"] = [{"pupil": 0, "SENtypeRank": "1", "SENtype": "MLD"}]
    children["funding_basis"] = [{"pupil": 1, "FundingBasis": "ECO"}]
    pupils = [{"row": n, "UPN": f"U{n}", "Surname": "O'Neill & Müller", "Language": "ENG"} for n in (0, 1, 2)]
    pupils[2]["Roll"] = "off"
    return build(top, {"school": [{"SchoolName": "A"}], "pupil": pupils, **children})


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


@pytest.mark.parametrize("share", range(SHARES))
def test_a_mutated_file_is_read_whole_or_refused_and_never_by_half(share: int) -> None:
    chance, original = random.Random(share), write(fully())
    fast = refused = 0
    for _ in range(MUTATIONS // SHARES):
        content = mutated(original, chance)
        got, strict = answer(content), answer(content, strict=True)
        if isinstance(got, Unreadable):
            assert (str(got), got.line) == (str(strict), getattr(strict, "line", None)), content
            assert all((got.why, got.todo)), content
            refused += 1
        else:
            assert got == strict, content
            fast += read_plain(content) is not None
    assert min(fast, refused) > MUTATIONS // SHARES // 50


INSERTED = (b"<", b">", b"&", b"\x00", b"\xff", b"<!--", b"]]>", b"<UPN>", b"</UPN>", b"<x/>", b"\r", b'"', b" ", b"A")


def mutated(content: bytes, chance: random.Random) -> bytes:
    """A few changes of the kinds that transfers, editors and bad programs make."""
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        content = chance.choice(CHANGES)(content, chance)
    return content


def _drop(content: bytes, chance: random.Random) -> bytes:
    first, last = _span(content, chance)
    return content[:first] + content[last:]


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _insert(content: bytes, chance: random.Random) -> bytes:
    first, _ = _span(content, chance)
    return content[:first] + chance.choice(INSERTED) + content[first:]


def _flip(content: bytes, chance: random.Random) -> bytes:
    first, _ = _span(content[:-1], chance)
    return (
        content[:first] + bytes([content[first] ^ (1 << chance.randrange(8))]) + content[first + 1 :]
        if content
        else b""
    )


def _repeat(content: bytes, chance: random.Random) -> bytes:
    first, last = _span(content, chance)
    return content[:first] + content[first:last][:2000] + content[first:]


def _swap_lines(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _drop_line(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    del lines[chance.randrange(len(lines))]
    return b"\n".join(lines)


def _repeat_line(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    return b"\n".join(lines)


def _retype(content: bytes, chance: random.Random) -> bytes:
    """Another value in a leaf: the file stays plain."""
    leaves = list(re.finditer(rb">([^<>\n]+)</", content))
    if not leaves:
        return content
    leaf = chance.choice(leaves)
    return (
        content[: leaf.start(1)] + chance.choice((b"x", b"0", "Ö".encode(), b"&amp;", b" y ")) + content[leaf.end(1) :]
    )


CHANGES = (_drop, _cut, _insert, _flip, _repeat, _swap_lines, _drop_line, _repeat_line, _retype, _retype, _retype)


def _span(content: bytes, chance: random.Random) -> tuple[int, int]:
    first, last = sorted((chance.randrange(len(content) + 1), chance.randrange(len(content) + 1)))
    return first, last
