from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.test import Client

from web.parts.sample_pages import AMOUNTS, PAGES

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
POINTS = ("for", "aria-describedby", "aria-labelledby", "aria-controls")


class Page(HTMLParser):
    """The tags of a page, in order; complains where one is closed that is not open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("details", "div", "ul", "ol", "dl", "table", "p", "h2", "h3") and "p" in self.open[:-1]:
            self.wrong.append(f"<{tag}> inside <p>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")

    def values(self, name: str) -> list[str]:
        return [attrs[name] or "" for _, attrs in self.tags if name in attrs]


EVERY = [(name, amount) for name in PAGES for amount in AMOUNTS]


@pytest.fixture(params=EVERY, ids=["-".join(each) for each in EVERY])
def html(request: pytest.FixtureRequest, gallery: Client) -> str:
    response = gallery.get("/{}/{}".format(*request.param))
    assert response.status_code == 200
    return response.content.decode()


def test_every_page_is_sound_markup(html):
    page = Page(html)
    assert (page.wrong, page.open) == ([], [])
    ids = page.values("id")
    assert len(ids) == len(set(ids)), [one for one in ids if ids.count(one) > 1]
    for name in POINTS:
        for pointed in " ".join(page.values(name)).split():
            assert pointed in ids, f"{name} points at nothing: {pointed}"
    headings = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert headings.count(1) == 1
    main = next(attrs for tag, attrs in page.tags if tag == "main")
    assert main["id"] == "main-content"


def test_every_page_keeps_the_content_security_policy(html):
    page = Page(html)
    assert page.values("style") == []
    assert [name for _, attrs in page.tags for name in attrs if name.startswith("on")] == []
    scripts = [attrs for tag, attrs in page.tags if tag == "script"]
    assert all(attrs.get("nonce") or (attrs.get("src") or "").startswith("/static/") for attrs in scripts)
    links = page.values("src") + [attrs["href"] or "" for tag, attrs in page.tags if tag == "link"]
    assert all(link.startswith("/static/") for link in links)


def test_every_page_is_written_whole_and_in_the_house_words(html):
    body = re.sub(r"<script.*?</script>|<[^>]+>", " ", html, flags=re.DOTALL)
    assert not re.search(r"\{\{|\{%|\bNone\b|Context|&amp;(lt|gt|amp|quot|#x27|#34|#39);", body)
    assert not re.search(r"\b(please|student|oops)\b", body, flags=re.IGNORECASE)
    assert "!" not in body
    assert re.search(r"<title>(Error: )?[A-Z].* – Wealdshire County Council</title>", html)


def test_a_page_with_errors_says_so_in_its_title(gallery):
    for name in ("sign-in", "agreement", "desk"):
        assert "<title>Error: " in gallery.get(f"/{name}/one").content.decode()


def test_the_500_page_needs_no_context(gallery):
    from django.template.loader import render_to_string

    html = render_to_string("500.html")
    assert "It is our fault" in html
    assert "– Local authority</title>" in html


def test_the_gallery_shows_every_part(gallery):
    response = gallery.get("/")
    assert response.status_code == 200
    page = Page(response.content.decode())
    assert page.wrong == []
