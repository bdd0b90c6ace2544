from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concord.core.seal.merkle import EMPTY, Frontier, Tree, verify_consistency, verify_inclusion
from concord.core.trouble import Unreadable

SIZES = range(1, 34)


def _root(leaves):
    """The definition of RFC 9162 2.1.1, word for word, as the reference."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + _root(leaves[:split]) + _root(leaves[split:])).digest()


def _leaves(count, salt=b""):
    return [sha256(salt + bytes([n])).digest() for n in range(count)]


def test_the_root_of_a_known_tree_is_the_published_one():
    """The eight inputs and the root that certificate transparency's own tests use."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [sha256(b"\x00" + bytes.fromhex(each)).digest() for each in inputs]
    assert Tree(leaves).root().hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_append_extend_and_the_frontier_agree_with_the_definition():
    grown, edge = Tree(), Frontier()
    for size in SIZES:
        leaf = _leaves(size)[-1]
        grown.append(leaf)
        edge.append(leaf)
        expected = _root(_leaves(size))
        assert grown.root() == Tree(_leaves(size)).root() == edge.root() == expected
        assert Frontier(edge.size, edge.peaks).root() == expected
    assert Tree().root() == Frontier().root() == _root([])


@given(st.lists(st.integers(0, 9), max_size=12))
@settings(max_examples=60, deadline=None)
def test_batches_of_any_size_give_the_same_root(batches):
    leaves = _leaves(sum(batches))
    tree, edge, at = Tree(), Frontier(), 0
    for count in batches:
        tree.extend(leaves[at : at + count])
        edge.extend(leaves[at : at + count])
        at += count
    assert tree.root() == edge.root() == _root(leaves)


def test_appending_tells_every_node_it_completed():
    tree, kept = Tree(), {}
    for leaf in _leaves(21):
        kept |= {(level, place): found for level, place, found in tree.append(leaf)}
    assert all(tree.node(*where) == found for where, found in kept.items())
    assert len(kept) == 21 + 10 + 5 + 2 + 1


def test_every_inclusion_proof_holds_and_no_other_leaf_place_or_size_does():
    tree = Tree(_leaves(33))
    for size in SIZES:
        root = tree.root(size)
        for place in range(size):
            path = tree.inclusion_proof(place, size)
            leaf = tree.node(0, place)
            assert verify_inclusion(leaf, place, size, path, root)
            assert not verify_inclusion(leaf, (place + 1) % size, size, path, root) or size == 1
            assert not verify_inclusion(sha256(leaf).digest(), place, size, path, root)
            assert not verify_inclusion(leaf, place, size, [*path, root], root)
            assert not verify_inclusion(leaf, place, size, path[:-1], root) or not path


def test_every_consistency_proof_holds_and_a_rewritten_past_has_none():
    tree, other = Tree(_leaves(33)), Tree(_leaves(33, b"rewritten"))
    for later in SIZES:
        for earlier in range(1, later + 1):
            path = tree.consistency_proof(earlier, later)
            assert verify_consistency(earlier, later, path, tree.root(earlier), tree.root(later))
            assert not verify_consistency(earlier, later, path, other.root(earlier), tree.root(later))
            assert not verify_consistency(earlier, later, path, tree.root(earlier), other.root(later))
            forged = other.consistency_proof(earlier, later)
            assert not verify_consistency(earlier, later, forged, tree.root(earlier), other.root(later))


@pytest.mark.parametrize(("place", "size"), [(-1, 3), (3, 3), (0, 0), (0, 9)])
def test_a_proof_out_of_range_is_refused(place, size):
    with pytest.raises(Unreadable):
        Tree(_leaves(8)).inclusion_proof(place, size)


@pytest.mark.parametrize(("earlier", "later"), [(0, 3), (4, 3), (1, 9)])
def test_a_consistency_proof_out_of_range_is_refused(earlier, later):
    with pytest.raises(Unreadable):
        Tree(_leaves(8)).consistency_proof(earlier, later)


def test_an_edge_that_does_not_fit_its_size_is_refused():
    with pytest.raises(Unreadable):
        Frontier(3, [(0, EMPTY)])
