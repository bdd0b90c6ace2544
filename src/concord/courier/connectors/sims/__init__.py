"""SIMS: the XML that its command-line reporter writes; `--from` names the folder of the reports.

Empty fields are absent from a record, so a column counts as there when any record has it. A user without the right to
third-party reporting gets the report with its id columns left out and no error: that is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from concord.core.trouble import Trouble, Unreadable
from concord.courier.connectors.feed import Feed, Plan, check_columns, gather, plans

_TODO = "Give the reporting user the permission for third-party reporting, and check the report's columns."


def read_feeds(folder: Path) -> Iterator[Feed]:
    """The feed of each report that is there. Raises LostColumns, Unreadable, or the reporter's own error."""
    for plan in plans("sims"):
        path = folder / plan.source
        if path.is_file():
            yield read_report(path.read_bytes(), plan, path.name)


def read_report(content: bytes, plan: Plan, name: str) -> Feed:
    """One report."""
    root = _root(content, name)
    rows = [_row(record) for record in root.iterfind("Record")]
    check_columns(plan, {column for row in rows for column in row}, name, _TODO)
    return gather(plan, [{**row, **_tidy(row)} for row in rows], name)


def _root(content: bytes, name: str) -> etree._Element:
    if error := re.search(rb"<CommandReporterError>(.*?)</CommandReporterError>", content, re.S):
        raise Trouble(
            f"SIMS could not run the report {name}.", why=error[1].decode(errors="replace").strip(), todo=_TODO
        )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as fault:
        raise Unreadable(f"{name} is not a whole report.", why=f"{fault}.", todo="Run the report again.") from fault
    if root.tag != "SuperStarReport" or root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(f"{name} is not a report of SIMS.", todo="Have the reporter write XML.")
    return root


def _row(record: etree._Element) -> dict[str, str]:
    row: dict[str, str] = {}
    for field in record:
        caption = re.sub("_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), str(field.tag))
        if caption in row:
            raise Unreadable(f"A record has {caption!r} twice.", todo="Give each column of the report its own caption.")
        row[caption] = (field.text or "").strip()
    return row


def _tidy(row: dict[str, str]) -> dict[str, str]:
    """The few fields that are not written as the DfE writes them: `Year  7`, and dates that carry a time."""
    days = {name: value[:10] for name, value in row.items() if re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00", value)}
    year = re.fullmatch(r"Year\s+(\d+)", row.get("Year", ""))
    return {**days, **({"Year": year[1]} if year else {})}
