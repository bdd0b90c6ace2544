"""Common Transfer Files: tolerant reading, strict writing, and whom a file is from and for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made_up import header

from concord.core.returns import build, locate_many, read, write
from concord.core.returns.transfer import (
    TransferName,
    destination,
    file_name,
    kind_of_destination,
    parse_name,
    require_destination,
)
from concord.core.trouble import Trouble, Unreadable

HEAD = (
    "<Header><DocumentName>Common Transfer File</DocumentName><CTFversion>26.0</CTFversion>"
    "<DateTime>2027-01-06T10:00:00</DateTime><DocumentQualifier>full</DocumentQualifier><SupplierID>X</SupplierID>"
    "<SourceSchool><LEA>886</LEA><Estab>2001</Estab><SchoolName>A</SchoolName><AcademicYear>2026</AcademicYear>"
    "</SourceSchool>\n<DestSchool><LEA>886</LEA><Estab>4001</Estab></DestSchool></Header>"
)
TOP = header("CTF")


def ctf(pupils: str = "", head: str = HEAD, before: str = "") -> bytes:
    return f"{before}<CTfile>{head}\n<CTFpupilData>{pupils}</CTFpupilData></CTfile>".encode()


def test_the_header_says_whom_it_is_from_and_for() -> None:
    told = read(ctf()).header
    assert (told.kind, told.laestab, destination(told), told.year) == ("CTF", "886/2001", "886/4001", "2026")
    assert (told.qualifier, told.xversion, told.software, told.school_name) == ("full", "26.0", "X", "A")
    assert told.collection_id == "CTF-2026"


@pytest.mark.parametrize("old", ["Gender", "Sex"])
def test_gender_of_older_files_is_read_as_sex_and_written_as_sex(old: str) -> None:
    found = read(ctf(f"<Pupil><{old}>F</{old}><Contacts><Contact><{old}>M</{old}></Contact></Contacts></Pupil>"))
    assert found.tables["pupil"]["Sex"].to_list() == ["F"]
    assert found.tables["contact"]["Sex"].to_list() == ["M"]
    assert b"Gender" not in write(found)
    assert read(write(found)) == found


def test_an_address_and_a_telephone_belong_to_the_pupil_or_to_the_contact_they_lie_in() -> None:
    inside = "<Address><PostCode>{0}</PostCode></Address><Phones><Phone><PhoneNo>{0}</PhoneNo></Phone></Phones>"
    found = read(
        ctf(
            f"<Pupil>{inside.format('a')}<Contacts><Contact>{inside.format('b')}</Contact></Contacts></Pupil>"
            f"<Pupil><Contacts><Contact/><Contact>{inside.format('c')}</Contact></Contacts></Pupil>"
        )
    )
    assert found.tables["address"].select("pupil", "contact", "PostCode").rows() == [
        (0, None, "a"),
        (0, 0, "b"),
        (1, 2, "c"),
    ]
    assert found.tables["phone"].select("contact", "PhoneNo").rows() == [(None, "a"), (0, "b"), (2, "c")]
    assert read(write(found)) == found


def test_an_assessment_knows_its_key_stage() -> None:
    one = "<StageAssessment><Result>{}</Result></StageAssessment>"
    stages = "".join(
        f"<KeyStage><Stage>{name}</Stage>{one.format(at)}{one.format(at + 5)}</KeyStage>"
        for at, name in enumerate(("KS1", "KS2"))
    )
    found = read(ctf(f"<Pupil><StageAssessments>{stages}</StageAssessments></Pupil>"))
    assert found.tables["assessment"].select("pupil", "key_stage", "Result").rows() == [
        (0, 0, "0"),
        (0, 0, "5"),
        (0, 1, "1"),
        (0, 1, "6"),
    ]


def test_what_no_ctf_has_is_told_and_not_kept() -> None:
    found = read(ctf("<Pupil><UPN>X</UPN><FSMreview>1</FSMreview><SENstatus>K</SENstatus></Pupil>"))
    assert [item.path.split("/")[-1] for item in found.unknown] == ["FSMreview", "SENstatus"]
    assert b"FSMreview" not in write(found)


def test_the_lines_of_source_and_destination_are_told_apart() -> None:
    spots = [("header", 0, "LEA"), ("header", 0, "DestSchool/LEA"), ("pupil", 0, "UPN")]
    assert list(locate_many(ctf("<Pupil>\n<UPN>X</UPN></Pupil>"), spots).values()) == [1, 2, 4]


def test_comments_and_declarations_before_the_root_do_not_hide_what_it_is() -> None:
    before = '<?xml version="1.0" encoding="UTF-8"?>\n<!-- <Message> -->' + "<!--a-->" * 2_000
    assert read(ctf(before=before)).header.kind == "CTF"
    with pytest.raises(Unreadable):
        read(("<!--a-->" * 2_000 + "<Message/>").encode())


def test_a_file_cut_short_is_unreadable_with_its_line() -> None:
    with pytest.raises(Unreadable, match="Line 3") as caught:
        read(ctf("<Pupil><UPN>X</UPN>")[:-30])
    assert caught.value.line == 3


def test_a_file_that_names_another_document_keeps_the_name() -> None:
    other = HEAD.replace("Common Transfer File", "Another File")
    assert read(ctf(head=other)).header.document == "Another File"
    assert b"<DocumentName>Another File</DocumentName>" in write(read(ctf(head=other)))
    assert b"<DocumentName>Common Transfer File</DocumentName>" in write(read(ctf()))


def test_the_year_and_the_day_may_be_absent_and_the_file_still_be_read_and_written() -> None:
    bare = HEAD.replace("<AcademicYear>2026</AcademicYear>", "").replace("<DateTime>2027-01-06T10:00:00</DateTime>", "")
    found = read(ctf("<Pupil><UPN>X</UPN></Pupil>", head=bare))
    assert (found.header.year, found.header.created) == ("", "")
    assert read(write(found)) == found


@pytest.mark.parametrize("gap", ["lea", "estab", "destination_lea", "destination_estab"])
def test_a_file_that_is_from_or_for_nobody_is_not_written(gap: str) -> None:
    with pytest.raises(Trouble, match="does not say whom it is"):
        write(build(replace(TOP, **{gap: ""}), {}))


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("8862001_CTF_8864001_001.xml", ("886/2001", "CTF", "886/4001", "001")),
        ("out/886llll_fsp_8862001_014.XML", ("886/LLLL", "FSP", "886/2001", "014")),
        ("8862001_CTF_XXXXXXX_002.xml", ("886/2001", "CTF", "XXX/XXXX", "002")),
        ("8862001_CTF_MMMMMMM_002.xml", ("886/2001", "CTF", "MMM/MMMM", "002")),
    ],
)
def test_a_file_name_comes_apart(name: str, parts: tuple[str, ...]) -> None:
    assert parse_name(name) == TransferName(*parts)


@pytest.mark.parametrize("name", ["", "8862001_CTF_8864001.xml", "SRC_DST_CTF_2026.xml", "XXXXXXX_CTF_8862001_001.xml"])
def test_another_file_name_is_none(name: str) -> None:
    assert parse_name(name) is None


@pytest.mark.parametrize(
    ("lea", "estab", "kind"),
    [
        ("886", "4001", "establishment"),
        ("886", "LLLL", "authority"),
        ("XXX", "XXXX", "lost"),
        ("mmm", "mmmm", "outside"),
        ("XXX", "MMMM", "unknown"),
        ("886", "", "unknown"),
    ],
)
def test_a_destination_is_of_one_kind(lea: str, estab: str, kind: str) -> None:
    assert kind_of_destination(replace(TOP, destination_lea=lea, destination_estab=estab)) == kind


def test_the_name_of_a_file_is_made_from_its_header_and_comes_apart_again() -> None:
    name = file_name(TOP, 7)
    assert name == "8862001_CTF_8864001_007.xml"
    assert parse_name(name) == TransferName("886/2001", "CTF", "886/4001", "007")
    with pytest.raises(Trouble, match="not from 1 to 999"):
        file_name(TOP, 1000)


def test_a_file_for_another_establishment_is_refused_and_one_for_nobody_known_is_not() -> None:
    require_destination(TOP, "886/4001")
    require_destination(replace(TOP, destination_lea="XXX", destination_estab="XXXX"), "886/4001")
    with pytest.raises(Trouble, match="it is for 886/4001") as caught:
        require_destination(TOP, "886/4002")
    assert "tell the sender" in caught.value.todo
