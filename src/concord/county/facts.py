"""The data the county is made from: names, places, kinds of establishment, rates and dates, all in `data/*.toml`."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from concord.core.codesets import load

_DATA = Path(__file__).parent / "data"


@cache
def facts(name: str) -> dict[str, Any]:
    """The table `data/NAME.toml`, read once."""
    return tomllib.loads((_DATA / f"{name}.toml").read_text(encoding="utf-8"))


def rate(section: str, name: str) -> float:
    """One rate of `data/rates.toml`, a share between 0 and 1."""
    return float(facts("rates")[section][name])


@cache
def workforce_ethnicities() -> frozenset[str]:
    """The ethnicity codes of the School Workforce Census."""
    return frozenset(load().codes("workforce_ethnicity", date(2026, 11, 5)))
