"""The words of a privacy notice, out of the file it came in: PDF, Word, a web page or plain text (clause 2(a)).

Everything here comes from outside: sizes are checked before anything is unpacked, and nothing outside the file is read.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Final

from lxml import etree, html

from concord.core.trouble import Unreadable

LARGEST: Final = 10 * 1024 * 1024
_UNPACKED: Final = 20 * 1024 * 1024
_WORDS: Final = 2_000_000  # characters of a notice; the longest we know has 60,000
_PAGES: Final = 200
_LEAST: Final = 200  # characters below which a notice is a picture, not a text
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BLOCKS: Final = frozenset(
    ("p", "div", "br", "li", "tr", "section", "article", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "table", "ul")
)
_OTHER = "Save the notice as PDF, Word (DOCX), a web page (HTML) or plain text, and choose that file."


def text_of(content: bytes) -> str:
    """The text, one paragraph or list item a line, items led in by a dash. Raises Unreadable with what to do."""
    if len(content) > LARGEST:
        raise Unreadable("The notice is larger than 10 MB.", todo="Save it without its pictures and choose it again.")
    found = _read(content)[:_WORDS]
    if len("".join(found.split())) < _LEAST:
        raise Unreadable(
            "No text could be found in the notice.",
            why="It may be a scan or a picture of a page.",
            todo="Choose the file the notice was written in, or a PDF made from it.",
        )
    return found


def _read(content: bytes) -> str:
    """By what the bytes are, and never by the file's name."""
    head = content[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith(b"%pdf"):
        return _pdf(content)
    if head.startswith(b"pk\x03\x04"):
        return _docx(content)
    if head.startswith((b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        raise Unreadable("The notice is in an old Word format.", todo=_OTHER)
    if head.startswith((b"<!doctype", b"<html", b"<?xml")) or b"<html" in head or b"<body" in head:
        return _html(content)
    return _plain(content)


def _pdf(content: bytes) -> str:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("The notice is locked with a password.", todo="Save it without a password.")
        if len(reader.pages) > _PAGES:
            raise Unreadable(f"The notice has more than {_PAGES} pages.", todo="Choose the privacy notice alone.")
        return "\n\n".join(page.extract_text() for page in reader.pages)
    except Unreadable:
        raise
    except (PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, OSError) as fault:
        raise Unreadable(
            "The PDF could not be read.", why="It is damaged, or not whole.", todo="Make the PDF again, or use Word."
        ) from fault


def _docx(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = [one for one in package.infolist() if one.filename == "word/document.xml"]
            if not parts:
                raise Unreadable("The file is a zip and not a Word document.", todo=_OTHER)
            if parts[0].file_size > _UNPACKED:
                raise Unreadable("The Word document unpacks to more than 20 MB.", todo=_OTHER)
            with package.open(parts[0]) as part:
                body = part.read(_UNPACKED + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as fault:
        raise Unreadable(
            "The Word document could not be opened.", why="It is damaged or locked.", todo=_OTHER
        ) from fault
    if b"<!DOCTYPE" in body:
        raise Unreadable("The Word document holds a document type, which Word never writes.", todo=_OTHER)
    try:
        tree = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError as fault:
        raise Unreadable("The Word document is damaged.", why=str(fault), todo=_OTHER) from fault
    return "\n".join(_paragraph(one) for one in tree.iter(f"{_W}p"))


def _paragraph(paragraph: etree._Element) -> str:
    marks = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
    words = "".join(one.text or "" if one.tag == f"{_W}t" else marks.get(str(one.tag), "") for one in paragraph.iter())
    return f"- {words}" if paragraph.find(f"{_W}pPr/{_W}numPr") is not None else words


def _html(content: bytes) -> str:
    try:
        tree = html.document_fromstring(content, parser=html.HTMLParser(no_network=True, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as fault:
        raise Unreadable("The web page could not be read.", why=str(fault), todo=_OTHER) from fault
    return "".join(_said(tree))


def _said(tree: etree._Element) -> Iterator[str]:
    """The page's words, a line a block, without what it does not show."""
    hidden = 0
    for step, one in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        name = one.tag if isinstance(one.tag, str) else ""
        silent = name in ("script", "style", "template", "noscript", "head")
        if step == "start":
            hidden += silent
            yield "\n- " if name == "li" else "\n" if name in _BLOCKS else ""
            yield "" if hidden else one.text or ""
        elif step == "end":
            hidden -= silent
            yield "\n" if name in _BLOCKS and name != "li" else ""
        if step != "start":
            yield "" if hidden else one.tail or ""


def _plain(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise Unreadable("The file is not a notice we can read.", todo=_OTHER)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
