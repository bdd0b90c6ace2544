"""A data manager's census week in a real browser: from 500 defects to a signed, submitted, approved return."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser

from concord.core.seal.receipt import verify_receipt
from concord.core.seal.signature import public_key
from journeys.ground import Ground, Visit, staged
from journeys.kit import browser  # noqa: F401
from journeys.returns_stage import DEFECTS

pytestmark = pytest.mark.journey
COLLECTION = "School Census, Autumn 2026"


@pytest.fixture(scope="module")
def county() -> Iterator[Ground]:
    yield from staged("journeys.returns_stage")


@contextmanager
def visit(browser: Browser, ground: Ground, role: str) -> Iterator[Visit]:  # noqa: F811
    one = Visit(browser, ground)
    one.page.set_default_timeout(30_000)
    yield one.sign_in(role)
    one.leave()


def test_from_a_file_with_500_defects_to_a_submitted_return(browser: Browser, county: Ground) -> None:  # noqa: F811
    with visit(browser, county, "data_manager") as school:
        school.page.get_by_role("heading", level=1, name="What needs you").wait_for()
        _tries(school)
        _sends(school, "bad.xml", 1)
        _works_through(school)
        _sends(school, "corrected.xml", 2)
        _reads_what_changed(school)
        _asks(school)
        _explains(school)
    with visit(browser, county, "head") as head:
        _sees_what_leaves_and_signs(head)
        _keeps_the_receipt(head)
    with visit(browser, county, "mi_officer") as officer:
        officer.page.get_by_role("heading", level=1, name="What needs you").wait_for()
        _answers_and_refers(officer)
        _approves_among_590(officer)
        _exports(officer)


def _path(one: Visit, page: str = "") -> str:
    return f"/returns/{one.ground.laestab}/SC-AUT-2026{page}"


def _file(one: Visit, name: str) -> Path:
    return Path(one.ground.file).with_name(name)


def _tries(school: Visit) -> None:
    school.open(f"/returns/{school.ground.laestab}/trial").look("Try a file")
    school.page.locator("input[type=file]").set_input_files(_file(school, "bad.xml"))
    school.press("Check the file")
    school.page.get_by_text("It has not been sent").wait_for()
    school.look("Try a file").says("errors", "By cause, the one that clears most first", "pupils, and forgotten")
    school.open(_path(school)).says("Not sent yet")


def _said(one: Visit) -> str:
    return one.page.locator("main").inner_text()


def _sends(school: Visit, name: str, number: int) -> None:
    school.open(_path(school)).page.locator("input[type=file]").set_input_files(_file(school, name))
    school.press("Send and check the file")
    until = time.monotonic() + 60
    while f"File {number}, exactly as sent" not in _said(school) or "Your file is loaded and checked" not in _said(
        school
    ):
        assert time.monotonic() < until, _said(school)[:1500]
        time.sleep(0.5)
        school.open(_path(school))
    school.look(COLLECTION)


def _works_through(school: Visit) -> None:
    """By cause, by pupil, cell by cell, and as the workbook."""
    school.open(_path(school, "/findings")).look("What the check found").says("By cause")
    school.follow("By pupil").look("What the check found").says("pupils")
    with school.page.expect_download() as taken:
        school.open(_path(school)).follow("Your list with what was found, as a workbook")
    book = openpyxl.load_workbook(io.BytesIO(Path(taken.value.path()).read_bytes()), read_only=True)
    rows = next(list(book[name].values) for name in book.sheetnames if "Surname" in next(iter(book[name].values)))
    wrong = [row for row in rows[1:] if row[0] in ("Error", "Query")]
    assert len(wrong) >= DEFECTS // 4
    assert rows[0][:2] == ("Validation result", "Errors")


def _reads_what_changed(school: Visit) -> None:
    school.follow("Every file of this return").look("Files of this return")
    school.follow("Against file 1").look("What changed from file 1 to file 2").says("values changed")


def _asks(school: Visit) -> None:
    school.open(_path(school, "/threads")).look("Ask about this return")
    school.page.get_by_label("Message").fill("Is the day for the classes right?")
    school.press("Send the message").look("Ask about this return").says("Waiting for the local authority")


def _explains(school: Visit) -> None:
    school.open(_path(school, "/queries"))
    for _ in range(60):
        if school.page.get_by_text("Every query has a note").count():
            break
        school.page.get_by_label("Reason").select_option("correct")
        school.page.get_by_label("Note", exact=True).fill("Checked with the pupil's record.")
        school.press("Save the note")
    school.look("Answer queries").says("Every query has a note")


def _sees_what_leaves_and_signs(head: Visit) -> None:
    head.open(_path(head, "/preview")).look("What leaves the school").says("Home address", "Who receives it")
    head.press("Go on to sign-off").look("Sign off and submit")
    assert head.page.get_by_label("Your name and position").input_value().startswith("Sam Answers")
    head.page.get_by_role("checkbox").check()
    head.press("Sign off and submit").look(COLLECTION).says("Submitted", "Signed off by Sam Answers")


def _keeps_the_receipt(head: Visit) -> None:
    head.open(_path(head, "/receipts")).look("Receipts").says("Your reference")
    key = _said(head).split("--hub-key ")[1].split("”")[0].strip()
    with head.page.expect_download() as taken:
        head.follow("Download")
    document = json.loads(Path(taken.value.path()).read_text())
    found = verify_receipt(document, public_key(key), _file(head, "corrected.xml").read_bytes())
    assert (found.file, found.entry["deed"]) == ("content", "return submitted")


def _answers_and_refers(officer: Visit) -> None:
    officer.open("/progress/SC-AUT-2026/threads").look("Queries with schools").says("Waiting for the local authority")
    officer.open(_path(officer, "/threads")).look("Ask about this return")
    officer.page.get_by_label("Message").fill("Yes: it is set by the last digit of your number.")
    officer.press("Send the message").look("Ask about this return").says("Waiting for the establishment")
    officer.page.get_by_text("Record that it was taken further").first.click()
    officer.page.get_by_label("What was asked").fill("Is this year's hour published?")
    officer.press("Record it").says("Taken further, waiting for an answer")


def _approves_among_590(officer: Visit) -> None:
    officer.open("/progress/SC-AUT-2026").look("Progress").says("establishments", "1 return waiting for approval")
    officer.page.get_by_role("checkbox", name=officer.ground.laestab).check()
    officer.press("Approve those ticked").look("Progress").says("1 return approved.")


def _exports(officer: Visit) -> None:
    with officer.page.expect_download() as taken:
        officer.follow("Approved files for COLLECT")
    archive = zipfile.ZipFile(io.BytesIO(Path(taken.value.path()).read_bytes()))
    assert [archive.read(name) for name in archive.namelist()] == [_file(officer, "corrected.xml").read_bytes()]
    officer.open("/progress/SC-AUT-2026/copies").look("Copies of academies' returns")
    officer.open("/progress/SC-AUT-2026/across").look("Returns compared with each other")
