"""The journal of what was sent: one row a file, in SQLite with full synchronisation, so that a kill at any moment
loses nothing.

A row first appears when its sealed file is durable; `TRANSITIONS` says what may follow.
Sequence numbers are rows: no gaps, no reuse.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, cast

from concord.core.seal.manifest import Manifest, read_manifest
from concord.core.trouble import Trouble, Unreadable

State = Literal["sealed", "offered", "received", "done", "failed", "superseded"]
TRANSITIONS: Final[Mapping[State, tuple[State, ...]]] = {
    "sealed": ("offered", "failed", "superseded"),
    "offered": ("offered", "sealed", "received", "failed"),
    "received": ("done",),
    "done": (),
    "failed": (),
    "superseded": (),
}
OPEN: Final = ("sealed", "offered", "received")
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS delivery (
  sequence INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, flow TEXT NOT NULL, collection TEXT NOT NULL, term TEXT NOT
  NULL,
  content TEXT NOT NULL, manifest TEXT NOT NULL, signature TEXT NOT NULL, state TEXT NOT NULL, upload TEXT NOT NULL
  DEFAULT '',
  receipt TEXT NOT NULL DEFAULT '', refusal TEXT NOT NULL DEFAULT '', failure TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE IF NOT EXISTS sent (kind TEXT, id TEXT, hash BLOB NOT NULL, PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dropped (kind TEXT, id TEXT, PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pending (sequence INTEGER, kind TEXT, id TEXT, hash BLOB, PRIMARY KEY (sequence, kind, id))
STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file's row. `refusal` is the hub's last refusal of it, `failure` why it can never be taken."""

    manifest: Manifest
    signature: str
    state: State
    upload: str
    receipt: Mapping[str, Any] | None
    refusal: Mapping[str, str] | None
    failure: str

    @property
    def sequence(self) -> int:
        """Its number, counted from 1."""
        return self.manifest.sequence

    @property
    def subject(self) -> tuple[str, str, str]:
        """What it is a version of: flow, collection, term."""
        return self.manifest.flow, self.manifest.collection, self.manifest.term


Change = tuple[str, str, bytes | None]
"""(kind, id, hash of the record as it will be; None where it is gone)."""


