from __future__ import annotations

from hypothesis import given, settings
from made_up import header, made_up_returns

from concord.core.returns import Return, build, locate, locate_many, write


def test_an_item_is_found_on_its_line() -> None:
    ret = build(
        header(),
        {
            "pupil": [{"row": 0, "UPN": "U0", "Surname": "A"}, {"row": 1, "UPN": "U1", "Roll": "off"}],
            "session": [{"pupil": 0, "Sessions": "4"}, {"pupil": 1, "AttendanceReason": "L", "Sessions": "5"}],
        },
    )
    content = write(ret)
    lines = content.decode().split("\n")

    def line(table: str, row: int, item: str) -> str:
        found = locate(content, table, row, item)
        return lines[found - 1].strip() if found else ""

    assert line("pupil", 0, "Surname") == "<Surname>A</Surname>"
    assert line("pupil", 1, "UPN") == "<UPN>U1</UPN>"
    assert line("session", 1, "Sessions") == "<Sessions>5</Sessions>"
    assert line("pupil", 1, "Surname") == "<PupilNoLongerOnRoll>"


def test_what_is_not_there_has_no_line() -> None:
    content = write(build(header(), {"pupil": [{"UPN": "U0"}]}))
    assert locate(content, "pupil", 1, "UPN") is None
    assert locate(content, "exclusion", 0, "Sessions") is None
    assert locate(b"UPN,Surname\n", "pupil", 0, "UPN") is None
    assert locate(content[:-20], "pupil", 0, "UPN") is None


def test_a_few_pupils_of_many_are_found_without_reading_the_others() -> None:
    pupils = [{"row": n, "UPN": f"U{n}", "Roll": "on" if n < 38 else "off"} for n in range(40)]
    sessions = [{"pupil": n, "Sessions": f"{n}{k}"} for n in range(40) for k in range(3)]
    content = write(build(header(), {"school": [{"Phase": "PS"}], "pupil": pupils, "session": sessions}))
    lines = content.decode().split("\n")
    wanted = {
        ("pupil", 3, "UPN"): "<UPN>U3</UPN>",
        ("pupil", 39, "UPN"): "<UPN>U39</UPN>",
        ("session", 62, "Sessions"): "<Sessions>202</Sessions>",
        ("session", 117, "Sessions"): "<Sessions>390</Sessions>",
        ("school", 0, "Phase"): "<Phase>PS</Phase>",
        ("header", 0, "Year"): "<Year>2026</Year>",
    }
    found = locate_many(content, [*wanted, ("pupil", None, ""), ("session", 120, "Sessions")])
    assert {spot: lines[(found[spot] or 0) - 1].strip() for spot in wanted} == wanted
    assert found["pupil", None, ""] is None
    assert found["session", 120, "Sessions"] is None


@settings(max_examples=25, deadline=None)
@given(made_up_returns())
def test_every_value_stands_on_the_line_it_is_located_on(ret: Return) -> None:
    content = write(ret)
    lines = content.decode().split("\n")
    spots = {
        (name, row["row"], item): value
        for name, frame in ret.tables.items()
        for row in frame.to_dicts()
        for item, value in row.items()
        if isinstance(value, str) and item != "Roll"
    }
    for (table, _, item), line in locate_many(content, spots).items():
        leaf = next(one.leaf for one in ret.layout[table].items if one.name == item)
        assert line is not None
        assert leaf == "." or f"<{leaf}>" in lines[line - 1]
