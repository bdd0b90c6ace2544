"""How fast a ledger is appended to and its export proved, beside the bare SHA-256 chain in the same run.

Best of three, one core.

`python bench/ledger_chain.py [LINES]`
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


def entries(count: int) -> list[dict[str, object]]:
    who = "0123456789abcdef"
    return [
        {
            "n": n,
            "at": "2026-10-02T03:04:05Z",
            "verb": "view",
            "by": who,
            "of": f"{n:032x}",
            "flow": "professional-view",
        }
        for n in range(count)
    ]


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


def leaf_and_chain(lines: list[bytes]) -> None:
    """The chain of our own format, bare: two hashes a line."""
    chain = GENESIS
    for line in lines:
        chain = sha256(chain + sha256(b"\x00" + line).digest()).digest()


def append(documents: list[dict[str, object]]) -> None:
    """What the hub does for an entry, without its database: line, leaf, chain and the tree's edge."""
    chain, edge = GENESIS, Frontier()
    for document in documents:
        leaf = leaf_hash(ledger_line(document))
        chain = chain_hash(chain, leaf)
        edge.append(leaf)


def heads(lines: list[bytes]) -> list[SignedCheckpoint]:
    tree, made = Tree(map(leaf_hash, lines)), []
    for size in [*range(1000, len(lines), 1000), len(lines)]:
        signed = sign_checkpoint(Checkpoint("bench/886", size, tree.root(size), "2026-10-02T03:04:05Z"), HUB)
        made.append(with_witness(signed, countersign(signed.checkpoint, "c-1", WITNESS)))
    return made


def main(count: int) -> dict[str, object]:
    documents = entries(count)
    lines = [ledger_line(each) for each in documents]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.jsonl"
        with path.open("wb") as stream:
            write_export(
                stream, "bench/886", HUB.public_key(), ((each, leaf_hash(each)) for each in lines), heads(lines)
            )
        assert verify_export(path, hub_key=public_text(HUB), witnesses={"c-1": public_text(WITNESS)}).holds
        rates = {
            "bare chain, one hash a line": best(lambda: bare_chain(lines), count),
            "bare chain of the format, two hashes a line": best(lambda: leaf_and_chain(lines), count),
            "verify an export": best(lambda: verify_export(path, hub_key=public_text(HUB)), count),
            "append": best(lambda: append(documents), count),
        }
    one, two, proved, _ = rates.values()
    shares = {"of one hash": round(proved / one, 3), "of the format's chain": round(proved / two, 3)}
    return {
        "lines": count,
        "bytes_a_line": len(lines[0]),
        "per_cpu_second": {k: round(v) for k, v in rates.items()},
        "verify": shares,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000), indent=1) + "\n")
