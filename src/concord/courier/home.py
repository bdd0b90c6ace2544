"""The folder in which a courier keeps its keys, its journal, sealed files on their way, receipts and the heads it has
witnessed.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from platformdirs import user_data_path

from concord.core.trouble import Trouble


class Home:
    """Paths inside the folder. Made private to its owner on first use."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or user_data_path("concord-courier", appauthor=False)
        try:
            for folder in (self.root, self.spool, self.receipts):
                folder.mkdir(parents=True, exist_ok=True)
                if os.name != "nt":
                    folder.chmod(0o700)
        except OSError as fault:
            raise Trouble(
                f"The courier's folder {self.root} cannot be used.",
                why=f"{fault}.",
                todo="Give another: --home FOLDER.",
            ) from fault

    @property
    def spool(self) -> Path:
        """Sealed files on their way; each is removed when its receipt is kept."""
        return self.root / "spool"

    @property
    def receipts(self) -> Path:
        """One JSON file a receipt, named by sequence number."""
        return self.root / "receipts"

    @property
    def signing_key(self) -> Path:
        """The courier's own Ed25519 key."""
        return self.root / "signing.key"

    @property
    def enrolment(self) -> Path:
        """To whom this courier is enrolled, and the hub's pinned keys."""
        return self.root / "enrolment.json"

    @property
    def journal(self) -> Path:
        """What was sent and what is on its way."""
        return self.root / "journal.db"

    @property
    def witnessed(self) -> Path:
        """The ledger heads this courier saw, checked and countersigned, one a line."""
        return self.root / "witnessed.jsonl"

    @property
    def alarm(self) -> Path:
        """The two heads that contradict each other, once any have."""
        return self.root / "alarm.json"

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Holds off every other run in this folder. The lock goes with the process, however it ends."""
        with closing(sqlite3.connect(self.root / "lock.db", timeout=0, isolation_level=None)) as lock:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError as fault:
                raise Trouble(
                    "Another run of this courier is under way.", todo="Wait for it to end; it will send what is there."
                ) from fault
            yield
