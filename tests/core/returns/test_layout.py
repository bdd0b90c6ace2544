"""The list of data items: whole, coherent, and the same as COLLECT's schema where that is at hand."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from concord.core import codesets
from concord.core.returns import DataItem, layout
from concord.core.returns.places import message, walk

SCHEMAS = Path(__file__).parents[4] / "shared" / "reference" / "data" / "census"
SEASONS = {"AUT": "autumn", "SPR": "spring", "SUM": "summer"}
FORMS = {"", "upn", "uln", "urn", "ukprn", "uprn", "trn", "ni_number", "postcode", "phone", "time", "eligibility_code"}


def all_items() -> list[DataItem]:
    return [item for kind in ("SC", "SWF", "CTF") for item in layout(kind).items]


def test_every_coded_item_names_a_set_with_codes_on_its_days() -> None:
    sets = codesets.load()
    for item in all_items():
        assert (item.type == "code") == bool(item.codes), item
        assert not item.codes or sets.codes(item.codes, date(2026, 10, 1)), item


def test_every_item_has_a_known_type_form_tag_and_term() -> None:
    for item in all_items():
        assert item.type in {"text", "date", "integer", "decimal", "boolean", "code"}, item
        assert item.form in FORMS, item
        assert item.tag in {"V", "V-impl", "K"}, item
        assert item.terms, item
        assert item.terms <= set(SEASONS), item


def test_no_table_has_an_item_or_a_csv_column_twice() -> None:
    for kind in ("SC", "SWF", "CTF"):
        for table in layout(kind).tables.values():
            names, columns = [item.name for item in table.items], [item.csv for item in table.items]
            assert len(set(names)) == len(names), table.name
            assert len(set(columns)) == len(columns), table.name


def test_every_table_lies_somewhere_in_a_file() -> None:
    for kind in ("SC", "SWF", "CTF"):
        plan = layout(kind)
        placed = {place.row for _, place in walk(message(kind)) if place.row}
        assert placed == set(plan.tables) | {"header"}


def test_the_tables_that_other_rooms_count_on_are_there() -> None:
    assert set(layout("SC").tables) == {
        "school", "pupil", "address", "fsm_period", "session", "half_term_2_session", "exclusion", "sen_need",
        "ap_provision", "school_arranged_ap", "learner_fam", "learner_support", "learning_aim", "programme_aim",
        "work_placement", "funding_basis", "class", "childcare", "special_provision",
    }  # fmt: skip
    workforce = {"member", "contract", "payment", "role", "absence", "qualification", "vacancy", "school"}
    assert workforce <= set(layout("SWF").tables)
    assert set(layout("CTF").tables) == {
        "pupil", "language", "disability", "fsm_history", "sen_history", "sen_need", "address", "phone", "contact",
        "attendance_year", "attend_session", "key_stage", "assessment", "school_history",
    }  # fmt: skip


def test_an_item_is_collected_in_its_terms_for_its_roll_and_within_its_days() -> None:
    items = {item.name: item for item in layout("SC")["pupil"].items}
    day = date(2026, 10, 1)
    assert items["Ethnicity"].collected("SPR", day)
    assert not items["Ethnicity"].collected("AUT", day)
    assert items["NCyearLeaving"].collected("AUT", day, "off")
    assert not items["NCyearLeaving"].collected("AUT", day, "on")
    assert items["SessionsAuthorised"].collected("AUT", date(2024, 10, 3))
    assert not items["SessionsAuthorised"].collected("SPR", date(2025, 1, 16))


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="COLLECT's schemas are not here")
@pytest.mark.parametrize("term", SEASONS)
@pytest.mark.parametrize("year", ["2025", "2026"])
def test_the_items_of_a_term_are_the_columns_of_collects_schema(term: str, year: str) -> None:
    schema = json.loads((SCHEMAS / f"{year}_{SEASONS[term]}.json").read_text())["column_map"]
    day = date(int(year), {"AUT": 10, "SPR": 1, "SUM": 5}[term], 20)
    ours = set()
    for table in layout("SC").tables.values():
        for roll, names in table.csv.items():
            for name in set(names) & set(schema):
                ours |= {(name, item.csv) for item in table.items if item.collected(term, day, roll)}
    own = ("tableid", "orderseqcolumn", "NativeId", "sourceid", "rollflag", "missingaddress", "duplicatenotfunded")
    theirs = {
        (name, column)
        for name in schema
        if name != "schoolcensus"
        for column in schema[name]
        if not column.endswith(own)
    }
    assert ours == theirs
