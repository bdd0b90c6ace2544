"""What the program offers is in the documents, and what the documents say is current."""

from __future__ import annotations

import re

import pytest

from concord.site.command import COMMANDS
from concord.site.config import Config
from concord.site.documents import DOCUMENTS, ROOT, command_of
from house.source import SRC, tracked

WRITTEN = {path.stem for path in (SRC / "concord/site/commands").glob("*.py")} - {"__init__"}


def test_every_command_has_a_file_and_every_file_is_a_command() -> None:
    assert set(COMMANDS) == WRITTEN


@pytest.mark.parametrize("name", sorted(WRITTEN & set(COMMANDS)))
def test_the_help_of_a_command_has_an_example(name: str) -> None:
    command = command_of(name)
    told = " ".join([command.help or "", *(inner.help or "" for inner in getattr(command, "commands", {}).values())])
    assert f"concord {name}" in told


def test_every_command_is_in_the_commands_page() -> None:
    page = (ROOT / "docs/commands.md").read_text()
    assert [name for name in COMMANDS if f"## concord {name}\n" not in page] == []


def test_every_setting_is_in_the_settings_page_with_its_meaning() -> None:
    page = (ROOT / "docs/settings.md").read_text()
    absent = [name for name in Config.model_fields if f"| `CONCORD_{name.upper()}` |" not in page]
    assert absent == []
    assert [name for name, field in Config.model_fields.items() if len((field.description or "").split()) < 4] == []


@pytest.mark.parametrize("page", sorted(DOCUMENTS))
def test_a_made_page_is_current(page: str) -> None:
    assert (ROOT / page).read_text() == DOCUMENTS[page](), "run python -m concord.site.documents"


def test_every_decision_is_one_page_with_its_reasons() -> None:
    decisions = sorted((ROOT / "docs/adr").glob("*.md"))
    assert len(decisions) >= 4
    for decision in decisions:
        text = decision.read_text()
        assert re.match(r"\d{4}-[a-z-]+\.md", decision.name)
        assert all(heading in text for heading in ("## Decided", "## Why", "## What it costs")), decision.name
        assert len(text.splitlines()) <= 60, decision.name


def test_links_between_documents_lead_somewhere() -> None:
    pages = [ROOT / path for path in tracked() if path.endswith(".md")]
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text())
        if not target.startswith(("http:", "https:", "mailto:")) and not (page.parent / target).exists()
    ]
    assert dead == []
