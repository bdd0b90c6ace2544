"""Runs the whole test suite, or the part of it that is named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from concord.core.trouble import Trouble

app = typer.Typer(add_completion=False)
_HELP = (
    "Run the whole test suite: style, types, floors, behaviour, pages in a real browser. Whatever could not run "
    "is listed as not run, with its reason. Words given here are pytest's.\n\n"
    "Example: concord test tests/core -k upn"
)
_ROOT = Path(__file__).resolve().parents[4]
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# A file is one process's: pytest 9 no longer hears xdist's groups, and what a file shares is made once.
_ALL = ("-n", "auto", "--dist", "loadfile")


@app.command(help=_HELP, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def run_tests(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document: passed, failed, not_run …")] = False,
) -> int:
    words = context.args
    if not (_ROOT / "tests").is_dir():
        raise Trouble("The tests are not part of an installed hub.", todo="Run ./concord test in a checkout.")
    _provide()
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        command = [sys.executable, "-m", "pytest", *(words or _ALL), f"--figures={figures}"]
        done = subprocess.run(
            command, cwd=_ROOT, env=_surroundings(), check=False, stdout=sys.stderr if as_json else None
        )
        if as_json:
            sys.stdout.write(figures.read_text() if figures.exists() else '{"outcome": "did not run"}\n')
    return {0: 0, 1: 1}.get(done.returncode, 2)


def _surroundings() -> dict[str, str]:
    """The tests' environment: no setting of this machine's hub, and source files where Python looks for them."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("CONCORD_")}
    return kept | {"PYTHONPATH": str(_ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1"}


def _provide() -> None:
    """Have what the tests need beside Python: the pages' built files, a browser, the system's own PostgreSQL."""
    from concord.core.agreement.load import load
    from concord.core.shelf import shelf
    from concord.site.front_end import build

    try:
        build(load(shelf("agreements") / "kent-2022").terms.authority.accent)
    except Trouble as trouble:
        typer.echo(str(trouble), err=True)  # the tests that need it say so themselves
    if os.geteuid() == 0 and shutil.which("apt-get"):
        if not any(map(shutil.which, _BROWSERS)):
            _install("chromium")
        if not any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
            _install("postgresql")


def _install(package: str) -> None:
    typer.echo(f"concord: installing {package} for the tests.", err=True)
    options = ["-y", "-q", "--no-install-recommends"]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-q"], ["install", *options, package]):
        done = subprocess.run(
            ["apt-get", *words], env=quiet, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
        if done.returncode:
            last = (done.stderr or done.stdout).strip().splitlines()[-1:]
            typer.echo(f"concord: apt-get {words[0]} did not succeed: {' '.join(last)}", err=True)
