"""The real courier at the real door: enrolled, sending, proved off line, and refused whole where something is amiss."""

from __future__ import annotations

import json

import httpx
import pytest
from django.core.wsgi import get_wsgi_application

from concord.core.seal.receipt import verify_receipt
from concord.core.seal.wire import sign_request
from concord.core.trouble import Trouble
from concord.courier.enrolment import enrol, read_enrolment
from concord.courier.home import Home
from concord.courier.hub import ShutOut
from concord.courier.keys import read_key
from concord.courier.run import run, station
from concord.desk import couriers, keys
from concord.store.models import Courier, Upload
from small_hub import (
    ACADEMY,
    ADDRESS,
    HERE,
    THERE,
    agree,
    census,
    connect,
    deeds,
    enrolled,
    head,
    lines,
    owner_rows,
    run_courier,
    seeing,
)


@pytest.fixture
def home(hub, tmp_path):
    return enrolled(tmp_path / "courier")


@pytest.fixture
def export(tmp_path):
    def write(content: bytes | None = None, name: str = "8862001_SC3_886LL26_001.xml"):
        (tmp_path / "exports").mkdir(exist_ok=True)
        path = tmp_path / "exports" / name
        path.write_bytes(census() if content is None else content)
        return path

    return write


def _versions():
    return owner_rows("SELECT number, name, via, file_id FROM return_version ORDER BY id")


def _nothing_kept():
    tables = ("return_version", "sealed_file", "upload_piece")
    return [owner_rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables]


class Asking:
    """Signed requests of one courier, made by hand."""

    def __init__(self, home: Home) -> None:
        self.keyid, self.key = read_enrolment(home).courier, read_key(home)
        self.client = httpx.Client(transport=httpx.WSGITransport(app=get_wsgi_application()))

    def signed(self, method: str, path: str, body: bytes = b"", **headers: str) -> httpx.Request:
        url = ADDRESS + path
        proof = sign_request(method, url, body, self.key, self.keyid, now=_now())
        return self.client.build_request(method, url, content=body, headers={**headers, **proof})

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> httpx.Response:
        return self.client.send(self.signed(method, path, body, **headers))


def _now():
    from datetime import UTC, datetime

    return datetime.now(UTC)


def test_a_courier_enrols_sends_and_its_receipt_proves_itself_off_line(home, export):
    path = export()
    report = run_courier(home, path)
    assert (report.status, report.files[0]["outcome"]) == (0, "sent"), report.document()
    (kept,) = home.receipts.glob("*.json")
    proved = verify_receipt(json.loads(kept.read_bytes()), keys.signing_key().public_key(), path.read_bytes())
    assert (proved.file, proved.manifest.establishment) == ("content", HERE)
    assert proved.entry == deeds("return received")[0]
    assert [(row[0], row[1], row[2]) for row in _versions()] == [(1, path.name, "courier")]


def test_the_hub_keeps_a_witness_of_the_head_it_showed(home, export):
    run_courier(home, export())
    assert owner_rows("SELECT count(*) FROM witness_signature")[0][0] >= 1
    assert run_courier(home).status == 0


def test_an_unchanged_file_is_not_sent_twice_and_a_changed_one_is_the_next_version(home, export):
    run_courier(home, export())
    assert run_courier(home, export()).files[0]["outcome"] == "unchanged"
    run_courier(home, export(census([])))
    assert [row[0] for row in _versions()] == [1, 2]


def test_a_token_lets_in_once(hub, tmp_path):
    token = couriers.issue_token(head(), HERE)
    enrol(Home(tmp_path / "one"), ADDRESS, token, connect())
    with pytest.raises(Trouble, match="cannot be used"):
        enrol(Home(tmp_path / "two"), ADDRESS, token, connect())
    assert Courier.objects.count() == len(deeds("courier enrolled")) == 1


def test_an_enrolment_is_permitted_before_the_courier_is_made(hub, tmp_path):
    enrolled(tmp_path / "one")
    kinds = [(line["kind"], line["flow"]) for line in lines()]
    assert kinds == [("decision", "courier-enrolment"), ("deed", "courier-enrolment")] * 2


def test_the_same_key_with_the_same_token_gets_the_same_answer_again(hub, tmp_path):
    token, home = couriers.issue_token(head(), HERE), Home(tmp_path / "one")
    first = enrol(home, ADDRESS, token, connect())
    public = couriers.public_text(read_key(home).public_key())
    assert couriers.enrol(token, public, "pc-1")["courier"] == first.courier
    assert Courier.objects.count() == 1


