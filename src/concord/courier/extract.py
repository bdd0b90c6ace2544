"""From what the MIS exported to parcels: whole files of returns as they are, and deltas of the regular feed.

A file is only recognised here, never changed: the bytes that are shown, checked and sealed are the bytes of the export.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from concord.core.returns import Return, read
from concord.core.trouble import Trouble, Unreadable
from concord.courier.send import Parcel
from concord.courier.terms import Terms


@dataclass(frozen=True)
class Export:
    """A return file of the MIS, read."""

    path: Path
    content: bytes
    ret: Return

    def parcel(self, terms: Terms) -> Parcel:
        """What is sent of it: everything, unchanged."""
        header = self.ret.header
        return Parcel(
            name=self.path.name,
            content=self.content,
            flow=terms.flow_of(header.kind),
            collection=header.kind,
            term=f"{header.term or 'AUT'}-{header.year}",
        )


def files(paths: Sequence[Path], *, none_is_fine: bool = False) -> list[Path]:
    """The XML files named, and those directly in the folders named, in order. Raises Trouble when there is none, unless
    the folders are there for something else too."""
    found = [each for path in paths for each in (sorted(_in_folder(path)) if path.is_dir() else [path])]
    if not found and not none_is_fine:
        raise Trouble(
            "There is nothing to send.", why="No XML file is there.", todo="Name the folder the MIS exports to."
        )
    return found


def _in_folder(path: Path) -> Iterable[Path]:
    return (each for each in path.iterdir() if each.suffix.lower() == ".xml" and each.is_file())


def read_export(path: Path, establishment: str = "") -> Export:
    """One file. Raises Unreadable when it is no return, Trouble when it is another establishment's (a mistake stopped
    before it leaves).
    """
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise Unreadable(
            f"{path} cannot be read.", why=f"{fault.strerror}.", todo="Check the path of the export."
        ) from fault
    ret = read(content, name=path.name)
    if establishment and ret.header.laestab != establishment:
        raise Trouble(
            f"{path.name} is of {ret.header.laestab or 'no establishment'}, and this courier serves {establishment}.",
            why="It was not sent.",
            todo="Take the file out of the folder; if the header is wrong, make the file again in the MIS.",
        )
    return Export(path, content, ret)
