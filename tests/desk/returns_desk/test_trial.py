"""A trial check: the whole check, and nothing kept."""

from __future__ import annotations

import pytest
from returns_desk_kit import COLLECTION, Hub, edit, on_roll

from concord.core.returns import read, write
from concord.core.rules import check, setting_of
from concord.core.trouble import Unreadable
from concord.desk import check_on_trial
from concord.desk.gate import Refused
from concord.store.models import (
    CollectionReturn,
    EnrolledInReturn,
    Finding,
    LedgerLine,
    ReturnVersion,
    SealedFile,
)

KEPT = (SealedFile, ReturnVersion, CollectionReturn, Finding, EnrolledInReturn)


def rows() -> list[int]:
    """How many rows the owner of the tables sees, whatever any session's scope."""
    return [model.objects.using("owner").count() for model in KEPT]


def test_a_trial_keeps_nothing_and_the_ledger_says_it_was_made(hub: Hub) -> None:
    one = hub.places[0]
    before, lines = rows(), LedgerLine.objects.count()
    content = write(edit(hub.ret(one), on_roll(hub.ret(one))[0], Sex="?"))
    done = check_on_trial.trial(hub.keeper(one), content, "try.xml", one)
    assert done.outcome.counts["error"] >= 1
    assert rows() == before
    told = [line.body for line in LedgerLine.objects.order_by("seq")[lines:]]
    assert len(told) == 2
    assert '"deed":"trial check made"' in told[1]
    assert "sha256" not in told[1]


def test_a_trial_finds_what_the_check_of_a_sent_file_finds(hub: Hub) -> None:
    one = hub.places[0]
    content = write(edit(hub.ret(one), on_roll(hub.ret(one))[0], Sex="?", DOB="2019-02-30"))
    done = check_on_trial.trial(hub.keeper(one), content, "try.xml", one)
    plain = check(read(content), setting_of(done.collection))
    assert {cause.rule for cause in done.causes} >= {finding.rule for finding in plain.findings}
    assert next(place for place in done.places if place.finding.item == "Sex").line
    hub.send(one, read(content))
    sent = {row.rule for row in Finding.objects.using("owner").all()}
    assert sent == {cause.rule for cause in done.causes}


def test_a_file_that_is_no_return_is_told_and_counted(hub: Hub) -> None:
    one = hub.places[0]
    lines = LedgerLine.objects.count()
    with pytest.raises(Unreadable):
        check_on_trial.trial(hub.keeper(one), b"<Message><Header>", "try.xml", one)
    assert '"outcome":"unreadable"' in LedgerLine.objects.order_by("-seq")[0].body
    assert LedgerLine.objects.count() == lines + 2


def test_another_establishments_file_is_not_tried(hub: Hub) -> None:
    one, other = hub.places[:2]
    with pytest.raises(Unreadable, match=other):
        check_on_trial.trial(hub.keeper(one), write(hub.ret(other)), "try.xml", one)
    with pytest.raises(Refused):
        check_on_trial.trial(hub.keeper(one), write(hub.ret(other)), "try.xml", other)


def test_a_trial_tells_its_collection(hub: Hub) -> None:
    one = hub.places[0]
    done = check_on_trial.trial(hub.keeper(one), write(hub.ret(one)), "try.xml", one)
    assert (done.collection.id, done.laestab) == (COLLECTION, one)
    assert done.pupils == hub.ret(one).tables["pupil"].height
