"""`concord ledger`: an export proves itself with nothing of the hub, and the first wrong line is named."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from concord.core.seal.canonical import canonical
from concord.core.seal.checkpoint import Checkpoint, sign_checkpoint
from concord.core.seal.export import write_export
from concord.core.seal.ledger import leaf_hash, ledger_line
from concord.core.seal.merkle import Tree
from concord.core.seal.signature import new_key, public_text
from concord.site.command import main

KEY = new_key()


def _heads(tree_lines: list[bytes]) -> list:
    tree, heads = Tree(), []
    for line in tree_lines:
        tree.append(leaf_hash(line))
        heads.append(sign_checkpoint(Checkpoint("concord/886", tree.size, tree.root(), "2026-11-24T09:00:00Z"), KEY))
    return heads


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """An export of six lines, with a head after each."""
    lines = [ledger_line({"n": n, "kind": "deed", "about": f"line {n}"}) for n in range(6)]
    path = tmp_path / "ledger.jsonl"
    with path.open("wb") as file:
        write_export(file, "concord/886", KEY.public_key(), [(one, leaf_hash(one)) for one in lines], _heads(lines))
    return path


def _verify(capsys, *words: str) -> tuple[int, dict]:
    status = main(["ledger", "verify", *words, "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_a_sound_export_holds_under_the_key_that_is_given(written, capsys):
    status, said = _verify(capsys, str(written), "--hub-key", public_text(KEY.public_key()))
    assert (status, said["holds"], said["lines"], said["proved"], said["key_from"]) == (0, True, 6, 6, "given")


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


TAMPERING = {
    "changed": lambda rows: [row.replace(b"line 2", b"line X") for row in rows],
    "missing": lambda rows: [row for row in rows if b"line 2" not in row],
    "added": lambda rows: [*rows[:5], rows[3], *rows[5:]],
    "reordered": lambda rows: [*rows[:5], rows[7], rows[6], rows[5], *rows[8:]],
}


@pytest.mark.parametrize("how", TAMPERING)
def test_a_line_that_is(written, capsys, how):
    written.write_bytes(b"".join(TAMPERING[how](_lines(written))))
    status, said = _verify(capsys, str(written))
    assert (status, said["holds"], said["problem"]["kind"]) == (1, False, how)
    assert said["problem"]["line"] == 2
    assert main(["ledger", "verify", str(written)]) == 1
    assert "ine 2" in capsys.readouterr().out


def test_an_export_cut_off_after_a_head_is_found_by_a_head_somebody_kept(written, capsys, tmp_path):
    rows = _lines(written)
    kept = tmp_path / "head.json"
    kept.write_bytes(rows[-1])
    written.write_bytes(b"".join(rows[:-4]))
    assert _verify(capsys, str(written))[0] == 0
    status, said = _verify(capsys, str(written), "--held", str(kept))
    assert (status, said["problem"]["kind"], said["problem"]["line"]) == (1, "missing", 4)


def test_another_hubs_key_does_not_hold(written, capsys):
    status, said = _verify(capsys, str(written), "--hub-key", public_text(new_key().public_key()))
    assert (status, said["problem"]["kind"]) == (1, "key")


@pytest.mark.parametrize(
    "content", [b"", b"{}\n", b"\xff\xfe", canonical({"form": "else", "key": "x", "origin": "y"}) + b"\n"]
)
def test_what_is_no_export_could_not_be_done_and_says_what_to_do(tmp_path, capsys, content):
    path = tmp_path / "else.jsonl"
    path.write_bytes(content)
    status, said = _verify(capsys, str(path))
    assert status == 2
    assert said["error"]
    assert main(["ledger", "verify", str(tmp_path / "none.jsonl")]) == 2


def test_proving_an_export_brings_in_nothing_of_the_server(written):
    code = (
        "import sys; from concord.site.command import main; status = main(sys.argv[1:]); "
        "server = {'django', 'psycopg', 'procrastinate', 'concord.desk', 'concord.store'} & set(sys.modules); "
        "sys.exit(status or len(server) * 10)"
    )
    words = [sys.executable, "-c", code, "ledger", "verify", str(written)]
    source = str(Path(__file__).parents[2] / "src")
    done = subprocess.run(words, env={"PYTHONPATH": source}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "holds: 6 lines" in done.stdout


def test_an_export_is_never_written_over_another_file(written, capsys):
    before = written.read_bytes()
    assert main(["ledger", "export", str(written)]) == 2
    assert written.read_bytes() == before
