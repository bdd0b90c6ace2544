"""What the agreement says of what leaves: the flow and clause for each kind of file, and the category of each data
item.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from concord.core.agreement.load import load
from concord.core.agreement.schedule import Agreement
from concord.core.shelf import shelf
from concord.core.trouble import Trouble

FEED: Final = "orchestra-feed"
MAINTAINED: Final = {"SC": "school-census", "SWF": "workforce-census"}
COPIES: Final = {"SC": "academy-census-copy", "SWF": "academy-workforce-copy"}


@dataclass(frozen=True)
class Terms:
    """The agreement, for a courier of one kind of establishment."""

    agreement: Agreement
    kind: str

    def flow_of(self, collection: str) -> str:
        """The flow a file of this collection goes by. Raises Trouble when there is none a courier may send."""
        if collection.startswith("feed."):
            return FEED
        maintained = MAINTAINED.get(collection, "")
        flow = self.agreement.flows.get(maintained)
        if flow is not None and self.kind in flow.establishment_types:
            return maintained
        if collection in COPIES:
            return COPIES[collection]
        raise Trouble(
            f"A courier does not send {collection!r}.", todo="Use the mailbox on the LA's pages for other files."
        )

    def clause_of(self, flow: str) -> str:
        """The clause a flow rests on."""
        return self.agreement.flows[flow].clause

    def title_of(self, flow: str) -> str:
        """What a flow is called."""
        return self.agreement.flows[flow].title


def read_terms(la: str, kind: str, folder: Path | None = None) -> Terms:
    """The agreement in `folder`, else the one on the shelf whose authority has this LA number.
    Raises Trouble when there is none.
    """
    if folder is not None:
        return Terms(load(folder), kind)
    found = [load(each.parent) for each in sorted(shelf("agreements").glob("*/agreement.toml"))]
    for agreement in found[::-1]:
        if agreement.terms.authority.number == la or not la:
            return Terms(agreement, kind)
    raise Trouble(f"No agreement of LA {la} is here.", todo="Name its folder: --agreement FOLDER.")
