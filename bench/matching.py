"""Matching: how right and how fast, against the truth of a synthetic county.

Run: PYTHONPATH=src python bench/matching.py [--incoming 20000] [--register 24000] [--seed 1] [--no-upn 0.12]
Prints one JSON document: precision and recall of what the program matches by itself, the share left to a person, false
matches of twins, CPU seconds. The truth, the names and the errors are made here and never shown to the matcher; the
limits of the decision were set with sight of seed 3 (100,000 against 300,000), the weights by hand: use other seeds.

The error model: no UPN, a wrong UPN, a typing error in a name, a new surname, a move, a wrong day of birth, day and
month swapped, a forename cut short; twins; pupils the register does not have.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from concord.core.matching import match

LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyz"))
CHECK = "ABCDEFGHJKLMNPQRTUVWXYZ"


@dataclass(frozen=True)
class Errors:
    """How often each thing goes wrong in an incoming record."""

    no_upn: float = 0.12
    wrong_upn: float = 0.005
    typing: float = 0.03
    new_surname: float = 0.02
    moved: float = 0.08
    wrong_day: float = 0.01
    swapped: float = 0.002
    cut_short: float = 0.005


def names(rng: np.random.Generator, how_many: int, parts: int) -> np.ndarray:
    """Made-up names of consonants and vowels, the first ones as common as Smith is."""
    heads = ["b", "br", "c", "ch", "d", "f", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "r", "s", "st", "t", "w"]
    tails = ["a", "e", "i", "o", "u", "an", "er", "en", "ie", "el", "or", "ey", "in", "as", "ow"]
    made: set[str] = set()
    while len(made) < how_many:
        made.add("".join(rng.choice(heads) + rng.choice(tails) for _ in range(int(rng.integers(1, parts + 1)))))
    return np.array(sorted(made, key=lambda name: (len(name), name)))


def drawn(rng: np.random.Generator, pool: np.ndarray, size: int, steepness: float) -> np.ndarray:
    share = 1 / np.arange(3, len(pool) + 3) ** steepness
    return rng.choice(pool, size=size, p=share / share.sum())


def upns(serial: np.ndarray) -> list[str]:
    bodies = [f"886{2000 + n // 1000 % 4000:04d}{n // 4_000_000 % 100:02d}{n % 1000:03d}" for n in serial.tolist()]
    return [CHECK[sum(int(c) * i for i, c in enumerate(body, 2)) % 23] + body for body in bodies]


def register(rng: np.random.Generator, size: int) -> pl.DataFrame:
    """Pupils of 5 to 16; each seventieth has a twin of the same surname, day and address."""
    days = rng.integers(0, 4017, size)
    people = {
        "surname": drawn(rng, names(rng, 12000, 3), size, 0.75),
        "forename": drawn(rng, names(rng, 2500, 3), size, 0.8),
        "middle": drawn(rng, names(rng, 2500, 3), size, 0.8),
        "sex": rng.choice(["F", "M"], size),
        "home": rng.integers(0, size // 2, size),
    }
    twins = np.arange(0, size - 1, 70)
    for key in ("surname", "home"):
        people[key][twins + 1] = people[key][twins]
    days[twins + 1] = days[twins]
    homes = [
        f"ME{n // 7000 + 1} {n // 400 % 10}{'ABDE'[n % 4]}{'FGHJLNPQRS'[n // 4 % 10]}" for n in people["home"].tolist()
    ]
    return pl.DataFrame(
        {
            "id": [f"R{i}" for i in range(size)],
            "UPN": upns(rng.permutation(size)),
            "Surname": people["surname"],
            "Forename": people["forename"],
            "MiddleNames": people["middle"],
            "DOB": [date(2009, 9, 1) + timedelta(days=int(n)) for n in days],
            "Sex": people["sex"],
            "PostCode": homes,
        }
    )


def mistyped(rng: np.random.Generator, name: str) -> str:
    """One letter changed, left out, added, or swapped with its neighbour."""
    at, letter = int(rng.integers(0, len(name))), str(rng.choice(LETTERS))
    made = [
        name[:at] + letter + name[at + 1 :],
        name[:at] + name[at + 1 :],
        name[:at] + letter + name[at:],
        name[:at] + name[at : at + 2][::-1] + name[at + 2 :],
    ]
    return made[int(rng.integers(0, 4))] or letter


def spoilt(rng: np.random.Generator, row: dict, pool: dict, errors: Errors) -> dict:
    """An incoming record of this pupil, with what goes wrong on the way."""
    chance = rng.random(9)
    if chance[0] < errors.no_upn:
        row["UPN"] = None
    elif chance[0] < errors.no_upn + errors.wrong_upn:
        row["UPN"] = str(rng.choice(pool["UPN"]))
    if chance[1] < errors.new_surname:
        row["Surname"] = str(rng.choice(pool["Surname"]))
    for place, item in enumerate(("Surname", "Forename")):
        if chance[2 + place] < errors.typing:
            row[item] = mistyped(rng, row[item])
    if chance[4] < errors.moved:
        row["PostCode"] = str(rng.choice(pool["PostCode"]))
    day = row["DOB"]
    if chance[5] < errors.wrong_day:
        row["DOB"] = day.replace(day=int(rng.integers(1, 29)))
    elif chance[6] < errors.swapped and day.day <= 12:
        row["DOB"] = day.replace(day=day.month, month=day.day)
    if chance[7] < errors.cut_short and len(row["Forename"]) > 4:
        row["Forename"] = row["Forename"][:4]
    return row


def county(seed: int, incoming: int, known: int, errors: Errors) -> tuple[pl.DataFrame, pl.DataFrame, dict[str, str]]:
    """Incoming, register, and the truth; one in 25 incoming records is of a pupil the register does not have."""
    rng = np.random.default_rng(seed)
    absent = incoming // 25
    everyone = register(rng, known + absent)
    held_back = set(rng.choice(everyone.height, absent, replace=False).tolist())
    kept = [i for i in range(everyone.height) if i not in held_back]
    pool = {name: everyone[name].to_numpy() for name in ("UPN", "Surname", "PostCode")}
    chosen = rng.permutation(np.r_[list(held_back), rng.choice(kept, incoming - absent, replace=False)])
    rows, truth = [], {}
    for i, row in enumerate(everyone[chosen].iter_rows(named=True)):
        if int(chosen[i]) not in held_back:
            truth[f"I{i}"] = row["id"]
        rows.append(spoilt(rng, row, pool, errors) | {"id": f"I{i}"})
    return pl.DataFrame(rows, schema=everyone.schema), everyone[kept], truth


def figures(found: pl.DataFrame, truth: dict[str, str], twins: set[frozenset[str]]) -> dict[str, float]:
    matched = found.filter(pl.col("decision") == "match")
    pairs = list(zip(matched["incoming_id"], matched["register_id"], strict=True))
    right = sum(truth.get(a) == b for a, b in pairs)
    of_twins = sum(frozenset((truth.get(a, ""), b)) in twins for a, b in pairs)
    review = found.filter(pl.col("decision") == "review")
    suggested = sum(truth.get(a) == b for a, b in zip(review["incoming_id"], review["register_id"], strict=True))
    return {
        "precision": right / len(pairs),
        "recall": right / len(truth),
        "wrong": len(pairs) - right,
        "twins_matched_to_each_other": of_twins,
        "review_share": review.height / found.height,
        "recall_with_review": (right + suggested) / len(truth),
        "matched_twice": len(pairs) - matched["register_id"].n_unique(),
    }


def twin_pairs(known: pl.DataFrame) -> set[frozenset[str]]:
    same = known.group_by("Surname", "DOB", "PostCode").agg("id").filter(pl.col("id").list.len() > 1)
    return {frozenset((a, b)) for ids in same["id"].to_list() for a in ids for b in ids if a != b}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--incoming", type=int, default=20_000)
    asked.add_argument("--register", type=int, default=24_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--no-upn", type=float, default=Errors.no_upn)
    ask = asked.parse_args()
    incoming, known, truth = county(ask.seed, ask.incoming, ask.register, Errors(no_upn=ask.no_upn))
    start, wall = time.process_time(), time.perf_counter()
    found = match(incoming, known)
    took = {"cpu_s": time.process_time() - start, "wall_s": time.perf_counter() - wall}
    no_upn = set(incoming.filter(pl.col("UPN").is_null())["id"])
    without = {a: b for a, b in truth.items() if a in no_upn}
    answer = {"incoming": ask.incoming, "register": known.height, "seed": ask.seed, **took}
    answer["all"] = figures(found, truth, twin_pairs(known))
    answer["without_upn"] = figures(found.filter(pl.col("incoming_id").is_in(list(no_upn))), without, twin_pairs(known))
    json.dump(answer, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
