"""Where a Common Transfer File comes from and goes to: by its header, and by the name it travels under.

Names are `LLLEEEE_CTF_LLLEEEE_nnn.xml`, the sender first; three other letters stand for files of one kind of data
alone (`FSP`, `PHO`, `KS1`, `KS2`). A local authority is its number and LLLL. Two destinations are none: XXXXXXX, nobody
knows where the pupil is, and MMMMMMM, outside the maintained system (in the file LEA and Estab hold three and four).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from concord.core.returns.model import Header
from concord.core.trouble import Trouble

Destination = Literal["establishment", "authority", "lost", "outside", "unknown"]
LOST: Final = "XXX/XXXX"
OUTSIDE: Final = "MMM/MMMM"
PARTY: Final = r"[0-9]{3}(?:[0-9]{4}|LLLL)"
"""An establishment or a local authority in the name of a file."""
_NAME: Final = re.compile(rf"({PARTY})_([A-Z0-9]{{3}})_({PARTY}|X{{7}}|M{{7}})_([0-9]{{3}})\.xml", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TransferName:
    """A file name in its parts; `source` and `destination` as `886/2001`, `886/LLLL`, `XXX/XXXX`."""

    source: str
    letters: str
    destination: str
    number: str


def parse_name(name: str) -> TransferName | None:
    """The parts of a file's name (its folder is left out); None where it is not of the agreed form."""
    found = _NAME.fullmatch(re.split(r"[/\\]", name)[-1])
    if found is None:
        return None
    source, letters, destination, number = (part.upper() for part in found.groups())
    return TransferName(_split(source), letters, _split(destination), number)


def _split(seven: str) -> str:
    return f"{seven[:3]}/{seven[3:]}"


def destination(header: Header) -> str:
    """Whom it is for: `886/4001`, `886/LLLL`, `XXX/XXXX`; empty where the header does not say."""
    lea, estab = header.destination_lea, header.destination_estab
    return f"{lea}/{estab}".upper() if lea and estab else ""


def kind_of_destination(header: Header) -> Destination:
    """An establishment, an authority, pupils who are lost, pupils gone outside; unknown where it is none of them."""
    to = destination(header)
    if to in (LOST, OUTSIDE):
        return "lost" if to == LOST else "outside"
    if re.fullmatch("[0-9]{3}/LLLL", to, re.ASCII):
        return "authority"
    return "establishment" if re.fullmatch("[0-9]{3}/[0-9]{4}", to, re.ASCII) else "unknown"


def file_name(header: Header, number: int = 1) -> str:
    """The name to send a CTF under; `number` (1 to 999) rises with each file for the same destination."""
    require_addressed(header)
    if not 1 <= number <= 999:
        raise Trouble(
            "The file cannot be named.", why=f"{number} is not from 1 to 999.", todo="Begin again at 1 in a new year."
        )
    to = header.destination_lea + header.destination_estab
    return f"{header.lea}{header.estab}_CTF_{to}_{number:03}.xml".upper().replace(".XML", ".xml")


def require_addressed(header: Header) -> None:
    """Trouble where a CTF does not say from which establishment or authority it is, or whom it is for."""
    source = re.fullmatch("[0-9]{3}/([0-9]{4}|LLLL)", header.laestab, re.ASCII)
    if source and kind_of_destination(header) != "unknown":
        return
    what = "whom it is for" if source else "whom it is from"
    raise Trouble(
        "The Common Transfer File cannot be written.",
        why=f"Its header does not say {what}.",
        todo="Give the DfE number, or XXX and XXXX where nobody knows it, MMM and MMMM outside the maintained system.",
    )


def require_destination(header: Header, laestab: str) -> None:
    """Trouble where a CTF is for another than `laestab`. One for no establishment known may be taken by any."""
    to = destination(header)
    if to in (laestab, LOST, OUTSIDE):
        return
    raise Trouble(
        f"This Common Transfer File is not for {laestab}.",
        why=f"Its header says it is for {to or 'nobody'}.",
        todo="Do not take it in. Delete it, and tell the sender that it came to the wrong place.",
    )
