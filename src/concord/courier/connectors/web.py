"""Calls to a MIS over the network: its settings file, and JSON or text that is really the MIS's."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import stamina

from concord.core.trouble import Trouble, Unreadable
from concord.courier.hub import checked_address


class NoAccess(Trouble):
    """The MIS knows this account and will not show it what the feed needs. `missing` names it as the MIS does."""

    def __init__(self, mis: str, missing: str, todo: str) -> None:
        super().__init__(
            f"{mis} does not let this account read {missing}.", why="Nothing of the feed was used.", todo=todo
        )
        self.missing = missing


class Busy(Trouble):
    """The MIS did not answer, or asked for patience: worth trying again."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where a MIS is and how this account enters it. Kept in a file only its owner can read."""

    address: str
    school: str
    user: str
    secret: str


def read_access(path: Path) -> Access:
    """The settings of a MIS: `address`, `school`, `user`, `secret` (TOML). Raises Trouble when others can read it."""
    try:
        if os.name != "nt" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise Trouble(
                f"Others on this machine can read {path.name}.", todo=f"`chmod 600 {path}`, then change the secret."
            )
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        words = (str(found.get(name, "")) for name in ("school", "user", "secret"))
        return Access(checked_address(str(found["address"])), *words)
    except (OSError, ValueError, KeyError) as fault:
        raise Unreadable(
            f"The settings in {path.name} cannot be read.", why=f"{fault}.", todo="Give address, school, user, secret."
        ) from fault


def client(access: Access, **more: Any) -> httpx.Client:
    """A client for one MIS. It follows no redirect: the secret travels with the request."""
    return httpx.Client(base_url=access.address, timeout=60.0, follow_redirects=False, **more)


def same_host(access: Access, url: str) -> str:
    """The address, when it is the MIS's own. Raises Trouble otherwise: the secret would travel with it."""
    if urlsplit(url)[:2] != urlsplit(access.address)[:2]:
        raise Trouble(
            "The MIS named a next page on another host.",
            why=f"{urlsplit(url).netloc} was not called.",
            todo="Tell the supplier.",
        )
    return url


@stamina.retry(on=Busy, attempts=5, wait_initial=1.0, wait_max=60.0)
def ask(mis: str, door: httpx.Client, method: str, url: str, **more: Any) -> httpx.Response:
    """One answer of 200. Raises Busy after the last attempt, NoAccess for 401 and 403, Unreadable for anything else."""
    try:
        answer = door.request(method, url, **more)
    except httpx.HTTPError as fault:
        raise Busy(f"{mis} could not be reached.", why=f"{fault}.", todo="It will be tried on the next run.") from fault
    if answer.status_code == 429 or answer.status_code >= 500:
        raise Busy(f"{mis} answered {answer.status_code}.", todo="It will be tried on the next run.")
    if answer.status_code in (401, 403):
        raise NoAccess(mis, urlsplit(url).path, "Ask the school's administrator to approve the account.")
    if not answer.is_success:
        raise Unreadable(
            f"{mis} answered {answer.status_code}.",
            why=answer.text[:200],
            todo="Tell the LA; its mapping may be out of date.",
        )
    return answer


def document(mis: str, answer: httpx.Response) -> dict[str, Any]:
    """The JSON object of an answer. A sign-in page sent with 200 is no answer."""
    try:
        found = answer.json()
    except ValueError as fault:
        raise Unreadable(
            f"{mis} answered with something that is not JSON.", todo="Check for a proxy or a sign-in page."
        ) from fault
    if not isinstance(found, dict):
        raise Unreadable(f"{mis} answered with something that is not an object.")
    return found


def text_at(record: Mapping[str, Any], path: str) -> str | None:
    """The text at a dotted path, stepping through an include's `data` wrapper. None: not there; "": null."""
    found: Any = record
    for name in path.split("."):
        if isinstance(found, Mapping) and "data" in found and name not in found:
            found = found["data"]
        if not isinstance(found, Mapping) or name not in found:
            return None
        found = found[name]
    return plain(found)


def plain(value: Any) -> str:
    """A value as text: null is empty, a flag true or false, a dated object its day."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return str(value.get("date", ""))[:10]
    return str(value)
