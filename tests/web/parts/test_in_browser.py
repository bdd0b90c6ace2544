"""Every page in a real Chromium: accessible, fits 320 pixels, works without a script, on paper and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from journeys.kit import assert_accessible, assert_fits
from web.parts.sample_pages import PAGES

pytestmark = pytest.mark.journey
SHORT = {
    "board",
    "returns",
    "agreements",
    "findings",
    "queries",
    "who-looked",
    "ledger",
}  # fifty rows say no more than one


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_accessible_and_fits_wide_and_narrow(page: Page, address: str, name: str):
    page.goto(f"{address}/{name}/{'one' if name in SHORT else 'many'}")
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
        assert_accessible(page)


def test_the_gallery_with_every_error_is_accessible_and_fits(page: Page, address: str):
    page.goto(address)
    for width in (1280, 768, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert_fits(page)
    assert_accessible(page)


def test_the_typeface_is_ours_and_comes_from_here(page: Page, address: str):
    page.goto(f"{address}/home/one")
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"Atkinson Hyperlegible Next\"'))")
    loaded = page.evaluate("[...document.fonts].filter((face) => face.status == 'loaded').map((face) => face.style)")
    assert set(loaded) == {"normal"}


def test_a_conflict_is_chosen_and_left_by_keys_alone(page: Page, address: str):
    page.goto(f"{address}/desk/many")
    page.keyboard.press("2")
    expect(page.get_by_label("Take what the return says")).to_be_checked()
    expect(page.get_by_label("Take what the return says")).to_be_focused()
    page.keyboard.press("1")
    expect(page.get_by_label("Keep what is held")).to_be_checked()
    page.keyboard.press("s")
    assert page.url.endswith("#")


def test_enter_settles_the_conflict_that_was_chosen(page: Page, address: str):
    page.goto(f"{address}/desk/many")
    page.keyboard.press("2")
    with page.expect_request(lambda asked: asked.method == "POST") as asked:
        page.keyboard.press("Enter")
    assert "answer=accept" in (asked.value.post_data or "")


def test_keys_that_were_turned_off_stay_off(page: Page, address: str):
    page.goto(f"{address}/desk/many")
    page.get_by_text("Deciding by keyboard").click()
    page.get_by_label("Turn these keys off").check()
    page.reload()
    page.keyboard.press("2")
    expect(page.get_by_label("Take what the return says")).not_to_be_checked()


def test_a_closed_clause_opens_by_keyboard(page: Page, address: str):
    page.goto(f"{address}/clause/many")
    words = page.get_by_text("The school sends updates of pupil data").nth(1)
    expect(words).to_be_hidden()
    page.locator(".app-clause summary").first.focus()
    page.keyboard.press("Enter")
    expect(words).to_be_visible()


def test_headings_of_a_long_table_stay_in_sight(page: Page, address: str):
    page.goto(f"{address}/board/many")
    page.locator("tbody tr").nth(40).scroll_into_view_if_needed()
    box = page.get_by_role("columnheader", name="Establishment").bounding_box()
    assert box is not None
    assert -1 <= box["y"] < 100


def test_a_row_is_still_a_row_to_a_screen_reader_when_it_is_shown_as_a_card(page: Page, address: str):
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto(f"{address}/returns/many")
    row = page.get_by_role("row").nth(2)
    assert page.get_by_role("table", name="Returns").count() == 1
    assert row.get_by_role("rowheader").count() == 1
    assert row.get_by_role("cell").count() == 4


@pytest.mark.parametrize("name", ["home", "desk", "agreement", "return", "pupil"])
def test_without_a_script_everything_is_there(browser: Browser, address: str, name: str):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 900})
    opened = context.new_page()
    opened.goto(f"{address}/{name}/many")
    expect(opened.get_by_role("navigation", name="Menu").get_by_role("link", name="Conflicts")).to_be_visible()
    for control in opened.locator("main form").first.locator("input:visible, button:visible").all():
        expect(control).to_be_enabled()
    context.close()


def test_on_paper_a_chart_shows_its_figures_and_nothing_to_click(page: Page, address: str):
    page.goto(f"{address}/board/many")
    page.emulate_media(media="print")
    expect(page.get_by_role("cell", name="61.2% of 1,204")).to_be_visible()
    expect(page.get_by_role("button", name="Apply filters")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Menu")).to_be_hidden()
    expect(page.get_by_role("columnheader", name="Establishment")).to_be_visible()


def test_in_a_forced_palette_a_chart_is_drawn_in_the_colours_of_the_reader(browser: Browser, address: str):
    context = browser.new_context(forced_colors="active", color_scheme="dark")
    opened = context.new_page()
    opened.goto(f"{address}/sheet/many")
    script = "(part) => getComputedStyle(document.querySelector(part))"
    assert opened.evaluate(f"({script})('.app-chart text').fill") == "rgb(255, 255, 255)"
    assert opened.evaluate(f"({script})('.app-chart__line').stroke") == "rgb(255, 255, 255)"
    context.close()
