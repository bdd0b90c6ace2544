"""What a privacy notice says and leaves out (2(a)), and whether an ICO registration holds (4(h)).

The program finds words; whether the notice is good is for a person to judge, and an MI officer confirms it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

ICO_NUMBER: Final = re.compile(r"Z[0-9]{7}|Z[A-Z][0-9]{6}")
"""The two series of ICO registration numbers, such as Z1234567 and ZA123456."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing UK GDPR Articles 13-14 ask a notice to tell, and the words by which it is usually told."""

    id: str
    says: str
    article: str
    words: re.Pattern[str]


def _item(id_: str, says: str, article: str, *words: str) -> Item:
    return Item(id_, says, article, re.compile("|".join(rf"\b(?:{word})" for word in words)))


ITEMS: Final = (
    _item(
        "controller", "who the controller is", "13(1)(a)", "data controllers?", "controller for", "is the controller"
    ),
    _item("dpo", "how to reach the data protection officer", "13(1)(b)", "data protection officer", "dpo"),
    _item(
        "purposes",
        "what the data are for",
        "13(1)(c)",
        "purposes?",
        "why (?:we|do we) (?:collect|use|hold)",
        "use (?:this|the|your|pupil) (?:data|information) (?:to|for)",
    ),
    _item(
        "basis",
        "the lawful basis",
        "13(1)(c)",
        r"law(?:ful|ful) bas[ie]s",
        "legal bas[ie]s",
        "legal obligation",
        "public task",
        r"article 6",
    ),
    _item(
        "categories",
        "which kinds of data",
        "14(1)(d)",
        "categor(?:y|ies) of",
        "types? of (?:data|information)",
        "(?:data|information) (?:that )?we (?:collect|hold|process)",
    ),
    _item(
        "recipients",
        "who receives the data",
        "13(1)(e)",
        "recipients?",
        "who (?:we|do we) share",
        "we (?:may )?share",
        "share (?:it|this|pupil|your|personal|data|information)",
        "disclose",
    ),
    _item("dfe", "that the Department for Education receives data", "13(1)(e)", "department for education", "dfe"),
    _item(
        "transfers",
        "whether data leave the country",
        "13(1)(f)",
        r"outside (?:of )?(?:the )?(?:uk|united kingdom|eea|european economic area)",
        "international(?:ly)? transfer",
        "third countr",
        "transfer(?:red)? (?:abroad|overseas)",
    ),
    _item(
        "retention",
        "how long data are kept",
        "13(2)(a)",
        "retention",
        "how long (?:we|do we|will we)",
        "(?:keep|hold|retain|kept|held|retained) (?:\\w+ ){0,4}(?:for|until)",
    ),
    _item(
        "rights",
        "the person's rights",
        "13(2)(b)",
        "your rights",
        "right to (?:access|rectif|eras|object|restrict|request|ask)",
        "subject access request",
    ),
    _item(
        "complaint",
        "the right to complain to the Information Commissioner",
        "13(2)(d)",
        "information commissioner",
        "information commission",
        "ico",
    ),
    _item(
        "source",
        "where data come from when not from the person",
        "14(2)(f)",
        "(?:receive|obtain|collect)(?:ed)? (?:\\w+ ){0,4}from",
        "previous school",
        "source of",
    ),
    _item(
        "statutory",
        "whether the data must be given",
        "13(2)(e)",
        "mandatory",
        "statutory",
        "required by law",
        "voluntary",
        "must (?:give|provide)",
        "obliged to",
    ),
)
"""What is looked for. Finding the words does not show that they are true or enough."""

_SHARING: Final = re.compile(
    r"\b(?:shar(?:e|es|ed|ing)|recipients?|disclos|pass(?:es|ed)?|send|sent|give|given|provid|suppl|transfer)"
)
_DENIAL: Final = re.compile(
    r"\b(?:do not|don't|does not|never|will not|won't|no longer)"
    r" (?:\w+ ){0,3}(?:share|pass|send|give|disclose|provide)"
)


@dataclass(frozen=True, slots=True)
class NoticeCheck:
    """What was found. `named`: cited as a recipient; `mentioned`: the name occurs; `passage` shows where."""

    named: bool
    mentioned: bool
    passage: str
    found: tuple[Item, ...]
    missing: tuple[Item, ...]


def plain(text: str) -> str:
    """Text as it is compared: one form of letters, quotes and spaces, lower case."""
    folded = unicodedata.normalize("NFKC", text).replace("\u2019", "'").replace("\u00ad", "")
    return re.sub(r"[ \t\u00a0]+", " ", re.sub(r"-\n", "", folded)).casefold()


def _bare(text: str) -> str:
    """Text on one line, without the marks of its lists."""
    return " ".join(re.sub(r"(?m)^\s*(?:[-*•·–o]|\d+[.)])\s+", "", text).split())


def _passages(text: str, names: Iterable[str]) -> list[str]:
    """The stretches of text that hold one of the names: its sentence or list item, with what leads into it."""
    found = []
    for name in names:
        for hit in re.finditer(rf"(?<!\w){re.escape(plain(name))}(?!\w)", text):
            start = max(text.rfind(mark, 0, hit.start()) for mark in (". ", ".\n", "\n\n", "\n#")) + 1
            ends = [end for end in (text.find(mark, hit.end()) for mark in (". ", ".\n", "\n\n")) if end >= 0]
            found.append(_bare(text[start : min(ends, default=len(text))]))
    return found


def check_notice(text: str, named_as: Iterable[str]) -> NoticeCheck:
    """Whether a notice cites one of these names as a recipient, and which items of Articles 13-14 cannot be found."""
    body = plain(text)
    passages = _passages(body, named_as)
    lists = _list_blocks(body)
    cited = [
        passage
        for passage in passages
        if not _DENIAL.search(passage) and (_SHARING.search(passage) or any(passage in block for block in lists))
    ]
    missing = tuple(item for item in ITEMS if not item.words.search(body))
    return NoticeCheck(
        named=bool(cited),
        mentioned=bool(passages),
        passage=(cited or passages or [""])[0][:300],
        found=tuple(item for item in ITEMS if item not in missing),
        missing=missing,
    )


def _list_blocks(body: str) -> list[str]:
    """Lists that a sentence on sharing leads into: 'we share data with:' and the lines after it, across blank lines."""
    blocks = []
    for lead in re.finditer(r"[^\n]*(?:shar|recipient|disclos)[^\n]*:?[ ]*\n", body):
        if _DENIAL.search(lead.group()):
            continue
        after = body[lead.end() :].split("\n")
        kept = []
        for line in after:
            if line.strip() and not re.match(r"\s*(?:[-*•·–o]|\d+[.)])\s", line):
                break
            kept.append(line)
        blocks.append(_bare("\n".join(kept)))
    return blocks


def ico_fault(number: str, expires: date | None, on: date) -> str:
    """What is wrong on a day: `ico_number_wrong`, `ico_expired`, or nothing. A registration holds through `expires`."""
    if not ICO_NUMBER.fullmatch(number):
        return "ico_number_wrong"
    return "" if expires and on <= expires else "ico_expired"
