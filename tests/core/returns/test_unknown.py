"""What is no data item is found and told, never dropped without a word."""

from __future__ import annotations

import pytest
from made_up import header

from concord.core.returns import Return, UnknownItem, build, read, write
from concord.core.trouble import Unreadable

GOOD = write(build(header(), {"pupil": [{"UPN": "U0", "Language": "ENG"}, {"UPN": "U1"}]}))
PUPIL = "Message/Pupils/PupilsOnRoll/PupilOnRoll"


def changed(before: bytes, after: bytes, times: int = -1) -> Return:
    assert before in GOOD
    return read(GOOD.replace(before, after, times))


def line_of(part: bytes) -> int:
    return GOOD[: GOOD.index(part)].count(b"\n") + 1


def test_an_unknown_element_is_told_once_with_its_number_line_and_first_value() -> None:
    got = changed(b"<UPN>", b"<ShoeSize>7</ShoeSize><UPN>")
    assert got.unknown == (UnknownItem(f"{PUPIL}/PupilIdentifiers/ShoeSize", 2, line_of(b"U0"), "7"),)
    assert got.tables["pupil"]["UPN"].to_list() == ["U0", "U1"]


def test_an_unknown_block_is_told_as_one() -> None:
    got = changed(b"<PupilIdentifiers>", b"<Shoes><Left><UPN>7</UPN></Left><Right/></Shoes><PupilIdentifiers>", 1)
    assert [(one.path, one.count) for one in got.unknown] == [(f"{PUPIL}/Shoes", 1)]


def test_an_item_in_another_group_of_its_pupil_is_read_and_told() -> None:
    got = changed(b"<UPN>U1</UPN>", b"<Language>FRE</Language><UPN>U1</UPN>")
    assert got.tables["pupil"]["Language"].to_list() == ["ENG", "FRE"]
    assert [(one.path, one.read_as) for one in got.unknown] == [
        (f"{PUPIL}/PupilIdentifiers/Language", "pupil.Language")
    ]


def test_an_item_spelled_in_other_letters_is_read_and_told() -> None:
    got = read(GOOD.replace(b"<UPN>U0</UPN>", b"<Upn>U0</Upn>"))
    assert got.tables["pupil"]["UPN"].to_list() == ["U0", "U1"]
    assert got.unknown[0].read_as == "pupil.UPN"


def test_a_name_that_several_items_share_is_not_guessed() -> None:
    got = changed(b"<UPN>U1</UPN>", b"<SessionsPossible>9</SessionsPossible><UPN>U1</UPN>")
    assert got.unknown[0].read_as == ""
    assert got.tables["pupil"]["SessionsPossible"].to_list() == [None, None]


def test_text_that_stands_between_items_is_told() -> None:
    got = changed(b"<UPN>U1</UPN>", b"lost<UPN>U1</UPN>")
    assert got.unknown == (UnknownItem(f"{PUPIL}/PupilIdentifiers/text()", 1, line_of(b"U1"), "lost"),)


def test_an_attribute_is_told_and_a_name_space_is_not() -> None:
    got = changed(b"<UPN>U1", b'<UPN note="x">U1')
    assert [(one.path, one.value) for one in got.unknown] == [(f"{PUPIL}/PupilIdentifiers/UPN/@note", "x")]
    xsi = b'<Message xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="a.xsd">'
    assert changed(b"<Message>", xsi) == read(GOOD)


def test_a_file_of_another_kind_within_a_message_is_refused_not_listed() -> None:
    many = b"".join(b"<x%d/>" % number for number in range(300))
    with pytest.raises(Unreadable, match="kinds of elements that no return has"):
        changed(b"<UPN>U1</UPN>", many)
