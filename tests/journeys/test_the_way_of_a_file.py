"""One file's way through the house, in a real browser: from a school's home page to the line in its ledger."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser

from journeys.ground import Ground, Visit, ground  # noqa: F401
from journeys.stage import FORENAME, SURNAME

pytestmark = pytest.mark.journey


@contextmanager
def visit(browser: Browser, ground: Ground, role: str, *, script: bool = True) -> Iterator[Visit]:  # noqa: F811
    one = Visit(browser, ground, script=script)
    yield one.sign_in(role)
    one.leave()


def test_a_return_goes_from_the_school_to_the_register_and_the_look_comes_back(
    browser: Browser,
    ground: Ground,  # noqa: F811
):
    with visit(browser, ground, "data_manager") as school:
        _sees_what_is_wrong(school)
        _sends_a_corrected_file(school)
        _explains_every_query(school)
    with visit(browser, ground, "head") as head:
        _signs_off(head)
    with visit(browser, ground, "mi_officer") as officer:
        _approves(officer)
        _settles_and_undoes(officer)
    with visit(browser, ground, "mi_officer", script=False) as officer:
        _is_asked_to_choose(officer)
    with visit(browser, ground, "admissions") as admissions:
        record = _finds_the_pupil(admissions)
    with visit(browser, ground, "inclusion_officer") as outsider:
        _is_refused(outsider, record)
    with visit(browser, ground, "head") as head:
        _reads_who_looked(head)
        _signs_out(head)


def _sees_what_is_wrong(school: Visit) -> None:
    school.look("What needs you").says("School data manager", "Correct errors: School Census, Autumn 2026")
    school.follow("See what is wrong").look("What the check found").says("errors", "rule")
    school.follow("Every cell").look("What the check found").says("What is wrong")
    with school.page.expect_download() as taken:
        school.follow("Download CSV")
    assert taken.value.suggested_filename.endswith(".csv")
    school.back().look("School Census, Autumn 2026").says("Not submitted yet")


def _sends_a_corrected_file(school: Visit) -> None:
    school.page.locator("input[type=file]").set_input_files(school.ground.file)
    school.press("Send and check the file")
    _until(school, "Your file is loaded and checked", school.ground.own_return)
    school.look("School Census, Autumn 2026").says("File 2, exactly as sent")
    assert school.page.get_by_text("Correct errors").locator("xpath=ancestor::li").inner_text().endswith("Completed")
    with school.page.expect_download() as taken:
        school.follow("corrected.xml")
    with open(taken.value.path(), "rb") as back, open(school.ground.file, "rb") as sent:
        assert back.read() == sent.read()


def _explains_every_query(school: Visit) -> None:
    school.follow("Answer queries").look("Answer queries")
    for _ in range(40):
        if school.page.get_by_text("Every query has a note").count():
            break
        school.page.get_by_label("Reason").select_option("correct")
        school.page.get_by_label("Note", exact=True).fill("Checked with the pupil's record.")
        school.press("Save the note")
    school.says("Every query has a note")


def _signs_off(head: Visit) -> None:
    head.look("What needs you").says("Sign off your return: School Census, Autumn 2026")
    head.follow("Check and sign off").look("Sign off and submit")
    head.press("Sign off and submit").says("There is a problem", "Confirm that you have checked the summary")
    head.look("Sign off and submit")
    head.page.get_by_label("I have checked the summary").check()
    head.press("Sign off and submit").look("School Census, Autumn 2026").says("Submitted")


def _approves(officer: Visit) -> None:
    officer.look("What needs you").follow("Open the returns to approve").look("Progress")
    officer.says("1 return waiting for approval")
    officer.page.get_by_role("checkbox", name=officer.ground.laestab).check()
    officer.press("Approve those ticked").look("Progress").says("1 return approved.")


def _settles_and_undoes(officer: Visit) -> None:
    """By keyboard alone: choose, settle, undo."""
    _until(officer, "The pupil stays on the roll you choose", officer.ground.at("/conflicts?kind=roll"))
    officer.look("Conflicts").follow("See them all as a list").look("Conflicts waiting")
    officer.back()
    officer.open("/conflicts?kind=roll")
    waiting = officer.page.locator("h1").inner_text()
    officer.page.keyboard.press("2")
    officer.page.keyboard.press("Enter")
    officer.page.get_by_text("Last: On two rolls").wait_for()
    assert officer.page.locator("h1").inner_text() != waiting
    officer.look("Conflicts").page.keyboard.press("u")
    officer.page.get_by_text("The last answer was taken back").wait_for()
    officer.open("/conflicts?kind=roll")
    assert officer.page.locator("h1").inner_text() == waiting


def _is_asked_to_choose(officer: Visit) -> None:
    officer.open("/conflicts").look("Conflicts").press("Settle and go to the next").says("Choose which is right")


def _finds_the_pupil(admissions: Visit) -> str:
    admissions.look("What needs you").follow("Find a pupil").look("Find a pupil")
    admissions.press("Search").says("Select why you need to look")
    admissions.page.get_by_label("Name, UPN or date of birth").fill(admissions.ground.odd_upn)
    admissions.page.get_by_label("Why you need to look").select_option("admissions")
    admissions.page.get_by_label("Case reference").fill("JOURNEY-1")
    admissions.press("Search").look("Find a pupil").says("1 pupil", f"{FORENAME} {SURNAME}")
    assert admissions.ground.odd_upn not in admissions.page.url
    admissions.follow(f"{FORENAME} {SURNAME}").look(f"{FORENAME} {SURNAME}")
    admissions.says("Why can I see this?", "To find and keep a school place, case JOURNEY-1", "Admissions officer")
    record = admissions.page.url.removeprefix(admissions.ground.address)
    admissions.follow("History of Surname").look("History of Surname").says(
        SURNAME, "School Census, Autumn 2026, file 2"
    )
    return record


def _is_refused(outsider: Visit, record: str) -> None:
    outsider.open(record).look("Why you need to look")
    outsider.page.get_by_label("Why you need to look").select_option("attendance")
    outsider.press("Open the record").look("You cannot see this record").says("clause 4(c)")
    there = outsider.page.locator("main").inner_text()
    outsider.open("/pupils/00000000-0000-4000-8000-000000000000", status=404)
    assert outsider.page.locator("main").inner_text() == there
    outsider.open("/ledger", status=403).look("The agreement does not allow this").says(
        "clause 7(a)", "Who can put it right"
    )


def _reads_who_looked(head: Visit) -> None:
    head.open("/who-looked").look("Who looked at our pupils")
    line = head.page.get_by_role("row").filter(has_text="JOURNEY-1").filter(has_text="Opened a pupil's record")
    told = line.first.inner_text()
    for words in (
        "Addy Place",
        "Admissions officer",
        f"{FORENAME} {SURNAME}",
        "To find and keep a school place",
        "2(d)",
    ):
        assert words in told, told
    head.says("Refused under clause 4(c)")


def _signs_out(head: Visit) -> None:
    """Nothing of the page comes back with the browser's own button."""
    head.page.get_by_role("button", name="Sign out").click()
    head.look("Sign in").page.go_back()
    head.page.get_by_role("heading", level=1, name="Sign in").wait_for()
    assert SURNAME not in head.page.content()