def test_a_revoked_key_is_not_let_in_again_by_its_old_token(hub, tmp_path):
    token, home = couriers.issue_token(head(), HERE), Home(tmp_path / "one")
    made = enrol(home, ADDRESS, token, connect())
    couriers.revoke(head(), Courier.objects.get(pk=made.courier).pk)
    with pytest.raises(Trouble, match="cannot be used"):
        couriers.enrol(token, couriers.public_text(read_key(home).public_key()), "pc-1")


# -- requests ----------------------------------------------------------------------------------------------------------


def test_a_request_sent_twice_is_refused_the_second_time(home):
    asking = Asking(home)
    request = asking.signed("GET", "/api/courier/status")
    assert asking.client.send(request).status_code == 200
    again = asking.client.send(request)
    assert (again.status_code, again.json()["reason"]) == (401, "replay")


def test_an_unsigned_or_strange_request_learns_nothing(home):
    asking = Asking(home)
    bare = asking.client.get(ADDRESS + "/api/courier/status")
    asking.keyid = "3b1f6e5e-1111-4222-8333-444455556666"
    strange = asking.ask("GET", "/api/courier/status")
    assert [bare.status_code, strange.status_code] == [401, 401]
    assert HERE not in bare.text + strange.text


def test_a_request_whose_body_was_exchanged_is_refused(home):
    asking = Asking(home)
    request = asking.signed("POST", "/api/courier/witness", b"{}")
    changed = asking.client.build_request("POST", request.url, content=b'{"size":1}', headers=dict(request.headers))
    changed.headers["content-length"] = "10"
    assert asking.client.send(changed).json()["reason"] == "signature"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"manifest": 7, "signature": "x"}', b"\xff"])
def test_a_body_that_is_not_what_the_address_takes_is_said_so(home, body):
    answer = Asking(home).ask("POST", "/api/courier/uploads", body)
    assert answer.status_code == 422
    assert answer.json()["what"]


def test_a_method_the_address_does_not_have_is_refused(home):
    assert Asking(home).ask("DELETE", "/api/courier/status").status_code == 405


# -- pieces ------------------------------------------------------------------------------------------------------------


class Stop(BaseException):
    """Ends the courier at a request, as a pulled plug does."""


class Stopping(httpx.BaseTransport):
    """Passes requests on until one whose method and path end as given; then stops before or after it."""

    def __init__(self, method: str, after: int = 0) -> None:
        self.method, self.after, self.inner = method, after, httpx.WSGITransport(app=get_wsgi_application())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method == self.method:
            self.after -= 1
            if self.after < 0:
                raise Stop
        return self.inner.handle_request(request)


def _half_sent(home, path, monkeypatch, pieces: int = 1):
    """A run that stops after so many pieces of 500 bytes; the upload as the hub has it."""
    monkeypatch.setattr("concord.courier.send.CHUNK", 500)
    with pytest.raises(Stop):
        run_courier(home, path, line=connect(Stopping("PATCH", pieces)))
    return Upload.objects.get()


def test_a_piece_at_a_wrong_place_is_answered_with_the_right_one_and_not_kept(home, export, monkeypatch):
    upload = _half_sent(home, export(), monkeypatch)
    asking = Asking(home)
    path = f"/api/courier/uploads/{upload.id}"
    answers = [asking.ask("PATCH", path, b"x" * 10, **{"Upload-Offset": at}) for at in ("0", "499", "501", "99999999")]
    assert [(answer.status_code, answer.json()["offset"]) for answer in answers] == [(409, 500)] * 4
    assert owner_rows('SELECT "offset" FROM upload') == [(500,)]


def test_a_piece_past_the_announced_size_is_refused(home, export, monkeypatch):
    upload = _half_sent(home, export(), monkeypatch)
    body = b"x" * (upload.size - 499)
    answer = Asking(home).ask("PATCH", f"/api/courier/uploads/{upload.id}", body, **{"Upload-Offset": "500"})
    assert answer.status_code == 413


def test_a_finish_before_all_is_there_says_where_to_go_on(home, export, monkeypatch):
    upload = _half_sent(home, export(), monkeypatch)
    answer = Asking(home).ask("POST", f"/api/courier/uploads/{upload.id}/finish", b"{}")
    assert (answer.status_code, answer.json()) == (409, {**answer.json(), "offset": 500})


