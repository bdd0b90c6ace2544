import json
import re

import httpx
import pytest
import stamina

from concord.core.trouble import Trouble, Unreadable
from concord.courier.connectors import CONNECTORS, arbor, bromcom, read_feeds, sims, wonde
from concord.courier.connectors.feed import KINDS, LostColumns, plans
from concord.courier.connectors.web import Busy, NoAccess, read_access


@pytest.fixture
def settings(tmp_path):
    path = tmp_path / "mis.toml"
    path.write_text('address = "https://mis.example"\nschool = "A1"\nuser = "u"\nsecret = "s3cret"\n', encoding="utf-8")
    path.chmod(0o600)
    return path


def simulated(monkeypatch, module, answer):
    """Puts a simulator in the place of the network; gives the requests it saw."""
    seen = []

    def answered(request):
        seen.append(request)
        return answer(request)

    def client(access, **more):
        return httpx.Client(base_url=access.address, transport=httpx.MockTransport(answered), **more)

    monkeypatch.setattr(module, "client", client)
    return seen


def by_kind(feeds):
    return {feed.kind: feed.records for feed in feeds}


@pytest.mark.parametrize("mis", CONNECTORS)
def test_every_mapping_is_whole_and_tagged(mis):
    for plan in plans(mis):
        assert plan.kind in KINDS
        assert plan.tag in ("V", "K")
        assert plan.ids
        assert set(plan.required) >= set(plan.ids)
        assert {"UPN", "StudentId"} & set(plan.items)
    assert plans(mis)[0].kind == "pupils"


def test_an_unknown_mis_and_a_missing_source_are_told(tmp_path):
    with pytest.raises(Trouble, match="no connector"):
        list(read_feeds("abacus", [tmp_path]))
    with pytest.raises(Trouble, match="no source"):
        list(read_feeds("files", []))


# Plain files
CSV = 'UPN,Surname,Forename,DOB,EntryDate\nA1,Ó Example,Ada,2016-02-03,2020-09-01\nA2,"X, Y",Bo,2016-02-04,2020-09-01\n'


@pytest.mark.parametrize("change", [lambda t: t, lambda t: "\ufeff" + t.replace("\n", "\r\n")])
def test_plain_files_are_read_as_they_are_written(tmp_path, change):
    (tmp_path / "pupils.csv").write_bytes(change(CSV).encode())
    feeds = by_kind(read_feeds("files", [tmp_path]))
    assert feeds == {"pupils": feeds["pupils"]}
    assert feeds["pupils"]["A2"] == {
        "UPN": "A2",
        "Surname": "X, Y",
        "Forename": "Bo",
        "DOB": "2016-02-04",
        "EntryDate": "2020-09-01",
    }


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (CSV.replace("UPN,", "Upn,"), "UPN"),
        (CSV.replace("A2", ""), "Record 2"),
        (CSV.replace("A2", "A1"), "second one"),
        (CSV + "A3,only\n", "Line 4"),
        (CSV.replace('"X, Y"', '"X'), "not CSV"),
        ("", "UPN"),
    ],
)
def test_a_table_that_lost_something_is_refused_whole(tmp_path, content, told):
    (tmp_path / "pupils.csv").write_text(content, encoding="utf-8")
    with pytest.raises(Trouble) as caught:
        list(read_feeds("files", [tmp_path]))
    assert told in str(caught.value)


# SIMS
REPORT = (
    "<SuperStarReport><Record><primary_id>1</primary_id><UPN>A1</UPN>"
    "<Legal_x0020_Surname>Ó Example</Legal_x0020_Surname><Forename>Ada</Forename>"
    "<DOB>2016-02-03T00:00:00</DOB><Year>Year  5</Year></Record>"
    "<Record><primary_id>2</primary_id><UPN>A2</UPN><Legal_x0020_Surname>Two</Legal_x0020_Surname><Forename>Bo</Forename>"
    "<DOB>2016-02-04T00:00:00</DOB></Record></SuperStarReport>"
)


def test_a_sims_report_is_read_with_its_captions_dates_and_years(tmp_path):
    (tmp_path / "concord_pupils.xml").write_text(REPORT, encoding="utf-8")
    pupils = by_kind(read_feeds("sims", [tmp_path]))["pupils"]
    assert pupils["1"] == {
        "UPN": "A1",
        "Surname": "Ó Example",
        "Forename": "Ada",
        "DOB": "2016-02-03",
        "NCyearActual": "5",
    }


@pytest.mark.parametrize("column", ["primary_id", "UPN", "Legal_x0020_Surname"])
def test_a_sims_report_that_lost_a_column_is_refused(column):
    content = re.sub(f"<{column}>.*?</{column}>", "", REPORT).encode()
    with pytest.raises(LostColumns) as caught:
        sims.read_report(content, plans("sims")[0], "r.xml")
    assert caught.value.columns == (column.replace("_x0020_", " "),)


