"""Documents as PDF that a screen reader can walk (PDF/UA-1): templates beside this file, data as JSON, never as text.

Nothing a person wrote is ever read as markup: the template gets it as a JSON string through the engine's inputs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
TEMPLATES = _HERE / "documents"
_TYPEFACE = "atkinson-hyperlegible-next"
_FONTS = (
    _HERE.parent / "web" / "static" / "built",
    _HERE.parents[2] / "node_modules" / "@expo-google-fonts" / _TYPEFACE,
)


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """The document typeface as it was built, which a wheel carries, or where set-up fetched it; else the engine's own.
    The machine's fonts are left out, so that the same data make the same pages everywhere."""
    import typst

    found = next((one for one in _FONTS if next(one.rglob("*_400Regular.ttf"), None)), None)
    return typst.Fonts(include_system_fonts=False, font_paths=[found] if found else [])


def render(template: str, data: Mapping[str, Any]) -> bytes:
    """One document: `template` is a file of `documents/` without its ending; `data` is what it reads, as plain JSON."""
    import typst

    made = typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    if not isinstance(made, bytes):
        raise RuntimeError(f"{template} came out as {type(made).__name__}")
    return made
