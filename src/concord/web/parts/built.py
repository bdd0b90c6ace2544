"""The stamp of the built style sheet and script, for addresses that change when they do."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_STAMP = Path(__file__).resolve().parent.parent / "static" / "built" / "stamp"


@cache
def stamp() -> str:
    """The first letters of the build's hash; `unbuilt` before the first build."""
    return _STAMP.read_text()[:12] if _STAMP.is_file() else "unbuilt"
