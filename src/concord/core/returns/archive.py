"""The files of a path: one file, a folder, or a zip read in memory, within limits no real delivery meets."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final, NoReturn

from concord.core.trouble import Unreadable

MAX_FILES: Final = 5_000
MAX_FILE: Final = 200_000_000
MAX_TOTAL: Final = 2_000_000_000
MAX_RATIO: Final = 200
"""A census packs about 30 to 1; a zip bomb a thousand to 1 and more."""
READ: Final = (".xml", ".csv")


@dataclass(frozen=True)
class Packed:
    """A file of a delivery, read when it is asked for."""

    name: str
    source: Path
    entry: zipfile.ZipInfo | None = None

    def content(self) -> bytes:
        if self.entry is None:
            return _limited(self.source)
        return _unpacked(self.source, self.entry)


def files(path: Path) -> list[Packed]:
    """The XML and CSV files at a path, by name; raises Unreadable where there are none or it is no safe zip."""
    if path.is_dir():
        inside = sorted(one for one in path.iterdir() if one.suffix.lower() in READ and one.is_file())
        found = [Packed(one.name, one) for one in inside]
    elif not path.is_file():
        _refuse(path, "there is no such file or folder.", "Check the path.")
    elif _is_zip(path):
        found = list(_entries(path))
    else:
        return [Packed(path.name, path)]
    if not found:
        _refuse(path, "it holds no XML or CSV file.", "Give it the files of a census.")
    return found


def _refuse(path: Path, why: str, todo: str) -> NoReturn:
    raise Unreadable(f"{path.name} cannot be read.", why=why[0].upper() + why[1:], todo=todo)


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def _entries(path: Path) -> Iterator[Packed]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as fault:
        _refuse(path, f"it is a spoilt zip file ({fault}).", "Pack the files again.")
    _check_sizes(path, entries)
    for entry in sorted(entries, key=lambda one: one.filename):
        _check_entry(path, entry)
        if PurePosixPath(entry.filename).suffix.lower() in READ:
            yield Packed(entry.filename, path, entry)


def _check_sizes(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_FILES or total > MAX_TOTAL:
        _refuse(path, f"it holds {len(entries):,} files of {total:,} bytes.", "Send fewer files in a zip.")
    if total > MAX_RATIO * max(path.stat().st_size, 10_000):
        _refuse(path, "it unpacks to far more than files of a census do.", "Pack the files again.")


def _check_entry(path: Path, entry: zipfile.ZipInfo) -> None:
    name = PurePosixPath(entry.filename.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or ":" in entry.filename or "\x00" in entry.filename:
        _refuse(path, "it holds a file whose name leads out of the folder.", "Pack the files again, by name alone.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        _refuse(path, f"{name.name} in it is a link, not a file.", "Pack the files themselves.")
    if entry.flag_bits & 1:
        _refuse(path, f"{name.name} in it is encrypted.", "Pack the files without a password.")
    if name.suffix.lower() in (".zip", ".7z", ".rar", ".gz", ".tar"):
        _refuse(path, f"{name.name} in it is packed once more.", "Pack the files themselves.")
    if entry.file_size > MAX_FILE:
        _refuse(path, f"{name.name} in it has {entry.file_size:,} bytes.", "Send the files of a census alone.")


def _unpacked(path: Path, entry: zipfile.ZipInfo) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive, archive.open(entry) as file:
            content = file.read(min(entry.file_size, MAX_FILE) + 1)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, RuntimeError) as fault:
        _refuse(path, f"{entry.filename} in it is spoilt ({fault}).", "Pack the files again.")
    except Exception as fault:  # zlib, bz2 and lzma each raise errors of their own
        _refuse(path, f"{entry.filename} in it cannot be unpacked ({fault}).", "Pack the files again.")
    if content[:4] == b"PK\x03\x04":
        _refuse(path, f"{entry.filename} in it is packed once more.", "Pack the files themselves.")
    return content


def _limited(path: Path) -> bytes:
    if path.stat().st_size > MAX_FILE:
        _refuse(path, f"it has {path.stat().st_size:,} bytes.", "Give it the files of a census.")
    return path.read_bytes()
