"""Proves an exported ledger, off line, with nothing of the hub but its public key and what its witnesses hold.

The proof is one pass: leaves are hashed, the tree's edge is grown, and each signed head is compared with the root at
its place. Only when something does not fit is the file read again, line by line, to name the first line that was
changed, lost, added or moved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, Final, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from concord.core.seal.canonical import read_canonical
from concord.core.seal.checkpoint import (
    SignedCheckpoint,
    check_checkpoint,
    check_countersignature,
    read_checkpoint,
)
from concord.core.seal.diagnosis import Problem, first_wrong_line
from concord.core.seal.export import CLOSING, FORM, HEAD_OPENING, MIDDLE, OPENING, TAIL
from concord.core.seal.merkle import Frontier
from concord.core.seal.signature import Forged, b64, public_key
from concord.core.trouble import Trouble, Unreadable

_BLOCK: Final = 1 << 18
"""Bytes of lines taken at a time: enough for the tree to grow level by level, few enough for the processor's cache."""
_BUFFER: Final = 1 << 17
_OPENING: Final = itemgetter(slice(len(OPENING)))
_LINE: Final = itemgetter(slice(len(OPENING), -TAIL))
_TAIL: Final = itemgetter(slice(-TAIL, None))
_BEFORE, _AFTER = MIDDLE.decode(), CLOSING.decode()
_BETWEEN: Final = _AFTER + _BEFORE


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A countersignature that held: whose, of how many lines, and whether the caller knew the key beforehand."""

    witness: str
    key: str
    size: int
    known: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the export holds. `problem` names the first thing that does not; `proved` is the number of lines under
    a signed head.

    `key_from` is ``given`` when the caller knew the hub's key and ``file`` when only the export itself vouches for it.
    """

    holds: bool
    lines: int
    proved: int
    root: str
    origin: str
    key: str
    key_from: Literal["given", "file"]
    checkpoints: int
    witnessed: tuple[Witnessed, ...] = ()
    held: int = 0
    problem: Problem | None = None

    def document(self) -> dict[str, Any]:
        """For `--json`."""
        return asdict(self)


@dataclass
class _Reading:
    """What one pass gathers."""

    key: Ed25519PublicKey
    known: Mapping[str, str]
    held: dict[int, list[SignedCheckpoint]]
    edge: Frontier = field(default_factory=Frontier)
    last_head: int = 0
    heads: int = 0
    agreed: int = 0
    witnessed: list[Witnessed] = field(default_factory=list)


class _Wrong(Exception):  # noqa: N818 - it carries the finding, and is not a fault of the program
    def __init__(self, problem: Problem | None) -> None:
        self.problem = problem


def verify_export(
    path: Path,
    *,
    hub_key: str | None = None,
    held: Sequence[SignedCheckpoint] = (),
    witnesses: Mapping[str, str] | None = None,
) -> Verdict:
    """The verdict on an export of a ledger.

    `hub_key` is the hub's public key as known from elsewhere. `held` are heads kept by couriers or an auditor: the
    export must contain their lines. `witnesses` maps the names of trusted witnesses to their keys, and then at least
    one head must carry a countersignature of theirs. Raises Unreadable when the file is no export at all; whatever is
    wrong inside one is in the verdict.
    """
    try:
        with path.open("rb", buffering=_BUFFER) as stream:
            return _verify(path, stream, hub_key, held, witnesses)
    except OSError as fault:
        raise Unreadable(f"{path} cannot be read.", why=f"{fault}.", todo="Check the name of the export.") from fault


def _verify(
    path: Path,
    stream: IO[bytes],
    hub_key: str | None,
    held: Sequence[SignedCheckpoint],
    witnesses: Mapping[str, str] | None,
) -> Verdict:
    header = _header(stream.readline(_BLOCK))
    key = hub_key or header["key"]
    waiting: dict[int, list[SignedCheckpoint]] = {}
    for each in held:
        waiting.setdefault(each.checkpoint.size, []).append(each)
    reading = _Reading(public_key(key), witnesses or {}, waiting)
    try:
        problem = _key_problem(header, key) or _pass(stream, reading, header["origin"])
    except _Wrong as wrong:
        problem = wrong.problem or first_wrong_line(path, reading.last_head)
    return Verdict(
        holds=problem is None,
        lines=reading.edge.size,
        proved=reading.last_head,
        root=b64(reading.edge.root()),
        origin=header["origin"],
        key=key,
        key_from="given" if hub_key else "file",
        checkpoints=reading.heads,
        witnessed=tuple(reading.witnessed),
        held=reading.agreed,
        problem=problem,
    )


