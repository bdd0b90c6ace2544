import json
from dataclasses import replace

import pytest

from concord.core.seal.checkpoint import Equivocation, continues, countersign, with_witness
from concord.core.seal.ledger import GENESIS, chain_hash, leaf_hash, ledger_line
from concord.core.seal.merkle import Tree
from concord.core.seal.signature import Forged, new_key, public_text
from concord.core.seal.verify import verify_export
from concord.core.trouble import Unreadable
from sealing import COURIER, HUB, export, head, lines

KEY = public_text(HUB)
WITNESSES = {"c-1": public_text(COURIER)}


@pytest.fixture
def whole(tmp_path):
    written = lines(20)
    return export(tmp_path / "ledger.jsonl", written, [head(written, 8), head(written, 20, witness=COURIER)])


def _rewrite(path, change):
    raw = path.read_bytes().splitlines(keepends=True)
    entries = [line for line in raw if line.startswith(b'{"entry"')]
    fresh = iter(change(entries))
    kept = [line if not line.startswith(b'{"entry"') else None for line in raw]
    out = []
    for line in kept:
        out += [line] if line else [next(fresh, b"")]
    path.write_bytes(b"".join(out + list(fresh)))


def test_a_whole_ledger_holds_and_says_who_vouches(whole):
    verdict = verify_export(whole, hub_key=KEY, witnesses=WITNESSES)
    assert verdict.holds
    assert (verdict.lines, verdict.proved, verdict.checkpoints, verdict.key_from) == (20, 20, 2, "given")
    assert [(each.witness, each.size, each.known) for each in verdict.witnessed] == [("c-1", 20, True)]
    assert json.loads(json.dumps(verdict.document()))["holds"] is True
    assert verify_export(whole).key_from == "file"


def test_an_empty_ledger_with_its_head_holds(tmp_path):
    assert verify_export(export(tmp_path / "e.jsonl", [], [head([], 0)])).holds


