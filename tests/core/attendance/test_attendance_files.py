"""Files of marks: what is read, what is listed as an exception, what is refused whole."""

from __future__ import annotations

import json

import pytest

from concord.core.attendance import measure, read
from concord.core.trouble import Unreadable
from concord.site.command import main

ROWS = "upn,laestab,date,session,code\n"
STRINGS = "pupil,laestab,start,marks\n"


@pytest.fixture
def write(tmp_path):
    def _write(text, name="marks.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def test_an_unknown_code_is_listed_and_never_counted(write):
    marks = read(
        [write(ROWS + "P1,8862001,2024-09-02,AM,QQ\nP1,8862001,2024-09-02,PM,H\nP1,8862001,2024-09-03,AM,I\n")]
    )
    assert measure(marks, by="all").select("possible", "not_counted").row(0) == (1, 2)
    odd = marks.exceptions().select("severity", "session", "code", "reason").rows()
    assert odd == [("error", "AM", "QQ", "not a code"), ("error", "PM", "H", "not a code in force on this day")]


def test_an_unknown_character_of_a_string_is_listed_with_its_day(write):
    marks = read([write(STRINGS + "P1,886/2001,2024-09-02,/\\*\\/é\n")])
    odd = marks.exceptions().select("date", "session", "code").rows()
    assert [(day.isoformat(), session, code) for day, session, code in odd] == [
        ("2024-09-03", "AM", "*"),
        ("2024-09-04", "PM", "é"),
    ]


@pytest.mark.parametrize("marks", ["/\\C1/\\", "Y4Y4", "/\\/\\9"])
def test_a_string_of_single_characters_with_a_digit_is_refused(write, marks):
    with pytest.raises(Unreadable, match="Line 3: the mark string holds a digit") as refused:
        read([write(STRINGS + f"P1,886/2001,2024-09-02,/\\\nP2,886/2001,2024-09-02,{marks}\n")])
    assert refused.value.line == 3


def test_delimited_codes_of_two_characters_are_read(write):
    marks = read([write(STRINGS + "P1,886/2001,2024-09-02,/|\\|C1|y4||#\n")])
    row = measure(marks, by="pupil").row(0, named=True)
    assert (row["present"], row["authorised"], row["not_possible"], row["not_counted"]) == (2, 1, 1, 0)


def test_a_later_file_replaces_the_marks_of_an_earlier_one(write):
    old = write(ROWS + "P1,8862001,2024-09-02,AM,N\nP1,8862001,2024-09-02,PM,QQ\n", "old.csv")
    new = write(STRINGS + "P1,886/2001,2024-09-02,IM\n", "new.csv")
    row = measure(read([old, new]), by="pupil").row(0, named=True)
    assert (row["authorised"], row["unauthorised"], row["not_counted"]) == (2, 0, 0)
    assert read([old, new]).exceptions().is_empty()
    assert measure(read([new, old]), by="pupil").row(0, named=True)["unauthorised"] == 1


def test_two_marks_for_one_half_day_in_one_file_count_for_neither(write):
    line = "P1,8862001,2024-09-02,AM,"
    marks = read(
        [write(ROWS + line + "I\n" + line + "/\n" + "P1,8862001,2024-09-02,PM,I\nP1,8862001,2024-09-02,PM,I\n")]
    )
    assert measure(marks, by="all").select("possible", "not_counted").row(0) == (1, 1)
    assert marks.exceptions().select("code", "reason").row(0) == ("I or /", "two different marks in one file")


def test_a_present_mark_of_the_other_session_is_counted_and_queried(write):
    marks = read([write(STRINGS + "P1,886/2001,2024-09-02,\\/\n")])
    assert measure(marks, by="all")["present"].item() == 2
    assert marks.exceptions()["severity"].to_list() == ["query", "query"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("upn,date,session,code\nP1,2024-09-02,AM,/\n", "no column laestab"),
        ("laestab,start,marks\n8862001,2024-09-02,//\n", "no column pupil"),
        (ROWS + "P1,8862001,2nd of May,AM,/\n", "line 2: '2nd of May' is not a day"),
        (ROWS + "P1,8862001,2024-09-02,AM,/\nP1,8862001,2024-09-02,noon,/\n", "Line 3: 'noon' is not a session"),
        (ROWS + ",8862001,2024-09-02,AM,/\n", "line 2 has no pupil"),
        (ROWS + "P1,8862001,0206-09-02,AM,/\nP1,8862001,2024-09-02,AM,/\n", "longer than a schooling"),
        (ROWS + "P1,88620,2024-09-02,AM,/\n", "not a DfE number"),
        (STRINGS + "P1,8862001,2024-09-02,////\nP1,8862001,2024-09-03,//\n", "Line 3: the string overlaps"),
        (ROWS, "no mark to count"),
        ("", "cannot be read"),
    ],
)
def test_a_file_that_is_not_of_marks_is_refused_with_the_place_and_the_remedy(write, capsys, text, words):
    assert main(["attendance", str(write(text))]) == 2
    told = capsys.readouterr().err
    assert words in told
    assert "What to do" in told


def test_the_command_answers_in_one_json_document(write, capsys):
    path = write(ROWS + "P1,8862001,2024-09-02,AM,/\nP1,8862001,02/09/2024,PM,I\nP2,8862001,2024-09-02,AM,ZZ\n")
    assert main(["attendance", str(path), "--by", "pupil", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert [row["pupil"] for row in answer["rows"]] == ["P1", "P2"]
    assert answer["total"]["absence_percent"] == 50.0
    assert answer["exceptions"]["counts"] == {"error": 1, "query": 0}
    assert {"laestab": "886/2001", "code": "I", "sessions": 1} in answer["reasons"]


def test_the_command_writes_a_table_and_tells_the_exceptions_apart(write, capsys):
    path = write("upn,date,session,code\nP1,2024-09-02,AM,/\nP1,2024-09-02,PM,ZZ\n")
    assert main(["attendance", str(path), "--by", "week", "--establishment", "886/2001"]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines()[1].startswith("886/2001,2024-09-02,1,1,1,")
    assert "code 'ZZ', not a code: 1 marks" in told.err