@pytest.mark.parametrize(
    "content",
    [
        b"<CommandReporterError>No such report</CommandReporterError>",
        REPORT.encode()[:-20],
        b"<html/>",
        b'<!DOCTYPE a [<!ENTITY x "y">]><SuperStarReport>&x;</SuperStarReport>',
        REPORT.replace("<Forename>Bo", "<UPN>A9</UPN><Forename>Bo").encode(),
        b"<SuperStarReport/>",
    ],
)
def test_what_is_no_whole_sims_report_is_refused(content):
    with pytest.raises(Trouble):
        sims.read_report(content, plans("sims")[0], "r.xml")


# Wonde
def wonde_pupil(n):
    day = {"date": "2016-02-03 00:00:00.000000", "timezone_type": 3, "timezone": "Europe/London"}
    fields = {"id": f"A{n}", "surname": "Pref", "forename": "F", "legal_surname": f"L{n}", "date_of_birth": day}
    return {**fields, "education_details": {"data": {"upn": f"U{n}"}}}


def wonde_answers(pages, *, change=lambda page, last: page):
    def answer(request):
        if "/students/" not in request.url.path:
            mark = {"id": "M1", "student_id": "A1", "date": "2026-10-01", "session": "AM", "attendance_code_id": "C1"}
            row = (
                mark
                if "attendance" in request.url.path
                else {"id": "E1", "student_id": "A2", "start_date": "2026-10-01"}
            )
            return httpx.Response(200, json={"data": [row], "meta": {"pagination": {"next": None, "more": False}}})
        at = int(request.url.params.get("at", "0"))
        last = at == len(pages) - 1
        following = None if last else f"https://mis.example/v1.0/schools/A1/students/?at={at + 1}"
        paging = {"next": following, "more": not last, "per_page": "200"}
        return httpx.Response(200, json=change({"data": pages[at], "meta": {"pagination": paging}}, last))

    return answer


def test_wonde_is_read_to_its_last_page_and_marks_get_the_upn(settings, monkeypatch):
    seen = simulated(monkeypatch, wonde, wonde_answers([[wonde_pupil(1), wonde_pupil(2)], [wonde_pupil(3)]]))
    feeds = by_kind(read_feeds("wonde", [settings]))
    assert feeds["pupils"]["A1"] == {"UPN": "U1", "Surname": "L1", "PreferredSurname": "Pref", "DOB": "2016-02-03"}
    assert len(feeds["pupils"]) == 3
    assert feeds["attendance"]["M1"]["UPN"] == "U1"
    assert feeds["suspensions"]["E1"]["UPN"] == "U2"
    assert {request.headers["authorization"] for request in seen} == {"Bearer s3cret"}


@pytest.mark.parametrize(
    "change",
    [
        lambda page, last: {"meta": page["meta"]},
        lambda page, last: {**page, "meta": {"pagination": {"more": True, "next": None}}},
        lambda page, last: {**page, "meta": {"pagination": {"more": True, "next": "https://evil.example/x"}}},
        lambda page, last: {**page, "data": page["data"] * 2},
        lambda page, last: {**page, "data": [{**each, "education_details": {"data": {}}} for each in page["data"]]},
    ],
)
def test_a_wonde_answer_in_part_stops_the_feed_and_the_token_goes_nowhere_else(settings, monkeypatch, change):
    seen = simulated(monkeypatch, wonde, wonde_answers([[wonde_pupil(1)], [wonde_pupil(2)]], change=change))
    with pytest.raises(Trouble):
        list(read_feeds("wonde", [settings]))
    assert {request.url.host for request in seen} == {"mis.example"}


@pytest.mark.parametrize(
    ("status", "kind"), [(401, NoAccess), (403, NoAccess), (400, Unreadable), (429, Busy), (503, Busy)]
)
def test_a_mis_that_says_no_is_told_by_what_it_said(settings, monkeypatch, status, kind):
    seen = simulated(monkeypatch, wonde, lambda request: httpx.Response(status, text="{}"))
    with stamina.set_testing(True, attempts=3), pytest.raises(kind):
        list(read_feeds("wonde", [settings]))
    assert len(seen) == (3 if kind is Busy else 1)


def test_a_sign_in_page_with_status_200_is_no_answer(settings, monkeypatch):
    simulated(monkeypatch, wonde, lambda request: httpx.Response(200, text="<html>sign in</html>"))
    with pytest.raises(Unreadable):
        list(read_feeds("wonde", [settings]))


