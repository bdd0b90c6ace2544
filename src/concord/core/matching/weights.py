"""What each level of agreement weighs, from `weights.toml` beside this file or an LA's own of the same form."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from concord.core.trouble import Trouble

ITEMS: Final = ("upn", "dob", "surname", "forename", "postcode", "sex", "establishment")
_HERE: Final = Path(__file__).with_name("weights.toml")


@dataclass(frozen=True)
class Level:
    """How often this level is seen within one pupil (`m`) and between two (`u`; None: as common as the value)."""

    m: float
    u: float | None

    def weight(self, u: float) -> float:
        return math.log2(self.m / (self.u or u))


@dataclass(frozen=True)
class Weights:
    """`levels[item][level]`, the limits of the decision, how alike names must be, and `short|full` pairs of names."""

    levels: Mapping[str, Mapping[str, Level]]
    limits: Mapping[str, float]
    alike: Mapping[str, float]
    short: frozenset[str]


@cache
def load_weights(path: Path = _HERE) -> Weights:
    """Read a weights file; raises Trouble naming what is missing or not a number."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        levels = {item: {name: Level(one["m"], one.get("u")) for name, one in said[item].items()} for item in ITEMS}
        short = {pair for name, full in said["short_names"].items() for one in full for pair in _both(name, one)}
        limits = {name: float(said["limits"][name]) for name in ("match", "review", "margin", "fewest")}
        alike = {name: float(said["alike"][name]) for name in ("close_similarity", "close_letters", "near_similarity")}
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as fault:
        todo = "Give every item its levels with m and u, and the tables limits, alike and short_names."
        why = f"{type(fault).__name__}: {fault}"
        raise Trouble(f"The weights in {path.name} cannot be read.", why=why, todo=todo) from fault
    return Weights(levels, limits, alike, frozenset(short))


def _both(short: str, full: str) -> tuple[str, str]:
    return f"{short}|{full}", f"{full}|{short}"
