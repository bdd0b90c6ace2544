import json

import pytest

from concord.core.seal.checkpoint import check_countersignature, read_checkpoint
from concord.core.trouble import Trouble
from concord.courier.home import Home
from concord.courier.run import run, station
from concord.courier.status import keys, status
from concord.courier.witness import Alarm, check_no_alarm, heads
from conftest import connecting


def go(home, connect, *paths):
    with station(home, connect) as at:
        return run(at, paths)


def test_every_head_seen_is_proved_countersigned_and_kept(enrolled, hub, connect, export):
    for serial in ("001", "002", "003"):
        assert go(enrolled, connect, export(serial)).status == 0
    sizes = [head.checkpoint.size for head in heads(enrolled)]
    assert sizes == [1, 2, 3, 4]
    for head in heads(enrolled)[1:]:
        check_countersignature(head.checkpoint, head.witnesses[0])
    assert {said["size"] for said in hub.witnessed} == {1, 2, 3, 4}


@pytest.mark.parametrize("change", ["rewritten", "cut", "renamed"])
def test_another_history_raises_the_alarm_and_nothing_more_is_sent(  # noqa: PLR0917 - fixtures
    enrolled, hub, connect, export, change, monkeypatch
):
    for serial in ("001", "002"):
        go(enrolled, connect, export(serial))
    if change == "rewritten":
        hub.rewrite()
        hub._write({"verb": "more"})
    elif change == "cut":
        hub.lines = hub.lines[:1]
        hub.tree = type(hub.tree)(hub.tree.node(0, place) for place in range(1))
    else:
        monkeypatch.setattr("pretend_hub.ORIGIN", "another/886")
    accepted, witnessed = len(hub.accepted), len(hub.witnessed)
    report = go(enrolled, connect, export("003"))
    assert report.status == 1
    assert report.files[-1]["outcome"] == "alarm"
    assert (len(hub.accepted), len(hub.witnessed)) == (accepted, witnessed)
    both = json.loads(enrolled.alarm.read_bytes())
    for name in ("earlier", "later"):
        read_checkpoint(both[name])
    for act in (lambda: go(enrolled, connect), lambda: status(enrolled, connect), lambda: check_no_alarm(enrolled)):
        with pytest.raises(Alarm) as caught:
            act()
        assert caught.value.status == 1


def test_a_countersignature_lost_on_its_way_is_sent_again(enrolled, hub, connect, export):
    go(enrolled, connect, export("001"))
    hub._write({"verb": "view"})
    hub.witnessed.clear()
    lost = dict.fromkeys(range(3, 30), "lost")
    assert go(enrolled, connecting(hub, lost)).status == 2
    assert hub.witnessed == []
    go(enrolled, connect)
    assert hub.witnessed[-1]["size"] == hub.tree.size


def test_a_line_of_the_record_torn_by_a_power_cut_is_not_believed_and_not_in_the_way(enrolled, hub, connect, export):
    with enrolled.witnessed.open("ab") as stream:
        stream.write(b'{"checkpoint": {"at"')
    assert go(enrolled, connect, export()).status == 0
    assert [head.checkpoint.size for head in heads(enrolled)] == [1, 2]


def test_status_tells_the_agreement_the_ledger_and_what_waits(enrolled, hub, connect, export):
    go(enrolled, connect, export("001"))
    go(enrolled, connecting(hub, dict.fromkeys(range(4, 40), "lost")), export("002"))
    told = status(enrolled, connect)
    assert (told["agreement"]["state"], told["reached"], told["files"]) == ("in_force", True, {"done": 1, "offered": 1})
    assert told["waiting"][0]["state"] == "offered"
    assert told["ledger"]["size"] == hub.tree.size
    away = status(enrolled, connecting(hub, dict.fromkeys(range(1, 40), "lost")))
    assert (away["reached"], away["establishment"]) == (False, "886/2001")


def test_keys_shows_public_halves_only(enrolled, hub, tmp_path):
    told = keys(enrolled)
    assert told["hub"]["recipient"] == hub.recipient
    secret = enrolled.signing_key.read_text().strip()
    assert secret not in json.dumps(told)
    with pytest.raises(Trouble):
        keys(Home(tmp_path / "none"))
