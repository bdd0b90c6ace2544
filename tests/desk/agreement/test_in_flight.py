"""Files on their way when the agreement stops: not a byte is taken after the line that stopped it; the law's go on."""

from __future__ import annotations

import json

import pytest

from concord.core.trouble import Trouble
from concord.desk import ending, gate, keep_document, take_upload
from concord.store.models import Upload, UploadPiece
from desk.agreement.in_flight import PIECE, Sender, begin, suspend_while_sending
from desk.agreement.parties import ACADEMY, MAINTAINED, Parties, courier, documents, in_days, sign

pytestmark = pytest.mark.database


@pytest.mark.parametrize("number", range(4))
def test_no_byte_is_taken_after_the_line_of_the_suspension(parties: Parties, number: int) -> None:
    sign(parties)
    senders = [Sender(one, begin(one, "academy-census-copy")) for one in (courier(), courier(), courier())]
    race = suspend_while_sending(parties.head, ACADEMY, senders, "Incident 7", ahead=0.01 * number)
    assert [one.fault for one in senders] == [None] * 3
    assert race.held_at_the_end == race.held_at_the_line > 0
    assert {one.refused.refusal.reason for one in senders if one.refused} == {"agreement_suspended"}
    assert race.held_at_the_end == sum(len(one.taken) * PIECE for one in senders)


def test_a_statutory_file_goes_on_through_a_suspension(parties: Parties) -> None:
    sign(parties, MAINTAINED)
    sender = courier(MAINTAINED)
    upload = begin(sender, "school-census")
    take_upload.piece(sender, upload.pk, 0, b"x" * PIECE)
    ending.suspend(parties.other_head, MAINTAINED, "Incident 7")
    assert take_upload.piece(sender, upload.pk, PIECE, b"x" * PIECE) == 2 * PIECE


def test_a_file_held_by_a_suspension_goes_on_where_it_was_once_it_is_lifted(parties: Parties) -> None:
    sign(parties)
    sender = courier()
    upload = begin(sender, "academy-census-copy")
    take_upload.piece(sender, upload.pk, 0, b"x" * PIECE)
    ending.suspend(parties.head, ACADEMY, "Incident 7")
    with pytest.raises(gate.Refused):
        take_upload.piece(sender, upload.pk, PIECE, b"x" * PIECE)
    ending.lift(parties.head, ACADEMY)
    assert take_upload.piece(sender, upload.pk, PIECE, b"x" * PIECE) == 2 * PIECE


def test_the_statement_tells_how_far_a_file_had_come(parties: Parties) -> None:
    sign(parties)
    sender = courier()
    take_upload.piece(sender, begin(sender, "academy-census-copy").pk, 0, b"x" * PIECE)
    ending.suspend(parties.head, ACADEMY, "Incident 7")
    (data,) = documents(ACADEMY, "statement_data")
    told = json.loads(keep_document.fetch(parties.head, ACADEMY, data.pk).content)["statement"]["under_way"]
    assert [(one["flow"], one["bytes"], one["then"][:4]) for one in told] == [("academy-census-copy", PIECE, "held")]


def test_what_had_half_arrived_is_deleted_when_the_agreement_ends(
    parties: Parties, monkeypatch: pytest.MonkeyPatch
) -> None:
    from concord.desk import statement

    sign(parties)
    sender = courier()
    upload = begin(sender, "academy-census-copy")
    take_upload.piece(sender, upload.pk, 0, b"x" * PIECE)
    ending.give_notice(parties.head, ACADEMY, in_days(30), "We leave")
    assert take_upload.piece(sender, upload.pk, PIECE, b"x" * PIECE) == 2 * PIECE
    later = in_days(30)
    monkeypatch.setattr(gate, "today", lambda: later)
    statement.sweep()
    assert UploadPiece.objects.count() == 0
    assert Upload.objects.get(pk=upload.pk).state == "stopped"
    with pytest.raises(Trouble):
        take_upload.piece(sender, upload.pk, 2 * PIECE, b"x" * PIECE)


def test_the_hour_of_the_head_s_permission_opens_the_contractor_s_door_and_nothing_else(parties: Parties) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from concord.desk import permit_install
    from desk.agreement.parties import person

    sign(parties)
    contractor = person("contractor", "Chris Fitter", ACADEMY)
    with pytest.raises(gate.Refused) as no:
        permit_install.token(contractor, ACADEMY)
    assert no.value.refusal.reason == "permission_missing"
    told = {"engineer": "Chris Fitter", "host": "SRV-1", "hours": 1}
    later = timezone.now() + timedelta(hours=2)
    permit_install.permit(parties.head, ACADEMY, starts=later, **told)
    if later.astimezone().date() == timezone.now().astimezone().date():
        with pytest.raises(Trouble, match="does not cover this hour"):
            permit_install.token(contractor, ACADEMY)
    permit_install.permit(parties.head, ACADEMY, starts=timezone.now() - timedelta(minutes=1), **told)
    assert permit_install.token(contractor, ACADEMY)
    permit_install.withdraw(parties.head, ACADEMY)
    with pytest.raises(gate.Refused):
        permit_install.token(contractor, ACADEMY)
    ending.suspend(parties.manager, ACADEMY, "Incident 9")
    with pytest.raises(gate.Refused):
        permit_install.permit(parties.head, ACADEMY, starts=timezone.now(), **told)
