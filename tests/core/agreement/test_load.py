from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from agreeing import KENT, WESTMARCH, kent, westmarch
from concord.core.agreement.load import load
from concord.core.agreement.sheet import Faults
from concord.core.trouble import Trouble

SPOILT = [  # file, what it says, what it says instead, the words of the fault
    ("flows.toml", 'retention = "census_return"', 'retention = "for ever"', "'for ever' is not a known class"),
    ("flows.toml", 'direction = "school_to_la"', 'direction = "sideways"', "'sideways' is not a known direction"),
    ("flows.toml", 'categories = ["staff", "return"]', 'categories = ["shoe size"]', "'shoe size' in 'categories'"),
    ("flows.toml", 'purposes = ["tracking"]', 'purposes = ["marketing"]', "'marketing' in 'purposes'"),
    ("flows.toml", "partial = true", "partly = true", "'partly' is not a word"),
    ("flows.toml", "partial = true", 'partial = "yes"', "must be true or false"),
    ("flows.toml", 'recipients = ["mi_officer"', 'recipients = ["mayor", "mi_officer"', "'mayor' in 'recipients'"),
    ("flows.toml", "academy = true }", "circus = true }", "'circus' is not a known kind of establishment"),
    ("flows.toml", 'rule = "chargeable"', 'rule = "dear"', "'dear' is not a known charging rule"),
    ("flows.toml", 'clause = "3g"', 'clause = "9z"', "'9z' is not a known clause"),
    ("flows.toml", "art6 = ", "art7 = ", "'art6' is missing"),
    ("flows.toml", 'title = "Audit"', 'title = ""', "'title' is empty"),
    ("flows.toml", 'id = "foi"', 'id = "audit"', "'audit' is given twice"),
    ("flows.toml", "since = 2017-09-08", 'since = "long ago"', "must be a date"),
    ("flows.toml", "since = 2019-06-21", "since = 2019-06-21\nuntil = 2019-06-21", "comes after 'since'"),
    ("roles.toml", 'scope = "caseload"', 'scope = "the moon"', "'the moon' is not a known scope"),
    ("roles.toml", "needs_training = true\n", "", "'needs_training' is missing"),
    ("categories.toml", "confidential = true", "confidential = 1", "must be true or false"),
    ("agreement.toml", "notice_days = 30", "notice_days = 0", "must be 1 or more"),
    ("agreement.toml", "notice_days = 30", "notice_day = 30", "'notice_day' is not a period"),
    ("agreement.toml", "[180, 90, 30]", '["often"]', "'reminder_days' must be a list"),
    ("agreement.toml", 'number = "886"', 'number = "86"', "three digits"),
    ("agreement.toml", 'accent = "#1d4f7c"', 'accent = "blue"', "a colour is written"),
    ("agreement.toml", "since = 2022-06-14", "since = 2012-06-14", "follow each other by date"),
    ("agreement.toml", 'notice = "7d"', 'notice = "8a"', "'8a' is not a known clause"),
    ("agreement.toml", '"2b" = "A third', '"2z" = "A third', "'2z' is not an operative clause"),
    ("retention.toml", "since = 2024-08-19", "since = 2023-08-19", "two rows of 'attendance_mark'"),
    ("retention.toml", 'action = "keep"', 'action = "delete"', "either kept while useful"),
    ("prices.toml", "until = 2024-09-01\n", "", "two prices of 'figures-pack'"),
    ("prices.toml", 'flow = "training"', 'flow = "foi"', "'foi' is free for all"),
    ("prices.toml", "pence = 18000", "pence = -1", "must be 0 or more"),
    ("reasons.toml", 'id = "no_agreement"', 'id = "no_way"', "'no_agreement' has no words"),
    ("histories.toml", 'kind = "offered"', 'kind = "shouted"', "'shouted' is not a kind of event"),
    ("clauses/7c.toml", 'state = "executed"', 'state = "hoped"', "'hoped' is not a known state"),
    ("clauses/7c.toml", 'asks = "standing"', 'asks = "nicely"', "'nicely' is not a known question"),
    ("clauses/7c.toml", '["in-force-2023"', '["unheard"', "'unheard' is not a known history"),
    ("clauses/7c.toml", 'id = "7c"', 'id = "7d"', "must be named 7d.toml"),
    ("clauses/3b.toml", 'done_by = ["head"', 'done_by = ["mayor"', "'mayor' in 'done_by'"),
    ("clauses/2c.toml", '["concord.core.agreement.decide.decide"]', "[]", "'executed_by' is empty"),
]  # fmt: skip


