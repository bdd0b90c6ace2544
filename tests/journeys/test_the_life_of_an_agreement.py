"""An agreement's whole life in a real browser, each party in turn, with what it does to couriers and to open pages."""

from __future__ import annotations

import os
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from concord.core.agreement.days import in_words
from journeys.ground import Visit
from journeys.kit import shoot
from journeys.life_ground import Life, life, page_of, today, visit  # noqa: F401
from journeys.life_stage import DUE, ENDED, ENGINEER, LAWFUL, LIFE

pytestmark = pytest.mark.journey
NOTICE = (
    b"Privacy notice for pupils. We are the data controller; our data protection officer answers questions. "
    b"The purposes of processing are to support learning. The lawful basis is a public task under Article 6. "
    b"The categories of information we hold are names and attendance. We share information with the Department for "
    b"Education and with Kent County Council. We keep it for as long as the retention schedule says. Nothing is sent "
    b"outside the UK. You have the right to access your data, and to complain to the Information Commissioner. "
    b"Information is received from your previous school. Some of it is mandatory."
)
REGISTERED_UNTIL = today() + timedelta(days=400)
AGREEMENT = "Data sharing agreement"


def test_an_agreement_lives_from_its_offer_to_its_end(browser: Browser, life: Life):  # noqa: F811
    with visit(browser, life, "head_ended") as head:
        _has_ended(head)
    with visit(browser, life, "mi_manager") as la, visit(browser, life, "head") as head:
        _is_offered(la)
        _is_signed(head, "Read and sign the agreement")
        _is_confirmed_and_countersigned(browser, life, la, LIFE)
        assert _pdf(head) == _pdf(la.open(page_of()))
        _contractor_installs(browser, life, head)
        _is_suspended(browser, life, la, head)
        _is_renewed(browser, life, la)
    life.amend()
    with visit(browser, life, "mi_manager") as la, visit(browser, life, "head") as head:
        _is_amended(browser, life, la, head)
        _notice_is_given_and_taken_back(la, head)
        _notice_is_given(life, la, head)


# -- steps -------------------------------------------------------------------------------------------------------------


def _look(one: Visit, heading: str, name: str) -> Visit:
    """As `Visit.look`, with a picture where pictures are asked for."""
    one.look(heading)
    if "CONCORD_PICTURES" in os.environ:
        shoot(one.page, f"life-{name}", 1280)
    return one


def _is_offered(la: Visit) -> None:
    _look(la.open("/agreements"), "Agreements", "agreements")
    la.open("/agreements/offer").look("Offer the agreement")
    _look(la, "Offer the agreement", "offer-all").press("Offer it to")
    la.look("Agreements").says("Version 1.1 is offered to")


def _is_signed(head: Visit, duty: str, laestab: str = LIFE) -> None:
    head.open("/").look("What needs you").says(duty)
    _look(head.open(page_of(laestab, "what-if?case=sign")), "What if", f"what-if-{laestab[-4:]}")
    assert "would be refused" not in head.page.locator("main").inner_text()
    _look(head.open(page_of(laestab)), AGREEMENT, f"to-sign-{laestab[-4:]}")
    head.says("What leaves your school", "What comes back", "What changed", "What services cost")
    head.page.get_by_label("Position you hold").fill("Head teacher")
    head.page.get_by_label("ICO registration number").fill("ZA123456")
    _day(head, "The last day of the registration", REGISTERED_UNTIL)
    notice = {"name": "notice.txt", "mimeType": "text/plain", "buffer": NOTICE}
    head.page.locator("input[type=file]").set_input_files(notice)
    head.page.get_by_label("I sign for the establishment").check()
    head.press("Sign the agreement").look(AGREEMENT).says("You have signed")


def _day(one: Visit, group: str, day: date) -> None:
    for label, number in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        one.page.get_by_role("group", name=group).get_by_label(label, exact=True).fill(str(number))


def _is_confirmed_and_countersigned(browser: Browser, life: Life, la: Visit, laestab: str) -> None:  # noqa: F811
    with visit(browser, life, "mi_officer") as officer:
        officer.open("/").look("What needs you").says("1 privacy notice")
        _look(officer.open(page_of(laestab, "privacy-notice")), "Privacy notice", "privacy-notice")
        officer.page.get_by_label("Yes, I have read it").check()
        officer.press("Save your answer").says("The privacy notice is confirmed")
    la.open("/").look("What needs you").says("1 agreement to countersign")
    _look(la.open(page_of(laestab, "countersign")), "Countersign the agreement", "countersign")
    la.press("Countersign").look(AGREEMENT).says("The agreement is in force")


def _pdf(one: Visit) -> bytes:
    one.page.reload()
    with one.page.expect_download() as taken:
        one.follow("Download the agreement (PDF)")
    content = Path(taken.value.path()).read_bytes()
    assert content.startswith(b"%PDF")
    return content


