"""The page of the rule book is made from the rules and their cases, and is current."""

from __future__ import annotations

from pathlib import Path

from concord.core.rules.book import render_rule_book
from core.rules import cases

PAGE = Path(__file__).resolve().parents[3] / "docs" / "generated" / "rule-book.md"


def test_the_committed_rule_book_is_the_one_the_rules_make() -> None:
    assert PAGE.read_text("utf-8") == render_rule_book(cases.CASES), "make it again: python -m concord.site.documents"


def test_the_rule_book_never_tells_a_rule_of_ours_as_dfes() -> None:
    page = render_rule_book(cases.CASES)
    for line in page.splitlines():
        if line.startswith("Source: own rule"):
            assert line.rstrip().endswith(("[K].", "[V-impl]."))
