from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concord.core.trouble import Trouble
from concord.site import front_end

COLOURS = st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True)


def test_contrast_is_that_of_the_standard():
    assert front_end.accent_contrast("#000000") == pytest.approx(21)
    assert front_end.accent_contrast("#FFFFFF") == pytest.approx(1)
    assert front_end.accent_contrast("#767676") == pytest.approx(4.54, abs=0.005)
    assert front_end.accent_contrast("#12436D") > 7


@given(COLOURS, COLOURS)
def test_contrast_is_the_same_both_ways_round(one, other):
    ratio = front_end.accent_contrast(one, other)
    assert ratio == pytest.approx(front_end.accent_contrast(other, one))
    assert 1 <= ratio <= 21.0001


def test_an_accent_on_which_white_cannot_be_read_is_refused_with_its_figure():
    with pytest.raises(Trouble) as told:
        front_end.build("#F46A25")
    assert "contrast of 3.0 to 1" in told.value.why
    assert "darker" in told.value.todo


@pytest.mark.parametrize("colour", ["blue", "#12", "12436D", "#12436G", "#12436D;}body{display:none"])
def test_what_is_not_a_colour_is_refused(colour):
    with pytest.raises(Trouble, match="not a colour"):
        front_end.build(colour)


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """The front end, built into a folder of the test's own."""
    monkeypatch.setattr(front_end, "BUILT", tmp_path / "static" / "built")
    if not front_end._SASS.is_file():
        pytest.skip("not run: the parts of the front end are not here (npm ci)")
    return tmp_path / "static" / "built"


def test_the_style_sheet_has_the_accent_and_no_crown_no_transport_and_nothing_from_outside(elsewhere):
    assert not front_end.built("#801650")
    front_end.build("#801650")
    assert front_end.built("#801650")
    css = (elsewhere / "concord.css").read_text()
    assert ".app-header{" in css
    assert "#801650" in css
    assert "Transport" not in css
    assert "crest" not in css
    fonts = set(re.findall(r"url\(\"?([^\")]+)", css))
    assert fonts == {path.name for path in elsewhere.glob("*.woff2")}
    assert len(fonts) == 4


def test_documents_are_set_in_the_typeface_that_a_wheel_carries(elsewhere, monkeypatch):
    """With the built files alone, as in an installed wheel: regular and bold, upright and italic, and their licence."""
    from concord.desk import pdf

    front_end.build()
    monkeypatch.setattr(pdf, "_FONTS", (elsewhere,))
    pdf._fonts.cache_clear()
    fonts = [one for one in pdf._fonts().fonts() if one.family == "Atkinson Hyperlegible Next"]
    pdf._fonts.cache_clear()
    assert {(one.style, one.weight) for one in fonts} == {(s, w) for s in ("normal", "italic") for w in (400, 700)}
    assert "SIL" in (elsewhere / "AtkinsonHyperlegibleNext-licence.txt").read_text()


def test_a_build_is_made_again_only_when_what_it_is_made_of_changed(elsewhere):
    front_end.build()
    before = (elsewhere / "concord.css").stat().st_mtime_ns
    front_end.build()
    assert (elsewhere / "concord.css").stat().st_mtime_ns == before
    assert not front_end.built("#801650")
    (elsewhere / "stamp").write_text("cut short")
    assert not front_end.built()


def test_without_its_parts_the_front_end_says_how_to_get_them(elsewhere, monkeypatch, tmp_path):
    monkeypatch.setattr(front_end, "_SASS", tmp_path / "nowhere")
    with pytest.raises(Trouble, match="parts have not been fetched") as told:
        front_end.build()
    assert "npm ci" in told.value.todo


def test_without_node_the_front_end_says_what_to_install(elsewhere, monkeypatch):
    monkeypatch.setattr(front_end.shutil, "which", lambda name: None)
    monkeypatch.setattr(front_end.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(Trouble, match="Node is not installed"):
        front_end.build()
