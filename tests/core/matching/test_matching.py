"""Who is matched, who a person looks at, who is new: and the three things that are never matched."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from concord.core.matching import COLUMNS, load_weights, match
from concord.core.matching.names import folded
from concord.core.trouble import Trouble
from concord.site.command import main

FIELDS = (
    "id",
    "UPN",
    "FormerUPN",
    "Surname",
    "Forename",
    "MiddleNames",
    "PreferredSurname",
    "FormerSurname",
    "DOB",
    "Sex",
)
FIELDS += ("PostCode",)
ANN = {
    "UPN": "R886200124001",
    "Surname": "O'Neill",
    "Forename": "Zoë",
    "DOB": "2014-05-03",
    "Sex": "F",
    "PostCode": "ME14 1XX",
}
JACK = {
    "UPN": "C886200124002",
    "Surname": "Smith",
    "Forename": "Jack",
    "DOB": "2014-05-09",
    "Sex": "M",
    "PostCode": "ME14 2XY",
}
HARRY = {**JACK, "UPN": "D886200124003", "Forename": "Harry"}
KAI = {
    "UPN": "E886200124004",
    "Surname": "Brown",
    "Forename": "Kai",
    "DOB": "2010-02-28",
    "Sex": "M",
    "PostCode": "CT1 1AA",
}


def people(*rows):
    """A list of pupils, ids 1, 2, … unless given; what is not said is null."""
    full = [{name: row.get(name) for name in FIELDS} | {"id": str(row.get("id", i))} for i, row in enumerate(rows, 1)]
    return pl.DataFrame(full, schema=dict.fromkeys(FIELDS, pl.String))


def decided(incoming, *register, **more):
    return match(people(incoming), people(*register), **more).row(0, named=True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "UPN equal"),
        ({"Surname": "ONEIL"}, "surname 1 letter different"),
        ({"Surname": "Taylor", "PostCode": "CT9 9ZZ"}, "surname different"),
        ({"DOB": "2014-03-05"}, "day and month of birth swapped"),
        ({"DOB": "2001-01-01"}, "date of birth different"),
        ({"UPN": None}, "postcode equal; date of birth equal"),
        ({"UPN": "Z999999999999", "FormerUPN": ANN["UPN"]}, "former UPN equal"),
        ({"UPN": None, "PostCode": None, "Sex": None}, "date of birth equal; surname equal; forename equal"),
        (
            {"UPN": None, "Surname": "Taylor", "FormerSurname": "O’Neill"},
            "surname equal to the preferred or former one",
        ),
        ({"UPN": None, "Surname": "Zoe", "Forename": "Oneill"}, "surname and forename swapped"),
        ({"UPN": None, "Surname": "O'Neill-Jones"}, "surname part equal"),
        ({"UPN": None, "DOB": "2014-05-04"}, "date of birth different in one part"),
    ],
)
def test_one_pupil_told_a_little_differently_is_matched_with_its_evidence(change, words):
    found = decided({**ANN, **change}, KAI, ANN, JACK)
    assert (found["decision"], found["register_id"]) == ("match", "2")
    assert words in found["evidence"]


def test_evidence_is_told_strongest_first():
    found = decided({**ANN, "Surname": "Oneil"}, ANN)
    assert found["evidence"] == (
        "UPN equal; postcode equal; date of birth equal; forename equal; surname 1 letter different; sex equal"
    )


@pytest.mark.parametrize(
    "change",
    [
        {"Surname": "Lee", "Forename": "Tom", "DOB": "2009-10-11", "Sex": "M", "PostCode": "DA1 1AA"},
        {"Forename": "Chloe"},
        {"Surname": "Lee", "Forename": "Tom"},
    ],
    ids=["nothing else", "a twin's UPN", "both names"],
)
def test_an_equal_upn_that_the_names_do_not_bear_out_is_for_review(change):
    found = decided({**ANN, **change}, ANN, KAI)
    assert (found["decision"], found["register_id"]) == ("review", "1")
    assert found["evidence"].startswith("UPN equal")


@pytest.mark.parametrize("upn", [None, "B886200199999", JACK["UPN"]], ids=["none", "another", "the twin's"])
def test_a_twin_is_never_matched_to_its_twin(upn):
    assert decided({**HARRY, "UPN": upn}, JACK, KAI)["decision"] == "review"


def test_twins_in_both_lists_each_find_themselves():
    found = match(people({**HARRY, "UPN": None}, {**JACK, "UPN": None}), people(JACK, HARRY))
    assert found["register_id"].to_list() == ["2", "1"]
    assert set(found["decision"]) == {"match"}


def test_a_twin_of_a_name_one_letter_apart_is_for_review_without_a_upn():
    others = [{**KAI, "id": f"k{i}", "UPN": None, "Forename": name} for i, name in enumerate(["Ava", "Eva"] * 2)]
    eva = {**ANN, "id": "eva", "Forename": "Eva"}
    found = match(people({**ANN, "UPN": None, "Forename": "Ava"}), people(eva, *others)).row(0, named=True)
    assert (found["decision"], found["register_id"]) == ("review", "eva")


def test_the_twins_upn_with_ones_own_name_is_for_review():
    mia, mya = {**ANN, "Forename": "Mia"}, {**ANN, "Forename": "Mya", "UPN": "A886200124009"}
    found = decided({**mia, "UPN": mya["UPN"]}, mia, mya)
    assert found["decision"] == "review"


def test_a_register_pupil_claimed_twice_is_matched_to_neither():
    found = match(people(ANN, {**ANN, "PostCode": "CT1 1AA"}), people(ANN))
    assert found["decision"].to_list() == ["review", "review"]
    assert all("another incoming record claims" in words for words in found["evidence"])
    without = match(people({**ANN, "UPN": None}, {**ANN, "UPN": None, "PostCode": None}), people(ANN))
    assert without["decision"].to_list() == ["review", "review"]


def test_a_second_record_of_a_pupil_matched_by_upn_is_told():
    found = match(people(ANN, {**ANN, "UPN": None}), people(ANN, KAI))
    assert found["decision"].to_list() == ["match", "review"]
    assert "is matched to another incoming record" in found["evidence"][1]


def test_two_pupils_of_the_register_alike_are_for_a_person():
    found = decided({**ANN, "UPN": None}, ANN, {**ANN, "UPN": "B886200124010"})
    assert found["decision"] == "review"
    assert "as likely" in found["evidence"]


def test_a_upn_given_to_two_register_pupils_is_for_a_person():
    assert decided(ANN, ANN, {**ANN, "PostCode": None})["decision"] == "review"


def test_a_wrong_upn_does_not_hide_the_right_pupil():
    found = decided({**ANN, "UPN": KAI["UPN"]}, KAI, ANN)
    assert (found["decision"], found["register_id"]) == ("match", "2")
    assert "UPN different" in found["evidence"]


@pytest.mark.parametrize("hidden", ["1", "i"])
def test_an_id_on_the_never_list_is_as_if_it_were_not_there(hidden):
    found = match(people({**ANN, "id": "i"}), people(ANN, KAI), never=frozenset({hidden}))
    assert found.row(0, named=True) == {
        "incoming_id": "i",
        "register_id": None,
        "decision": "new",
        "evidence": "no pupil of the register is like it",
        "weight": None,
    }


def test_a_pupil_like_nobody_is_new():
    assert decided({**KAI, "UPN": None}, ANN, JACK)["decision"] == "new"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O’Neill-Smith", "ONEILL SMITH"),
        ("Łukasz", "lukasz"),
        ("Søren", "Soren"),
        ("Núñez", "NUNEZ"),
        ("Strauß", "strauss"),
    ],
)
def test_names_are_folded_for_comparing(one, other):
    frame = pl.DataFrame({"a": [one], "b": [other]})
    assert frame.select(folded(pl.col("a")) == folded(pl.col("b"))).item()


def test_dates_may_be_dates_or_text_of_either_order():
    typed = people(ANN).with_columns(DOB=pl.lit(date(2014, 5, 3)))
    for said in ("03/05/2014", "2014-05-03T00:00:00"):
        assert match(people({**ANN, "UPN": None, "DOB": said}), typed)["decision"].item() == "match"


def test_an_empty_register_makes_everyone_new():
    found = match(people(ANN, KAI), people().clear())
    assert found["decision"].to_list() == ["new", "new"]
    assert match(people().clear(), people(ANN)).is_empty()


@pytest.mark.parametrize(
    ("incoming", "words"),
    [
        (people(ANN).drop("DOB"), "incoming list has no column DOB"),
        (people({**ANN, "id": "7"}, {**KAI, "id": "7"}), "Row 1 of the incoming list has the id of another row"),
        (people({**ANN, "id": ""}), "Row 1 of the incoming list has no id"),
    ],
)
def test_a_list_that_cannot_be_linked_is_told(incoming, words):
    with pytest.raises(Trouble, match=words) as refused:
        match(incoming, people(ANN))
    assert refused.value.todo


def test_weights_are_data_and_a_broken_file_is_told(tmp_path):
    path = tmp_path / "weights.toml"
    path.write_text("[upn]\nequal = 1\n")
    with pytest.raises(Trouble, match=r"weights\.toml cannot be read"):
        load_weights(path)


name = st.sampled_from(
    ["Ann", "Anna", "Jack", "Jac", "Harry", "Mia", "Mya", "Zoë", "Lee", "O'Neill", "Oneil", "Smith-Jones"]
)
pupil = st.fixed_dictionaries(
    {
        "UPN": st.sampled_from([None, "A1", "B2", "C3", "D4"]),
        "FormerUPN": st.sampled_from([None, None, "A1", "B2"]),
        "Surname": name,
        "Forename": name,
        "DOB": st.sampled_from(["2014-05-03", "2014-03-05", "2014-05-04", "2010-01-01", None, "soon"]),
        "Sex": st.sampled_from(["F", "M", None]),
        "PostCode": st.sampled_from(["ME14 1XX", "ME14 1XY", None]),
    }
)


@settings(max_examples=60, deadline=None)
@given(st.lists(pupil, min_size=1, max_size=8), st.lists(pupil, max_size=8))
def test_whatever_the_lists_no_one_is_matched_twice_and_forenames_agree(incoming, register):
    found = match(people(*incoming), people(*register))
    assert tuple(found.columns) == COLUMNS
    assert found["incoming_id"].to_list() == [str(i + 1) for i in range(len(incoming))]
    matched = found.filter(pl.col("decision") == "match")
    assert matched["register_id"].is_duplicated().sum() == 0
    assert (found["register_id"].is_null() == (found["decision"] == "new")).all()
    assert not matched["evidence"].str.contains("forename (different|alike)").any()
    assert not matched["evidence"].str.contains("contested|as likely|claims").any()


@settings(max_examples=20, deadline=None)
@given(st.lists(pupil, min_size=1, max_size=8), st.lists(pupil, min_size=1, max_size=8), st.randoms())
def test_the_order_of_either_list_does_not_matter(incoming, register, random):
    ins = [{**row, "id": f"i{n}"} for n, row in enumerate(incoming)]
    outs = [{**row, "id": f"r{n}"} for n, row in enumerate(register)]
    before = match(people(*ins), people(*outs))
    random.shuffle(ins)
    random.shuffle(outs)
    after = match(people(*ins), people(*outs))
    asked = ["incoming_id", "decision"]
    assert before.sort("incoming_id").select(asked).equals(after.sort("incoming_id").select(asked))
    linked = [
        f.filter(pl.col("decision") == "match").sort("incoming_id")["register_id"].to_list() for f in (before, after)
    ]
    assert linked[0] == linked[1]


@pytest.fixture
def lists(tmp_path):
    incoming, register = tmp_path / "in.csv", tmp_path / "reg.csv"
    people({**ANN, "id": "i1"}, {**KAI, "id": "i2"}).rename({"DOB": "Date_of_Birth", "Sex": "gender"}).write_csv(
        incoming
    )
    people({**ANN, "id": "r1"}).write_csv(register)
    return incoming, register


def test_the_command_writes_the_links_and_their_figures(lists, tmp_path, capsys):
    out = tmp_path / "links.csv"
    assert main(["match", *map(str, lists), "--out", str(out), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert [figures[key] for key in ("incoming", "register", "match", "review", "new")] == [2, 1, 1, 0, 1]
    written = pl.read_csv(out)
    assert tuple(written.columns) == COLUMNS
    assert written["register_id"].to_list() == ["r1", None]


def test_the_command_keeps_hidden_ids_out(lists, tmp_path, capsys):
    hidden = tmp_path / "hidden.txt"
    hidden.write_text("r1\n")
    assert main(["match", *map(str, lists), "--out", str(tmp_path / "o.csv"), "--never", str(hidden)]) == 0
    assert capsys.readouterr().out.startswith("0 matched, 0 for review, 2 new.")


def test_the_command_tells_what_it_cannot_read(lists, tmp_path, capsys):
    (tmp_path / "empty.csv").write_bytes(b"")
    for bad in ("empty.csv", "absent.csv"):
        assert main(["match", str(lists[0]), str(tmp_path / bad), "--out", str(tmp_path / "o.csv")]) == 2
        assert "What to do" in capsys.readouterr().err