# Arbor
def arbor_answers(change=lambda said: said, pages=1):
    pupil = {
        "upn": "U",
        "legalFirstName": "F",
        "legalLastName": "L",
        "preferredLastName": None,
        "dateOfBirth": "2016-02-03",
    }
    rest = {"mostRecentEntryDate": "2020-09-01", "leavingDate": None}

    def answer(request):
        asked = json.loads(request.content)["query"]
        entity, page = re.match(r"{ (\w+)\(page_size: 500, page_num: (\d+)\)", asked).groups()
        count = 500 if int(page) < pages - 1 else 1
        if entity == "Student":
            rows = [{**pupil, **rest, "id": f"{page}-{n}"} for n in range(count)]
        else:
            row = {
                "id": "1",
                "student": {"id": "0-0"},
                "startDate": "2026-10-01",
                "startDatetime": "2026-10-01 09:00:00",
            }
            rows = [{**row, "attendanceMark": {"code": "/"}}]
        return httpx.Response(200, json=change({"data": {entity: rows}}))

    return answer


def test_arbor_is_read_page_by_page_until_a_short_one(settings, monkeypatch):
    seen = simulated(monkeypatch, arbor, arbor_answers(pages=3))
    feeds = by_kind(read_feeds("arbor", [settings]))
    assert len(feeds["pupils"]) == 1001
    assert feeds["attendance"]["1"]["UPN"] == "U"
    assert all(request.headers["authorization"].startswith("Basic ") for request in seen)


def test_a_field_arbor_does_not_show_is_named_to_the_school(settings, monkeypatch):
    said = {"errors": [{"message": "You do not have access to `Student.upn`."}]}
    simulated(monkeypatch, arbor, arbor_answers(lambda _: said))
    with pytest.raises(NoAccess) as caught:
        list(read_feeds("arbor", [settings]))
    assert caught.value.missing == "Student.upn"


@pytest.mark.parametrize("said", [{}, {"data": {}}, {"data": {"Student": [1]}}, {"errors": [{"message": "syntax"}]}])
def test_an_arbor_answer_without_its_rows_stops_the_feed(settings, monkeypatch, said):
    simulated(monkeypatch, arbor, arbor_answers(lambda _: said))
    with pytest.raises(Unreadable):
        list(read_feeds("arbor", [settings]))


# Bromcom
SOAP = '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Body>{}</soap:Body></soap:Envelope>'
STUDENT = (
    "<StudentID>1</StudentID><UPN>U1</UPN><FirstName>F</FirstName><LastName>L</LastName>"
    "<StartDate>2020-09-01T00:00:00</StartDate>"
)


def bromcom_answers(entities=("Students", "Exclusions"), student=STUDENT, fault=""):
    def answer(request):
        text = request.content.decode()
        if "findEntities" in text:
            rows = "".join(f"<Table><EntityName>{name}</EntityName></Table>" for name in entities)
        elif ">Students<" in text:
            rows = f"<Table>{student}</Table>"
        else:
            rows = "<Table><StudentID>1</StudentID><StartDate>2026-10-01T00:00:00</StartDate></Table>"
        return httpx.Response(200, text=SOAP.format(fault or f"<NewDataSet>{rows}</NewDataSet>"))

    return answer


def test_bromcom_is_asked_for_its_permissions_first_and_its_filter_stays_empty(settings, monkeypatch):
    seen = simulated(monkeypatch, bromcom, bromcom_answers())
    feeds = by_kind(read_feeds("bromcom", [settings]))
    assert feeds["pupils"]["1"] == {"UPN": "U1", "Surname": "L", "Forename": "F", "EntryDate": "2020-09-01"}
    assert feeds["suspensions"]["1|2026-10-01"]["UPN"] == "U1"
    assert b"findEntities" in seen[0].content
    assert all(b"<entityFilter/>" in request.content for request in seen[1:])


def test_an_entity_that_is_not_ticked_is_named_before_anything_is_read(settings, monkeypatch):
    seen = simulated(monkeypatch, bromcom, bromcom_answers(entities=("Students",)))
    with pytest.raises(NoAccess) as caught:
        list(read_feeds("bromcom", [settings]))
    assert (caught.value.missing, len(seen)) == ("Exclusions", 1)


def test_a_bromcom_fault_a_lost_column_and_another_document_stop_the_feed(settings, monkeypatch):
    for answer in (
        bromcom_answers(fault="<soap:Fault><soap:Reason>no</soap:Reason></soap:Fault>"),
        bromcom_answers(student=STUDENT.replace("UPN", "Upn")),
        lambda request: httpx.Response(200, text="<html/>"),
        lambda request: httpx.Response(200, text="<a>"),
    ):
        simulated(monkeypatch, bromcom, answer)
        with pytest.raises(Trouble):
            list(read_feeds("bromcom", [settings]))


@pytest.mark.parametrize("content", ["", 'address = "http://mis.example"', "address = ", 'address = "ftp://x"'])
def test_settings_that_are_no_settings_are_told(tmp_path, content):
    path = tmp_path / "mis.toml"
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(Unreadable):
        read_access(path)


def test_settings_that_others_can_read_are_not_used(settings):
    settings.chmod(0o644)
    with pytest.raises(Trouble, match="Others"):
        read_access(settings)
