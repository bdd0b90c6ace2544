"""The words of a notice out of any file it may come in; and files that are not what they say they are."""

from __future__ import annotations

import io
import zipfile

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.core.agreement.notice_check import check_notice
from concord.core.trouble import Unreadable
from concord.desk.pdf import render
from concord.desk.read_notice import text_of
from desk.agreement.parties import NOTICE

NAMES = ["Kent County Council", "KCC"]
TEXT = NOTICE.decode()
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(body: str, name: str = "word/document.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, f"<w:document {W}><w:body>{body}</w:body></w:document>")
    return out.getvalue()


def paragraphs(*words: str) -> str:
    return "".join(f"<w:p><w:r><w:t>{one}</w:t></w:r></w:p>" for one in words)


def listed(*words: str) -> str:
    mark = "<w:pPr><w:numPr/></w:pPr>"
    return "".join(f"<w:p>{mark}<w:r><w:t>{one}</w:t></w:r></w:p>" for one in words)


def pdf() -> bytes:
    empty = ("stopped", "started", "goes_on", "under_way", "run_off", "facts")
    told = {name: [] for name in empty} | {"nothing_stopped": "", "limits": "", "checking": "", "foot": ""}
    made = {"year": 2026, "month": 9, "day": 1}
    return render("statement", told | {"title": "Notice", "authority": {"name": "X"}, "made": made, "opening": TEXT})


def test_a_notice_is_read_alike_from_pdf_word_page_and_text() -> None:
    page = f"<!doctype html><html><head><title>KCC</title></head><body><p>{TEXT}</p></body></html>".encode()
    kinds = [NOTICE, TEXT.encode("utf-16"), page, docx(paragraphs(*TEXT.split(". "))), pdf()]
    for content in kinds:
        found = check_notice(text_of(content), NAMES)
        assert found.named, content[:20]
        assert found.missing == (), content[:20]


def test_a_list_of_recipients_is_read_as_a_list() -> None:
    filler = paragraphs("We use it. " * 30)
    told = docx(filler + paragraphs("We share data with:") + listed("our cook", "Kent County Council"))
    assert check_notice(text_of(told), NAMES).named


def test_what_a_page_hides_is_not_read() -> None:
    page = f"<html><body><p>{'We hold data. ' * 30}</p><script>share with KCC</script><style>KCC</style></body></html>"
    assert not check_notice(text_of(page.encode()), NAMES).mentioned


def test_markup_in_data_stays_words_in_a_document() -> None:
    evil = '#panic("x") $ * _ @cite \\ `raw` #include "frame.typ"'
    made = {"year": 2026, "month": 9, "day": 1}
    names = ("stopped", "started", "goes_on", "under_way", "run_off", "facts")
    told = {name: [] for name in names} | {
        "nothing_stopped": "",
        "limits": evil,
        "checking": "",
        "foot": "",
        "title": "T",
    }
    content = render("statement", told | {"authority": {"name": "X"}, "made": made, "opening": ""})
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    assert '#panic("x")' in text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "No text"),
        (b"%PDF-1.7\nnot really", "PDF could not be read"),
        (b"PK\x03\x04broken", "could not be opened"),
        (docx("x", "other.xml"), "zip and not a Word"),
        (docx(paragraphs("short")), "No text"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 600, "old Word format"),
        (b"{\\rtf1 words}", "old Word format"),
        (b"\x00\x01\x02" * 300, "not a notice"),
        (b"a" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
    ],
)
def test_a_file_that_is_no_notice_is_unreadable_with_what_to_do(content: bytes, told: str) -> None:
    with pytest.raises(Unreadable, match=told) as no:
        text_of(content)
    assert no.value.todo


def test_a_document_that_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(Unreadable, match="unpacks to more"):
        text_of(docx("a" * (21 * 1024 * 1024)))


def test_a_document_with_entities_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>')
    with pytest.raises(Unreadable, match="document type"):
        text_of(out.getvalue())


@given(st.sampled_from([b"%PDF-1.7\n", b"PK\x03\x04", b"<html>", b"", b"\xff\xfe"]), st.binary(max_size=400))
def test_any_bytes_are_read_or_told_unreadable(head: bytes, rest: bytes) -> None:
    try:
        said = text_of(head + rest)
    except Unreadable as no:
        said = no.what + no.todo
    assert said
