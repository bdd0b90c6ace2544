"""Where the data that ships with the program lies: the agreement and the code sets."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_CHECKOUT = _PACKAGE.parent.parent


def shelf(name: str) -> Path:
    """The folder `name` (`agreements`, `codesets`): inside an installed wheel, else in the checkout."""
    installed = _PACKAGE / "shelf" / name
    return installed if installed.is_dir() else _CHECKOUT / name
