"""The pupil's page, discrepancies, movers and hidden records in a real browser, as each role of the demonstration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser

from journeys.ground import Ground, Visit, staged

pytestmark = pytest.mark.journey

PURPOSES = {
    "mi_officer": "data_quality",
    "mi_manager": "data_quality",
    "inclusion_officer": "attendance",
    "sen_caseworker": "sen_support",
    "admissions": "admissions",
}
NOT_THERE = "There is no such record, or it is not one you may see."


@pytest.fixture(scope="module")
def hub() -> Iterator[Ground]:
    yield from staged("journeys.register_stage")


@contextmanager
def visit(browser: Browser, hub: Ground, role: str, *, script: bool = True) -> Iterator[Visit]:
    one = Visit(browser, hub, script=script)
    yield one.sign_in(role)
    one.leave()


def search(person: Visit, role: str, upn: str) -> Visit:
    person.open("/pupils").look("Find a pupil")
    person.page.get_by_label("Name, UPN or date of birth").fill(upn)
    person.page.get_by_label("Why you need to look").select_option(PURPOSES[role])
    return person.press("Search").look("Find a pupil")


def record(person: Visit, role: str, upn: str) -> Visit:
    """Find a pupil and open the page; every part of it is looked at, at both widths."""
    search(person, role, upn).says("1 pupil").page.locator("main table a").first.click()
    person.page.get_by_role("heading", level=2, name="Why can I see this?").wait_for()
    return person.look(person.page.locator("h1").inner_text())


def headings(person: Visit) -> set[str]:
    return set(person.page.locator("main h2").all_inner_texts())


def test_an_mi_officer_sees_the_whole_page_and_the_address_after_a_second_proof(browser: Browser, hub: Ground) -> None:
    with visit(browser, hub, "mi_officer") as officer:
        record(officer, "mi_officer", hub.upns["plain"])
        officer.says("attended", "possible sessions", "School year", "Other school years", "Parental responsibility")
        officer.says("No attainment is held", "Needs a second proof of identity")
        assert {"Identity", "Enrolments", "Attendance", "Attainment", "Contacts"} <= headings(officer)
        assert "Home address" not in headings(officer)
        _reads_the_weeks(officer)
        officer.follow("History of Surname").look("History of Surname").back()
        _proves_again(officer, "mi_officer")
        assert {"Home address", "Care and social work"} <= headings(officer)
        officer.look(officer.page.locator("h1").inner_text()).says("Postcode")


def _reads_the_weeks(officer: Visit) -> None:
    """The table says what the picture shows; an earlier year is one link away."""
    now = officer.page.locator("figure.app-chart h3").inner_text()
    officer.page.get_by_text("Show this year as a table of weeks").click()
    assert officer.page.locator("figure.app-chart tbody tr").count() >= 2
    possible = officer.page.locator("figure.app-chart tbody td:nth-child(2)").all_inner_texts()
    told = re.search(r"of ([\d,]+) possible", now)
    assert told is not None
    assert sum(map(int, possible)) == int(told[1].replace(",", ""))
    officer.follow("2025/26").look(officer.page.locator("h1").inner_text()).says("School year 2025/26")
    assert officer.page.locator("figure.app-chart h3").inner_text() != now


def _proves_again(person: Visit, role: str) -> None:
    person.follow("Prove again who you are").look("Prove again that it is you")
    person.page.get_by_label("Code", exact=True).fill(person.ground.codes[role].pop())
    person.press("Continue").page.get_by_role("heading", level=2, name="Why can I see this?").wait_for()


def test_a_value_in_doubt_is_on_both_sides_pages_until_it_is_settled(browser: Browser, hub: Ground) -> None:
    """Raised by the authority at the value, answered by the school, read again at the value."""
    with visit(browser, hub, "mi_officer") as officer:
        record(officer, "mi_officer", hub.upns["doubted"])
        officer.says("Said to be wrong. The school answers by", "1 value said to be wrong")
        officer.follow("Something here is wrong").look("Something here is wrong")
        officer.says("Said already, and not answered yet", "Date of birth")
        officer.press("Tell them").look("Something here is wrong").says("There is a problem")
        officer.page.get_by_label("Which value is wrong").select_option("Language")
        officer.page.get_by_label("What is wrong, and how you know").fill("The family says another.")
        officer.press("Tell them").look("Discrepancy").says("First language", "Waits for an answer", "Take it back")
        officer.follow("Open the pupil's record").says("2 values said to be wrong")
        officer.look(officer.page.locator("h1").inner_text())
    with visit(browser, hub, "data_manager") as school:
        _answers(school)
    with visit(browser, hub, "mi_officer") as officer:
        record(officer, "mi_officer", hub.upns["doubted"])
        officer.says("Was said to be wrong. It was wrong, and has been corrected where it is kept")
        officer.follow("See the discrepancy about First language").look("Discrepancy").says("The form was misread.")


def _answers(school: Visit) -> None:
    school.look("What needs you").says("discrepanc")
    school.open("/discrepancies").look("Discrepancies").says("First language", "The school")
    school.page.locator("main tr", has_text="First language").get_by_role("link").click()
    school.look("Discrepancy").says("The local authority", "The family says another.")
    school.press("Settle it").look("Discrepancy").says("There is a problem")
    school.page.get_by_label("It was wrong, and has been corrected where it is kept").check()
    school.page.get_by_label("What you found out").fill("The form was misread.")
    school.press("Settle it").look("Discrepancies").says("Settled. The other side sees your answer.")
    assert school.page.get_by_text("The other side sees your answer.").count() == 1, "told twice"


def test_a_school_tells_the_authority_of_a_value_and_the_authority_answers(browser: Browser, hub: Ground) -> None:
    with visit(browser, hub, "head") as head:
        head.open("/discrepancies").look("Discrepancies").says("Tell the authority of a wrong value")
        head.page.get_by_label("UPN").fill(hub.upns["plain"])
        head.page.get_by_label("Which value is wrong").select_option("FSMstartDate")
        head.page.get_by_label("What is wrong, and how you know").fill("It began in June.")
        head.press("Tell the authority").look("Discrepancies").says("The other side has been told.")
    with visit(browser, hub, "mi_officer", script=False) as officer:
        officer.open("/discrepancies").page.locator("main tr", has_text=hub.upns["plain"]).get_by_role("link").click()
        officer.says("It began in June.").page.get_by_label("It is right as it stands").check()
        officer.page.get_by_label("What you found out").fill("The award letter says July.")
        officer.press("Settle it").says("Settled. The other side sees your answer.")
    with visit(browser, hub, "head") as head:
        head.open("/discrepancies?state=settled").page.locator("main tr", has_text=hub.upns["plain"]).get_by_role(
            "link"
        ).click()
        head.look("Discrepancy").says("It is right as it stands", "The award letter says July.")


def test_two_people_hide_a_record_and_then_nobody_finds_it(browser: Browser, hub: Ground) -> None:
    upn = hub.upns["dead"]
    with visit(browser, hub, "mi_officer") as officer:
        record(officer, "mi_officer", upn)
        address = officer.page.url.removeprefix(hub.address)
        officer.follow("Hide this record").look("Hide this record")
        officer.press("Ask for it to be hidden").look("Hide this record").says("There is a problem")
        officer.page.get_by_label("The pupil has died").check()
        officer.press("Ask for it to be hidden").look("Hidden records").says("Waits for a second person")
        officer.page.locator("main table a").first.click()
        officer.look("Notice").says("You can still call it off")
        assert officer.page.get_by_role("button", name="Confirm").count() == 0, "one person hides alone"
        officer.open(address).look(officer.page.locator("h1").inner_text())
    with visit(browser, hub, "head") as head:
        _confirms(head, upn)
    with visit(browser, hub, "mi_officer") as officer:
        search(officer, "mi_officer", upn).says("Nobody found")
        officer.open(address, status=404).says(NOT_THERE)
    with visit(browser, hub, "admissions") as admissions:
        search(admissions, "admissions", upn).says("Nobody found")
        admissions.open(address, status=404).says(NOT_THERE)
    with visit(browser, hub, "data_manager") as school:
        school.open("/discrepancies")
        _is_not_known(school, upn)
    with visit(browser, hub, "mi_manager") as manager:
        _opens_the_hidden_record(manager, upn)


def _confirms(head: Visit, upn: str) -> None:
    head.open("/hidden").look("Hidden records").says("To confirm or decline")
    head.page.locator("main table a").first.click()
    head.look("Notice").says("The pupil has died", upn)
    head.press("Confirm: hide the record").look("Hidden records").says("Done. It is in the ledger.", "Hidden")


def _is_not_known(school: Visit, upn: str) -> None:
    """The school's own form answers for a hidden pupil as for a number nobody ever had."""
    told = []
    for number in (upn, "A999999999999"):
        school.open("/discrepancies").page.get_by_label("UPN").fill(number)
        school.page.get_by_label("Which value is wrong").select_option("Surname")
        school.page.get_by_label("What is wrong, and how you know").fill("Spelled otherwise.")
        school.press("Tell the authority").says(NOT_THERE)
        told.append(school.page.locator("main").inner_text())
    assert told[0] == told[1]
    school.look(school.page.locator("h1").inner_text())


