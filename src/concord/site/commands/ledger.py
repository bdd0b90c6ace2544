"""Proves the ledger, or an export of it; or writes an export."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from concord.core.seal.canonical import read
from concord.core.seal.checkpoint import SignedCheckpoint, read_checkpoint
from concord.core.seal.signature import public_key
from concord.core.seal.verify import Verdict, verify_export
from concord.core.trouble import Trouble, Unreadable

app = typer.Typer(
    no_args_is_help=True,
    help="Proves the ledger, an export of it, or writes an export.\n\nExample: concord ledger verify ledger.jsonl",
)


@app.callback()
def ledger() -> None:
    """Proves the ledger, an export of it, or writes an export. Example: concord ledger verify ledger.jsonl"""


@app.command()
def verify(
    file: Annotated[Path | None, typer.Argument(help="An export; without it, the hub's own ledger.")] = None,
    hub_key: Annotated[str, typer.Option(help="The hub's public key (base64), as known from elsewhere.")] = "",
    held: Annotated[
        list[Path] | None,
        typer.Option(help="A receipt or signed head that somebody kept: its lines must be there."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> int:
    """Says whether every line is as it was written and none is missing; names the first that is changed, missing,
    added or moved. Exit status 1 when it does not hold.

    Example: concord ledger verify ledger.jsonl --hub-key KEY --held receipts/000001.json
    """
    heads = [_head(path) for path in held or ()]
    verdict = _own(heads) if file is None else _export(file, hub_key, heads)
    _print(verdict.document()) if as_json else sys.stdout.write(_words(verdict))
    return 0 if verdict.holds else 1


@app.command()
def export(
    out: Annotated[Path, typer.Argument(help="The file to write.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> int:
    """Writes the hub's whole ledger with its signed heads: a file that anybody can prove off line.

    Example: concord ledger export ledger.jsonl
    """
    if out.exists():
        raise Trouble(f"{out} is there already.", todo="Name a new file: an export is never written over another.")
    lines = _write(out)
    said = {"file": str(out), "lines": lines}
    _print(said) if as_json else sys.stdout.write(f"{lines:,} lines written to {out}.\n")
    return 0


def _export(file: Path, hub_key: str, held: list[SignedCheckpoint]) -> Verdict:
    if hub_key:
        public_key(hub_key)
    return verify_export(file, hub_key=hub_key or None, held=held)


def _own(held: list[SignedCheckpoint]) -> Verdict:
    from concord.site.database import database

    with database():
        _set_up()
        from concord.desk import audit

        return audit.verified(held)


def _write(out: Path) -> int:
    from concord.site.database import database

    with database():
        _set_up()
        from concord.desk import audit, gate

        part = out.with_name(f".{out.name}.part")
        try:
            lines = audit.export_to(gate.system(), part)
            part.replace(out)
        except OSError as fault:
            raise Trouble(f"{out} cannot be written.", why=f"{fault.strerror}.", todo="Name another place.") from fault
        finally:
            part.unlink(missing_ok=True)
    return lines


def _set_up() -> None:
    """Django on the addresses in the environment; a ledger is looked at as it is, never migrated first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concord.site.settings")
    import django
    from django.db import connections

    django.setup()
    if "ledger_line" not in connections["default"].introspection.table_names():
        raise Trouble("This hub has no ledger yet.", todo="Run `concord migrate` first.")


def _head(path: Path) -> SignedCheckpoint:
    """A signed head by itself, or the one in a receipt."""
    try:
        found = read(path.read_bytes(), path.name)
    except OSError as fault:
        raise Unreadable(f"{path} cannot be read.", why=f"{fault.strerror}.", todo="Check the path.") from fault
    if found.get("form") == "concord-receipt/1":
        found = found["checkpoint"]
    return read_checkpoint(found)


def _words(verdict: Verdict) -> str:
    if verdict.problem is not None:
        return f"The ledger does not hold. {verdict.problem.says}\n"
    whose = "the key given" if verdict.key_from == "given" else "the key that stands in the file itself"
    witnesses = len({one.witness for one in verdict.witnessed})
    return (
        f"The ledger {verdict.origin} holds: {verdict.lines:,} lines, every one as it was written, {verdict.proved:,} "
        f"of them under a head signed with {whose} ({verdict.key}). {witnesses} witnesses countersigned it"
        + (f"; {verdict.held} heads held elsewhere agree.\n" if verdict.held else ".\n")
    )


def _print(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