def test_the_same_pages_work_without_a_script(browser: Browser, ground: Ground):  # noqa: F811
    with visit(browser, ground, "data_manager", script=False) as school:
        school.says("What needs you").follow("See your returns").says("Your returns")
        school.follow("School Census, Autumn 2026").look("School Census, Autumn 2026")
        school.follow("Correct errors").says("What the check found")
    with visit(browser, ground, "mi_officer", script=False) as officer:
        officer.open("/progress?state=approved").look("Progress").says("Filter", "Approved by the local authority")
        officer.open("/conflicts").look("Conflicts")
    with visit(browser, ground, "admissions", script=False) as admissions:
        admissions.open("/pupils").page.get_by_label("Name, UPN or date of birth").fill("an")
        admissions.page.get_by_label("Why you need to look").select_option("admissions")
        admissions.press("Search").says("Pupils found")
        admissions.page.locator("main table a").first.click()
        admissions.says("Why can I see this?", "Where now")


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        ("head", ("/agreement", "/guidance", "/guidance/SC-AUT-2026", "/clauses/2d", "/accessibility")),
        ("mi_manager", ("/ledger", "/agreements", "/progress/SC-AUT-2026?stuck=yes")),
        ("senco", ("/", "/returns")),
        ("dpo", ("/", "/ledger")),
        ("sen_caseworker", ("/", "/pupils")),
    ],
)
def test_other_pages_of_a_role_read_well_and_fit(browser: Browser, ground: Ground, role: str, paths: tuple[str, ...]):  # noqa: F811
    with visit(browser, ground, role) as one:
        one.look("What needs you")
        for path in paths:
            one.open(path)
            one.look(one.page.get_by_role("heading", level=1).first.inner_text().splitlines()[0])


def _until(one: Visit, words: str, address: str) -> None:
    """Reload as a person would until a job has done its work."""
    until = time.monotonic() + 40
    while time.monotonic() < until:
        one.page.goto(address)
        if words in one.page.locator("main").inner_text():
            return
        time.sleep(0.4)
    raise AssertionError(f"“{words}” did not come:\n{one.page.locator('main').inner_text()[:1500]}")
