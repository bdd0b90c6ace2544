"""Guidance for each collection: its own dates, each system's steps with their day, and the same as PDF."""

from __future__ import annotations

import io

import pypdf
import pytest
from django.test import Client

from concord.core.collection import by_id, collections
from concord.desk import guide


@pytest.mark.parametrize("collection", sorted(collections()))
def test_a_guide_tells_the_days_the_program_keeps(collection: str) -> None:
    told = " ".join(line for section in guide.of(collection).sections for line in section.paragraphs)
    kept = by_id(collection)
    assert f"{kept.reference_date:%-d %B %Y}" in told
    assert f"{kept.deadline:%-d %B %Y}" in told


def test_every_system_says_when_it_was_written_and_that_it_is_not_the_suppliers_word() -> None:
    sections = [one for one in guide.of("SC-AUT-2026").sections if one.id.startswith("system-")]
    assert len(sections) == len(guide.systems()) >= 4
    for section, system in zip(sections, guide.systems(), strict=True):
        assert section.steps == system.steps
        assert f"Written {system.as_of:%-d %B %Y}" in section.paragraphs[1]
        assert ("not confirmed by its supplier" in section.paragraphs[1]) == (system.tag != "V")
    assert len({section.id for section in guide.of("SC-AUT-2026").sections}) == len(guide.of("SC-AUT-2026").sections)


def test_the_pdf_has_every_heading_and_is_tagged(database: object) -> None:
    answer = Client().get("/guidance/SC-AUT-2026?format=pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    read = pypdf.PdfReader(io.BytesIO(answer.content))
    text = " ".join(" ".join(page.extract_text() for page in read.pages).split())
    assert [one.heading for one in guide.of("SC-AUT-2026").sections if one.heading not in text] == []
    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert Client().get("/guidance/SC-AUT-2026").status_code == 200