def test_a_school_hides_a_record_and_the_authority_is_told(browser: Browser, hub: Ground) -> None:
    """The other way round: two people of the school, by number and without a script; the authority reads it once."""
    upn = hub.upns["adopted"]
    with visit(browser, hub, "data_manager") as school:
        school.open("/hidden").look("Hidden records").says("Ask for a record to be hidden")
        school.page.get_by_label("UPN").fill(upn)
        school.page.get_by_label("The pupil is adopted").check()
        school.press("Ask for it to be hidden").look("Hidden records").says("waits for a second person")
        ref = school.page.locator("main table a").first.inner_text()
    with visit(browser, hub, "head", script=False) as head:
        head.open("/hidden").follow(ref).says("The pupil is adopted", upn, "Stop letters, calls and lists")
        head.press("Confirm: hide the record").says("Done. It is in the ledger.")
        head.follow(ref).says("Whom it is about is shown no more.")
    with visit(browser, hub, "mi_officer") as officer:
        officer.look("What needs you").says("hidden")
        officer.open("/hidden").look("Hidden records").says("To read").follow(ref).look(f"Notice {ref}")
        officer.says("The pupil is adopted", upn).press("I have read it").look("Hidden records")
        officer.follow(ref).look(f"Notice {ref}").says("Whom it is about is shown no more.")
        assert officer.page.locator(".govuk-notification-banner").count() == 0, "a banner that says nothing"
        search(officer, "mi_officer", upn).says("Nobody found")


