"""The county written to a folder, one establishment after another, as each one's MIS would export it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import polars as pl

from concord.core.returns import Return
from concord.core.returns import write as xml_of
from concord.core.trouble import Trouble
from concord.county.establishments import Establishment
from concord.county.exports import exports
from concord.county.holding import Holding
from concord.county.plan import County, returned
from concord.county.register import gias, links
from concord.county.transfers import transfers
from concord.county.truth import Truth, who_is_who
from concord.county.workforce import workforce

_TERM_DIGIT = {"SPR": 1, "SUM": 2, "AUT": 3}


@dataclass
class Written:
    """What was written. `seconds` by kind of file."""

    out: Path
    establishments: int = 0
    pupils: int = 0
    records: int = 0
    files: int = 0
    size: int = 0
    planted: dict[str, int] = field(default_factory=dict)
    index: list[dict[str, Any]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def put(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        self.files += 1
        self.size += len(content)

    def sheet(self, path: Path, frame: pl.DataFrame) -> None:
        texts = pl.col(pl.String)
        frame.with_columns(pl.when(texts != "").then(texts)).write_csv(path)
        self.files += 1
        self.size += path.stat().st_size

    def timed(self, kind: str, started: float) -> None:
        self.seconds[kind] = self.seconds.get(kind, 0.0) + perf_counter() - started


def census_name(ret: Return, serial: int = 1) -> str:
    """`8862001_SC3_886LL26_001.xml` (formats 1.2); a workforce census has SWF in place of SC3."""
    head = ret.header
    kind = f"SC{_TERM_DIGIT[head.term]}" if head.kind == "SC" else "SWF"
    return f"{head.lea}{head.estab}_{kind}_{head.lea}LL{head.year[2:]}_{serial:03d}.xml"


def write(county: County, out: Path, *, marks: bool = True, told: Callable[[int, int], None] | None = None) -> Written:
    """Writes the county into the new or empty folder `out`; `told` is called with establishments done and all.

    Memory holds the plan and one establishment. Without `marks` the attendance files, much the largest, are left out.
    Raises `Trouble` where the folder has something in it or cannot be written.
    """
    _empty(out)
    done, found = Written(out), Truth(county)
    numbers = {person: county.open[at].folder for person, at in found.next_establishment.items()}
    for est in county.open:
        _establishment(done, found, county.holding(est), numbers, marks)
        if told is not None:
            told(done.establishments, len(county.open))
    started = perf_counter()
    _register(done, county.establishments)
    document = found.document()
    done.planted = document["kinds"]
    done.put(out / "truth.json", _json(document))
    done.put(out / "county.json", _json(_contents(county, done)))
    done.timed("truth", started)
    return done


def _empty(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        taken = any(out.iterdir())
    except OSError as fault:
        raise Trouble(
            f"The folder {out} cannot be used.", why=f"{fault.strerror}.", todo="Name another folder."
        ) from fault
    if taken:
        raise Trouble(f"The folder {out} is not empty.", todo="Name a new folder, or empty this one.")


def _json(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _contents(county: County, done: Written) -> dict[str, Any]:
    head = {
        "seed": county.seed,
        "term": county.term.name,
        "census_day": county.term.date.isoformat(),
        "pupils": done.pupils,
    }
    return head | {"synthetic": True, "establishments": done.index}


def _establishment(done: Written, found: Truth, held: Holding, numbers: dict[int, str], marks: bool) -> None:
    folder = done.out / held.est.folder
    folder.mkdir()
    started = perf_counter()
    ret, planted = returned(found.county, held)
    found.planted += planted
    done.put(folder / census_name(ret), xml_of(ret))
    done.timed("census", started)
    started = perf_counter()
    staff = workforce(held)
    done.put(folder / census_name(staff), xml_of(staff))
    done.timed("workforce", started)
    started = perf_counter()
    for name, frame in exports(held, marks=marks):
        done.sheet(folder / f"{name}.csv", frame)
    done.timed("exports", started)
    started = perf_counter()
    sent = _transfers(done, held, folder, numbers)
    done.timed("transfers", started)
    _append(done.out / "truth.csv", who_is_who(held), first=done.establishments == 0)
    done.establishments += 1
    done.pupils += len(held.on)
    done.records += len(held.rows)
    names = {"census": census_name(ret), "workforce": census_name(staff), "ctf": sent}
    done.index.append(
        {"laestab": held.est.laestab, "folder": held.est.folder, "name": held.est.name, "mis": held.est.mis, **names}
    )


def _transfers(done: Written, held: Holding, folder: Path, numbers: dict[int, str]) -> list[str]:
    sent = []
    for name, content in transfers(held, numbers):
        (folder / "ctf").mkdir(exist_ok=True)
        done.put(folder / "ctf" / name, content)
        sent.append(name)
    return sent


def _append(path: Path, frame: pl.DataFrame, *, first: bool) -> None:
    with path.open("ab") as sheet:
        frame.write_csv(sheet, include_header=first)


def _register(done: Written, establishments: list[Establishment]) -> None:
    done.sheet(done.out / "gias_extract.csv", gias(establishments))
    done.sheet(done.out / "gias_links.csv", links(establishments))
