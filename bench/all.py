"""Every bench script with small sizes, one after another: that each still runs, and figures of this machine, at once.

Run: PYTHONPATH=src python bench/all.py [NAME …] [--whole] [--list]
Prints one JSON line a script: name, command, status (`measured`, `failed`, `too long`), seconds, and what the script
printed. `--whole` leaves out the small sizes: the figures that `bench/README.md` has goals for, in an hour or more.
Small sizes show that a script runs and keeps its own checks; their figures are not the ones the goals are for.
Exit status 1 when a script failed.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
COUNTY = "{county}"
SMALL = {
    "attendance": "--pupils 5000 --peer-pupils 1000 --rounds 2",
    "county_batch": f"{COUNTY} --make --schools 12 --pupils 4000 --school 1500 --rounds 2",
    "county_stored": f"{COUNTY} --schools 6",
    "decide": "--cases 200 --rounds 2",
    "gate_page": "--schools 10 --pupils 900 --pages 20",
    "ledger_append": "--single 60 --grouped 1000 --group 200",
    "ledger_chain": "20000",
    "matching": "--incoming 2000 --register 2400",
    "parse_census": "--pupils 200 --rounds 3",
    "pupil_page": "--seconds 2",
    "return_page": "--others 0,5 --rounds 3",
    "rules_county": "--pupils 10000 --rounds 2",
    "search": "--pupils 10000 --establishments 30 --times 5",
    "suppress": "--tables 4 --establishments 40",
    "suspension": "--tries 5 --senders 2",
}
"""Arguments of each script. Those that share `{county}` share one folder of returns: the first makes it."""
WHOLE = {
    "county_batch": f"{COUNTY} --make",
    "county_stored": COUNTY,
}
"""Arguments of the scripts that cannot do without."""
MOST_SECONDS = {"small": 300, "whole": 7200}


def asked(name: str, whole: bool, county: Path) -> list[str]:
    arguments = WHOLE.get(name, "") if whole else SMALL[name]
    return arguments.replace(COUNTY, str(county)).split()


def measured(name: str, arguments: list[str], most: int) -> dict[str, Any]:
    """One script's answer. What goes wrong in it is told, and never ends the others."""
    root = HERE.parent
    way = os.pathsep.join([str(root / "src"), str(root / "tests")])
    order = [sys.executable, str(HERE / f"{name}.py"), *arguments]
    began = time.monotonic()
    with subprocess.Popen(
        order,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": way},
        start_new_session=True,
    ) as run:
        try:
            said, complained = run.communicate(timeout=most)
            found = read(run.returncode, said, complained)
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)  # with the processes it began
            found = {"status": "too long", "why": f"It was stopped after {most} seconds."}
    command = " ".join(["python", f"bench/{name}.py", *arguments])
    return {"name": name, "command": command, "seconds": round(time.monotonic() - began, 1), **found}


def read(status: int, said: str, complained: str) -> dict[str, Any]:
    try:
        figures = json.loads(said)
    except ValueError:
        figures = None
    if status or figures is None:
        lines = (complained or said).strip().splitlines()
        return {"status": "failed", "exit": status, "why": lines[-1] if lines else "It printed nothing."}
    return {"status": "measured", "figures": figures}


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SMALL))
    words.add_argument("--whole", action="store_true")
    words.add_argument("--list", action="store_true")
    told = words.parse_args()
    strange = set(told.names) - SMALL.keys()
    if strange:
        words.error(f"no such script: {', '.join(sorted(strange))}")
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in [name for name in SMALL if name in told.names or not told.names]:
            arguments = asked(name, told.whole, Path(folder) / "county")
            if told.list:
                sys.stdout.write(f"python bench/{name}.py {' '.join(arguments)}\n")
                continue
            answer = measured(name, arguments, MOST_SECONDS["whole" if told.whole else "small"])
            failed += answer["status"] != "measured"
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
