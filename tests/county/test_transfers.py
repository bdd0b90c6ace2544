"""The county's Common Transfer Files, read and checked as anybody's."""

from __future__ import annotations

from concord.core.returns import read, write
from concord.core.returns.transfer import destination, file_name
from concord.core.rules import check, setting_for
from concord.county import County
from concord.county.transfers import transfers


def files(county: County) -> list[tuple[str, bytes]]:
    """All files of all establishments; nobody's next one is known."""
    return [one for est in county.open for one in transfers(county.holding(est), {})]


def test_every_item_of_a_file_stands_in_a_place_that_is_read_and_comes_back(kent: County) -> None:
    made = files(kent)
    assert len({name[:7] for name, _ in made}) > 3
    for name, content in made:
        found = read(content, name=name)
        assert found.unknown == ()
        assert read(write(found)) == found
        assert name == file_name(found.header)
        assert destination(found.header) in ("XXX/XXXX", "MMM/MMMM")


def test_a_county_with_nothing_planted_makes_files_without_errors(tidy: County) -> None:
    for name, content in files(tidy):
        found = read(content, name=name)
        outcome = check(found, setting_for(found.header))
        assert [one for one in outcome.findings if one.severity == "error"] == []
        assert outcome.could_not_run == []
        assert {"T0105", "T0108"}.isdisjoint(outcome.totals), "made in the academic year it says"
