"""What is not a table of counts is refused with the row and what to do."""

from __future__ import annotations

import json

import polars as pl
import pytest

from concord.core.disclosure import lay_out, read_table
from concord.core.trouble import Trouble, Unreadable
from concord.site.command import main

GOOD = {"school": ["A", "B", "Total"], "count": [3, 4, 7]}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"count": [3, 4, 8]}, "does not add up: line 4"),
        ({"count": [3, -4, -1]}, "Line 3: the count '-4'"),
        ({"count": ["3", "c", "7"]}, "Line 3: the count 'c'"),
        ({"count": ["3", "4.5", "7.5"]}, "Line 3: the count '4.5'"),
        ({"count": ["3", None, "3"]}, "Line 3: the count ''"),
        ({"school": ["A", "A", "Total"]}, r"Lines \[2, 3\]"),
        ({"school": ["A", "total", "Total"]}, "'total'"),
        ({"school": ["A", "", "Total"]}, "holds ''"),
        ({"percent": ["43", "57", "100"]}, "'percent' holds a figure"),
        ({"share": ["42.9", "57.1", "100"]}, "'share' holds a figure"),
    ],
)
def test_a_bad_table_is_refused_with_the_reason_and_the_remedy(change, words):
    with pytest.raises(Trouble, match=words) as refused:
        lay_out(pl.DataFrame({**GOOD, **change}, strict=False))
    assert refused.value.todo


@pytest.mark.parametrize("missing", ["count", "school"])
def test_a_missing_column_is_named(missing):
    with pytest.raises(Trouble, match=r"no column|no filter"):
        lay_out(pl.DataFrame(GOOD).drop(missing))


def test_an_unlisted_combination_is_nought():
    frame = pl.DataFrame({"a": ["x", "y", "Total"], "b": ["p", "q", "Total"], "count": [3, 4, 7]})
    table = lay_out(frame)
    assert table.atoms.tolist() == [3, 4]


def test_an_unlisted_combination_that_is_not_nought_is_not_guessed():
    frame = pl.DataFrame({"a": ["x", "x", "Total"], "b": ["p", "Total", "Total"], "count": [3, 9, 9]})
    with pytest.raises(Trouble, match="does not add up"):
        lay_out(frame)


def test_margins_alone_that_no_table_can_have_do_not_add_up():
    frame = pl.DataFrame({"a": ["x", "y", "Total", "Total"], "b": ["Total", "Total", "p", "q"], "count": [3, 4, 5, 5]})
    with pytest.raises(Trouble, match="does not add up"):
        lay_out(frame)


def test_a_column_without_totals_keeps_its_values_apart():
    frame = pl.DataFrame({"term": ["A", "A", "B", "B"], "school": ["x", "Total"] * 2, "count": [3, 3, 9, 9]})
    assert lay_out(frame).incidence.toarray().tolist() == [[1, 0], [1, 0], [0, 1], [0, 1]]


def test_a_file_that_is_no_csv_is_unreadable(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes(b"")
    with pytest.raises(Unreadable, match="cannot be read"):
        read_table(path)


@pytest.fixture
def table_file(tmp_path):
    path = tmp_path / "table.csv"
    rows = "A,F,3\nA,M,40\nB,F,20\nB,M,30\nC,F,12\nC,M,9\nA,Total,43\nB,Total,50\nC,Total,21\n"
    path.write_text(f"school,sex,count\n{rows}Total,F,35\nTotal,M,79\nTotal,Total,114\n")
    return path


def test_the_command_writes_the_table_and_its_figures(table_file, tmp_path, capsys):
    out = tmp_path / "public.csv"
    assert (
        main(["suppress", str(table_file), "--out", str(out), "--threshold", "5", "--known", "school", "--json"]) == 0
    )
    figures = json.loads(capsys.readouterr().out)
    written = pl.read_csv(out, infer_schema=False)
    assert figures["suppressed"] == (written["count"] == "c").sum() == 6
    assert figures["readers"] == 4
    assert written.columns == ["school", "sex", "count"]


def test_the_command_refuses_with_status_1_and_writes_nothing(tmp_path, capsys):
    table, out = tmp_path / "table.csv", tmp_path / "public.csv"
    table.write_text("school,count\nA,3\nTotal,3\n")
    assert main(["suppress", str(table), "--out", str(out), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["todo"]
    assert not out.exists()


@pytest.mark.parametrize("more", [["--known", "region"], ["--threshold", "1"], ["--threshold", "many"]])
def test_the_command_tells_a_bad_ask_with_status_2(table_file, tmp_path, more, capsys):
    assert main(["suppress", str(table_file), "--out", str(tmp_path / "o.csv"), *more]) == 2
    assert "What to do" in capsys.readouterr().err