def _opens_the_hidden_record(manager: Visit, upn: str) -> None:
    manager.open("/hidden").look("Hidden records").page.locator("main table a").first.click()
    manager.look("Notice").follow("Open the whole record").look("A hidden record")
    manager.page.get_by_label("Why you need to look").select_option("safeguarding")
    manager.press("Open the record").says("second")
    manager.look(manager.page.locator("h1").inner_text())
    back = manager.page.url.removeprefix(manager.ground.address)
    manager.open("/prove-again").page.get_by_label("Code", exact=True).fill(manager.ground.codes["mi_manager"].pop())
    manager.press("Continue").open(back).look("A hidden record")
    manager.page.get_by_label("Why you need to look").select_option("safeguarding")
    manager.press("Open the record").look("A hidden record").says("The pupil has died", upn, "Date of birth")
    shown = [tuple(row.split("\t")) for row in manager.page.locator("main tbody tr").all_inner_texts()]
    assert len(shown) == len(set(shown)), "a value told twice"
    assert not re.search(r"DOB|\d{4}-\d\d-\d\d|SENprovision", manager.page.locator("main").inner_text())


def test_a_mover_is_looked_at_with_its_evidence_and_worked_to_an_end(browser: Browser, hub: Ground) -> None:
    with visit(browser, hub, "admissions") as admissions:
        admissions.open("/movers").look("Left and not arrived")
        admissions.press("Open the list").look("Left and not arrived").says("There is a problem")
        admissions.page.get_by_label("Why you need to look").select_option("transfer")
        admissions.press("Open the list").look("Left and not arrived").says("Still to be found")
        admissions.follow("See who changed school").look("Changed school").back()
        admissions.page.locator("main table a").first.click()
        name = admissions.page.locator("h1").inner_text().splitlines()[0]
        admissions.look(name).says("Due", "School Census, Autumn 2026, file", "reasons you are not shown")
        admissions.press("Close the case").look(name).says("There is a problem")
        admissions.page.get_by_label("Educated at home").check()
        admissions.page.get_by_label("How you know").fill("The parents wrote, and were visited.")
        admissions.press("Close the case").look("Left and not arrived").says("The case is closed.")
        assert name not in admissions.page.locator("main").inner_text()
        admissions.follow("Worked to an end").look("Left and not arrived").says(name, "Educated at home")


SEEN = {"Identity", "Enrolments", "Contacts"}
WORK = {"Attendance", "Suspensions and permanent exclusions", "Special educational needs"}
PARTS = {
    "inclusion_officer": ("there", SEEN | WORK),
    "sen_caseworker": ("case", SEEN | WORK | {"Attainment"}),
    "admissions": ("plain", SEEN),
}
EVERY = SEEN | WORK | {"Attainment", "Free school meals", "Care and social work", "Home address"}


@pytest.mark.parametrize("role", sorted(PARTS))
def test_a_professional_sees_the_parts_their_role_has_and_no_others(browser: Browser, hub: Ground, role: str) -> None:
    whom, parts = PARTS[role]
    with visit(browser, hub, role) as person:
        record(person, role, hub.upns[whom])
        assert headings(person) & EVERY == parts
        assert person.page.get_by_role("link", name="See the discrepancy").count() == 0
        assert person.page.get_by_role("link", name="Hide this record").count() == 0


@pytest.mark.parametrize(("role", "upn"), [("inclusion_officer", "plain"), ("sen_caseworker", "plain")])
def test_a_professional_does_not_find_whom_their_work_does_not_reach(
    browser: Browser, hub: Ground, role: str, upn: str
) -> None:
    with visit(browser, hub, role) as person:
        search(person, role, hub.upns[upn]).says("Nobody found")


@pytest.mark.parametrize("role", ["senco", "attendance_officer", "dpo"])
def test_a_role_without_pupils_pages_is_told_so_with_the_clause(browser: Browser, hub: Ground, role: str) -> None:
    with visit(browser, hub, role) as person:
        person.look("What needs you")
        menu = person.page.get_by_role("navigation", name="Menu").inner_text()
        assert not {"Pupils", "Movers", "Discrepancies"} & set(menu.split())
        person.open("/hidden").look("Hidden records").says("No notice concerns you.")
        person.open("/discrepancies", status=403).look("The agreement does not allow this").says("Clause 5(d)")
        person.open("/pupils", status=403).look("The agreement does not allow this").says("Clause 2(d)")
        person.open("/movers", status=403).look("The agreement does not allow this").says("Clause 3(f)")