def test_every_single_bit_flip_of_log_and_heads_is_detected(tmp_path):
    written = lines(5)
    path = export(tmp_path / "flip.jsonl", written, [head(written, 3), head(written, 5, witness=COURIER)])
    raw = path.read_bytes()
    for place in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[place // 8] ^= 1 << place % 8
        path.write_bytes(flipped)
        try:
            verdict = verify_export(path, hub_key=KEY, witnesses=WITNESSES)
        except Unreadable:
            continue
        assert not verdict.holds, place
        assert verdict.problem is not None


@pytest.mark.parametrize("place", range(20))
def test_the_changed_line_is_named(whole, place):
    _rewrite(whole, lambda rows: [*rows[:place], rows[place].replace(b"view", b"edit"), *rows[place + 1 :]])
    problem = verify_export(whole, hub_key=KEY).problem
    assert (problem.kind, problem.line) == ("changed", place)


@pytest.mark.parametrize("place", range(20))
def test_the_missing_line_is_named(whole, place):
    _rewrite(whole, lambda rows: rows[:place] + rows[place + 1 :])
    problem = verify_export(whole, hub_key=KEY).problem
    assert (problem.kind, problem.line) == ("missing", place)


@pytest.mark.parametrize("place", range(20))
def test_an_added_line_is_named(whole, place):
    _rewrite(whole, lambda rows: rows[: place + 1] + rows[place : place + 1] + rows[place + 1 :])
    problem = verify_export(whole, hub_key=KEY).problem
    assert (problem.kind, problem.line) == ("added", place + 1)


def test_every_pair_of_lines_that_changed_places_is_named(whole):
    raw = whole.read_bytes()
    for first in range(20):
        for second in range(first + 1, 20):

            def swap(rows, one=first, two=second):
                rows[one], rows[two] = rows[two], rows[one]
                return rows

            whole.write_bytes(raw)
            _rewrite(whole, swap)
            problem = verify_export(whole, hub_key=KEY).problem
            assert (problem.kind, problem.line) == ("reordered", first)


def test_a_line_changed_together_with_its_hash_is_caught_by_the_next_signed_head(tmp_path):
    written, heads = lines(20), [head(lines(20), 8), head(lines(20), 20)]
    changed = [*written[:11], ledger_line({"n": 11, "verb": "nothing"}), *written[12:]]
    problem = verify_export(export(tmp_path / "x.jsonl", changed, heads), hub_key=KEY).problem
    assert (problem.kind, problem.line) == ("changed", 8)
    assert "from 8 to 19" in problem.says


def test_lines_after_the_last_head_do_not_hold(tmp_path):
    written = lines(9)
    problem = verify_export(export(tmp_path / "x.jsonl", written, [head(written, 8)])).problem
    assert (problem.kind, problem.line) == ("added", 8)


def test_a_tail_cut_off_back_to_an_older_true_head_is_caught_by_the_head_a_witness_holds(tmp_path):
    written = lines(20)
    cut = export(tmp_path / "cut.jsonl", written[:8], [head(written, 8)])
    assert verify_export(cut, hub_key=KEY).holds  # alone, a shorter true ledger cannot be told from the whole one
    verdict = verify_export(cut, hub_key=KEY, held=[head(written, 20, witness=COURIER)])
    assert (verdict.problem.kind, verdict.problem.line) == ("missing", 8)


def test_a_ledger_rewritten_and_signed_anew_with_the_true_key_is_caught_by_a_held_head_and_by_the_witnesses(tmp_path):
    true, false = lines(20), lines(20, "x")
    path = export(tmp_path / "new.jsonl", false, [head(false, 20)])
    assert verify_export(path, hub_key=KEY).holds  # alone it cannot be told
    for size in (1, 7, 20):
        assert verify_export(path, hub_key=KEY, held=[head(true, size)]).problem.kind == "rewritten"
    assert verify_export(path, hub_key=KEY, witnesses=WITNESSES).problem.kind == "witness"
    faked = export(tmp_path / "fake.jsonl", false, [head(false, 20, witness=new_key())])
    assert verify_export(faked, hub_key=KEY, witnesses=WITNESSES).problem.kind == "witness"


def test_held_heads_that_agree_are_counted_and_one_of_another_key_is_told(whole):
    held = [head(lines(20), size) for size in (1, 5, 8, 13, 20)]
    verdict = verify_export(whole, hub_key=KEY, held=held)
    assert (verdict.holds, verdict.held) == (True, 5)
    assert verify_export(whole, hub_key=KEY, held=[head(lines(20), 5, key=new_key())]).problem.kind == "key"


def test_an_export_signed_with_another_key_than_the_known_one_does_not_hold(whole):
    assert verify_export(whole, hub_key=public_text(new_key())).problem.kind == "key"


@pytest.mark.parametrize("content", [b"", b"{}\n", b"\xff\n", b'{"form":"concord-ledger/1"}\n', b"x" * 3_000_000])
def test_what_is_no_export_is_unreadable(tmp_path, content):
    path = tmp_path / "no.jsonl"
    path.write_bytes(content)
    with pytest.raises(Unreadable):
        verify_export(path)


def test_a_file_that_is_not_there_is_unreadable(tmp_path):
    with pytest.raises(Unreadable, match="cannot be read"):
        verify_export(tmp_path / "none")


def test_the_chain_is_the_stated_recurrence_and_a_line_needs_a_place():
    first, second = map(leaf_hash, lines(2))
    assert chain_hash(chain_hash(GENESIS, first), second) != chain_hash(chain_hash(GENESIS, second), first)
    for entry in ({}, {"n": -1}, {"n": True}, {"n": "0"}):
        with pytest.raises(Unreadable):
            ledger_line(entry)


def test_a_witness_countersigns_only_a_head_that_continues_its_last(tmp_path):
    true, false = lines(20), lines(20, "x")
    old, new = head(true, 8), head(true, 20)
    proof = Tree(map(leaf_hash, true)).consistency_proof(8, 20)
    continues(old, new, proof)
    with pytest.raises(Equivocation, match="first 8 lines"):
        continues(old, head(false, 20), Tree(map(leaf_hash, false)).consistency_proof(8, 20))
    with pytest.raises(Equivocation, match="cut off"):
        continues(new, old, [])
    with pytest.raises(Equivocation):
        continues(head(true, 8), head(false, 8), [])


def test_a_countersignature_of_another_head_is_not_taken():
    old, new = head(lines(20), 8), head(lines(20), 20)
    given = countersign(old.checkpoint, "c-1", COURIER)
    with pytest.raises(Forged):
        with_witness(new, given)
    assert with_witness(with_witness(old, given), given).witnesses == (given,)
    with pytest.raises(Forged):
        with_witness(old, replace(given, key=public_text(new_key())))