def _contractor_installs(browser: Browser, life: Life, head: Visit) -> None:  # noqa: F811
    _look(head.open(page_of(deed="install")), "Permit a remote installation", "permit")
    head.page.get_by_label("Engineer's name").fill(ENGINEER)
    head.page.get_by_label("Name of the machine").fill("ADMIN-1")
    _day(head, "Day", today())
    head.page.get_by_label("From what time").fill(f"{_minute_ago():%H:%M}")
    head.page.get_by_label("For how many hours").select_option("8")
    head.press("Give permission").look(AGREEMENT).says("Permission is given", "Open now")
    with visit(browser, life, "contractor") as contractor:
        _look(contractor.open("/"), "What needs you", "contractor-home").follow("Open the permission")
        _look(contractor, "Remote installation", "installation").press("Get an enrolment code")
        _look(contractor, "Remote installation", "installation-code")
        code = re.search(r"--token (\S+)", contractor.page.locator("main").inner_text())
        assert code is not None
        status, told = life.courier(LIFE, "enrol", "--hub", life.ground.address, "--token", code[1])
        assert (status, told["establishment"]) == (0, LIFE)
        before = len(life.messages())
        contractor.page.get_by_label("What was done").fill("Installed and enrolled")
        contractor.press("It is done")
        _look(contractor, "Your installations", "installations").says("Both parties were sent a message", "Done")
        contractor.open(f"/installations/{LIFE}", status=403).look("The agreement does not allow this")
    told = "".join(life.messages()[before:])
    assert told.count("Subject: A remote installation is done") == 2
    assert ENGINEER not in told
    head.open("/").look("What needs you").says("Installation done at")
    head.open(page_of()).look(AGREEMENT).says("1 courier enrolled", "Installed and enrolled")


def _minute_ago() -> datetime:
    """On London's clocks, and never of the day before."""
    now = datetime.now(ZoneInfo("Europe/London"))
    return max(now - timedelta(minutes=1), now.replace(hour=0, minute=0))


def _is_suspended(browser: Browser, life: Life, la: Visit, head: Visit) -> None:  # noqa: F811
    """By the establishment: its feed, its copy and the professional's page stop; what the law asks for goes on."""
    assert _sent(life, LIFE) == (0, {"sent"})
    life.hand("load", LIFE)
    with visit(browser, life, "admissions") as professional:
        record = _sees_a_pupil(professional)
        _suspend(head, page_of())
        professional.page.reload()
        _look(professional, "The agreement does not allow this", "professional-refused").says("clause 7(c)")
        head.open("/").look("What needs you").says("You suspended it")
        head.open(page_of()).look(AGREEMENT).says("Suspended", "Suspended by", "Statement of what stopped")
        la.open(page_of()).look(AGREEMENT).says("Suspended", "Evidence")
        assert _statement(la) == _statement(head)
        _courier_is_refused(life)
        _suspend(la, page_of(LAWFUL))
        _the_law_goes_on(life)
        head.open(page_of()).follow("Lift the suspension")
        _look(head, "Lift the suspension", "lift").press("Lift the suspension").says("The suspension is lifted")
        professional.open(record).says("Why can I see this?")
    assert _fed(life, LIFE) == (0, {"sent"})


def _sees_a_pupil(one: Visit) -> str:
    one.open("/pupils").page.get_by_label("Name, UPN or date of birth").fill(one.ground.odd_upn)
    one.page.get_by_label("Why you need to look").select_option("admissions")
    one.press("Search").look("Find a pupil").says("1 pupil")
    one.page.locator("main table a").first.click()
    one.says("Why can I see this?")
    return one.page.url.removeprefix(one.ground.address)


def _suspend(one: Visit, at: str) -> None:
    _look(one.open(f"{at}/suspend"), "Suspend the agreement for 30 days", "suspend").says("What would stop")
    one.press("Suspend now").look("Suspend the agreement for 30 days").says("Say what happened")
    one.page.get_by_label("What happened, and how you know").fill("A laptop with the courier's key was stolen")
    report = {"name": "report.txt", "mimeType": "text/plain", "buffer": b"Reported on Monday"}
    one.page.locator("input[type=file]").set_input_files(report)
    one.press("Suspend now").look(AGREEMENT).says("The agreement is suspended")


def _statement(one: Visit) -> bytes:
    with one.page.expect_download() as taken:
        one.follow("Statement of what stopped and what goes on")
    return Path(taken.value.path()).read_bytes()


def _sent(life: Life, laestab: str) -> tuple[int, set[str]]:  # noqa: F811
    """The census by the school's own program, over HTTP."""
    status, told = life.courier(laestab, "run", "--from", str(life.at(laestab) / "exports"))
    return status, {one["outcome"] for one in told["files"]}


def _fed(life: Life, laestab: str) -> tuple[int, set[str]]:  # noqa: F811
    """The regular feed, likewise."""
    status, told = life.courier(laestab, "run", "--mis", "files", "--from", str(life.at(laestab) / "feed"))
    return status, {one["outcome"] for one in told["files"]} - {"unchanged"}  # a table may be empty


