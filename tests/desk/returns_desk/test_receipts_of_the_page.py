"""A file sent by the page, and a return submitted, get the same signed receipt a courier gets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from returns_desk_kit import COLLECTION, Hub
from typer.testing import CliRunner

from concord.core.returns import write
from concord.core.seal.receipt import verify_receipt
from concord.core.seal.signature import Forged, public_key
from concord.desk import agreements, give_receipt, submit_return
from concord.desk.gate import Refused
from concord.store.models import ReturnReceipt


def given(hub: Hub, laestab: str) -> list[give_receipt.Given]:
    return give_receipt.receipts(hub.keeper(laestab), "establishment", laestab, COLLECTION)


def submitted(hub: Hub) -> str:
    one = hub.places[0]
    hub.send(one)
    hub.explain_everything(one)
    submit_return.submit(hub.head(one), one, COLLECTION, signed="A Head, head teacher")
    return one


def test_an_upload_by_the_page_has_a_receipt_that_holds_off_line(hub: Hub) -> None:
    one = hub.places[0]
    hub.send(one)
    (receipt,) = given(hub, one)
    content = write(hub.ret(one))
    found = verify_receipt(receipt.document, public_key(give_receipt.hub_key()), content)
    assert (found.file, found.manifest.establishment, found.entry["deed"]) == ("content", one, "return received")
    with pytest.raises(Forged):
        verify_receipt(receipt.document, public_key(give_receipt.hub_key()), content + b" ")


def test_a_submission_has_a_receipt_of_its_own_line(hub: Hub) -> None:
    one = submitted(hub)
    last, first = given(hub, one)
    assert (last.kind, first.kind) == ("submitted", "received")
    found = verify_receipt(last.document, public_key(give_receipt.hub_key()), write(hub.ret(one)))
    assert found.entry["deed"] == "return submitted"
    assert found.entry["facts"]["declaration"] == give_receipt_declaration(hub, one)
    assert last.line > first.line


def give_receipt_declaration(hub: Hub, laestab: str) -> str:
    family = submit_return.family_of(laestab, submit_return.gate.today())
    return "copy-1" if family == "academy" else "return-1"


def test_the_command_verifies_it(hub: Hub, tmp_path: Path) -> None:
    from concord.site.commands.receipt import app

    one = submitted(hub)
    kept = tmp_path / "receipt.json"
    kept.write_text(json.dumps(given(hub, one)[0].document))
    words = ["verify", str(kept), "--hub-key", give_receipt.hub_key(), "--json"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["holds"] is True
    kept.write_text(kept.read_text().replace(COLLECTION, "SC-SPR-2026"))
    done = CliRunner().invoke(app, words)
    assert json.loads(done.output)["holds"] is False


def test_it_is_given_again_the_same(hub: Hub) -> None:
    one = hub.places[0]
    hub.send(one)
    assert given(hub, one)[0].document == given(hub, one)[0].document
    assert ReturnReceipt.objects.using("owner").count() == 1


def test_nobody_takes_away_the_receipt_of_another(hub: Hub) -> None:
    one, other = hub.places[:2]
    hub.send(one)
    number = given(hub, one)[0].id
    with pytest.raises(Refused):
        give_receipt.taken_away(hub.keeper(other), "establishment", one, COLLECTION, number)
    with pytest.raises(submit_return.Trouble):
        give_receipt.taken_away(hub.keeper(other), "establishment", other, COLLECTION, number)


def test_a_receipt_is_still_given_when_the_agreement_has_ended(hub: Hub) -> None:
    one = hub.places[0]
    hub.send(one)
    agreements.record(hub.head(one), one, "suspended", evidence="A laptop with the courier's key was stolen")
    assert given(hub, one)[0].kind == "received"