def _header(raw: bytes) -> dict[str, str]:
    found = read_canonical(raw[:-1], "The export's first line")
    if found.get("form") != FORM or set(found) != {"form", "key", "origin"} or not raw.endswith(b"\n"):
        raise Unreadable(
            f"The file is not a ledger export of the form {FORM}.", todo="Make one: `concord ledger export OUT`."
        )
    public_key(found["key"])
    return {name: str(value) for name, value in found.items()}


def _key_problem(header: Mapping[str, str], key: str) -> Problem | None:
    if header["key"] == key:
        return None
    return Problem("key", None, "The export was signed with another key than the one given.")


def _pass(stream: IO[bytes], reading: _Reading, origin: str) -> Problem | None:
    _meet_held(reading)
    while rows := stream.readlines(_BLOCK):
        taken, openings = 0, list(map(_OPENING, rows))
        if openings.count(OPENING) < len(rows):
            for place in [place for place, opening in enumerate(openings) if opening != OPENING]:
                _take_lines(rows[taken:place], reading)
                _take_head(rows[place], reading, origin)
                taken = place + 1
        _take_lines(rows[taken:], reading)
    return _end(reading)


def _take_lines(rows: list[bytes], reading: _Reading) -> None:
    """Hashes a run of lines that open as they should, and writes their tails anew: any other byte shows."""
    if not rows:
        return
    leaves = [sha256(b"\x00" + line).digest() for line in map(_LINE, rows)]
    tails = b"".join(leaves).hex(":", 32).replace(":", _BETWEEN)
    if b"".join(map(_TAIL, rows)) != f"{_BEFORE}{tails}{_AFTER}".encode():
        raise _Wrong(None)
    while reading.held and (nearest := min(reading.held)) < reading.edge.size + len(leaves):
        cut = nearest - reading.edge.size
        reading.edge.extend(leaves[:cut])
        leaves = leaves[cut:]
        _meet_held(reading)
    reading.edge.extend(leaves)
    _meet_held(reading)


def _meet_held(reading: _Reading) -> None:
    """Compares the heads that others hold with the tree at their size."""
    for each in reading.held.pop(reading.edge.size, []):
        size = each.checkpoint.size
        try:
            check_checkpoint(each, reading.key)
        except Forged as fault:
            words = f"The head of {size} lines that was held outside is not signed with this key."
            raise _Wrong(Problem("key", size, words)) from fault
        if each.checkpoint.root != reading.edge.root():
            words = f"The first {size} lines were rewritten: they are not those of the head that was held outside."
            raise _Wrong(Problem("rewritten", size, words))
        reading.agreed += 1


def _take_head(raw: bytes, reading: _Reading, origin: str) -> None:
    if not raw.startswith(HEAD_OPENING):
        raise _Wrong(None)
    try:
        head = read_checkpoint(read_canonical(raw[:-1] if raw.endswith(b"\n") else b"", "A head of the export"))
        check_checkpoint(head, reading.key)
    except Trouble as fault:
        raise _Wrong(
            Problem("checkpoint", reading.edge.size, f"{fault.what} It stands after {reading.edge.size} lines.")
        ) from fault
    size = head.checkpoint.size
    if head.checkpoint.origin != origin:
        raise _Wrong(
            Problem("checkpoint", size, f"The head of {size} lines is of another ledger: {head.checkpoint.origin!r}.")
        )
    if (size, head.checkpoint.root) != (reading.edge.size, reading.edge.root()):
        raise _Wrong(None)
    reading.last_head, reading.heads = size, reading.heads + 1
    for each in head.witnesses:
        _take_witness(head, each.witness, reading)


def _take_witness(head: SignedCheckpoint, witness: str, reading: _Reading) -> None:
    size = head.checkpoint.size
    given = next(each for each in head.witnesses if each.witness == witness)
    try:
        check_countersignature(head.checkpoint, given)
    except Trouble as fault:
        raise _Wrong(Problem("witness", size, f"{fault.what} It is on the head of {size} lines.")) from fault
    known = reading.known.get(witness)
    if known is not None and known != given.key:
        raise _Wrong(
            Problem(
                "witness", size, f"Witness {witness} signed the head of {size} lines with a key that is not theirs."
            )
        )
    reading.witnessed.append(Witnessed(witness, given.key, size, known is not None))


def _end(reading: _Reading) -> Problem | None:
    """What is wrong although every line and head present fits."""
    size = reading.edge.size
    if reading.held:
        most = max(reading.held)
        return Problem(
            "missing", size, f"Lines {size} to {most - 1} are missing: a head of {most} lines is held outside."
        )
    if size > reading.last_head or not reading.heads:
        return Problem(
            "added", reading.last_head, f"Line {reading.last_head} and what follows stand under no signed head."
        )
    if reading.known and not any(each.known for each in reading.witnessed):
        return Problem("witness", None, "None of the witnesses given has countersigned any head of this export.")
    return None
