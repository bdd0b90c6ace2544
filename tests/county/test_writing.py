"""The folder: what lies in it, that each file can be read again, and that the truth agrees with the files."""

from __future__ import annotations

import gc
import json
from dataclasses import fields
from pathlib import Path

import polars as pl
import pytest
from lxml import etree

from concord import county
from concord.core.collection import by_id
from concord.core.establishment import read_extract
from concord.core.returns import read
from concord.core.rules import check, setting_of
from concord.core.trouble import Trouble
from concord.county.exports import FILES
from concord.county.facts import facts
from concord.county.holding import Holding
from concord.county.marks import columns_between
from concord.county.plan import County
from concord.county.register import gias
from concord.county.writing import Written
from concord.courier.connectors.files import read_feeds
from concord.site.command import main


@pytest.fixture(scope="module")
def folder(kent: County, tmp_path_factory: pytest.TempPathFactory) -> Written:
    return county.write(kent, tmp_path_factory.mktemp("county"))


def _texts(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)


def test_every_establishment_has_its_files_and_the_index_names_them(folder: Written, kent: County) -> None:
    index = json.loads((folder.out / "county.json").read_text())["establishments"]
    assert [one["laestab"] for one in index] == [est.laestab for est in kent.open]
    for one in index:
        place = folder.out / one["folder"]
        names = {one["census"], one["workforce"], *(f"{name}.csv" for name in FILES)}
        assert names <= {path.name for path in place.iterdir()}
        assert one["census"] == f"{one['folder']}_SC3_886LL26_001.xml"
        assert {path.name for path in place.glob("ctf/*")} == set(one["ctf"])


def test_the_workforce_censuses_read_and_break_no_rule_with_a_number_of_the_dfes(folder: Written) -> None:
    setting = setting_of(by_id("SWF-AUT-2026"))
    for path in sorted(folder.out.glob("*/*_SWF_*.xml")):
        found = check(read(path.read_bytes()), setting).findings
        assert not [one for one in found if one.severity == "error" and one.dfe_rule]


def test_the_exports_of_each_system_hold_the_pupils_of_the_return(folder: Written, kent: County) -> None:
    for est in kent.open:
        captions = {what: caption for caption, what in facts("mis")[est.mis]["pupils"]}
        pupils = _texts(folder.out / est.folder / "pupils.csv")
        assert set(pupils.columns) == set(captions.values())
        held = kent.holding(est)
        assert pupils[captions["surname"]].to_list() == held.sent.surname[held.rows].tolist()
        assert pupils[captions.get("id", "UPN")].n_unique() == pupils.height


def test_the_couriers_plain_file_connector_reads_the_plain_shape(folder: Written, kent: County) -> None:
    plain = [est for est in kent.open if est.mis == "plain"]
    assert plain
    for est in plain:
        feeds = list(read_feeds(folder.out / est.folder))
        assert len(feeds) == 6


def test_the_marks_written_add_up_to_those_held(folder: Written, kent: County) -> None:
    est = kent.open[3]
    held = kent.holding(est)
    marks = _texts(folder.out / est.folder / "attendance.csv")
    captions = {what: caption for caption, what in facts("mis")[est.mis]["attendance"]}
    table = held.marks[held.rows][:, columns_between(*held.term.marks)]
    assert marks.height == int((table > 0).sum())
    assert "" not in set(marks[captions["code"]])


def test_transfer_files_go_to_the_next_establishment_or_to_nowhere_known(folder: Written, kent: County) -> None:
    numbers = {est.folder for est in kent.open} | {"XXXXXXX", "MMMMMMM"}
    files = sorted(folder.out.glob("*/ctf/*.xml"))
    assert files
    for path in files:
        sender, kind, receiver, serial = path.stem.split("_")
        assert (kind, serial) == ("CTF", "001")
        assert receiver in numbers - {sender}
        root = etree.parse(path).getroot()
        assert root.findtext("Header/DestSchool/LEA") == receiver[:3]
        assert root.findtext("Header/SourceSchool/Estab") == sender[3:]
        assert root.findall("CTFpupilData/Pupil/UPN")


