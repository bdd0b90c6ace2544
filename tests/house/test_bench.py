"""Every figure can be measured again: each bench script is run by `bench/all.py` and told in `bench/README.md`."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parents[2] / "bench"
SCRIPTS = {path.stem for path in BENCH.glob("*.py") if '__name__ == "__main__"' in path.read_text()} - {"all"}
ALL = runpy.run_path(str(BENCH / "all.py"))


def test_every_script_is_run_with_small_sizes_and_stands_in_the_table() -> None:
    table = (BENCH / "README.md").read_text()
    assert set(ALL["SMALL"]) == SCRIPTS
    assert {name for name in SCRIPTS if f"| `{name}.py" not in table} == set()


def test_a_script_that_fails_is_told_and_does_not_end_the_others() -> None:
    read = ALL["read"]
    assert read(0, '{"a": 1}', "") == {"status": "measured", "figures": {"a": 1}}
    assert read(1, "", "Traceback\nValueError: the counts differ\n")["why"] == "ValueError: the counts differ"
    assert read(0, "words", "")["status"] == "failed"


def test_one_is_run_from_its_name_to_its_figures() -> None:
    order = [sys.executable, str(BENCH / "all.py"), "ledger_chain"]
    ran = subprocess.run(order, check=True, capture_output=True, text=True, timeout=100)
    found = json.loads(ran.stdout)
    assert (found["name"], found["status"], found["figures"]["lines"]) == ("ledger_chain", "measured", 20000)
