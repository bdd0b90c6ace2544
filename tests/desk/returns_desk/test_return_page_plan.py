"""What the return page reads does not grow with other schools: the plans of its queries, asked of the database."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def bench() -> ModuleType:
    """The benchmark of the page, whose statements and rows the test shares."""
    spec = importlib.util.spec_from_file_location("return_page_bench", ROOT / "bench" / "return_page.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_reads_its_own_findings_and_notes_whatever_others_have(database: object, bench: ModuleType) -> None:
    from concord.desk import gate

    bench.fill(0, 0, 400)
    bench.fill(1, 12, 400)
    permit = gate.ask(gate.system(), "return-approval", establishments=[bench.place(0)], categories=["return"])
    few = bench.rows_read(permit, bench.place(0))
    assert not bench.read_whole(permit, bench.place(0)) & {"finding", "note"}
    queries = len(bench.asked(permit, bench.place(0)))
    bench.fill(13, 60, 400)
    many = bench.rows_read(permit, bench.place(0))
    assert not bench.read_whole(permit, bench.place(0)) & {"finding", "note"}
    assert {table: many[table] for table in ("finding", "note")} == {table: few[table] for table in ("finding", "note")}
    assert few["finding"] >= 400
    assert len(bench.asked(permit, bench.place(0))) == queries
