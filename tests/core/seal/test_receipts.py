import json
from dataclasses import replace

import pytest

from concord.core.seal.checkpoint import Checkpoint, sign_checkpoint
from concord.core.seal.envelope import new_identity, seal, split
from concord.core.seal.ledger import leaf_hash, ledger_line
from concord.core.seal.manifest import read_manifest
from concord.core.seal.merkle import Tree
from concord.core.seal.receipt import make_receipt, verify_receipt
from concord.core.seal.signature import Forged, new_key
from concord.core.trouble import Trouble, Unreadable
from sealing import COURIER, HUB, ORIGIN, draft, lines

CONTENT = b"<Message/>"
STATED, _, SEALED = split(seal(CONTENT, draft(), new_identity()[1], COURIER))
MANIFEST = read_manifest(STATED)
KEY = HUB.public_key()


def _entry(n=4):
    return {"n": n, "verb": "receive", "manifest": MANIFEST.sha256(), "courier": "c-1", "establishment": "886/2001"}


def _receipt(entry=None, key=HUB):
    entry = entry or _entry()
    tree = Tree(map(leaf_hash, [*lines(4), ledger_line(entry), *[ledger_line({"n": n}) for n in (5, 6)]]))
    head = sign_checkpoint(Checkpoint(ORIGIN, tree.size, tree.root(), "2026-10-02T03:04:05Z"), HUB)
    return json.loads(json.dumps(make_receipt(MANIFEST, entry, tree.inclusion_proof(4), head, key)))


@pytest.mark.parametrize(("file", "said"), [(None, "not given"), (CONTENT, "content"), (SEALED, "sealed")])
def test_a_true_receipt_holds_and_says_what_of_the_file_was_checked(file, said):
    found = verify_receipt(_receipt(), KEY, file)
    assert (found.file, found.manifest, found.entry["n"], found.checkpoint.checkpoint.size) == (said, MANIFEST, 4, 7)


def test_every_single_bit_flip_of_a_receipt_is_rejected():
    raw = json.dumps(_receipt(), sort_keys=True, separators=(",", ":")).encode()
    for place in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[place // 8] ^= 1 << place % 8
        try:
            document = json.loads(flipped)
        except ValueError:
            continue
        with pytest.raises(Trouble):
            verify_receipt(document, KEY)


def test_another_file_another_hub_or_another_line_does_not_hold():
    with pytest.raises(Forged, match="not the one"):
        verify_receipt(_receipt(), KEY, CONTENT + b" ")
    with pytest.raises(Forged):
        verify_receipt(_receipt(), new_key().public_key())
    with pytest.raises(Forged):
        verify_receipt(_receipt(key=new_key()), KEY)


def test_a_receipt_signed_by_the_hub_for_a_line_not_in_its_ledger_does_not_hold():
    with pytest.raises(Forged, match="not in the ledger"):
        verify_receipt(_receipt(_entry(n=5)), KEY)


def test_a_receipt_is_never_made_for_an_entry_of_another_manifest():
    for changed in ({"manifest": "0" * 64}, {"courier": "c-2"}, {"establishment": "886/2002"}):
        with pytest.raises(Unreadable):
            _receipt({**_entry(), **changed})
    assert replace(MANIFEST, sequence=2).sha256() != MANIFEST.sha256()


@pytest.mark.parametrize("document", [{}, {"form": "concord-receipt/1"}, {**_receipt(), "more": 1}])
def test_what_is_no_receipt_is_unreadable(document):
    with pytest.raises(Unreadable):
        verify_receipt(document, KEY)
