"""Files that are there whole and durable, or not at all, and that only their owner can read."""

from __future__ import annotations

import os
from pathlib import Path

from concord.core.trouble import Trouble


def write_durably(path: Path, data: bytes) -> None:
    """Replaces the file in one step, after its bytes have reached the disk.
    Raises Trouble when the disk will not take them.
    """
    part = path.with_name(path.name + ".part")
    try:
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
        sync_folder(path.parent)
    except OSError as fault:
        raise _full(path, fault) from fault


def append_durably(path: Path, line: bytes) -> None:
    """Adds one line. A line torn by a power cut has no line end and is cut off before the next is written."""
    try:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as stream:
            whole = stream.read()
            stream.truncate(stream.seek(whole.rfind(b"\n") + 1))
            stream.write(line + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as fault:
        raise _full(path, fault) from fault


def sync_folder(folder: Path) -> None:
    """Makes a rename in the folder durable, where the system has a way to."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _full(path: Path, fault: OSError) -> Trouble:
    return Trouble(
        f"{path.name} could not be written.",
        why=f"{fault.strerror}.",
        todo="Make room on the disk, or check its permissions.",
    )