def test_another_couriers_upload_is_not_there(home, export, monkeypatch, tmp_path):
    upload = _half_sent(home, export(), monkeypatch)
    other = Asking(enrolled(tmp_path / "other", THERE))
    path = f"/api/courier/uploads/{upload.id}"
    answers = [
        other.ask("GET", path),
        other.ask("PATCH", path, b"x", **{"Upload-Offset": "500"}),
        other.ask("POST", path + "/finish", b"{}"),
        other.ask("GET", "/api/courier/uploads/3b1f6e5e-1111-4222-8333-444455556666"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4
    assert len({answer.json()["what"] for answer in answers}) == 1


def test_a_revoked_courier_is_nobody_at_the_next_piece(home, export, monkeypatch):
    upload = _half_sent(home, export(), monkeypatch)
    couriers.revoke(head(), Courier.objects.get().pk)
    answer = Asking(home).ask("PATCH", f"/api/courier/uploads/{upload.id}", b"x", **{"Upload-Offset": "500"})
    assert answer.status_code == 401
    assert owner_rows('SELECT "offset" FROM upload') == [(500,)]
    with station(home, connect()) as open_station:
        assert isinstance(run(open_station, []).troubles[0], ShutOut)


def test_bytes_spoilt_on_their_way_are_sent_once_more_and_received_once(home, export, monkeypatch):
    monkeypatch.setattr("concord.courier.send.CHUNK", 500)

    class Spoiling(Stopping):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = self.inner.handle_request(request)
            self.after -= request.method == "PATCH"
            if request.method == "PATCH" and self.after == 0:
                with seeing(HERE) as cursor:
                    cursor.execute("UPDATE upload_piece SET content = set_byte(content, 9, get_byte(content, 9) # 1)")
            return answer

    report = run_courier(home, export(), line=connect(Spoiling("PATCH", 2)))
    assert report.status == 0, report.document()
    assert len(_versions()) == len(deeds("return received")) == 1


# -- what is refused whole ---------------------------------------------------------------------------------------------


def _posted(home, monkeypatch, content: bytes, **stated: str):
    """Post bytes as a parcel, whatever they are: what a wrong or hostile courier could do."""
    from concord.courier.send import Parcel

    parcel = {"name": "return.xml", "flow": "school-census", "collection": "SC", "term": "AUT-2026", **stated}
    with station(home, connect()) as at:
        return at.sender.post(Parcel(content=content, **parcel))


REFUSED = {
    "another establishment": (census(laestab=THERE), {}, "886/2002"),
    "an unknown collection": (census(year="1999"), {"term": "AUT-1999"}, "1999"),
    "another year than announced": (census(year="2025", term="AUT"), {}, "2025"),
    "cut short": (census()[:-40], {}, "ends|closed|well|XML|line"),
    "not a return": (b"PK\x03\x04 nothing", {}, "."),
    "empty": (b"", {}, "."),
    "a feed by the flow of returns": (b"{}", {"collection": "feed.attendance", "term": ""}, "does not travel"),
    "a return by the flow of feeds": (census(), {"flow": "orchestra-feed"}, "does not travel"),
    "a flow of the LA's own": (census(), {"flow": "register-load"}, "does not travel"),
    "a kind of feed there is none of": (b"{}", {"flow": "orchestra-feed", "collection": "feed.wages"}, "not travel"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_is_refused_whole_with_its_reason_and_nothing_of_it_is_kept(home, monkeypatch, what):
    content, stated, reason = REFUSED[what]
    with pytest.raises(Trouble, match=reason):
        _posted(home, monkeypatch, content, **stated)
    assert _nothing_kept() == [0, 0, 0]
    assert deeds("return received") == deeds("feed received") == []


def test_a_wrong_file_never_replaces_the_right_one(home, export, monkeypatch):
    run_courier(home, export())
    for content in (census(laestab=THERE), census()[:-40]):
        with pytest.raises(Trouble):
            _posted(home, monkeypatch, content)
    assert [row[0] for row in _versions()] == [1]
    assert run_courier(home, export()).files[0]["outcome"] == "unchanged"


def test_an_academy_without_the_agreement_is_refused_by_its_clause_under_either_flow(hub, tmp_path, monkeypatch):
    home = enrolled(tmp_path / "academy", ACADEMY)
    content = census(laestab=ACADEMY)
    for flow in ("academy-census-copy", "school-census"):
        with pytest.raises(Trouble) as refused:
            _posted(home, monkeypatch, content, flow=flow)
        assert refused.value.status == 3
        assert refused.value.clause
    assert _nothing_kept() == [0, 0, 0]
    assert {line["answer"] for line in lines(flow="academy-census-copy")} == {"refusal"}
    agree(ACADEMY)
    assert _posted(home, monkeypatch, content + b" ", flow="academy-census-copy").state == "done"


def test_files_are_taken_in_the_order_of_their_seals(home, monkeypatch):
    from concord.core.seal.manifest import read_manifest
    from concord.desk import take_upload

    _posted(home, monkeypatch, census())
    _posted(home, monkeypatch, census([]))
    older = Upload.objects.order_by("begun").first()
    Upload.objects.filter(pk=older.pk).delete()
    with pytest.raises(Trouble, match="later file"):
        take_upload.begin(Courier.objects.get(), older.manifest, older.signature)
    assert read_manifest(older.manifest).sequence == 1
