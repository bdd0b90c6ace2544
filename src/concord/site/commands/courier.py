"""The school's side: enrol, preview, run, status, keys."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from concord.courier.checking import check_return, summary
from concord.courier.connectors import CONNECTORS, read_feeds
from concord.courier.delta import whole_parcel
from concord.courier.enrolment import enrol as enrol_courier
from concord.courier.enrolment import read_enrolment
from concord.courier.extract import files, read_export
from concord.courier.home import Home
from concord.courier.hub import Hub
from concord.courier.preview import preview as preview_parcel
from concord.courier.preview_words import previewed, words
from concord.courier.run import Report, run, station
from concord.courier.schedule import entry, repeat
from concord.courier.status import keys as keys_of
from concord.courier.status import status as status_of
from concord.courier.terms import read_terms

app = typer.Typer(no_args_is_help=True, help="The school's side. Example: concord courier run --from EXPORTS")

HomeFolder = Annotated[Path | None, typer.Option("--home", help="The courier's folder; else the user's own.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Exports = Annotated[list[Path] | None, typer.Option("--from", help="A file, or the folder the MIS exports to.")]
Mis = Annotated[str, typer.Option(help=f"Where the regular feed comes from: {', '.join(CONNECTORS)}.")]
AgreementFolder = Annotated[Path | None, typer.Option(help="The agreement's folder; else the one shipped for the LA.")]


@app.callback()
def courier() -> None:
    """The school's side. Example: concord courier run --from EXPORTS"""


@app.command()
def enrol(
    hub: Annotated[str, typer.Option(help="The hub's address, as the LA wrote it.")],
    token: Annotated[str, typer.Option(help="The code from the establishment's courier page; works once.")],
    home: HomeFolder = None,
    as_json: AsJson = False,
) -> int:
    """Makes this machine's key and binds it to one establishment.

    Example: concord courier enrol --hub https://hub.example --token T
    """
    made = enrol_courier(Home(home), hub, token)
    told = {
        "courier": made.courier,
        "establishment": made.establishment,
        "la": made.la,
        "name": made.name,
        "hub": made.hub,
    }
    text = f"Enrolled for {made.name} ({made.establishment}). Next: concord courier preview --from EXPORTS\n"
    return _answer(told, text, as_json)


@app.command()
def preview(  # noqa: PLR0917 - the options of a command line, by name
    paths: Annotated[list[Path] | None, typer.Argument(help="Files of the MIS.")] = None,
    exports: Exports = None,
    mis: Mis = "",
    agreement: AgreementFolder = None,
    home: HomeFolder = None,
    as_json: AsJson = False,
) -> int:
    """Shows every value that would leave, by clause, flow and category, and what the LA's rules say. Sends nothing.

    Example: concord courier preview 8862001_SC3_886LL26_001.xml
    """
    place = Home(home)
    made = read_enrolment(place) if place.enrolment.exists() else None
    terms = read_terms(made.la if made else "", made.kind if made else "maintained", agreement)
    told = []
    for path in files([*(paths or []), *(exports or [])]) if not mis else []:
        export = read_export(path, made.establishment if made else "")
        parcel = export.parcel(terms)
        told.append(previewed(parcel, preview_parcel(parcel, terms), summary(check_return(export.ret))))
    for feed in read_feeds(mis, exports or []) if mis else []:
        parcel = whole_parcel(feed)
        told.append(previewed(parcel, preview_parcel(parcel, terms), None))
    return _answer({"files": told}, words(told), as_json)


@app.command(name="run")
def run_command(  # noqa: PLR0917 - the options of a command line, by name
    exports: Exports = None,
    mis: Mis = "",
    every: Annotated[float, typer.Option(help="Run again every so many hours; 0 runs once.")] = 0,
    may_shrink: Annotated[bool, typer.Option(help="Send a feed although most of its records are gone.")] = False,
    agreement: AgreementFolder = None,
    home: HomeFolder = None,
    as_json: AsJson = False,
) -> int:
    """Finishes what was on its way, then checks, seals and sends what is new, and keeps the receipts.

    Example: concord courier run --from EXPORTS --every 24
    """

    def once() -> int:
        with station(Home(home), Hub, agreement) as at:
            feeds = list(read_feeds(mis, exports or [])) if mis else []
            report = run(at, exports or [], feeds, may_shrink=may_shrink)
        return _answer(report.document(), _report_words(report), as_json) or report.status

    return repeat(once, every) if every else once()


@app.command()
def status(home: HomeFolder = None, as_json: AsJson = False) -> int:
    """How the agreement and the returns stand at the hub, and what is on its way.

    Example: concord courier status --json
    """
    told = status_of(Home(home), Hub)
    return _answer(told, _status_words(told), as_json)


@app.command()
def keys(home: HomeFolder = None, as_json: AsJson = False) -> int:
    """The public keys: this courier's, and the hub's pinned ones. Secrets are never shown.

    Example: concord courier keys
    """
    told = keys_of(Home(home))
    return _answer(told, f"This courier's key: {told['signing_key']}\nFingerprint: {told['fingerprint']}\n", as_json)


@app.command()
def schedule(
    every: Annotated[int, typer.Option(help="Hours between runs.")] = 24,
    exports: Exports = None,
    home: HomeFolder = None,
    as_json: AsJson = False,
) -> int:
    """Prints the line that adds the courier to the system's own scheduler; changes nothing.

    Example: concord courier schedule --every 24 --from EXPORTS
    """
    place = Home(home)
    folders = " ".join(f'--from "{each.resolve()}"' for each in exports or [])
    command = f'concord courier run --home "{place.root.resolve()}" {folders}'.strip()
    line = entry(read_enrolment(place).courier, every, command, os.name == "nt")
    return _answer({"entry": line, "scheduler": "schtasks" if os.name == "nt" else "cron"}, line + "\n", as_json)


def _answer(document: dict[str, Any], text: str, as_json: bool) -> int:
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n" if as_json else text)
    return 0


def _report_words(report: Report) -> str:
    stands = report.agreement
    lines = [f"{report.establishment}: agreement {stands.get('state', 'not known')}"]
    for each in report.files:
        said = each.get("error") or f"{each.get('collection', '')} {each.get('term', '')}".strip()
        lines.append(f"  {each['outcome']:<12}{each['name']}  {said}")
        lines += [f"              {each[name]}" for name in ("why", "todo") if each.get(name)]
    return "\n".join(lines) + "\n"


def _status_words(told: dict[str, Any]) -> str:
    stands = told["agreement"] or {}
    reached = f"agreement {stands.get('state')}" if told["reached"] else "the hub does not answer"
    lines = [f"{told['name']} ({told['establishment']}): {reached}"]
    lines += [
        f"  {each['collection']}: {each['state']}, {each['errors']} errors, {each['queries']} queries"
        for each in told["returns"]
    ]
    lines += [f"  on its way: {each['name']} ({each['state']}) {each['clause']}".rstrip() for each in told["waiting"]]
    ledger = told["ledger"]
    lines.append(f"  ledger {ledger['origin']}: {ledger['size']} lines at {ledger['at']}")
    lines.append(f"  heads witnessed here: {ledger['witnessed']}")
    return "\n".join(lines) + "\n"
