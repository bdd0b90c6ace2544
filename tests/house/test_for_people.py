"""The pages for people name addresses that are there and commands that take what is said they take."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve

from concord.site.command import COMMANDS
from concord.site.documents import ROOT, command_of

PAGES = [*sorted((ROOT / "docs/for").glob("*.md")), ROOT / "DEVELOPERS.md", ROOT / "README.md", ROOT / "docs/api.md"]
READERS = {"auditor", "data-manager", "governor", "head", "it-support", "mi-officer", "professional"}


def said(page: Path) -> list[str]:
    """What stands between grave accents on one line, and the lines of code blocks."""
    text = page.read_text()
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    inline = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return [*re.findall(r"`([^`\n]+)`", inline), *(line for block in blocks for line in block.splitlines())]


def test_there_is_a_page_for_each_reader_and_it_is_one_page() -> None:
    found = {page.stem: len(page.read_text().splitlines()) for page in (ROOT / "docs/for").glob("*.md")}
    assert set(found) == READERS
    assert max(found.values()) <= 60, found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_address_named_is_one_of_the_hub(page: Path) -> None:
    dead = []
    for address in (one for one in said(page) if re.match(r"/[a-z]*[\w/?=.-]*$", one)):
        try:
            resolve(address.partition("?")[0])
        except Resolver404:
            dead.append(address)
    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_named_is_there_with_its_options(page: Path) -> None:
    commands = [found[1] for one in said(page) if (found := re.search(r"(?:^|\s)(?:\./)?concord ([a-z].*)$", one))]
    assert [why for words in commands if (why := wrong(shlex.split(words, comments=True)))] == []


def wrong(words: list[str]) -> str:
    """What is wrong with the words after `concord`; empty where nothing is."""
    if words[0] not in COMMANDS:
        return f"no command {words[0]}"
    command, rest = command_of(words[0]), words[1:]
    inner = getattr(command, "commands", {})
    if inner and rest and rest[0] != "--help":
        if rest[0] not in inner:
            return f"{words[0]} has no {rest[0]}"
        command, rest = inner[rest[0]], rest[1:]
    known = {name for part in command.params for name in part.opts} | {"--help"}
    strange = [word for word in rest if word.startswith("--") and word not in known]
    return f"{words[0]} has no {' '.join(strange)}" if strange else ""


def test_every_file_the_way_of_a_file_names_is_there() -> None:
    text = (ROOT / "DEVELOPERS.md").read_text()
    named = set(re.findall(r"`((?:core|courier|store|desk|web|site)/[\w/]+\.py)`", text))
    assert len(named) > 20
    assert [name for name in sorted(named) if not (ROOT / "src/concord" / name).exists()] == []


def test_a_wrong_option_and_a_wrong_command_are_seen() -> None:
    assert wrong(["check", "FILE", "--for", "886/2001"]) == ""
    assert wrong(["check", "FILE", "--four", "886/2001"])
    assert wrong(["ledger", "burn"])
    assert wrong(["chek"])