def _courier_is_refused(life: Life) -> None:  # noqa: F811
    status, told = life.courier(LIFE, "run", "--mis", "files", "--from", str(life.at(LIFE) / "feed"))
    assert status == 3, told
    assert told["agreement"]["state"] == "suspended"
    assert {(one["outcome"], one["clause"], one["flow"]) for one in told["files"]} == {
        ("refused", "7c", "orchestra-feed")
    }


def _the_law_goes_on(life: Life) -> None:  # noqa: F811
    """A maintained school, suspended by the authority: no feed, and its census arrives as the law asks (2(f))."""
    token = (life.at(LAWFUL) / "token").read_text()
    assert life.courier(LAWFUL, "enrol", "--hub", life.ground.address, "--token", token)[0] == 0
    assert _fed(life, LAWFUL) == (3, {"refused"})
    status, told = life.courier(LAWFUL, "run", "--from", str(life.at(LAWFUL) / "exports"))
    census = [(one["outcome"], one["collection"]) for one in told["files"] if one["name"].endswith(".xml")]
    assert census == [("sent", "SC")], told
    assert status == 3  # what waits of the feed is refused still
    assert list((life.at(LAWFUL) / "own" / "receipts").iterdir())


def _is_renewed(browser: Browser, life: Life, la: Visit) -> None:  # noqa: F811
    """Eighty days before three years are over, by the second reminder."""
    la.open("/").look("What needs you").says("1 agreement to renew within 90 days")
    with visit(browser, life, "head_due") as head:
        head.open("/").look("What needs you").says("Renew the agreement", "Fewer than 90 days are left")
        _is_signed(head, "Renew the agreement", DUE)
        _is_confirmed_and_countersigned(browser, life, la, DUE)
        head.open(page_of(DUE)).look(AGREEMENT).says(
            "In force", f"until {in_words(REGISTERED_UNTIL + timedelta(days=31))}"
        )
    la.open("/agreements?state=due").look("Agreements").says("No establishment fits")


def _is_amended(browser: Browser, life: Life, la: Visit, head: Visit) -> None:  # noqa: F811
    _look(la.open("/agreements/offer"), "Offer the agreement", "offer-amended").says("1.2", "told of in another order")
    la.press("Offer it to").look("Agreements").says("Version 1.2 is offered to")
    head.open(page_of()).look(AGREEMENT).says("The feed is told of in another order", "due for renewal")
    _is_signed(head, "Version 1.2 changed what is agreed")
    _is_confirmed_and_countersigned(browser, life, la, LIFE)
    head.open(page_of()).look(AGREEMENT).says("Nothing since you last signed version 1.2")


def _notice_is_given_and_taken_back(la: Visit, head: Visit) -> None:
    _give_notice(head, 29).says("it must run for at least 30 days", "clause 7(d)")
    _give_notice(head, 30).look(AGREEMENT).says("Notice is given", "under notice")
    head.follow("Propose to take the notice back")
    _look(head, "Propose to take the notice back", "propose").page.get_by_label("Your proposal").fill("We would stay")
    head.press("Propose it").look(AGREEMENT).says("The other party is asked to agree", "Taking it back is proposed by")
    la.open("/").look("What needs you").says("Say whether the notice is taken back").follow("Read and answer")
    _look(la, "Agree to take the notice back", "agree").says("the establishment wrote", "We would stay")
    la.press("Agree: the agreement goes on")
    _look(la, AGREEMENT, "taken-back").says("The notice is taken back", "In force", "We would stay")


def _give_notice(head: Visit, days: int) -> Visit:
    _look(head.open(page_of(deed="give-notice")), "Give notice to end the agreement", "notice").says("What would stop")
    _day(head, "The first day without the agreement", today() + timedelta(days=days))
    head.page.get_by_label("Your notice in writing").fill("We leave")
    return head.press("Give notice")


def _notice_is_given(life: Life, la: Visit, head: Visit) -> None:  # noqa: F811
    """It holds until its day: the feed goes on, and what becomes of the data is shown to both."""
    _give_notice(head, 31).look(AGREEMENT).says("Notice is given")
    for one, name in ((head, "head"), (la, "la")):
        _look(one.open(page_of(deed="run-off")), "What becomes of the data", f"run-off-{name}").says("Deleted", "Kept")
    la.open("/agreements?state=notice").look("Agreements").says("under notice")
    assert _sent(life, LIFE)[0] == 0


def _has_ended(head: Visit) -> None:
    """On the day itself, whether or not anybody records it."""
    _look(head.open(page_of(ENDED)), AGREEMENT, "ended").says("Ended")
    head.follow("Record that the agreement has ended").look("Record that the agreement has ended")
    head.press("Record the end").look(AGREEMENT).says("The end is recorded", "Statement of what stopped")
    _look(head.open(page_of(ENDED, "run-off")), "What becomes of the data", "run-off-ended").says("At once", "Deleted")
    head.open(page_of(ENDED)).says("Sign here")
