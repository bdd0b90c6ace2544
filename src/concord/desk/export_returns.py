"""Approved returns leave for COLLECT byte for byte as they were sent, one by one or together (clause 2(f)).

The ledger has the line, with the hash of every file, before the first byte leaves.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from concord.core.agreement.model import Actor, Permit
from concord.core.collection import by_id
from concord.core.trouble import Trouble
from concord.desk import gate, hidden_rows, keys
from concord.store import returns, vault
from concord.store.models import ReturnVersion

FLOW = "return-approval"
_DAY = (2020, 1, 1, 0, 0, 0)  # of every file in an archive: the same files make the same archive


@dataclass(frozen=True, slots=True)
class Export:
    """Files that may leave: `names` as they will be called, in order; `chunks` gives the archive piece by piece."""

    permit: Permit
    name: str
    names: list[str]
    versions: list[ReturnVersion]

    def chunks(self) -> Iterator[bytes]:
        """A zip, made while it is sent: one file is in memory at a time."""
        out = _Drain()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, version in zip(self.names, self.versions, strict=True):
                entry = zipfile.ZipInfo(name, _DAY)
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, content_of(self.permit, version))
                yield out.taken()
        yield out.taken()


class _Drain(io.RawIOBase):
    """A file that is only written to; what was written is taken from it now and then."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, given: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        self._held += given
        return len(given)

    def taken(self) -> bytes:
        out = bytes(self._held)
        self._held.clear()
        return out


def content_of(permit: Permit, version: ReturnVersion) -> bytes:
    """The file byte for byte as it was sent; without a pupil who was hidden since (clauses 4(i), 4(j))."""
    return hidden_rows.copy_of(permit, vault.fetch(permit, version.file, keys.seal_identity()), version.name)


def approved(actor: Actor, collection_id: str, laestabs: Sequence[str] = ()) -> Export:
    """The approved returns to a collection, of some establishments or of all the permit covers."""
    collection = by_id(collection_id)
    permit = gate.ask(actor, FLOW, establishments=laestabs or ["*"], categories=["return"])
    with gate.act(permit, "approved returns exported", collection.id) as deed:
        rows = returns.within(permit).filter(collection=collection.id, state="approved").order_by("establishment")
        found = [one for row in rows if (one := returns.find_version(permit, row.current_id or 0))]
        if not found:
            raise Trouble(
                f"No return to {collection.title} is approved.", todo="Approve returns on the progress board first."
            )
        deed.establishments = frozenset(one.of.establishment_id for one in found)
        deed.facts |= {"files": {one.of.establishment_id: one.file_id for one in found}}
    return Export(permit, f"{collection.id}-approved.zip", [_name(one) for one in found], found)


def _name(version: ReturnVersion) -> str:
    """As DfE's files are named where it is (formats 1.2), else by the DfE number: no two alike in one archive."""
    number = version.of.establishment_id.replace("/", "")
    plain = "".join(one if one.isalnum() or one in "-_." else "-" for one in version.name)[-80:]
    return plain if plain.startswith(number) else f"{number}_{plain}"


def one(actor: Actor, collection_id: str, laestab: str) -> tuple[str, bytes]:
    """One approved return: its name for COLLECT and its bytes."""
    export = approved(actor, collection_id, [laestab])
    return export.names[0], content_of(export.permit, export.versions[0])
