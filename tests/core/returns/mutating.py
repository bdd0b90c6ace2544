"""Files changed the way transfers, editors and bad programs change them, and what reading each of them must hold to."""

from __future__ import annotations

import os
import random
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
from made_up import header

from concord.core.returns import Return, build, layout, read, reading
from concord.core.returns.columns import Plain, read_plain
from concord.core.trouble import Unreadable

FILES = int(os.environ.get("CONCORD_MUTATIONS", "20000"))
"""Over all kinds of file; a long run by hand sets it higher."""
BATCHES = 5
COUNTED = Path("/proc/self/clear_refs").exists()
LONGEST, MOST = 2.0, 256 * 1024
"""Seconds of the processor for one file; KiB that a batch of files may take above what was there."""


def batch(part: float) -> int:
    """How many files one batch has of a kind that is given `part` of them all."""
    return max(1, round(FILES * part / BATCHES))


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


def answer(content: bytes, *, strict: bool = False) -> Return | Unreadable:
    """What is read, or the refusal; with `strict` the fast reading never answers."""
    with pytest.MonkeyPatch.context() as patch:
        if strict:
            patch.setattr(reading, "read_plain", lambda _: None)
        try:
            return read(content)
        except Unreadable as refusal:
            return refusal


def hold(original: bytes, seed: int, files: int) -> tuple[int, int]:
    """Read that many changed files: whole or refused, in time, in little memory. How many were read fast, and refused.

    Where the fast reading answered, the strict one must say the same; elsewhere the strict one has answered already.
    """
    chance, fast, refused = random.Random(seed), 0, 0
    with _in_little_memory():
        for _ in range(files):
            content = mutated(original, chance)
            got, plain = _watched(content)
            fast += plain
            refused += isinstance(got, Unreadable)
            if isinstance(got, Unreadable):
                assert all((got.why, got.todo)), content
            if plain:
                _same(got, answer(content, strict=True), content)
    return fast, refused


def _same(got: Return | Unreadable, strict: Return | Unreadable, content: bytes) -> None:
    if isinstance(got, Unreadable):
        assert (str(got), got.line) == (str(strict), getattr(strict, "line", None)), content
    else:
        assert got == strict, content


def _watched(content: bytes) -> tuple[Return | Unreadable, bool]:
    """The answer, in time, and whether the fast reading gave its part of it."""
    answered: list[bool] = []

    def plain(text: bytes) -> Plain | None:
        found = read_plain(text)
        answered.append(found is not None)
        return found

    with pytest.MonkeyPatch.context() as patch, _in_time(content):
        patch.setattr(reading, "read_plain", plain)
        return answer(content), any(answered)


@contextmanager
def _in_time(content: bytes) -> Iterator[None]:
    def late(number: int, frame: FrameType | None) -> None:
        raise AssertionError(f"more than {LONGEST} s for {content!r}")

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def _in_little_memory() -> Iterator[None]:
    """The most this process had at once, as the system counts it: begun anew here (Linux; elsewhere not looked at)."""
    if not COUNTED:
        yield
        return
    Path("/proc/self/clear_refs").write_text("5")
    before = _kib("VmRSS")
    yield
    assert _kib("VmHWM") - before < MOST


def _kib(name: str) -> int:
    return next(int(line.split()[1]) for line in Path("/proc/self/status").open() if line.startswith(f"{name}:"))


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
