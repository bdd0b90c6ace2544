"""Files made to do harm: refused quickly and within little memory."""

from __future__ import annotations

import io
import resource
import struct
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_up import header

from concord.core.returns import build, read, read_each, read_path, write
from concord.core.returns.document import MAX_BYTES
from concord.core.trouble import Unreadable

GOOD = write(build(header(), {"pupil": [{"UPN": "U0", "Surname": "A"}]}))
PUPIL = GOOD[GOOD.index(b"<PupilOnRoll>") : GOOD.index(b"</PupilsOnRoll>")]


def inside(content: bytes) -> bytes:
    """A census with that beside its pupil."""
    return GOOD.replace(PUPIL, PUPIL + content)


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return GOOD.replace(b"<Message>", f'<!DOCTYPE m [<!ENTITY l0 "ha">{entities}]><Message>&l9;'.encode())


HOSTILE = {
    "an entity bomb": laughs,
    "an external entity": lambda: GOOD.replace(
        b"<Message>", b'<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><Message>&x;'
    ),
    "a huge attribute": lambda: inside(b'<x a="' + b"a" * 20_000_000 + b'"/>'),
    "a huge value": lambda: inside(
        b"<PupilOnRoll><PupilIdentifiers><UPN>" + b"U" * 20_000_000 + b"</UPN></PupilIdentifiers></PupilOnRoll>"
    ),
    "a million nested elements": lambda: inside(b"<x>" * 1_000_000),
    "a million nested elements that are known": lambda: inside(b"<PupilOnRoll>" * 1_000_000),
    "millions of unknown elements": lambda: inside(b"<x/>" * 5_000_000),
    "a million kinds of unknown elements": lambda: inside(b"".join(b"<x%d/>" % n for n in range(1_000_000))),
    "millions of empty pupils": lambda: inside(b"<PupilOnRoll></PupilOnRoll>" * 1_100_000),
    "millions of tags": lambda: inside(b"<" * 20_000_000),
    "too many bytes": lambda: inside(b" " * MAX_BYTES),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_less_than_two_seconds(name: str) -> None:
    content = HOSTILE[name]()
    before = resource.getrusage(resource.RUSAGE_SELF)
    with pytest.raises(Unreadable):
        read(content)
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 2
    assert (after.ru_maxrss - before.ru_maxrss) / 1024 < 256


def test_a_hundred_thousand_faults_of_one_kind_are_told_as_one() -> None:
    started = time.process_time()
    got = read(inside(b"<ShoeSize>7</ShoeSize>" * 100_000))
    assert [(one.count, one.value) for one in got.unknown] == [(100_000, "7")]
    assert time.process_time() - started < 2


def packed(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def encrypted(path: Path) -> Path:
    """Sets the flag of encryption in both places, as a zip made with a password has it."""
    data = bytearray(packed(path, {"a.xml": GOOD}).read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    path.write_bytes(data)
    return path


def linked(path: Path) -> Path:
    entry = zipfile.ZipInfo("a.xml")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    return path


def lying(path: Path) -> Path:
    """Says that its file is ten bytes long; it unpacks to millions."""
    data = bytearray(packed(path, {"a.xml": b" " * 5_000_000}).read_bytes())
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 10)
    path.write_bytes(data)
    return path


ZIPS = {
    "a bomb": (lambda path: packed(path, {"a.xml": b"\x00" * 100_000_000}), "unpacks to far more"),
    "a path that leads out": (lambda path: packed(path, {"../../a.xml": GOOD}), "leads out of the folder"),
    "an absolute path": (lambda path: packed(path, {"/etc/a.xml": GOOD}), "leads out of the folder"),
    "a path of another system": (lambda path: packed(path, {"..\\a.xml": GOOD}), "leads out of the folder"),
    "a zip in a zip": (lambda path: packed(path, {"a.zip": b"PK"}), "packed once more"),
    "a zip that calls itself a census": (
        lambda path: packed(path, {"a.xml": b"PK\x03\x04" + GOOD}),
        "packed once more",
    ),
    "no return": (lambda path: packed(path, {"readme.txt": b"x"}), "no XML or CSV"),
    "encrypted": (encrypted, "encrypted"),
    "a link": (linked, "is a link"),
    "a false size": (lying, "spoilt|empty|not be unpacked|cannot be read"),
    "cut short": (lambda path: cut(packed(path, {"a.xml": GOOD})), "spoilt zip"),
    "many files": (lambda path: packed(path, {f"{n}.txt": b"" for n in range(5_001)}), "holds 5,001 files"),
}


def cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:-30])
    return path


@pytest.mark.parametrize("name", ZIPS)
def test_a_hostile_zip_is_refused(name: str, tmp_path: Path) -> None:
    make, why = ZIPS[name]
    started = time.process_time()
    with pytest.raises(Unreadable, match=why):
        read_path(make(tmp_path / "delivery.zip"))
    assert time.process_time() - started < 2
    assert sorted(one.name for one in tmp_path.iterdir()) == ["delivery.zip"]


def test_one_bad_file_of_a_zip_does_not_stop_the_others(tmp_path: Path) -> None:
    path = packed(tmp_path / "delivery.zip", {"a.xml": GOOD, "b.xml": GOOD[:-30], "c.XML": GOOD, "notes.txt": b""})
    got = dict(read_each(path))
    assert {name: isinstance(one, Unreadable) for name, one in got.items()} == {
        "a.xml": False,
        "b.xml": True,
        "c.XML": False,
    }
    with pytest.raises(Unreadable, match=r"^b\.xml cannot be read"):
        read_path(path)


def test_a_file_or_folder_that_is_not_there_is_a_trouble(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.xml", tmp_path):
        with pytest.raises(Unreadable):
            read_path(path)


def _bytes_of_zip() -> Iterator[bytes]:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", GOOD)
        archive.writestr("2026_autumn_pupilonroll.csv", b"NativeId,upn\nS1,U0\n")
    whole = buffer.getvalue()
    for at in range(0, len(whole), 3):
        yield whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]
        yield whole[:at]


def test_no_change_to_a_zip_brings_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "delivery.zip"
    for content in _bytes_of_zip():
        path.write_bytes(content)
        for name, got in read_each(path):
            assert name
            assert isinstance(got, Unreadable) or got.tables["pupil"].height == 1
