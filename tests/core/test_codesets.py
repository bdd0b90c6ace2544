from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from concord.core import codesets
from concord.core.trouble import Trouble

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def sets() -> codesets.CodeSets:
    return codesets.load()


def test_codes_are_text_and_keep_leading_zeros_and_the_word_no(sets: codesets.CodeSets) -> None:
    assert {"01", "54"} <= sets.codes("school_type", TODAY)
    assert "NO" in sets.codes("school_phase", TODAY)
    assert "01" in sets.codes("learner_fam_code", TODAY)


def test_the_attendance_codes_of_august_2024_start_and_end_on_their_day(sets: codesets.CodeSets) -> None:
    before, since = sets.codes("attendance_code", date(2024, 8, 18)), sets.codes("attendance_code", date(2024, 8, 19))
    assert since - before == {"K", "C1", "C2", "J1", "Q", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7"}
    assert before - since == {"H", "J", "Y"}
    assert {"/", "\\", "#"} <= since


def test_a_legacy_sen_code_ends_and_down_syndrome_begins(sets: codesets.CodeSets) -> None:
    assert sets.codes("sen_provision", TODAY) == {"N", "K", "E"}
    assert "S" in sets.codes("sen_provision", date(2018, 3, 31))
    assert "DS" not in sets.codes("sen_type", date(2024, 12, 31))
    assert "DS" in sets.codes("sen_type", date(2025, 1, 16))


def test_an_exclusion_reason_is_judged_by_the_day_it_started(sets: codesets.CodeSets) -> None:
    assert "OT" in sets.codes("exclusion_reason", date(2020, 7, 31))
    assert "OT" not in sets.codes("exclusion_reason", date(2020, 8, 1))
    assert len(sets.codes("exclusion_reason", date(2026, 7, 31))) == 16
    assert len(sets.codes("exclusion_reason", date(2026, 8, 1))) == 29


def test_the_long_lists_are_whole(sets: codesets.CodeSets) -> None:
    assert len(sets.codes("language", TODAY)) == 319
    assert len(sets.codes("ethnicity", TODAY)) == 108
    assert sets.label("language", "POL") == "Polish"


def test_an_extended_ethnicity_rolls_up_by_the_map_not_by_its_letters(sets: codesets.CodeSets) -> None:
    rolled = {code: sets.parent("ethnicity", code) for code in ("WALB", "WENG", "MWAP", "OAFG", "WBRI")}
    assert rolled == {"WALB": "WOTH", "WENG": "WBRI", "MWAP": "MWAS", "OAFG": "OOTH", "WBRI": "WBRI"}
    mains = {one.parent for one in sets["ethnicity"].codes}
    assert all(sets.parent("ethnicity", main) == main for main in mains)


def test_an_la_number_in_a_upn_has_the_ranges_of_rule_1530_and_the_new_las(sets: codesets.CodeSets) -> None:
    numbers = sets.codes("upn_la", TODAY)
    assert {"001", "201", "886", "887", "943"} <= numbers
    assert not {"000", "006", "834", "939", "999"} & numbers
    assert "943" not in sets.codes("upn_la", date(2023, 3, 31))


def test_every_set_says_where_it_comes_from(sets: codesets.CodeSets) -> None:
    for name in sets:
        one = sets[name]
        assert all((one.title, one.source, one.codes)), name
        assert one.tag in ("V", "K"), name
        assert all(code.tag in ("", "V", "K") for code in one.codes), name
        parents = {code.parent for code in one.codes} - {""}
        assert name.startswith("attendance_") or all(one.get(parent) for parent in parents), name


def test_an_unknown_set_is_a_trouble_that_names_it(sets: codesets.CodeSets) -> None:
    with pytest.raises(codesets.UnknownCodeSet, match="no code set “shoe_size”"):
        sets.codes("shoe_size", TODAY)


def test_an_la_adds_a_code_and_ends_another_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(
        '[sen_type]\ntitle = "t"\nsource = "the LA"\ntag = "K"\ncodes = [\n'
        '  { code = "XYZ", label = "New", valid_from = 2027-01-01 },\n'
        '  { code = "NSA", label = "Ended", valid_to = 2026-12-31 },\n]\n'
    )
    sets = codesets.load(tmp_path)
    assert {"NSA"} == sets.codes("sen_type", TODAY) - sets.codes("sen_type", date(2027, 1, 1))
    assert {"XYZ"} == sets.codes("sen_type", date(2027, 1, 1)) - sets.codes("sen_type", TODAY)
    assert sets["sen_type"].source == codesets.load()["sen_type"].source


@pytest.mark.parametrize(
    "text",
    [
        "[a]\ntitle=",
        '[a]\ntitle="t"\n',
        '[a]\ntitle="t"\nsource="s"\ntag="V"\ncodes=[{code=1}]\n',
        '[a]\ntitle="t"\nsource="s"\ntag="V"\ncodes=[{code="1"},{code="1"}]\n',
        '[a]\ntitle="t"\nsource="s"\ntag="V"\nfile="gone.csv"\n',
        '[a]\ntitle="t"\nsource="s"\ntag="V"\ncodes=[{code="1",colour="x"}]\n',
    ],
)
def test_a_spoilt_file_of_an_la_is_a_trouble_and_no_traceback(tmp_path: Path, text: str) -> None:
    (tmp_path / "spoilt.toml").write_text(text)
    with pytest.raises(Trouble, match=r"spoilt\.toml cannot be read"):
        codesets.load(tmp_path)
