"""A return's life: received, checked, explained, submitted, approved; nothing lost and nobody talked over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from concord.core.trouble import Trouble, Unreadable
from concord.desk import approve_return, explain_query, own_return, submit_return
from concord.desk.validate_return import validate
from concord.store.models import Note
from small_hub import HERE, THERE, census, checked, deeds, head, la, of, owner_rows, seeing, send, someone, sound

SC = "SC-AUT-2026"


def _state() -> str:
    return owner_rows("SELECT state FROM collection_return")[0][0]


def _explain(version, *, only: int | None = None, text: str = "Checked: it is right.") -> int:
    with seeing(HERE):
        queries = list(version.findings.filter(severity="query").order_by("id").values_list("pk", flat=True))
    return explain_query.explain(head(), version.pk, HERE, queries[:only], reason="correct", text=text)


def _left() -> int:
    return own_return.opened(head(), "establishment", HERE, SC).unexplained


def _submitted() -> None:
    checked(sound())
    submit_return.submit(head(), HERE, SC)


# -- received and checked ----------------------------------------------------------------------------------------------


def test_a_checked_return_is_loaded_and_not_submitted(hub):
    version = checked(sound())
    assert (version.outcome, version.errors, version.queries, version.pupils) == ("clean", 0, 0, 10)
    assert _state() == "loaded"


def test_what_the_check_finds_is_kept_with_its_line_and_its_pupil(hub):
    version = checked(sound(DOB="2012-05-05"))
    with seeing(HERE):
        errors = list(version.findings.filter(severity="error").values("rule", "pupil", "line"))
    assert version.outcome == "findings"
    assert [(one["pupil"], version.errors) for one in errors] == [("Z886215026001", 1)]
    at = errors[0]["line"] - 1
    there = sound(DOB="2012-05-05").splitlines()[at : at + 3]
    assert there[0].strip() == b"<PupilOnRoll>"  # the item is missing: its place is the pupil's
    assert b"Z886215026001" in there[2]


def test_checking_again_finds_nothing_to_do(hub):
    version = checked(sound(NCyearActual="4"))
    with seeing(HERE):
        before = sorted(version.findings.values_list("pk", flat=True))
    assert validate(version.pk, HERE) is None
    with seeing(HERE):
        assert sorted(version.findings.values_list("pk", flat=True)) == before
    assert [line["facts"].get("checked") for line in deeds("return checked")] == [None, "before"]


def test_a_version_that_was_replaced_is_checked_and_moves_nothing(hub):
    first = send(sound())
    second = send(sound(Sex="M"))
    validate(first.pk, HERE)
    assert _state() == "received"
    validate(second.pk, HERE)
    assert _state() == "loaded"


@pytest.mark.parametrize("content", [census(laestab=THERE), census()[:-30], b"", census(year="1999")])
def test_a_wrong_file_never_replaces_the_right_one(hub, content):
    right = checked(sound())
    with pytest.raises((Unreadable, Trouble)):
        send(content)
    found = own_return.opened(head(), "establishment", HERE, SC)
    assert found.version is not None
    assert (found.version.pk, _state(), len(found.versions)) == (right.pk, "loaded", 1)


def test_the_file_is_kept_as_it_was_sent(hub):
    from concord.desk import gate, keys
    from concord.store import returns, vault
    from concord.store.scope import under

    content = sound()
    version = send(content)
    permit = gate.ask(gate.system(), "return-approval", establishments=[HERE], categories=["return"])
    with under(permit):
        kept = returns.find_version(permit, version.pk)
        assert kept is not None
        assert vault.fetch(permit, kept.file, keys.seal_identity()) == content
    assert content not in bytes(owner_rows("SELECT sealed FROM sealed_file")[0][0])


# -- notes -------------------------------------------------------------------------------------------------------------


def test_uploading_again_never_loses_a_note(hub):
    assert _explain(checked(sound(NCyearActual="4"))) == 3
    assert _left() == 0
    checked(sound(NCyearActual="4", row=0) + b"\n")
    assert _left() == 0
    checked(sound())
    checked(sound(NCyearActual="4"))
    assert _left() == 0


def test_a_note_falls_when_the_data_it_explains_changes_and_only_that(hub):
    _explain(checked(sound(NCyearActual="4")))
    checked(sound(NCyearActual="3"))
    assert _left() == 3
    checked(sound(NCyearActual="4"))
    assert _left() == 0


def test_explaining_again_puts_the_new_words_in_place_of_the_old(hub):
    version = checked(sound(NCyearActual="4"))
    _explain(version, text="First words")
    _explain(version, only=1, text="Better words")
    with seeing(HERE):
        words = sorted(Note.objects.values_list("text", flat=True))
    assert words == ["Better words", "First words", "First words"]


def test_a_note_on_one_row_leaves_the_note_on_another_row_of_the_same_pupil(hub):
    version = checked(sound(NCyearActual="4"))
    with seeing(HERE):
        one = version.findings.filter(severity="query").first()
        twin = type(one).objects.get(pk=one.pk)
        twin.pk, twin.digest = None, "0" * 32
        twin.save()
    for finding in (one.pk, twin.pk):
        explain_query.explain(head(), version.pk, HERE, [finding], reason="correct", text="Right.")
    with seeing(HERE):
        assert Note.objects.filter(rule=one.rule, pupil=one.pupil).count() == 2


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001])
def test_a_note_must_say_something_and_not_too_much(hub, text):
    version = checked(sound(NCyearActual="4"))
    with pytest.raises(Trouble):
        _explain(version, text=text)
    assert _left() == 3


def test_an_error_is_not_explained_away(hub):
    version = checked(sound(DOB="2012-05-05"))
    with seeing(HERE):
        errors = list(version.findings.filter(severity="error").values_list("pk", flat=True))
    assert explain_query.explain(head(), version.pk, HERE, errors, reason="correct", text="No matter.") == 0


# -- submitted and approved --------------------------------------------------------------------------------------------


def test_a_return_with_errors_or_unexplained_queries_is_not_submitted(hub):
    checked(sound(DOB="2012-05-05"))
    with pytest.raises(Trouble, match="errors"):
        submit_return.submit(head(), HERE, SC)
    version = checked(sound(NCyearActual="4"))
    with pytest.raises(Trouble, match="queries"):
        submit_return.submit(head(), HERE, SC)
    _explain(version)
    submit_return.submit(head(), HERE, SC)
    assert _state() == "submitted"


def test_nothing_unchecked_is_submitted_nor_anything_twice(hub):
    with pytest.raises(Trouble, match="no file"):
        submit_return.submit(head(), HERE, SC)
    send(sound())
    with pytest.raises(Trouble, match="cannot be done now"):
        submit_return.submit(head(), HERE, SC)
    validate(owner_rows("SELECT id FROM return_version")[0][0], HERE)
    submit_return.submit(head(), HERE, SC)
    with pytest.raises(Trouble, match="cannot be done now"):
        submit_return.submit(head(), HERE, SC)


def test_a_new_upload_takes_a_submitted_return_back_to_being_checked(hub):
    _submitted()
    send(sound(Sex="M"))
    assert _state() == "received"
    with pytest.raises(Trouble, match="cannot be done now"):
        approve_return.approve(la(), HERE, SC)


def test_an_approved_return_is_not_replaced_until_it_is_reopened(hub):
    _submitted()
    approve_return.approve(la(), HERE, SC)
    with pytest.raises(Trouble, match="cannot be done now"):
        send(sound(Sex="M"))
    approve_return.reopen(la(), HERE, SC, "The school has found a mistake.")
    send(sound(Sex="M"))
    assert owner_rows("SELECT max(number) FROM return_version") == [(2,)]


def test_sending_back_needs_a_reason_which_the_history_keeps(hub):
    _submitted()
    with pytest.raises(Trouble, match="reason"):
        approve_return.send_back(la(), HERE, SC, "  ")
    approve_return.send_back(la(), HERE, SC, "Two classes are missing.")
    assert _state() == "sent_back"
    last = own_return.opened(head(), "establishment", HERE, SC).events[-1]
    assert (last.verb, last.reason, last.role) == ("send_back", "Two classes are missing.", "mi_officer")


def test_two_people_approve_at_once_and_one_is_told(hub):
    _submitted()

    def approve(who: str) -> str:
        try:
            approve_return.approve(of("mi_officer", "*"), HERE, SC)
        except Trouble as told:
            return told.what
        finally:
            connections.close_all()
        return "approved"

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(approve, "abcd"))
    assert said[3] == "approved"
    assert all("cannot be done now" in one for one in said[:3])
    assert len(deeds("return approved")) == 1
    assert owner_rows("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'load_return'") == [(1,)]


def test_submitting_and_uploading_at_once_never_submits_what_was_not_checked(hub):
    checked(sound())

    def act(number: int) -> None:
        try:
            if number % 2:
                send(sound(Forename=f"N{number}"))
            else:
                submit_return.submit(head(), HERE, SC)
        except Trouble:
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(4)))
    state, checked_at = owner_rows(
        "SELECT r.state, v.checked FROM collection_return r JOIN return_version v ON v.id = r.current_id"
    )[0]
    assert (state, checked_at) == ("received", None)


def test_approving_many_says_which_could_not_be_and_why(hub):
    _submitted()
    checked(sound(THERE), THERE)
    done, left = approve_return.approve_many(la(), SC, [HERE, THERE])
    assert done == [HERE]
    assert [place for place, _ in left] == [THERE]
    assert "cannot be done now" in str(left[0][1])


def test_a_school_sees_only_its_own_returns(hub):
    send(census([someone(1)]))
    send(census([someone(2)], THERE), THERE)
    assert [one.establishment_id for one in own_return.mine(head(), "establishment")] == [HERE]
    assert [one.establishment_id for one in own_return.mine(head(THERE), "establishment")] == [THERE]
