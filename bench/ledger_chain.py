"""How fast a ledger's export is proved and its lines are made, beside the bare SHA-256 chain in the same run.

Run: PYTHONPATH=src python bench/ledger_chain.py [LINES]
Prints one JSON document; things a CPU second, the best of three, one core. The bare chain takes one hash a line; a
proof takes two, a line's leaf and its node of the tree, and for each head two signatures. `tree alone` is what the
hashes take with no file read and nothing compared: the most that a reader of the format can reach in this way.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from concord.core.seal.checkpoint import Checkpoint, SignedCheckpoint, countersign, sign_checkpoint, with_witness
from concord.core.seal.export import write_export
from concord.core.seal.ledger import GENESIS, chain_hash, leaf_hash, ledger_line
from concord.core.seal.merkle import Frontier, Tree
from concord.core.seal.signature import new_key, public_text
from concord.core.seal.verify import verify_export

HUB, WITNESS = new_key(), new_key()
ITEMS = ["address", "contacts", "enrolment", "identity"]


def entries(count: int) -> list[dict[str, object]]:
    """Lines as the gate writes them for one look at a pupil after another: the permit, then the deed."""
    return [(_permit if n % 2 == 0 else _deed)(n, f"{n // 2:032x}") for n in range(count)]


def _permit(n: int, ref: str) -> dict[str, object]:
    return {**_same(n, ref), "kind": "decision", "answer": "permit", "scope": ["886/2001"], "items": ITEMS}


def _deed(n: int, ref: str) -> dict[str, object]:
    told = {"categories": ITEMS}
    return {**_same(n, ref), "kind": "deed", "deed": "pupil shown", "about": "", "facts": told}


def _same(n: int, ref: str) -> dict[str, object]:
    who = {"actor": "5d6f0d7e-3f0c-4b7e-9a55-0c1f2f7f9d11", "role": "admissions", "subjects": [ref]}
    why = {"flow": "professional-view", "clause": "2d", "purpose": "admissions", "case": "ADM-1042"}
    what = {"establishments": ["886/2001"], "categories": ITEMS}
    return {"n": n, "at": "2026-10-02T03:04:05.123456Z", "ref": ref, **who, **why, **what}


def best(act: Callable[[], object], count: int) -> float:
    """Things a CPU second, the best of three."""
    taken = []
    for _ in range(3):
        start = time.process_time()
        act()
        taken.append(time.process_time() - start)
    return count / min(taken)


def bare_chain(lines: list[bytes]) -> None:
    """The limit: one hash a line, nothing proved."""
    chain = GENESIS
    for line in lines:
        chain = sha256(chain + line).digest()


def append(documents: list[dict[str, object]]) -> None:
    """What the hub does for an entry, without its database: line, leaf, chain and the tree's edge."""
    chain, edge = GENESIS, Frontier()
    for document in documents:
        leaf = leaf_hash(ledger_line(document))
        chain = chain_hash(chain, leaf)
        edge.append(leaf)


def tree_alone(lines: list[bytes]) -> None:
    """The hashes of the format, bare: a leaf and a node a line, a thousand lines at a time to stay in the cache."""
    for at in range(0, len(lines), 1024):
        row = [sha256(b"\x00" + line).digest() for line in lines[at : at + 1024]]
        while len(row) > 1:
            pairs = iter(row)
            row = [sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]


def heads(lines: list[bytes], every: int) -> list[SignedCheckpoint]:
    tree, made = Tree(map(leaf_hash, lines)), []
    for size in sorted({*range(every, len(lines), every), len(lines)}):
        signed = sign_checkpoint(Checkpoint("bench/886", size, tree.root(size), "2026-10-02T03:04:05Z"), HUB)
        made.append(with_witness(signed, countersign(signed.checkpoint, "c-1", WITNESS)))
    return made


def proofs(lines: list[bytes], every: int) -> float:
    """Lines of an export proved a CPU second, with a signed and witnessed head every so many lines."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.jsonl"
        with path.open("wb") as stream:
            pairs = ((each, leaf_hash(each)) for each in lines)
            write_export(stream, "bench/886", HUB.public_key(), pairs, heads(lines, every))
        assert verify_export(path, hub_key=public_text(HUB), witnesses={"c-1": public_text(WITNESS)}).holds
        return best(lambda: verify_export(path, hub_key=public_text(HUB)), len(lines))


def main(count: int) -> dict[str, object]:
    documents = entries(count)
    lines = [ledger_line(each) for each in documents]
    rates = {
        "bare chain, one hash a line": best(lambda: bare_chain(lines), count),
        "tree alone, two hashes a line": best(lambda: tree_alone(lines), count),
        "verify, a head every 1,000 lines": proofs(lines, 1_000),
        "verify, one head at the end": proofs(lines, count),
        "lines made for appending": best(lambda: append(documents), count),
    }
    bare, alone, often, once, _ = rates.values()
    return {
        "lines": count,
        "bytes_a_line": round(sum(map(len, lines)) / count),
        "per_cpu_second": {k: round(v) for k, v in rates.items()},
        "of_the_bare_chain": {
            "verify, a head every 1,000 lines": round(often / bare, 3),
            "verify, one head at the end": round(once / bare, 3),
            "tree alone (the most there can be)": round(alone / bare, 3),
        },
        "of_the_tree_alone": {
            "verify, a head every 1,000 lines": round(often / alone, 3),
            "verify, one head at the end": round(once / alone, 3),
        },
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000), indent=1) + "\n")