def _copy(tmp_path: Path, file: str, old: str, new: str) -> Path:
    folder = shutil.copytree(KENT, tmp_path / "spoilt")
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    return folder


@pytest.mark.parametrize(("file", "old", "new", "words"), SPOILT, ids=lambda value: str(value)[:30])
def test_a_wrong_word_is_a_fault_with_file_and_line(tmp_path: Path, file: str, old: str, new: str, words: str) -> None:
    folder = _copy(tmp_path, file, old, new)
    with pytest.raises(Faults) as caught:
        load(folder)
    first = next(fault for fault in caught.value.each if words in fault.what)
    assert re.match(rf"{Path(file).name}, line \d+: ", first.what)
    assert first.line
    assert first.todo


def test_the_line_of_a_fault_is_the_line_of_the_word(tmp_path: Path) -> None:
    folder = _copy(tmp_path, "flows.toml", 'retention = "destination"', 'retention = "nowhere"')
    with pytest.raises(Faults) as caught:
        load(folder)
    written = (folder / "flows.toml").read_text().splitlines()
    assert written[(caught.value.line or 0) - 1] == 'retention = "nowhere"'


def test_a_clause_without_its_file_is_a_fault(tmp_path: Path) -> None:
    folder = shutil.copytree(KENT, tmp_path / "spoilt")
    (folder / "clauses/4i.toml").unlink()
    with pytest.raises(Faults, match=r"clauses/4i.toml is missing"):
        load(folder)


def test_a_clause_nobody_agreed_on_is_a_fault(tmp_path: Path) -> None:
    folder = shutil.copytree(KENT, tmp_path / "spoilt")
    (folder / "clauses/8a.toml").write_text((folder / "clauses/6a.toml").read_text().replace('"6a"', '"8a"'))
    with pytest.raises(Faults, match=r"clauses/8a.toml is not an operative clause"):
        load(folder)


def test_a_flow_without_a_basis_is_a_fault(tmp_path: Path) -> None:
    folder = shutil.copytree(KENT, tmp_path / "spoilt")
    text = re.sub(r'(id = "foi".*?)basis = [^\n]*\n', r"\1", (folder / "flows.toml").read_text(), flags=re.DOTALL)
    (folder / "flows.toml").write_text(text)
    with pytest.raises(Faults, match=r"flows.toml, line \d+: 'basis' is missing"):
        load(folder)


def test_roles_and_flows_that_disagree_are_a_fault(tmp_path: Path) -> None:
    folder = _copy(tmp_path, "roles.toml", '"foi", ', "")
    with pytest.raises(Faults, match="does not give 'foi' to"):
        load(folder)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    folder = _copy(tmp_path, "flows.toml", 'clause = "3g"', 'clause = "9z"')
    text = (folder / "flows.toml").read_text().replace('direction = "both"', 'direction = "up"', 1)
    (folder / "flows.toml").write_text(text)
    with pytest.raises(Faults) as caught:
        load(folder)
    assert len([fault for fault in caught.value.each if "9z" in fault.what or "'up'" in fault.what]) == 2


def test_a_file_that_is_no_toml_is_unreadable_with_its_line(tmp_path: Path) -> None:
    folder = _copy(tmp_path, "roles.toml", 'scope = "caseload"', "scope = caseload")
    with pytest.raises(Faults, match=r"roles.toml, line \d+: "):
        load(folder)


def test_a_folder_that_is_not_there_is_told() -> None:
    with pytest.raises(Trouble, match="no agreement in 'nowhere'"):
        load(KENT / "nowhere")


def test_another_authority_loads_with_its_own_words() -> None:
    other = westmarch()
    assert other.terms.authority.name != kent().terms.authority.name
    assert not set(other.clauses) & set(kent().clauses)
    assert {"orchestra-feed", "exclusion-profile"} <= set(kent().flows) - set(other.flows)
    assert other.terms.periods.notice_days == 90


def test_no_word_of_one_authority_is_in_the_program() -> None:
    source = Path(__file__).parents[3] / "src/concord/core/agreement"
    names = re.compile(r"\bKent\b|\bKCC\b|\b886\b(?!/)|Synergy|KELSI|Cantium|\bEIS\b")
    found = [path.name for path in sorted(source.glob("*.py")) if names.search(path.read_text())]
    assert found == []
    assert WESTMARCH.is_dir()
