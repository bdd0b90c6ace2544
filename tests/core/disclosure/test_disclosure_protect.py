"""No reader works out a small count: every table is attacked by a programme that knows nothing of the protection."""

from __future__ import annotations

import importlib
import os

import numpy as np
import polars as pl
import pytest

from concord.core.disclosure import CannotProtect, lay_out, protect, recoverable, suppress
from concord.core.disclosure.attack import attack, known_to

room = importlib.import_module("concord.core.disclosure.protect")
TABLES = int(os.environ.get("CONCORD_TABLES", "24"))


def _mask(table, cells):
    hidden = np.zeros(len(table.counts), dtype=bool)
    hidden[[table.frame.rows().index(cell) for cell in cells]] = True
    return hidden


@pytest.mark.parametrize("seed", range(TABLES))
def test_an_outside_reader_works_out_no_small_count(seed, make_table, sizes_of):
    table = lay_out(make_table(seed, sizes_of(seed)))
    kept = protect(table, threshold=6)
    assert recoverable(table, kept.hidden, 6) == ([], [])
    assert recoverable(table, kept.hidden, 6, whole=True) == ([], [])
    for low, high in attack(table, kept.hidden, np.flatnonzero(kept.small).tolist()).values():
        assert low == pytest.approx(0)
        assert high >= 6 - 1e-6


