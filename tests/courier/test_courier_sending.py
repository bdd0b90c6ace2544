import json

import pytest

from concord.core.seal.receipt import verify_receipt
from concord.core.trouble import Trouble
from concord.courier import send
from concord.courier.journal import Journal
from concord.courier.run import run, station
from conftest import connecting
from pretend_hub import Line

REFUSAL = {
    "flow": "school-census",
    "clause": "2f",
    "reason": "no_agreement",
    "says": "No agreement is in force.",
    "missing": "the signature",
    "remedy": "Sign it.",
}


def go(home, connect, *paths, feeds=()):
    with station(home, connect) as at:
        return run(at, paths, feeds)


def outcomes(report):
    return [each["outcome"] for each in report.files]


def test_a_return_is_sent_once_and_the_receipt_proves_it(enrolled, hub, connect, export):
    path = export()
    report = go(enrolled, connect, path)
    assert (outcomes(report), report.status) == (["sent"], 0)
    assert [content for _, content in hub.accepted] == [path.read_bytes()]
    kept = json.loads((enrolled.receipts / "000001.json").read_bytes())
    assert verify_receipt(kept, hub.key.public_key(), path.read_bytes()).file == "content"
    assert list(enrolled.spool.iterdir()) == []
    assert hub.witnessed[-1]["size"] == hub.tree.size


def test_the_same_export_again_sends_nothing_and_a_changed_one_is_a_new_version(enrolled, hub, connect, export):
    for serial, outcome in (
        ("001", "sent"),
        ("001", "unchanged"),
        ("002", "sent"),
        ("001", "sent"),
        ("001", "unchanged"),
    ):
        assert outcomes(go(enrolled, connect, export(serial))) == [outcome]
    assert len(hub.accepted) == 3
    assert len({key for key, _ in hub.accepted}) == 3


def test_a_large_file_goes_in_pieces(enrolled, hub, connect, export, monkeypatch):
    monkeypatch.setattr(send, "CHUNK", 100)
    go(enrolled, connect, export())
    assert sum(method == "PATCH" for method, _ in hub.log) > 10
    assert len(hub.accepted) == 1


@pytest.mark.parametrize("fault", ["lost", "late", "half", "500", "429", "html", "twice"])
def test_any_fault_at_any_request_ends_with_the_file_received_exactly_once(  # noqa: PLR0917 - fixtures
    enrolled, hub, export, fault, monkeypatch, unchecked
):
    monkeypatch.setattr(send, "CHUNK", 800)
    path, n, reached = export(), 0, True
    while reached:
        n += 1
        path = export(f"{n:03}")
        line = Line(hub, {n: fault})
        report = go(enrolled, connecting(hub, line=line), path)
        reached = line.count >= n
        assert outcomes(report) == ["sent"], (n, report.document())
        assert [content for _, content in hub.accepted].count(path.read_bytes()) == 1
    assert n > 6


def test_bytes_spoilt_on_their_way_are_sent_once_more(enrolled, hub, export):
    line = Line(hub, {4: "spoilt"})
    assert outcomes(go(enrolled, connecting(hub, line=line), export())) == ["sent"]
    assert len(hub.accepted) == 1


def test_a_hub_that_does_not_answer_loses_nothing(enrolled, hub, connect, export):
    down = dict.fromkeys(range(1, 50), "lost")
    report = go(enrolled, connecting(hub, down), export())
    assert (outcomes(report), report.status) == (["unreachable"], 2)
    half_way = dict.fromkeys(range(4, 50), "lost")
    assert go(enrolled, connecting(hub, half_way), export()).status == 2
    assert len(list(enrolled.spool.iterdir())) == 1
    assert outcomes(go(enrolled, connect)) == ["sent"]
    assert len(hub.accepted) == 1


def test_a_refusal_ends_with_three_and_its_clause_and_is_offered_again(enrolled, hub, connect, export):
    hub.refusal = REFUSAL
    report = go(enrolled, connect, export())
    assert report.status == 3
    assert (report.files[0]["outcome"], report.files[0]["clause"]) == ("refused", "2f")
    hub.refusal = None
    assert outcomes(go(enrolled, connect)) == ["sent"]


def test_a_newer_export_takes_the_place_of_one_that_was_refused(enrolled, hub, connect, export):
    hub.refusal = REFUSAL
    go(enrolled, connect, export("001"))
    assert go(enrolled, connect, export("002")).status == 3
    hub.refusal = None
    assert "sent" in outcomes(go(enrolled, connect, export("002")))
    assert [b"<SerialNo>002" in content for _, content in hub.accepted] == [True]


def test_a_revoked_courier_is_told_and_its_files_stay(enrolled, hub, connect, export):
    hub.couriers.clear()
    report = go(enrolled, connect, export())
    assert (report.status, report.files[-1]["error"]) == (2, "This courier was revoked.")


def test_an_upload_the_hub_let_lapse_is_offered_again(enrolled, hub, connect, export):
    go(enrolled, connecting(hub, dict.fromkeys(range(5, 50), "lost")), export())
    hub.uploads.clear()
    assert outcomes(go(enrolled, connect)) == ["sent"]


def test_a_file_of_another_establishment_never_leaves(enrolled, hub, connect, export):
    report = go(enrolled, connect, export(estab="2002"), export(name="b.xml"))
    assert outcomes(report) == ["failed", "sent"]
    assert "886/2002" in report.files[0]["error"]
    assert len(hub.accepted) == 1


def test_what_is_no_return_does_not_hold_up_the_next(enrolled, connect, export, tmp_path):
    bad = export(name="a.xml")
    bad.write_bytes(b"<Message>")
    export(name="b.xml")
    report = go(enrolled, connect, bad.parent)
    assert (outcomes(report), report.status) == (["failed", "sent"], 2)


def test_a_receipt_for_another_file_or_by_another_key_is_not_believed(enrolled, hub, connect, export, monkeypatch):
    from concord.core.seal.signature import new_key

    true, hub.key = hub.key, new_key()
    report = go(enrolled, connect, export())
    assert (report.status, hub.accepted) == (1, [])
    hub.key = true
    assert go(enrolled, connect, export()).status == 0


def test_two_runs_at_once_are_kept_apart(enrolled, connect):
    with station(enrolled, connect), pytest.raises(Trouble, match="Another run"), station(enrolled, connect):
        raise AssertionError("both ran")


def test_a_spooled_file_lost_from_the_disk_is_sent_anew(enrolled, hub, connect, export):
    go(enrolled, connecting(hub, dict.fromkeys(range(5, 50), "lost")), export())
    for path in enrolled.spool.iterdir():
        path.unlink()
    assert outcomes(go(enrolled, connect)) == ["failed"]
    assert outcomes(go(enrolled, connect, export())) == ["sent"]


def test_the_journal_refuses_a_move_that_is_not_in_its_table(enrolled, connect, export):
    go(enrolled, connect, export())
    journal = Journal(enrolled.journal)
    with pytest.raises(AssertionError):
        journal.move(journal.one(1), "sealed")
    journal.close()


def test_a_damaged_journal_is_told(enrolled, connect):
    enrolled.journal.write_bytes(b"not a database at all" * 100)
    with pytest.raises(Trouble, match="journal is damaged"), station(enrolled, connect):
        pass


def test_a_refusal_to_tell_how_things_stand_does_not_hold_up_a_statutory_return(enrolled, hub, connect, export):
    hub.status_refused = REFUSAL
    report = go(enrolled, connect, export())
    assert (outcomes(report), report.agreement, report.status) == (["sent"], {"state": "refused", "clause": "2f"}, 0)
