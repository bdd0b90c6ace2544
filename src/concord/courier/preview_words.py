"""A preview as a document and as text: per file what the rules say, then each group with every one of its values."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from concord.courier.preview import Group
from concord.courier.send import Parcel


def previewed(parcel: Parcel, groups: Sequence[Group], check: dict[str, Any] | None) -> dict[str, Any]:
    """One file of a preview, for `--json`."""
    return {
        "name": parcel.name,
        "collection": parcel.collection,
        "term": parcel.term,
        "flow": parcel.flow,
        "bytes": len(parcel.content),
        "values": sum(len(each.values) for each in groups),
        "check": check,
        "groups": [each.document() for each in groups],
    }


def words(told: Sequence[dict[str, Any]]) -> str:
    """The preview as text: nothing is left out."""
    return "\n".join(line for each in told for line in _file(each)) + "\n"


def _file(told: dict[str, Any]) -> list[str]:
    lines = [f"{told['name']}: {told['collection']} {told['term']}, {told['values']} values, by flow {told['flow']}"]
    check = told["check"]
    if check:
        lines.append(
            f"  rules: {check['outcome']}, {check['counts']['error']} errors, {check['counts']['query']} queries"
        )
        lines += [
            f"    {each['rule']} {each['severity']} × {each['count']}: {each['message']}" for each in check["rules"]
        ]
    for group in told["groups"]:
        marks = "".join(
            (", confidential" if group["confidential"] else "", "" if group["in_flow"] else ", NOT NAMED IN THE FLOW")
        )
        lines.append(f"  clause {group['clause']}, {group['title']}: {group['count']} values{marks}")
        for person, rows in groupby(group["values"], key=lambda row: row[0]):
            lines.append(f"    {person or '-'}: " + ", ".join(f"{item} {value}" for _, item, value, _ in rows))
    return lines
