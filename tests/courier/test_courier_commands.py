import json

import pytest

from concord.courier import schedule
from concord.courier.hub import Hub
from concord.site.command import main
from conftest import connecting
from pretend_hub import ADDRESS, TOKEN


@pytest.fixture
def call(monkeypatch, capsys, hub, home):
    """Runs a command against the pretend hub; gives exit status and what it wrote."""
    from concord.courier import enrolment
    from concord.site.commands import courier

    monkeypatch.setattr(courier, "Hub", connecting(hub))
    monkeypatch.setattr(
        courier, "enrol_courier", lambda home, hub_at, token: enrolment.enrol(home, hub_at, token, connecting(hub))
    )

    def run(*words):
        status = main([*words, "--home", str(home.root)])
        wrote = capsys.readouterr()
        return status, wrote.out, wrote.err

    return run


def test_the_whole_way_on_the_command_line(call, export, home, hub):
    path = str(export())
    assert call("courier", "enrol", "--hub", ADDRESS, "--token", TOKEN)[0] == 0
    status, out, _ = call("courier", "preview", path)
    assert status == 0
    assert "Surname Ó Example" in out
    assert "clause 2f" in out
    assert hub.accepted == []
    status, out, _ = call("courier", "run", "--from", path, "--json")
    assert (status, json.loads(out)["sent"]) == (0, 1)
    status, out, _ = call("courier", "status", "--json")
    assert (status, json.loads(out)["files"]) == (0, {"done": 1})
    assert call("courier", "keys")[0] == 0
    receipt = str(home.receipts / "000001.json")
    status, out, _ = call("receipt", "verify", receipt, "--file", path, "--json")
    assert (status, json.loads(out)["holds"], json.loads(out)["file"]) == (0, True, "content")
    status, out, _ = call("receipt", "verify", receipt, "--file", receipt, "--json")
    assert (status, json.loads(out)["holds"]) == (1, False)


def test_a_refusal_is_exit_three_and_its_clause_is_in_the_document(call, export, hub):
    call("courier", "enrol", "--hub", ADDRESS, "--token", TOKEN)
    hub.refusal = {"flow": "school-census", "clause": "2f", "says": "No agreement."}
    status, out, _ = call("courier", "run", "--from", str(export()), "--json")
    assert (status, json.loads(out)["files"][0]["clause"]) == (3, "2f")


@pytest.mark.parametrize(
    "words",
    [
        ["courier", "run", "--json"],
        ["courier", "status", "--json"],
        ["courier", "keys", "--json"],
        ["courier", "preview", "nowhere.xml", "--json"],
        ["courier", "enrol", "--hub", "http://hub.example", "--token", "t", "--json"],
        ["courier", "schedule", "--json"],
        ["receipt", "verify", "nowhere.json", "--json"],
    ],
)
def test_what_cannot_be_done_is_two_with_one_document_and_no_traceback(call, words):
    status, out, err = call(*words)
    assert status == 2
    assert json.loads(out)["error"]
    assert "Traceback" not in err


def test_an_alarm_is_exit_one(call, export, hub):
    call("courier", "enrol", "--hub", ADDRESS, "--token", TOKEN)
    call("courier", "run", "--from", str(export("001")))
    hub.rewrite()
    assert call("courier", "run", "--json")[0] == 1
    status, out, _ = call("courier", "status", "--json")
    assert (status, "ALARM" in json.loads(out)["error"]) == (1, True)


def test_every_command_has_an_example_in_its_help(capsys):
    for name in ("enrol", "preview", "run", "status", "keys", "schedule"):
        main(["courier", name, "--help"])
        assert "Example: concord courier" in capsys.readouterr().out


def test_repeating_ends_at_once_on_an_alarm_and_goes_on_after_any_other_trouble():
    answers, waits = iter([0, 2, 3, 0, 1, 0]), []
    assert schedule.repeat(lambda: next(answers), 24, waits.append) == 1
    assert len(waits) == 4
    assert all(86_000 < wait <= 86_400 for wait in waits)


def test_the_schedulers_line_has_the_couriers_own_minute():
    minute = schedule.minute_of("c-1")
    assert schedule.entry("c-1", 24, "run it", False) == f"{minute} 2 * * * run it"
    assert schedule.entry("c-1", 6, "run it", False) == f"{minute} */6 * * * run it"
    assert f"/ST 02:{minute:02}" in schedule.entry("c-1", 24, "run it", True)
    assert len({schedule.minute_of(f"c-{n}") for n in range(600)}) == 60


def test_the_commands_connect_with_the_real_client():
    from concord.site.commands import courier

    assert courier.Hub is Hub
