from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from agreeing import KENT
from concord.core.agreement.lines import find_lines

WORD = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
VALUE = st.sampled_from(
    [
        "1",
        '"a"',
        '"a # [b] = {"',
        "'[x]'",
        "[1, 2]",
        '[\n  "a = 1", # [no]\n  "b",\n]',
        '"""\n[not]\nkey = 1\n"""',
        "{ a = 1 }",
    ]
)
TABLES = st.lists(
    st.tuples(WORD, st.booleans(), st.dictionaries(WORD, VALUE, max_size=4)), max_size=5, unique_by=lambda t: t[0]
)


def test_each_key_is_found_where_it_is_written() -> None:
    text = 'a = 1\n\n[[b]]\nc = """\n[no]\nd = 2\n"""\n[b.e]\nf = [\n  1,\n]\n[[b]]\nc = 3\n'
    found = find_lines(text)
    assert found[("a",)] == 1
    assert found[("b", 0)] == 3
    assert found[("b", 0, "c")] == 4
    assert found[("b", 0, "e", "f")] == 9
    assert found[("b", 1, "c")] == 13
    assert ("d",) not in found


@given(TABLES)
def test_every_key_the_reader_knows_has_the_line_that_begins_with_it(tables: list) -> None:
    lines: list[str] = []
    for name, array, keys in tables:
        lines += [f"[[{name}]]" if array else f"[{name}]", *(f"{key} = {value}" for key, value in keys.items())]
    text = "\n".join(lines)
    found, numbered = find_lines(text), text.splitlines()
    for name, value in tomllib.loads(text).items():
        place = (name, 0) if isinstance(value, list) else (name,)
        for key in value[0] if isinstance(value, list) else value:
            assert numbered[found[(*place, key)] - 1].startswith(f"{key} =")


def test_every_flow_of_the_schedule_has_its_line() -> None:
    text = (KENT / "flows.toml").read_text()
    found, numbered = find_lines(text), text.splitlines()
    for place, flow in enumerate(tomllib.loads(text)["flow"]):
        assert numbered[found[("flow", place, "id")] - 1] == f'id = "{flow["id"]}"'