@pytest.mark.parametrize("seed", range(100, 100 + TABLES // 2))
def test_no_reader_who_knows_his_own_rows_works_out_a_small_count(seed, make_table, sizes_of):
    table = lay_out(make_table(seed, sizes_of(seed)))
    kept = protect(table, threshold=6, known="f0")
    for code in range(table.frame["f0"].n_unique() - 1):
        own = known_to(table, "f0", code)
        assert recoverable(table, kept.hidden, 6, own, whole=True) == ([], [])


def test_primary_suppression_alone_is_read_through(make_table):
    """The attack can win: without secondary suppression it reads nearly everything."""
    table = lay_out(make_table(3, (4, 5)))
    small = (table.counts > 0) & (table.counts < 6)
    exact, _ = recoverable(table, small, 6)
    assert len(exact) > small.sum() / 2


def test_an_insider_reads_through_a_table_protected_for_outsiders_only():
    rows = [("A", "x", 3), ("A", "y", 40), ("B", "x", 30), ("B", "y", 20), ("A", "Total", 43), ("B", "Total", 50)]
    rows += [("Total", "x", 33), ("Total", "y", 60), ("Total", "Total", 93)]
    frame = pl.DataFrame(rows, schema=["school", "sex", "count"], orient="row")
    table = lay_out(frame)
    outside, inside = protect(table, threshold=5), protect(table, threshold=5, known="school")
    own = known_to(table, "school", 1)
    assert recoverable(table, outside.hidden, 5, own) == ([0], [0])
    assert recoverable(table, inside.hidden, 5, own, whole=True) == ([], [])


def test_two_gaps_in_every_line_are_not_enough(make_table):
    """Rows 1 and 2 less columns 1 and 2 leave one cell: each line has two gaps and that cell is still read exactly."""
    table = lay_out(make_table(11, (4, 4), mean=40))
    gaps = [("v0", "v0"), ("v0", "v1"), ("v1", "v0"), ("v1", "v1"), ("v1", "v2")]
    gaps += [("v2", "v2"), ("v2", "v3"), ("v3", "v2"), ("v3", "v3")]
    hidden = _mask(table, gaps)
    target = table.frame.rows().index(("v1", "v2"))
    low, high = attack(table, hidden, [target])[target]
    assert low == pytest.approx(table.counts[target]) == pytest.approx(high)
    threshold = int(table.counts[target]) + 1
    assert recoverable(table, protect(table, threshold=threshold).hidden, threshold, whole=True) == ([], [])


def test_margins_side_by_side_are_protected_as_one_table(make_table):
    """Linked tables: school by sex and school by year, sharing the school totals, no detail published."""
    for seed in range(6):
        full = make_table(seed, (4, 2, 3))
        frame = full.filter((pl.col("f1") == "Total") | (pl.col("f2") == "Total"))
        table = lay_out(frame)
        assert not table.detailed
        kept = protect(table, threshold=6)
        assert recoverable(table, kept.hidden, 6, whole=True) == ([], [])


def test_a_school_in_its_district_in_the_county_is_protected_as_one_table(make_table):
    flat = make_table(5, (6, 3)).filter(pl.col("f0") != "Total").with_columns(pl.col("f0").alias("school"))
    district = pl.col("school").replace_strict({f"v{i}": f"d{i // 2}" for i in range(6)})
    detail = flat.select(district.alias("district"), "school", "f1", "count")
    sums = detail.group_by("district", "f1").agg(pl.sum("count")).with_columns(pl.lit("Total").alias("school"))
    county = sums.group_by("f1").agg(pl.sum("count")).with_columns(district=pl.lit("Total"), school=pl.lit("Total"))
    frame = pl.concat([detail, sums.select(detail.columns), county.select(detail.columns)])
    table = lay_out(frame)
    kept = protect(table, threshold=6, known="school")
    assert recoverable(table, kept.hidden, 6, whole=True) == ([], [])
    for code in range(6):
        assert recoverable(table, kept.hidden, 6, known_to(table, "school", code))[1] == []


def test_what_is_shown_is_as_it_was_and_every_small_count_is_hidden(make_table):
    frame = make_table(8, (5, 4))
    kept = suppress(frame, threshold=6)
    shown = kept.frame()
    assert shown.select("f0", "f1").equals(frame.select("f0", "f1"))
    for said, count in zip(shown["count"], frame["count"], strict=True):
        assert said == ("c" if said == "c" else str(count))
        assert said == "c" if 0 < count < 6 else True


def test_a_table_without_small_counts_is_left_alone(make_table):
    frame = make_table(2, (3, 3)).with_columns(pl.col("count") * 10)
    kept = suppress(frame, threshold=6)
    assert not kept.hidden.any()
    assert kept.frame()["count"].to_list() == [str(n) for n in frame["count"]]


def test_the_order_of_the_rows_does_not_weaken_the_protection(make_table):
    frame = make_table(21, (4, 4))
    table = lay_out(frame.sample(fraction=1.0, shuffle=True, seed=9))
    assert recoverable(table, protect(table).hidden, 6, whole=True) == ([], [])


def test_a_table_of_which_nothing_could_be_shown_is_refused():
    frame = pl.DataFrame({"school": ["A", "B", "Total"], "count": [3, 0, 3]})
    with pytest.raises(CannotProtect, match="left to show") as refused:
        suppress(frame)
    assert refused.value.status == 1
    assert refused.value.todo


def test_the_gate_refuses_a_table_whose_proofs_do_not_hold(make_table, monkeypatch):
    """Whatever the search believes, the gate counts only whole-number worlds that agree with what is shown."""
    real = room._show_again

    def show_too_much(search, insiders):
        real(search, insiders)
        search.hidden[:] = search.small

    monkeypatch.setattr(room, "_show_again", show_too_much)
    with pytest.raises(CannotProtect, match="cannot be protected against an outside reader"):
        protect(lay_out(make_table(3, (4, 5))))


def test_the_gate_refuses_where_no_other_world_is_found(make_table, monkeypatch):
    monkeypatch.setattr(room, "another_world", lambda *_: None)
    with pytest.raises(CannotProtect):
        protect(lay_out(make_table(3, (4, 5))))


def test_a_large_table_is_protected_by_looking_near_by(make_table):
    """Past 300 atoms only a part is searched first; a sample of its cells is attacked in full."""
    table = lay_out(make_table(4, (80, 5)))
    kept = protect(table, threshold=6, known="f0")
    sample = np.flatnonzero(kept.small)[::12]
    for low, high in attack(table, kept.hidden, sample.tolist()).values():
        assert low == pytest.approx(0)
        assert high >= 6 - 1e-6