def test_the_truth_has_a_line_for_each_pupil_record_and_names_what_was_planted(folder: Written, kent: County) -> None:
    lines = _texts(folder.out / "truth.csv")
    assert lines.height == folder.records
    told = json.loads((folder.out / "truth.json").read_text())
    assert sum(told["kinds"].values()) == len(told["planted"])
    true = dict(zip(lines["upn_sent"], lines["upn"], strict=True))
    assert sum(sent != upn for sent, upn in true.items()) > 0
    sent = {(row["laestab"], int(row["person"])): row for row in lines.to_dicts()}
    column = {"Surname": "surname_sent", "Forename": "forename_sent", "DOB": "dob_sent"}
    ones = [one for one in told["planted"] if one["kind"] in ("name_typing_error", "dob_digit_wrong", "known_as")]
    here = [one for one in ones if (one["laestab"], one["person"]) in sent]
    assert here
    for one in here:
        assert sent[one["laestab"], one["person"]][column[one["item"]]] == one["sent"] != one["true"]


def test_movers_and_duplicates_are_on_the_rolls_the_truth_says(spring: County) -> None:
    truth = county.Truth(spring)
    movers, rolls = truth.movers(), {}
    assert movers
    for est in spring.open:
        held = spring.holding(est)
        rolls[est.laestab] = set(held.roll.person[held.on].tolist())
    claimed = {one["person"] for one in truth.duplicates() if not one["rightly"]}
    for one in movers:
        assert one["person"] in rolls[one["to"]] or one["person"] in claimed
        assert (one["person"] in rolls[one["from"]]) == (one["person"] in claimed)
    for one in truth.duplicates():
        assert all(one["person"] in rolls[laestab] for laestab in one["establishments"])
        assert len(one["establishments"]) > 1


def test_those_who_vanish_are_on_no_roll() -> None:
    made = county.make(40, 8000, seed=6, term="SPR-2027")
    gone = county.Truth(made).vanished()
    assert any(one["vulnerable"] for one in gone)
    persons = {one["person"] for one in gone}
    for est in made.open:
        held = made.holding(est)
        assert not persons & set(held.roll.person[held.on].tolist())


def test_the_register_links_each_academy_to_what_it_was(folder: Written, kent: County) -> None:
    register, linked = _texts(folder.out / "gias_extract.csv"), _texts(folder.out / "gias_links.csv")
    assert register["URN"].n_unique() == register.height
    assert set(linked["URN"]) | set(linked["LinkURN"]) <= set(register["URN"])
    converted = {est.urn for est in kent.open if est.conversion is not None}
    assert converted <= set(linked.filter(pl.col("LinkType") == "Predecessor")["URN"])
    still = register.filter(pl.col("EstablishmentStatus (name)") == "Open")
    assert still.height == len(kent.open)
    assert int(still["NumberOfPupils"].cast(pl.Int64).sum()) == kent.pupils


def test_the_hubs_reader_of_the_register_finds_the_establishments_as_they_are() -> None:
    made = county.make(26, 2600, seed=1, term="SPR-2027")
    read_back = {one.urn: one for one in read_extract(gias(made.establishments).write_csv())}
    for est in made.establishments:
        one = read_back[est.urn]
        for item in fields(one):
            assert getattr(one, item.name) == getattr(est, item.name), item.name


def test_a_folder_with_something_in_it_is_refused_and_left_as_it_was(kent: County, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(Trouble, match="not empty"):
        county.write(kent, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_command_writes_and_tells_in_one_json_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["county", str(tmp_path / "out"), "--schools", "2", "--pupils", "60", "--seed", "3", "--no-marks", "--json"]
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["establishments"], told["term"]) == (2, "AUT-2026")
    assert sum(path.is_file() for path in (tmp_path / "out").rglob("*")) >= told["files"]
    assert main(words) == 2
    assert "not empty" in json.loads(capsys.readouterr().out)["error"]


def test_no_establishment_is_held_in_memory_once_it_is_written(tmp_path: Path) -> None:
    alive: list[int] = []

    def told(_done: int, _all: int) -> None:
        gc.collect()
        alive.append(sum(type(one) is Holding for one in gc.get_objects()))

    before = sum(type(one) is Holding for one in gc.get_objects())
    county.write(county.make(4, 60, seed=1), tmp_path / "out", marks=False, told=told)
    assert len(alive) == 4
    assert max(alive) <= before + 1
