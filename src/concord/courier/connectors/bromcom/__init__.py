"""Bromcom: its read-only SOAP service.

`--from` names a settings file with `address`, `school` (its number), `user` and `secret`. A new account may read
nothing until the school ticks each entity, so the permissions are asked first and the missing ticks are named. The
service's filter is SQL text: it is never built from anything, and always empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import httpx
from lxml import etree

from concord.core.trouble import Trouble, Unreadable
from concord.courier.connectors.feed import Feed, Plan, check_columns, gather, plans, with_upns
from concord.courier.connectors.web import Access, NoAccess, ask, client, read_access

_DOOR = "/Nucleus/WebServices/ThirdParty/TPReadOnlyDataService.asmx"
_SPACE = "http://tempuri.org/"
_SOAP = "http://www.w3.org/2003/05/soap-envelope"
_TODO = "Ask the school's administrator to tick this entity for the LA's account in Bromcom."


def read_feeds(settings: Path) -> Iterator[Feed]:
    """Every feed of the mapping. Raises NoAccess before anything is read, LostColumns, Busy or Unreadable."""
    access = read_access(settings)
    with client(access) as door:
        open_to_us = _permitted(access, door)
        missing = [plan.source for plan in plans("bromcom") if plan.source not in open_to_us]
        if missing:
            raise NoAccess("Bromcom", ", ".join(missing), _TODO)
        yield from with_upns(read_feed(access, door, plan) for plan in plans("bromcom"))


def read_feed(access: Access, door: httpx.Client, plan: Plan) -> Feed:
    """One entity, whole. A column that no row has is absent from the answer."""
    body = f"<schoolID>{escape(access.school)}</schoolID><entityName>{plan.source}</entityName><entityFilter/>"
    rows = _tables(access, door, "getEntityDataBySchoolID", body)
    if rows:
        check_columns(plan, {name for row in rows for name in row}, f"Bromcom's {plan.source}", _TODO)
    tidy = [{name: value[:10] if value.endswith("T00:00:00") else value for name, value in row.items()} for row in rows]
    return gather(plan, tidy, f"Bromcom's {plan.source}")


def _permitted(access: Access, door: httpx.Client) -> set[str]:
    rows = _tables(access, door, "findEntitiesBySchoolID", f"<schoolID>{escape(access.school)}</schoolID>")
    return {value for row in rows for value in row.values()}


def _tables(access: Access, door: httpx.Client, act: str, body: str) -> list[dict[str, str]]:
    """The rows of the .NET data set that an act answers with."""
    who = f"<username>{escape(access.user)}</username><password>{escape(access.secret)}</password>"
    envelope = (
        f'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="{_SOAP}"><soap:Body>'
        f'<{act} xmlns="{_SPACE}">{body}{who}</{act}></soap:Body></soap:Envelope>'
    )
    answer = ask(
        "Bromcom",
        door,
        "POST",
        _DOOR,
        content=envelope.encode(),
        headers={"Content-Type": "application/soap+xml; charset=utf-8"},
    )
    root = _root(answer.content)
    if root.find(f".//{{{_SOAP}}}Fault") is not None:
        raise Trouble(
            "Bromcom refused the request.",
            why=" ".join(map(str, root.itertext())).strip()[:200],
            todo="Check the account.",
        )
    return [{etree.QName(each).localname: (each.text or "").strip() for each in row} for row in root.iter("{*}Table")]


def _root(content: bytes) -> etree._Element:
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as fault:
        raise Unreadable("Bromcom's answer is not whole XML.", why=f"{fault}.", todo="Try again.") from fault
    if root.getroottree().docinfo.internalDTD is not None or root.tag != f"{{{_SOAP}}}Envelope":
        raise Unreadable("Bromcom's answer is not a SOAP envelope.", todo="Check for a proxy or a sign-in page.")
    return root
