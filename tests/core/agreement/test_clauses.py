"""The clause register: whole, honest about what carries it out, and every scene run."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from agreeing import KENT, kent, westmarch
from concord.core.agreement.clauses import Scene
from concord.core.agreement.scenes import differences
from concord.core.trouble import Trouble

SRC = Path(__file__).parents[3] / "src"
LETTERS = {"1": "abc", "2": "abcdefgh", "3": "abcdefg", "4": "abcdefghij", "5": "abcd", "6": "a", "7": "abcd"}
SCENES = [
    (agreement, scene) for agreement in (kent(), westmarch()) for c in agreement.clauses.values() for scene in c.scenes
]
DATED = ("2d", "2h", "4a", "4b", "4h", "7b", "7c", "7d")


@pytest.mark.parametrize(("agreement", "scene"), SCENES, ids=[scene.title for _, scene in SCENES])
def test_a_scene_comes_out_as_written(agreement: object, scene: Scene) -> None:
    assert differences(agreement, scene) == {}


@pytest.mark.parametrize(("agreement", "scene"), SCENES, ids=[scene.title for _, scene in SCENES])
def test_a_scene_fails_when_anything_else_is_expected(agreement: object, scene: Scene) -> None:
    for word, wanted in scene.expect.items():
        wrong = ["something else"] if isinstance(wanted, list) else "something else"
        changed = replace(scene, expect={**scene.expect, word: wrong})
        assert set(differences(agreement, changed)) == {word}


def test_every_operative_clause_has_its_page_and_there_is_no_other() -> None:
    wanted = [number + letter for number, letters in LETTERS.items() for letter in letters]
    assert list(kent().clauses) == wanted
    assert {path.stem for path in (KENT / "clauses").glob("*.toml")} == set(wanted)


def test_every_clause_says_what_the_program_cannot_do() -> None:
    assert [clause.id for clause in kent().clauses.values() if len(clause.limits.split()) < 6] == []
    assert [clause.id for clause in kent().clauses.values() if len(clause.says.split()) < 6] == []


def test_a_clause_the_program_executes_names_code_that_exists() -> None:
    named = {path for clause in kent().clauses.values() for path in clause.executed_by}
    assert [path for path in sorted(named) if not _exists(path)] == []
    assert len(named) >= 8


def _exists(path: str) -> bool:
    """A module of the program, or a function or class at the top of one."""
    if (SRC / (path.replace(".", "/") + ".py")).is_file():
        return True
    module, _, name = path.rpartition(".")
    file = SRC / (module.replace(".", "/") + ".py")
    top = ast.parse(file.read_text()).body if file.is_file() else []
    return name in {node.name for node in top if isinstance(node, ast.FunctionDef | ast.ClassDef)}


def test_a_human_clause_names_who_does_it() -> None:
    assert [clause.id for clause in kent().clauses.values() if clause.state == "human" and not clause.done_by] == []


def test_an_executed_clause_shows_both_answers_or_both_sides_of_its_dates() -> None:
    for clause in kent().clauses.values():
        answers = {scene.expect.get("answer", scene.expect.get("state")) for scene in clause.scenes}
        if clause.id in DATED:
            assert len(clause.scenes) >= 2, clause.id
            assert len(answers | {str(scene.expect.get("free")) for scene in clause.scenes}) >= 2, clause.id


def test_every_flow_stands_under_a_clause_that_has_a_page() -> None:
    assert {flow.clause for flow in kent().flows.values()} <= set(kent().clauses)


def test_a_scene_that_asks_with_an_unknown_word_is_told() -> None:
    _, scene = SCENES[0]
    with pytest.raises(Trouble, match="'colour'"):
        differences(kent(), replace(scene, question={**scene.question, "colour": "red"}))


def test_no_person_is_named_anywhere_in_the_agreement() -> None:
    """People are told as roles. A forename and surname would show as two capitalised words that are no name of ours."""
    text = "\n".join(path.read_text() for path in sorted(KENT.rglob("*.toml")))
    text = re.sub(r"(?m)^#.*$|^(says|title|limits) = .*$|^\"[A-Z].*$", "", text)
    pairs = set(re.findall(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b", text))
    known = (
        "Elsewhere",
        "Act",
        "County",
        "Management",
        "Education",
        "Data",
        "Limitation",
        "Academies",
        "Children",
        "School",
        "Pupil",
        "Kent",
    )
    assert {pair for pair in pairs if not pair.startswith(known)} == set()
