"""Reading a census of 1,500 pupils: ours against the sector's usual way (lxml tree, compiled XPath), in the same run.

Run: `python bench/parse_census.py [--pupils N] [--rounds N]` with `src` on the path. Prints one JSON document. CPU
time of this process, ours and the peer in turn; the ratio is the median of the rounds'. Both must give the same values.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

import lxml
import polars as pl
from lxml import etree

from concord.core.identifiers import upn_check_letter
from concord.core.returns import Header, build, layout, read, reading, write

HEADER = Header("SC", "SPR", "2027", "2027-01-21", "S", "886", "2001", serial="001")
CODES = "/\\LIMO"


def census(pupils: int, seed: int = 1) -> bytes:
    """A made-up spring census, indented as MIS write it: about 3 KB and 70 elements a pupil."""
    chance = random.Random(seed)
    rows = [_pupil(number, pupils, chance) for number in range(pupils)]
    on_roll = [row["row"] for row in rows if row["Roll"] == "on"]
    tables: dict[str, Any] = {
        "school": [{"SchoolName": "Example School", "Phase": "SS", "Type": "49", "Intake": "COMP", "Governance": "CA"}],
        "pupil": rows,
        "address": [_address(number) for number in on_roll],
        "session": [
            {"pupil": row["row"], "AttendanceReason": code, "Sessions": str(chance.randint(1, 60))}
            for row in rows
            for code in CODES
        ],
        "fsm_period": [{"pupil": number, "FSMstartDate": "2026-10-12", "UKcountry": "ENG"} for number in on_roll[::4]],
        "sen_need": [{"pupil": number, "SENtypeRank": "1", "SENtype": "SLCN"} for number in on_roll[::6]],
        "exclusion": [
            {"pupil": number, "Category": "SUSP", "Reason1": "PP", "StartDate": "2026-11-09", "Sessions": "4"}
            for number in on_roll[::20]
        ],
    }
    return write(build(HEADER, tables))


def _pupil(number: int, pupils: int, chance: random.Random) -> dict[str, Any]:
    body = f"8862001{chance.randint(15, 26)}{number % 1000:03d}"
    row: dict[str, Any] = {
        "row": number,
        "Roll": "on" if number < pupils * 0.97 else "off",
        "UPN": upn_check_letter(body) + body,
        "Surname": chance.choice(["O'Neill", "Example & Example", "Müller", "Sample"]),
        "Forename": "Alex",
        "DOB": f"{chance.randint(2008, 2015)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}",
        "Sex": chance.choice("MF"),
        "Ethnicity": "WBRI",
        "Language": "ENG",
        "EntryDate": "2024-09-03",
        "PartTime": "false",
        "Boarder": "N",
        "SessionsPossible": "140",
    }
    if row["Roll"] == "off":
        return row | {"LeavingDate": "2026-12-18"}
    return row | {
        "UniqueLearnerNumber": "9276308686",
        "PreferredSurname": "Sample",
        "ServiceChild": "N",
        "PLAA": "N",
        "TopUpFunding": "false",
        "SchoolLunchTaken": "false",
        "YSSA": "Yes",
        "YoungCarer": "N",
        "EnrolStatus": "C",
        "NCyearActual": str(chance.randint(7, 11)),
        "SENprovision": chance.choice("NNNNKE"),
        "SENunitIndicator": "false",
        "ResourcedProvisionIndicator": "false",
    }


def _address(number: int) -> dict[str, Any]:
    return {
        "pupil": number,
        "PAON": str(number),
        "Street": "Example Street",
        "Town": "Exampleton",
        "PostTown": "EXAMPLETON",
        "AdministrativeArea": "Kent",
        "PostCode": "ME14 1XX",
        "UniquePropertyReferenceNumber": str(100_000_000_000 + number),
    }


def peer(ours: dict[str, pl.DataFrame]) -> Callable[[bytes], dict[str, pl.DataFrame]]:
    """lxml's whole tree and XPath compiled once, for the items this file has: the cheapest the usual way can be."""
    plan = layout("SC")
    pupils = etree.XPath("/Message/Pupils/*/*")
    rows_of = {child.table: etree.XPath("/".join(child.at)) for child in plan["pupil"].children}
    compiled = {}
    for table in ("pupil", *rows_of):
        sent = [item for item in plan[table].items if ours[table][item.name].null_count() < len(ours[table])]
        if sent:
            compiled[table] = {item.name: etree.XPath(f"string({'/'.join(item.at)})") for item in sent}

    def parse(content: bytes) -> dict[str, pl.DataFrame]:
        people, frames = pupils(etree.fromstring(content)), {}
        for table, items in compiled.items():
            rows = people if table == "pupil" else [row for person in people for row in rows_of[table](person)]
            frames[table] = pl.DataFrame({name: [str(find(row)) for row in rows] for name, find in items.items()})
        return frames

    return parse


def cpu(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return time.process_time() - started


def same(ours: dict[str, pl.DataFrame], theirs: dict[str, pl.DataFrame]) -> bool:
    return all(
        frame.equals(ours[table].select(frame.columns).fill_null("")) for table, frame in theirs.items() if len(frame)
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pupils", type=int, default=1_500)
    options.add_argument("--rounds", type=int, default=11)
    chosen = options.parse_args()
    content = census(chosen.pupils)
    ours = read(content).tables
    theirs = peer(ours)
    assert same(ours, theirs(content)), "ours and the peer's differ"
    print(json.dumps(measured(content, theirs, chosen.rounds), indent=2))


def measured(content: bytes, theirs: Callable[[bytes], object], rounds: int) -> dict[str, Any]:
    strict: list[float] = []
    pairs = []
    for _ in range(rounds):
        pairs.append((cpu(lambda: read(content)), cpu(lambda: theirs(content))))
        text = reading.guarded(content)
        strict.append(cpu(lambda: reading.read_document(text, "SC")))  # noqa: B023
    ratios = sorted(peer / ours for ours, peer in pairs)
    return {
        "bytes": len(content),
        "elements": content.count(b"</"),
        "rounds": rounds,
        "ours_cpu_s": round(statistics.median(ours for ours, _ in pairs), 4),
        "peer_cpu_s": round(statistics.median(peer for _, peer in pairs), 4),
        "strict_alone_cpu_s": round(statistics.median(strict), 4),
        "times_cheaper": {
            "median": round(statistics.median(ratios), 2),
            "least": round(ratios[0], 2),
            "most": round(ratios[-1], 2),
        },
        "versions": {"lxml": lxml.__version__, "polars": pl.__version__},
    }


if __name__ == "__main__":
    main()
