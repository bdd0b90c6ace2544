"""One folder a MIS: each reads what that MIS gives and answers with feeds.

Field names are in each folder's `mapping.toml`, tagged by their evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from concord.core.trouble import Trouble
from concord.courier.connectors.feed import Feed

CONNECTORS: Final = ("files", "sims", "wonde", "arbor", "bromcom")


def read_feeds(mis: str, paths: Sequence[Path]) -> Iterator[Feed]:
    """The feeds of one MIS from its export folders. Raises Trouble for a MIS there is no connector for."""
    if mis not in CONNECTORS:
        raise Trouble(f"There is no connector for {mis!r}.", todo=f"There are {', '.join(CONNECTORS)}.")
    if not paths:
        raise Trouble("The feed has no source.", todo="Name the folder the MIS exports to: --from EXPORTS.")
    connector = import_module(f"concord.courier.connectors.{mis}")
    for path in paths:
        yield from connector.read_feeds(path)
