"""Small returns of every kind, spoilt in twelve thousand ways; and that a slow reading or a hungry one is caught."""

from __future__ import annotations

import time

import mutating
import pytest
from made_up import header
from mutating import BATCHES, batch, hold
from test_transfer import ctf
from test_workforce import FILE

from concord.core.returns import Return, build, read, write

INSIDE = (
    "<Pupil><UPN>U1</UPN><Surname>Müller</Surname><DOB>2015-02-03</DOB>"
    "<Address><PostCode>ZZ1 1ZZ</PostCode></Address>"
    "<Contacts><Contact><Surname>X</Surname><Phones><Phone><PhoneNo>0</PhoneNo></Phone></Phones></Contact></Contacts>"
    "</Pupil>"
)
PUPILS = [{"UPN": "U0", "Surname": "Müller"}, {"UPN": "U1"}]
KINDS = {
    "census": write(build(header(), {"school": [{"SchoolName": "A"}], "pupil": PUPILS})),
    "workforce": FILE,
    "transfer": ctf("\n".join([INSIDE, INSIDE.replace("U1", "U2")])),
}


@pytest.mark.parametrize("seed", range(BATCHES))
@pytest.mark.parametrize("kind", KINDS)
def test_a_mutated_file_is_read_whole_or_refused_and_never_by_half(kind: str, seed: int) -> None:
    files = batch(0.2)
    read(KINDS[kind])
    fast, refused = hold(KINDS[kind], seed, files)
    assert files // 50 < refused < files
    assert (fast > files // 50) == (kind == "census")


def test_a_reading_that_hangs_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(content: bytes) -> Return:
        while True:
            time.process_time()

    monkeypatch.setattr(mutating, "LONGEST", 0.2)
    monkeypatch.setattr(mutating, "read", endless)
    with pytest.raises(AssertionError, match=r"more than 0\.2 s"):
        hold(FILE, 1, 1)


def test_a_reading_that_takes_too_much_memory_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def hungry(content: bytes) -> Return:
        assert bytearray(mutating.MOST * 1024 + 50_000_000)
        return read(content)

    if not mutating.COUNTED:
        pytest.skip("this system does not count what a process had at most")
    monkeypatch.setattr(mutating, "read", hungry)
    with pytest.raises(AssertionError):
        hold(FILE, 1, 1)
