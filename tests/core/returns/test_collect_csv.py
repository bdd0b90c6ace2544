"""COLLECT's CSV export: a made-up extract of a few rows, and the published sample where it is at hand."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from concord.core.returns import Return, read_each, read_path
from concord.core.trouble import Unreadable

SAMPLE = Path(__file__).parents[4] / "shared" / "reference" / "data" / "census"
HEAD = "schoolcensustableid,NativeId,collection,term,year,referencedate,serialno,sourcelevel,lea,estab,urn,datetime"
COLUMNS = "upn,surname,dob,parttime,sex,yssa,qualhrs,hoursatsetting,mathsgcsepriorattainmentyear11"
PUPIL = f"pupilonrolltableid,NativeId,{COLUMNS}"
FIRST = 'a,S1,U1,O\'Neill,2012-Feb-29 00:00:00,False,Female,"Sought, no reply",132.0,15.0,2.0'
EXPORT = {
    "schoolcensus.csv": f"{HEAD}\nh1,S1,SC,AUT,2026.0,2026-Oct-01 00:00:00,1,S,886,2001,118000.0,2026-Oct-02 00:00:00\n"
    "h2,S2,SC,AUT,2026,2026-Oct-01 00:00:00,1,S,886,2002,,\n",
    "pupilonroll.csv": f"{PUPIL}\n{FIRST}\n"
    'b,S2,U2,"A ""b"", c",2012-Mar-01 00:00:00,True,M,Yes,132.5,,\nc,S1,U3,=1+1,not a day,,M,,,,\n',
    "pupilnolongeronroll.csv": "pupilnolongeronrolltableid,NativeId,upn,leavingdate\na,S1,U4,2026-Jul-01 00:00:00\n",
    "termlysessiondetailsonroll.csv": "pupilonrolltableid,NativeId,sessions,attendancereason\nc,S1,4.0,I\na,S1,6.0,#\n",
    "termlysessiondetailsoffroll.csv": "pupilnolongeronrolltableid,NativeId,sessions,attendancereason\na,S1,9.0,/\n",
    "programmeaimsonroll.csv": "programmeaimsonrolltableid,pupilonrolltableid,NativeId,qn\np1,c,S1,Q1\n",
    "learningaimsonroll.csv": "learningaimsonrolltableid,programmeaimsonrolltableid,NativeId,qn\nl1,p1,S1,Q2\n",
    "workplaceentityonroll.csv": "learningaimsonrolltableid,NativeId,wpmode\nl1,S1,external\n",
    "school.csv": "schooltableid,NativeId,schoolname,phoneno\ns,S1,One & Co,1622000000.0\n",
    "classes.csv": "classestableid,schooltableid,NativeId,classname\nk,s,S1,1A\n",
}

Export = Callable[[dict[str, str | bytes]], Path]


@pytest.fixture
def export(tmp_path: Path) -> Export:
    def write(changes: dict[str, str | bytes]) -> Path:
        for name, text in (EXPORT | changes).items():
            (tmp_path / name).write_bytes(text.encode() if isinstance(text, str) else text)
        return tmp_path

    return write


def only(path: Path, native: str = "S1") -> Return:
    return next(ret for ret in read_path(path) if ret.header.native_id == native)


def test_an_export_is_a_return_for_each_establishment_with_its_header(export: Export) -> None:
    first, second = read_path(export({}))
    assert (first.header.laestab, second.header.laestab) == ("886/2001", "886/2002")
    assert first.header.collection_id == "SC-AUT-2026"
    assert (first.header.reference_date, first.header.urn, first.header.created) == (
        "2026-10-01",
        "118000",
        "2026-10-02",
    )
    assert (first.form, first.remarks) == ("collect_csv", ())
    assert second.tables["pupil"]["Surname"].to_list() == ['A "b", c']


def test_values_are_as_the_xml_would_have_them(export: Export) -> None:
    pupil = only(export({})).tables["pupil"].row(0, named=True)
    assert {key: value for key, value in pupil.items() if value is not None} == {
        "row": 0,
        "Roll": "on",
        "UPN": "U1",
        "Surname": "O'Neill",
        "DOB": "2012-02-29",
        "PartTime": "false",
        "Sex": "F",
        "YSSA": "SNR",
        "QualHrs": "132",
        "HoursAtSetting": "15.0",
        "MathsGCSEPriorAttainmentYear11": "2",
    }
    assert only(export({}), "S2").tables["pupil"]["QualHrs"].to_list() == ["132.5"]
    assert only(export({})).tables["pupil"]["DOB"].to_list() == ["2012-02-29", "not a day", None]


def test_rows_lie_with_their_pupil_though_the_keys_are_those_of_another_roll(export: Export) -> None:
    tables = only(export({})).tables
    assert tables["pupil"].select("UPN", "Roll").rows() == [("U1", "on"), ("U3", "on"), ("U4", "off")]
    assert tables["session"].select("pupil", "Sessions").rows() == [(0, "6"), (1, "4"), (2, "9")]


def test_aims_and_placements_are_linked_to_each_other_and_to_the_pupil(export: Export) -> None:
    tables = only(export({})).tables
    assert tables["learning_aim"].select("pupil", "programme_aim", "QN").rows() == [(1, 0, "Q2")]
    assert tables["work_placement"].select("pupil", "learning_aim", "WPmode").rows() == [(1, 0, "2")]


def test_the_school_and_its_classes_are_read(export: Export) -> None:
    tables = only(export({})).tables
    assert tables["school"].select("SchoolName", "PhoneNo").rows() == [("One & Co", "1622000000")]
    assert tables["class"]["ClassName"].to_list() == ["1A"]


def test_the_files_may_lie_in_a_zip(export: Export, tmp_path: Path) -> None:
    folder = export({})
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in EXPORT:
            archive.write(folder / name, f"export/{name}")
    assert only(packed) == only(folder)


def test_without_a_schoolcensus_table_the_names_tell_the_census_and_that_is_said(tmp_path: Path) -> None:
    for name in ("pupilonroll.csv", "termlysessiondetailsonroll.csv"):
        (tmp_path / f"2024_autumn_{name}").write_text(EXPORT[name])
    ret = only(tmp_path)
    assert ret.header.collection_id == "SC-AUT-2024"
    assert "taken from the file names" in ret.remarks[0]


def test_without_either_the_export_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pupilonroll.csv").write_text(EXPORT["pupilonroll.csv"])
    with pytest.raises(Unreadable, match="does not say which census"):
        read_path(tmp_path)


def test_a_native_id_that_is_a_dfe_number_tells_the_establishment(tmp_path: Path) -> None:
    (tmp_path / "2026_autumn_pupilonroll.csv").write_text("pupilonrolltableid,NativeId,upn\na,8862001,U1\n")
    assert only(tmp_path, "8862001").header.laestab == "886/2001"


def test_what_is_not_known_and_rows_without_their_pupil_are_told(export: Export) -> None:
    changes: dict[str, str | bytes] = {
        "pupilonroll.csv": "pupilonrolltableid,NativeId,upn,shoesize,moveoffrollflag\na,S1,U1,7,x\nc,S1,U2,,x\n",
        "shoes.csv": "shoestableid,NativeId\nx,S1\n",
        "termlysessiondetailsonroll.csv": "pupilonrolltableid,NativeId,sessions\nz,S1,4\na,S1,4\n",
    }
    ret = only(export(changes))
    assert {one.path: one.count for one in ret.unknown} == {
        "pupilonroll.csv/shoesize": 1,
        "shoes.csv": 1,
        "termlysessiondetailsonroll.csv: rows whose pupil is not in the export": 1,
    }
    assert ret.tables["session"]["Sessions"].to_list() == ["4", "9"]


SPOILT: dict[str, tuple[dict[str, str | bytes], str]] = {
    "cut short": ({"pupilonroll.csv": EXPORT["pupilonroll.csv"][:-6]}, "Line 4: the row has"),
    "latin-1": (
        {"school.csv": "schooltableid,NativeId,schoolname\ns,S1,Müller\n".encode("latin-1")},
        "Line 2: it is not UTF-8",
    ),
    "empty": ({"school.csv": ""}, "it is empty"),
    "a column twice": ({"school.csv": "NativeId,schoolname,schoolname\nS1,a,b\n"}, "Line 1"),
    "no NativeId": ({"school.csv": "schooltableid,schoolname\ns,a\n"}, "Line 1"),
    "a row without NativeId": (
        {"school.csv": "NativeId,schoolname\nS1,a\n,b\n"},
        "Row 2 has no NativeId|row 2 has no NativeId",
    ),
    "an open quotation": ({"school.csv": 'NativeId,schoolname\nS1,"a\n'}, "it is no CSV"),
    "a zero byte": ({"school.csv": "NativeId,schoolname\nS1,a\x00\n"}, "Line 2: it has a zero byte"),
    "a key twice": ({"pupilonroll.csv": "pupilonrolltableid,NativeId,upn\na,S1,U1\na,S1,U2\n"}, "two rows of one"),
    "no header for an establishment": (
        {"schoolcensus.csv": f"{HEAD}\nh1,S1,SC,AUT,2026,,,,,,,\n"},
        "no row of the establishment S2",
    ),
    "an unknown term": ({"schoolcensus.csv": f"{HEAD}\nh1,S1,SC,WIN,2026,,,,,,,\nh1,S2,SC,WIN,2026,,,,,,,\n"}, "term"),
    "another name": ({"pupils of may.csv": "NativeId\nS1\n"}, "Its name is not of the form"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_export_is_refused_whole(export: Export, name: str) -> None:
    changes, why = SPOILT[name]
    path = export(changes)
    with pytest.raises(Unreadable, match=why):
        read_path(path)
    assert all(isinstance(got, Unreadable) for _, got in read_each(path))


def test_quotation_marks_line_ends_and_blank_lines_are_those_of_csv(export: Export) -> None:
    odd = 'NativeId,pupilonrolltableid,surname\r\nS1,a,"two\nlines"\r\n\r\nS1,b,O"Neill\r\nS1,c," ""x"" "\r\n'
    surnames = only(export({"pupilonroll.csv": odd, "classes.csv": "NativeId\nS1\n"})).tables["pupil"]["Surname"]
    assert surnames.to_list() == ["two\nlines", 'O"Neill', ' "x" ', None]


def test_a_mutated_export_is_read_or_refused_and_brings_no_traceback(export: Export) -> None:
    chance, path = random.Random(1), export({})
    refused = 0
    for _ in range(250):
        name = chance.choice(sorted(EXPORT))
        text = bytearray(EXPORT[name].encode())
        for _ in range(chance.choice((1, 2, 4))):
            at = chance.randrange(len(text))
            text[at : at + chance.choice((0, 1, 9))] = chance.choice(
                (b"", b",", b'"', b"\n", b"\x00", b"\xff", b"a", b"\r")
            )
        (path / name).write_bytes(text)
        refused += any(isinstance(got, Unreadable) for _, got in read_each(path))
        (path / name).write_bytes(EXPORT[name].encode())
    assert 20 < refused < 250


@pytest.mark.skipif(not SAMPLE.is_dir(), reason="the published sample is not here")
def test_the_published_sample_is_read_whole() -> None:
    returns = read_path(SAMPLE)
    rows = {
        name: sum(len(ret.tables[name]) for ret in returns) for name in ("pupil", "address", "fsm_period", "session")
    }
    assert rows == {"pupil": 600, "address": 300, "fsm_period": 300, "session": 600}
    exclusions = sum(len(ret.tables["exclusion"]) for ret in returns)
    told = [one for ret in returns for one in ret.unknown]
    assert {one.path.partition(":")[2] for one in told} == {" rows whose pupil is not in the export"}
    assert exclusions + sum(one.count for one in told) == 600
    pupils = pl.concat(ret.tables["pupil"] for ret in returns)
    assert pupils["DOB"].str.to_date("%Y-%m-%d").is_not_null().all()
    assert set(pupils["PartTime"].drop_nulls()) <= {"true", "false"}
    assert pupils["SessionsPossible"].drop_nulls().str.contains(r"^[0-9]+$").all()
