"""Attendance: how fast marks are counted, with pandas (one row a mark) counting the same marks in the same run.

Run: PYTHONPATH=src python bench/attendance.py [--pupils 250000] [--peer-pupils 10000] [--rounds 5]
Prints one JSON document. Times are CPU seconds of this process; ratios are of the medians, least and most of the pairs.
All marks are synthetic and seeded.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd

from concord.core.attendance import FIELDS, alphabet, tally

FIRST = date(2025, 9, 1)
SESSIONS = 380
ABSENT = ("I", "M", "C", "O", "G", "N", "U", "L", "C1", "V", "D", "X", "Y4")
PARTS = (0.34, 0.05, 0.04, 0.13, 0.05, 0.03, 0.02, 0.18, 0.02, 0.06, 0.02, 0.02, 0.04)


def make(pupils: int, seed: int) -> np.ndarray:
    """A grid of marks: each pupil has a rate of other marks of his own, in spells of days."""
    rng = np.random.default_rng(seed)
    grid = np.tile(np.frombuffer(b"/\\" * (SESSIONS // 2), dtype=np.uint8), (pupils, 1))
    rate = rng.beta(0.9, 10, size=(pupils, 1))
    other = np.repeat(rng.random((pupils, SESSIONS // 2), dtype=np.float32) < rate, 2, axis=1)
    symbols = np.array([alphabet().symbols[code] for code in ABSENT], dtype=np.uint8)
    grid[other] = rng.choice(symbols, size=int(other.sum()), p=np.array(PARTS) / sum(PARTS))
    return grid


def cpu(deed: Callable[[], object]) -> tuple[float, object]:
    start = time.process_time()
    answer = deed()
    return time.process_time() - start, answer


def peers(grid: np.ndarray) -> dict[str, pd.DataFrame]:
    """The same marks one a row: as exported (UPN and code text), with the pupil numbered, with the code a category."""
    written = np.array([alphabet().written().get(i, "") for i in range(256)], dtype=object)
    pupil = np.repeat(np.arange(len(grid)), SESSIONS)
    upn = np.array([f"A886{i:09d}" for i in range(len(grid))], dtype=object)
    numbered = pd.DataFrame({"pupil": pupil, "code": written[grid.ravel()]})
    return {
        "text pupil, text code": numbered.assign(pupil=upn[pupil]),
        "numbered pupil, text code": numbered,
        "numbered pupil, category code": numbered.assign(code=numbered["code"].astype("category")),
    }


def by_pandas(frame: pd.DataFrame) -> np.ndarray:
    """Possible and absent sessions of each pupil, one row a mark."""
    classes = {code.code: code.parent for code in alphabet().codes}
    absent = [code for code, named in classes.items() if named in ("AUTH", "UNAUTH")]
    possible = [code for code, named in classes.items() if named in ("PRESENT", "AEA", "AUTH", "UNAUTH")]
    marked = pd.DataFrame({"pupil": frame["pupil"]})
    marked["possible"], marked["absence"] = frame["code"].isin(possible), frame["code"].isin(absent)
    return marked.groupby("pupil")[["possible", "absence"]].sum().to_numpy()


def by_class(frame: pd.DataFrame) -> np.ndarray:
    """Present, AEA, authorised and unauthorised sessions of each pupil: each code mapped to its class, then counted."""
    classes = {code.code: code.parent for code in alphabet().codes}
    counted = frame.groupby(["pupil", frame["code"].map(classes)], observed=True).size().unstack(fill_value=0)
    return counted.reindex(columns=["PRESENT", "AEA", "AUTH", "UNAUTH"], fill_value=0).to_numpy()


def every_class(grid: np.ndarray, rounds: int) -> dict[str, object]:
    """All classes of session at once, against the usual pandas way of counting them, text pupil and text code."""
    frame, ratios = peers(grid)["text pupil, text code"], []
    for _ in range(rounds):
        mine, counted = cpu(lambda: tally(grid, FIRST, alphabet()))
        theirs, expected = cpu(lambda: by_class(frame))
        assert np.array_equal(counted[:, :4], expected), "the two count differently"
        ratios.append(theirs / mine)
    return {"median": statistics.median(ratios), "least": min(ratios), "most": max(ratios)}


def paired(grid: np.ndarray, rounds: int) -> dict[str, object]:
    """A B A B: ours, then each peer, on the same marks; the counts must be equal."""
    frames = peers(grid)
    ours: list[float] = []
    ratios: dict[str, list[float]] = {name: [] for name in frames}
    for _ in range(rounds):
        for name, frame in frames.items():
            mine, counted = cpu(lambda: tally(grid, FIRST, alphabet(), ("possible", "absence")))
            theirs, expected = cpu(lambda frame=frame: by_pandas(frame))
            assert np.array_equal(counted, expected), "the two count differently"
            ours.append(mine)
            ratios[name].append(theirs / mine)
    shown = {name: {"median": statistics.median(r), "least": min(r), "most": max(r)} for name, r in ratios.items()}
    return {"marks": grid.size, "ours_cpu_s": statistics.median(ours), "times_pandas": shown}


def alone(grid: np.ndarray, rounds: int) -> dict[str, object]:
    asks = {"persistent absence": ("possible", "absence"), "all measures": FIELDS}
    rates: dict[str, object] = {"marks": grid.size}
    for name, fields in asks.items():
        taken = [cpu(lambda fields=fields: tally(grid, FIRST, alphabet(), fields))[0] for _ in range(rounds)]
        rates[f"{name}: million marks per CPU second"] = grid.size / statistics.median(taken) / 1e6
    weekly = cpu(lambda: tally(grid[:50_000], FIRST, alphabet(), by_week=True))[0]
    rates["pupil by week, all measures: million marks per CPU second"] = grid[:50_000].size / weekly / 1e6
    copied = statistics.median(cpu(grid.copy)[0] for _ in range(rounds))
    rates["memcpy: million bytes per CPU second"] = grid.size / copied / 1e6
    return rates


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--pupils", type=int, default=250_000)
    asked.add_argument("--peer-pupils", type=int, default=20_000)
    asked.add_argument("--rounds", type=int, default=5)
    ask = asked.parse_args()
    grid = make(ask.pupils, seed=1)
    counted = tally(grid, FIRST, alphabet(), ("possible", "absence"))
    share = float((10 * counted[:, 1] >= counted[:, 0])[counted[:, 0] > 0].mean())
    figures = {"persistent_share": share, "alone": alone(grid, ask.rounds)}
    figures["paired"] = paired(grid[: ask.peer_pupils], ask.rounds)
    figures["paired, every class: times pandas map and group"] = every_class(grid[: ask.peer_pupils], ask.rounds)
    json.dump(figures, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
