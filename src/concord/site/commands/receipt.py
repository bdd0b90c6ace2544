"""Proves one receipt, off line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from concord.core.seal.canonical import read
from concord.core.seal.receipt import Receipt, verify_receipt
from concord.core.seal.signature import Forged, public_key
from concord.core.trouble import Unreadable
from concord.courier.enrolment import read_enrolment
from concord.courier.home import Home

app = typer.Typer(
    no_args_is_help=True, help="Proves one receipt, off line. Example: concord receipt verify 000001.json"
)


@app.callback()
def receipt() -> None:
    """Proves one receipt, off line. Example: concord receipt verify 000001.json --file 8862001_SC3_886LL26_001.xml"""


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="The receipt, as the courier kept it.")],
    hub_key: Annotated[str, typer.Option(help="The hub's public key (base64); else the one pinned at enrolment.")] = "",
    of: Annotated[
        Path | None, typer.Option("--file", help="The file that was sent, to check that it is this one.")
    ] = None,
    home: Annotated[Path | None, typer.Option(help="The courier's folder, for the pinned key.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> int:
    """Says whether a receipt holds: its signature, its line in the ledger, and the file.
    Exit status 1 when it does not.

    Example: concord receipt verify receipts/000001.json --hub-key KEY --file return.xml --json
    """
    document = read(_bytes(file), file.name)
    key = hub_key or read_enrolment(Home(home)).hub_key
    try:
        found = verify_receipt(document, public_key(key), _bytes(of) if of else None)
    except Forged as fault:
        if not as_json:
            raise
        _print({"holds": False, "problem": fault.what, "why": fault.why, "todo": fault.todo, "key": key})
        return 1
    answer = _answer(found, key)
    _print(answer) if as_json else sys.stdout.write(_words(answer))
    return 0


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise Unreadable(f"{path} cannot be read.", why=f"{fault.strerror}.", todo="Check the path.") from fault


def _answer(found: Receipt, key: str) -> dict[str, Any]:
    stated, head = found.manifest, found.checkpoint.checkpoint
    return {
        "holds": True,
        "file": found.file,
        "name": stated.name,
        "establishment": stated.establishment,
        "collection": stated.collection,
        "term": stated.term,
        "sha256": stated.content_sha256,
        "line": found.entry["n"],
        "received": found.entry.get("at"),
        "ledger": {"origin": head.origin, "size": head.size, "at": head.at},
        "key": key,
    }


def _words(answer: dict[str, Any]) -> str:
    ledger = answer["ledger"]
    file = {"not given": "not compared", "content": "is the one that was sent", "sealed": "is the sealed file"}[
        answer["file"]
    ]
    return (
        f"The receipt holds: {answer['name']} of {answer['establishment']} ({answer['collection']} {answer['term']}) "
        f"is line {answer['line']} of the ledger {ledger['origin']}, proved against its head of {ledger['size']} lines "
        f"({ledger['at']}). The file {file}.\n"
    )


def _print(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
