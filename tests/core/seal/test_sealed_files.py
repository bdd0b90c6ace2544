from dataclasses import asdict, replace
from io import BytesIO
from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concord.core.seal import envelope
from concord.core.seal.envelope import new_identity, open_sealed, open_stream, seal, seal_file, seal_stream
from concord.core.seal.manifest import read_manifest
from concord.core.seal.signature import Forged, new_key, sign
from concord.core.trouble import Trouble, Unreadable
from sealing import COURIER, draft

SECRET, RECIPIENT = new_identity()
PUBLIC = COURIER.public_key()


class Watched(BytesIO):
    """A target that would show any plaintext let out."""


def _sealed(content=b"<Message>pupils</Message>", **changes):
    target = BytesIO()
    made = seal_stream(BytesIO(content), target, draft(**changes), RECIPIENT, COURIER)
    return made, target.getvalue()


def _refused(sealed, manifest, signature, secret=SECRET, key=PUBLIC):
    target = Watched()
    with pytest.raises(Trouble):
        open_stream(BytesIO(sealed), target, manifest, signature, identity=secret, key=key)
    return target.getvalue() == b""


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 3_000_000])
def test_what_was_sealed_opens_to_the_same_bytes_and_meaning(size):
    content = bytes(range(251)) * (size // 251 + 1)
    manifest, opened = open_sealed(seal(content[:size], draft(), RECIPIENT, COURIER), SECRET, PUBLIC)
    assert opened == content[:size]
    assert (manifest.establishment, manifest.content_size, manifest.recipient) == ("886/2001", size, RECIPIENT)


def test_every_single_bit_flip_of_a_sealed_file_is_rejected_and_no_plaintext_let_out():
    whole = seal(b"<Pupil>A</Pupil>", draft(), RECIPIENT, COURIER)
    for place in range(len(whole) * 8):
        flipped = bytearray(whole)
        flipped[place // 8] ^= 1 << place % 8
        with pytest.raises(Trouble):
            open_sealed(bytes(flipped), SECRET, PUBLIC)


def test_age_itself_rejects_every_flip_even_when_the_manifest_is_signed_for_it():
    """The second lock: a courier key in wrong hands does not make changed bytes open."""
    made, sealed = _sealed(b"short")
    for place in range(len(sealed) * 8):
        flipped = bytearray(sealed)
        flipped[place // 8] ^= 1 << place % 8
        manifest = replace(made.manifest, sealed_sha256=envelope.sha256(flipped).hexdigest()).document()
        assert _refused(bytes(flipped), manifest, sign("manifest", manifest, COURIER))


def test_every_cut_and_every_joining_of_a_sealed_file_is_rejected():
    made, sealed = _sealed()
    stated = made.manifest.document()
    for cut in range(len(sealed)):
        assert _refused(sealed[:cut], stated, made.signature)
    for joined in (sealed + sealed, sealed + b"\0", b"\0" + sealed):
        assert _refused(joined, stated, made.signature)


def test_chunks_out_of_order_are_rejected_even_when_signed_for():
    made, sealed = _sealed(bytes(200_000))
    chunk, head = 65_552, len(sealed) - (200_000 + 16 * 4)
    parts = [sealed[head + at : head + at + chunk] for at in range(0, 200_000 + 64, chunk)]
    for order in permutations(range(len(parts))):
        mixed = sealed[:head] + b"".join(parts[each] for each in order)
        manifest = replace(made.manifest, sealed_sha256=envelope.sha256(mixed).hexdigest()).document()
        if order != tuple(range(len(parts))):
            assert _refused(mixed, manifest, sign("manifest", manifest, COURIER))


def test_no_authority_opens_what_is_sealed_to_another():
    keys = [new_identity() for _ in range(20)]
    for _, recipient in keys:
        whole = seal(b"x", draft(), recipient, COURIER)
        for secret, own in keys:
            if own != recipient:
                with pytest.raises(Forged):
                    open_sealed(whole, secret, PUBLIC)


def test_a_manifest_of_another_file_or_another_courier_is_rejected():
    first, sealed = _sealed(b"first")
    second, _ = _sealed(b"second", sequence=2)
    assert _refused(sealed, second.manifest.document(), second.signature)
    assert _refused(sealed, first.manifest.document(), second.signature)
    assert _refused(sealed, first.manifest.document(), first.signature, key=new_key().public_key())


@given(st.sampled_from(sorted(asdict(_sealed()[0].manifest))))
@settings(max_examples=40, deadline=None)
def test_no_field_of_the_manifest_can_be_changed(name):
    made, sealed = _sealed()
    stated = made.manifest.document()
    value = stated[name]
    changed = value + 1 if isinstance(value, int) else value[:-1] + ("1" if value.endswith("0") else "0")
    assert changed != stated[name]
    assert _refused(sealed, {**stated, name: changed}, made.signature)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("establishment", "8862001"),
        ("establishment", "999/2001"),
        ("name", "../x.xml"),
        ("name", "a\\b"),
        ("name", "a\u202eb"),
        ("sequence", 0),
        ("sequence", True),
        ("key", "short"),
        ("created", "2026-10-02 03:04"),
        ("version", 2),
        ("flow", "A B"),
    ],
)
def test_a_manifest_field_that_is_not_written_right_is_unreadable(name, value):
    made, _ = _sealed()
    with pytest.raises(Unreadable):
        read_manifest({**made.manifest.document(), name: value})


def test_a_bad_recipient_is_told_and_a_full_disk_leaves_no_file(tmp_path):
    with pytest.raises(Unreadable):
        seal(b"x", draft(), "age1nothing", COURIER)

    class Broken(BytesIO):
        def read(self, size=-1):
            raise OSError("No space left on device")

    with pytest.raises(Trouble, match="could not be written"):
        seal_file(Broken(), tmp_path / "a.age", draft(), RECIPIENT, COURIER)
    assert list(tmp_path.iterdir()) == []


def test_random_flips_of_a_large_file_are_all_rejected_before_any_plaintext():
    made, sealed = _sealed(bytes(700_000))
    stated, dice = made.manifest.document(), Random(20261002)
    for _ in range(150):
        flipped = bytearray(sealed)
        flipped[dice.randrange(len(sealed))] ^= 1 << dice.randrange(8)
        assert _refused(bytes(flipped), stated, made.signature)