class Journal:
    """The file `journal.db`."""

    def __init__(self, path: Path) -> None:
        try:
            self._db = sqlite3.connect(path, isolation_level=None)
            self._db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + _TABLES)
        except sqlite3.DatabaseError as fault:
            raise Unreadable(
                "The courier's journal is damaged.",
                why=f"{fault}.",
                todo="Keep the file, ask the LA for a new token and enrol anew.",
            ) from fault
        path.chmod(0o600)

    def close(self) -> None:
        """Lets the file go."""
        self._db.close()

    def next_sequence(self) -> int:
        """The number the next file will bear."""
        return int(self._db.execute("SELECT coalesce(max(sequence), 0) + 1 FROM delivery").fetchone()[0])

    def add(self, manifest: Manifest, signature: str, changes: Iterable[Change] = ()) -> Delivery:
        """Enters a sealed file; `changes` is what the hub will hold of a delta's records once it has it."""
        words = json.dumps(manifest.document(), sort_keys=True)
        row = (
            manifest.sequence,
            manifest.key,
            manifest.flow,
            manifest.collection,
            manifest.term,
            manifest.content_sha256,
        )
        with self._writing():
            self._db.execute(
                "INSERT INTO delivery (sequence, key, flow, collection, term, content, manifest, signature, state)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'sealed')",
                (*row, words, signature),
            )
            marks = [(manifest.sequence, *each) for each in changes]
            self._db.executemany("INSERT INTO pending VALUES (?, ?, ?, ?)", marks)
        return self.one(manifest.sequence)

    def move(self, delivery: Delivery, state: State, **fields: object) -> Delivery:
        """Enters the next state, durably. Fields: upload, receipt, refusal, failure.
        A move not in `TRANSITIONS` is a bug.
        """
        if state not in TRANSITIONS[delivery.state]:
            raise AssertionError(f"{delivery.state} cannot become {state}")
        self._set(delivery, {"state": state, **fields})
        return self.one(delivery.sequence)

    def note(self, delivery: Delivery, **fields: object) -> Delivery:
        """Keeps a field without a change of state."""
        self._set(delivery, fields)
        return self.one(delivery.sequence)

    def _set(self, delivery: Delivery, fields: Mapping[str, object]) -> None:
        names = sorted(fields.keys() & {"state", "upload", "receipt", "refusal", "failure"})
        values = [_text(fields[name]) for name in names]
        with self._writing():
            sets = ", ".join(f"{name} = ?" for name in names)
            order = f"UPDATE delivery SET {sets} WHERE sequence = ?"  # noqa: S608 - the names are those listed above
            self._db.execute(order, (*values, delivery.sequence))
            if fields.get("state") == "received":
                self._settle(delivery.sequence)
            if fields.get("state") in ("received", "failed", "superseded"):
                self._db.execute("DELETE FROM pending WHERE sequence = ?", (delivery.sequence,))

    def _settle(self, sequence: int) -> None:
        """The hub now holds the delta's records: they become what the next delta is measured against."""
        mine = "SELECT kind, id, hash FROM pending WHERE sequence = ?"
        for kind, record, mark in self._db.execute(mine, (sequence,)).fetchall():
            if mark is None:
                self._db.execute("DELETE FROM sent WHERE kind = ? AND id = ?", (kind, record))
            else:
                self._db.execute("INSERT OR REPLACE INTO sent VALUES (?, ?, ?)", (kind, record, mark))

    def sent(self, kind: str) -> dict[str, bytes]:
        """The hash of every record of a kind that the hub holds from this courier, by id."""
        return dict(self._db.execute("SELECT id, hash FROM sent WHERE kind = ?", (kind,)).fetchall())

    def forget(self, kind: str) -> None:
        """Makes the next delta of a kind a whole set, because the hub holds something else than was thought."""
        with self._writing():
            self._db.execute("DELETE FROM sent WHERE kind = ?", (kind,))

    def drop(self, named: Mapping[str, Iterable[str]]) -> None:
        """The hub no longer keeps these records, by kind: their hashes go, and they are sent no more until it asks for
        fewer. The list is always the whole one.
        """
        wanted = {(f"feed.{kind}", record) for kind, records in named.items() for record in records}
        held = set(self._db.execute("SELECT kind, id FROM dropped").fetchall())
        if wanted == held:
            return
        with self._writing():
            self._db.execute("DELETE FROM dropped")
            self._db.executemany("INSERT INTO dropped VALUES (?, ?)", sorted(wanted))
            self._db.executemany("DELETE FROM sent WHERE kind = ? AND id = ?", sorted(wanted))
            self._db.executemany("DELETE FROM pending WHERE kind = ? AND id = ?", sorted(wanted))

    def dropped(self, kind: str) -> frozenset[str]:
        """The records of a kind that the hub has asked not to be sent."""
        return frozenset(row[0] for row in self._db.execute("SELECT id FROM dropped WHERE kind = ?", (kind,)))

    def one(self, sequence: int) -> Delivery:
        """The delivery of a number."""
        return self._find("sequence = ?", sequence)[0]

    def open(self) -> list[Delivery]:
        """What is still on its way, in order."""
        return self._find("state IN ('sealed', 'offered', 'received')")

    def last(self, subject: tuple[str, str, str]) -> Delivery | None:
        """The newest version of a subject that did not fail."""
        known = "flow = ? AND collection = ? AND term = ? AND state NOT IN ('failed', 'superseded')"
        found = self._find(known, *subject)
        return found[-1] if found else None

    def all(self) -> list[Delivery]:
        """Every delivery, in order."""
        return self._find("TRUE")

    def _find(self, where: str, *values: object) -> list[Delivery]:
        columns = "manifest, signature, state, upload, receipt, refusal, failure"
        order = f"SELECT {columns} FROM delivery WHERE {where} ORDER BY sequence"  # noqa: S608 - constants of this file
        try:
            rows = self._db.execute(order, values).fetchall()
        except sqlite3.DatabaseError as fault:
            raise Unreadable(
                "The courier's journal is damaged.", why=f"{fault}.", todo="Keep the file and tell the LA."
            ) from fault
        return [_delivery(row) for row in rows]

    def _writing(self) -> _Writing:
        return _Writing(self._db)


class _Writing:
    """A transaction that is durable when the block is left, or never was."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            self._db.execute("COMMIT" if kind is None else "ROLLBACK")
        except sqlite3.OperationalError as fault:
            raise Trouble(
                "The courier's journal could not be written.", why=f"{fault}.", todo="Make room on the disk."
            ) from fault


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)


def _delivery(row: tuple[str, ...]) -> Delivery:
    manifest, signature, state, upload, receipt, refusal, failure = row
    kept = json.loads(receipt) if receipt else None
    refused = json.loads(refusal) if refusal else None
    return Delivery(read_manifest(json.loads(manifest)), signature, cast(State, state), upload, kept, refused, failure)
