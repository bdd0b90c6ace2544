"""Files that are not what they say they are: refused whole, with the line, the reason and what to do."""

from __future__ import annotations

import pytest
from made_up import header

from concord.core.returns import build, read, write
from concord.core.trouble import Unreadable

GOOD = write(
    build(header(), {"school": [{"SchoolName": "A"}], "pupil": [{"UPN": "U0", "Surname": "Müller"}, {"UPN": "U1"}]})
)

BETWEEN = GOOD[: GOOD.index(b"<PupilOnRoll>", GOOD.index(b"U0"))]


def line_of(content: bytes, part: bytes) -> int:
    return content[: content.index(part)].count(b"\n") + 1


def changed(before: bytes, after: bytes) -> bytes:
    assert before in GOOD
    return GOOD.replace(before, after, 1)


CASES: dict[str, tuple[bytes, str, int | None]] = {
    "empty": (b"", "it is empty", None),
    "white space": (b" \n\n", "it is empty", None),
    "cut between pupils": (BETWEEN, "ends before it is complete", BETWEEN.count(b"\n") + 1),
    "cut in an element": (GOOD[: GOOD.index(b"U1") + 1], "ends before it is complete", line_of(GOOD, b"U1")),
    "two roots": (GOOD + GOOD.split(b"\n", 1)[1], "follows after the end", GOOD.count(b"\n") + 1),
    "a DOCTYPE": (changed(b"<Message>", b"<!DOCTYPE Message>\n<Message>"), "document type", 2),
    "an entity bomb": (
        changed(b"<Message>", b'<!DOCTYPE m [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>\n<Message>&b;'),
        "document type",
        2,
    ),
    "UTF-16": (GOOD.decode().encode("utf-16"), "encoded as UTF-16", 1),
    "UTF-16 without a mark": (GOOD.decode().encode("utf-16-be"), "encoded as UTF-16", 1),
    "Latin-1": (GOOD.decode().encode("latin-1"), "is not UTF-8", line_of(GOOD, b"M\xc3")),
    "another encoding said": (changed(b"UTF-8", b"ISO-8859-1"), "encoding is ISO-8859-1", 1),
    "an overlong character": (changed(b"U0", b"U\xc0\xaf"), "is not UTF-8", line_of(GOOD, b"U0")),
    "a control character": (changed(b"U0", b"U\x07"), r"control character U\+0007", line_of(GOOD, b"U0")),
    "a zero byte": (changed(b"U0", b"U\x00"), r"control character U\+0000", line_of(GOOD, b"U0")),
    "an attribute twice": (changed(b"<UPN>", b"<UPN a='1' a='2'>"), "attribute stands twice", line_of(GOOD, b"U0")),
    "a wrong end tag": (changed(b"</UPN>", b"</UPM>"), "not the open one", line_of(GOOD, b"U0")),
    "an unknown entity": (changed(b"U0", b"&nbsp;"), "entity that XML does not know", line_of(GOOD, b"U0")),
    "no header": (GOOD[: GOOD.index(b"  <Header>")] + GOOD[GOOD.index(b"  <School>") :], "no header", None),
    "a second header": (
        changed(b"<Header>", b"<Header></Header><Header>"),
        "second Header",
        line_of(GOOD, b"<Header>"),
    ),
    "a second school": (
        changed(b"<School>", b"<School></School><School>"),
        "second School",
        line_of(GOOD, b"<School>"),
    ),
    "an unknown collection": (changed(b">SC<", b">CIN<"), "collection “CIN”", line_of(GOOD, b">SC<")),
    "an unknown term": (changed(b">AUT<", b">WIN<"), "term is “WIN”", None),
    "no year": (changed(b"<Year>2026</Year>", b""), "year is “”", None),
    "an item twice": (changed(b"<UPN>U0", b"<UPN>X</UPN><UPN>U0"), "UPN stands more than once", line_of(GOOD, b"U0")),
    "another root": (GOOD.replace(b"Message>", b"Massage>"), "begins with Massage", 2),
    "no XML": (b"UPN,Surname\nU0,A\n", "not well-formed|no header", None),
    "a web page": (b"<html><body>Sign in</body></html>", "no header", None),
    "a zip": (b"PK\x03\x04 and so on", "zip file", None),
}


@pytest.mark.parametrize("name", CASES)
def test_a_file_that_is_no_return_is_refused_whole_with_its_line(name: str) -> None:
    content, why, line = CASES[name]
    with pytest.raises(Unreadable, match=why) as refusal:
        read(content)
    assert refusal.value.todo
    assert line is None or refusal.value.line == line


def test_the_name_of_the_file_is_told() -> None:
    with pytest.raises(Unreadable, match=r"^autumn\.xml cannot be read"):
        read(b"", name="autumn.xml")


def test_every_place_to_cut_a_file_is_refused() -> None:
    whole = GOOD.rstrip()
    for end in range(0, len(whole), 7):
        with pytest.raises(Unreadable):
            read(whole[:end])


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    assert read(b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n")) == read(GOOD)


def test_entities_and_escapes_of_xml_are_read_as_they_are_meant() -> None:
    got = read(changed(b"U0", b"a &amp; &lt;b&gt; &#39;&#x41;&quot;<![CDATA[<c>&]]>"))
    assert got.tables["pupil"]["UPN"][0] == "a & <b> 'A\"<c>&"


def test_an_older_file_with_gender_and_pupils_under_message_is_read() -> None:
    old = changed(b"<UPN>U0</UPN>", b"<UPN>U0</UPN><Gender>F</Gender>").replace(b"  <Pupils>\n", b"")
    got = read(old.replace(b"  </Pupils>\n", b""))
    assert got.tables["pupil"]["Sex"].to_list() == ["F", None]
    assert got.unknown == ()


def test_a_broken_file_whose_lines_end_in_carriage_returns_alone_is_told_its_line():
    """expat counts each of them as an end of line: found by mutating a file half a million times."""
    with pytest.raises(Unreadable) as refused:
        read(b"<Message>\r<Header>\r\x01</Header></Message>")
    assert "U+0001" in refused.value.why
    with pytest.raises(Unreadable):
        read(b"\r<<\r\r<")
