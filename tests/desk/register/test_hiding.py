"""Hidden means out of reach: for every page and for the application's own role in the database (clauses 4(i), 4(j))."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction

import small_hub
from concord.core.trouble import Trouble
from concord.desk import across, find_pupils, gate, hide_pupil, view_pupil, who_looked
from concord.desk.view_pupil import NotThere
from small_hub import HERE, THERE, census, head, la, someone

Find = Callable[[str], uuid.UUID]
SEALED = ("hidden_record", "sealed_row", "hidden_mark", "quarantine", "courier_drop")


def hide(pupil: uuid.UUID, kind: str = "death") -> uuid.UUID:
    """The head asks and an officer of the authority confirms."""
    ref = hide_pupil.report(head(HERE), pupil, kind)
    hide_pupil.confirm(la("mi_officer"), ref)
    return ref


def found(words: str) -> list[str]:
    page = find_pupils.search(la("admissions"), words, purpose="admissions")
    return [row["upn"] for row in page.rows]


def test_a_hidden_pupil_is_found_and_opened_no_more(roll: list[dict[str, str]], pupil_id: Find) -> None:
    upn = roll[0]["UPN"]
    pupil = pupil_id(upn)
    assert found(upn) == [upn]
    hide(pupil)
    assert found(upn) == []
    assert upn not in found(roll[0]["Surname"])
    with pytest.raises(NotThere) as hidden:
        view_pupil.view(la("admissions"), pupil, purpose="admissions")
    with pytest.raises(NotThere) as never:
        view_pupil.view(la("admissions"), uuid.uuid4(), purpose="admissions")
    assert str(hidden.value) == str(never.value)


def test_the_refusals_of_a_hidden_pupil_and_of_none_are_the_same_line(
    roll: list[dict[str, str]], pupil_id: Find
) -> None:
    pupil = pupil_id(roll[0]["UPN"])
    hide(pupil)
    for one in (pupil, uuid.uuid4()):
        with pytest.raises(NotThere):
            view_pupil.view(la("admissions"), one, purpose="admissions")
    first, second = small_hub.lines(kind="decision", flow="professional-view")[-2:]
    for name in ("ref", "at", "n", "subjects"):
        first.pop(name)
        second.pop(name)
    assert first == second


def test_no_row_of_a_hidden_pupil_is_left_in_any_table_the_application_reads(
    roll: list[dict[str, str]], pupil_id: Find, database: Any
) -> None:
    upn, pupil = roll[0]["UPN"], pupil_id(roll[0]["UPN"])
    before = _tables_that_hold(database, upn, str(pupil))
    assert {"pupil", "pupil_value"} <= before
    hide(pupil)
    assert _tables_that_hold(database, upn, str(pupil)) <= set(SEALED)


def _tables_that_hold(server: Any, *needles: str) -> set[str]:
    """Every table in which a needle stands anywhere, as the owner sees them."""
    holding = set()
    with psycopg.connect(server.dsn("owner", connection.settings_dict["NAME"])) as owner:
        tables = owner.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        for (table,) in tables.fetchall():
            for needle in needles:
                row = owner.execute(f'SELECT 1 FROM "{table}" t WHERE t::text LIKE %s LIMIT 1', [f"%{needle}%"])
                if row.fetchone():
                    holding.add(table)
    return holding


@pytest.mark.parametrize("table", SEALED)
def test_the_application_role_may_not_read_where_hidden_records_are(hub: None, table: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SELECT * FROM {table}")


@pytest.mark.parametrize("function", ["sealed_pupil(gen_random_uuid(), gen_random_uuid())", "permit_line('x', '{}')"])
def test_the_application_role_may_not_move_rows_itself(hub: None, function: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SELECT {function}")


def test_the_application_role_can_neither_hide_nor_restrict_by_a_statement_of_its_own(
    roll: list[dict[str, str]],
) -> None:
    for column in ("hidden", "restricted"):
        with (
            pytest.raises(ProgrammingError, match=r"row-level security|two people"),
            small_hub.seeing(HERE),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE pupil SET {column} = true")


def test_a_door_opens_only_to_a_permit_that_the_ledger_holds(roll: list[dict[str, str]], pupil_id: Find) -> None:
    pupil = pupil_id(roll[0]["UPN"])
    with (
        pytest.raises(ProgrammingError, match="no such permit"),
        small_hub.seeing(HERE),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT hide_ask(%s, 'death', 'made-up', 'authority')", [pupil])


def test_nobody_hides_a_record_alone(roll: list[dict[str, str]], pupil_id: Find) -> None:
    pupil = pupil_id(roll[0]["UPN"])
    ref = hide_pupil.report(head(HERE), pupil, "death")
    with pytest.raises(Trouble, match="second person"):
        hide_pupil.confirm(head(HERE), ref)
    assert found(roll[0]["UPN"]) == [roll[0]["UPN"]]


def test_two_confirm_at_once_and_one_is_told(roll: list[dict[str, str]], pupil_id: Find) -> None:
    ref = hide(pupil_id(roll[0]["UPN"]))
    with pytest.raises(Trouble, match="decided already"):
        hide_pupil.confirm(la("mi_manager"), ref)


def test_another_establishment_can_neither_ask_nor_confirm(roll: list[dict[str, str]], pupil_id: Find) -> None:
    pupil = pupil_id(roll[0]["UPN"])
    with pytest.raises(NotThere):
        hide_pupil.report(head(THERE), pupil, "death")
    ref = hide_pupil.report(head(HERE), pupil, "death")
    with pytest.raises(NotThere):
        hide_pupil.confirm(head(THERE), ref)
    assert hide_pupil.notices(head(THERE)) == []


def test_the_other_party_is_told_at_once_by_a_reference_alone(roll: list[dict[str, str]], pupil_id: Find) -> None:
    ref = hide_pupil.report(head(HERE), pupil_id(roll[0]["UPN"]), "death")
    hide_pupil.confirm(small_hub.of("data_manager", HERE), ref)
    (told,) = hide_pupil.duties(la("mi_officer"))
    assert told.to_read
    assert told.ref == ref
    assert roll[0]["Surname"] not in repr(told)
    assert hide_pupil.duties(head(HERE)) == []


def test_a_notice_opens_to_the_other_party_until_it_is_seen(roll: list[dict[str, str]], pupil_id: Find) -> None:
    ref = hide_pupil.report(head(HERE), pupil_id(roll[0]["UPN"]), "death")
    hide_pupil.confirm(small_hub.of("data_manager", HERE), ref)
    officer = la("mi_officer")
    assert hide_pupil.open_notice(officer, ref).who["UPN"] == roll[0]["UPN"]
    hide_pupil.seen(officer, ref)
    assert hide_pupil.open_notice(officer, ref).who == {}
    assert hide_pupil.open_notice(head(HERE), ref).who == {}


def test_the_few_open_a_hidden_record_whole_and_it_is_in_the_ledger(roll: list[dict[str, str]], pupil_id: Find) -> None:
    ref = hide(pupil_id(roll[0]["UPN"]))
    opened = hide_pupil.open_record(la("mi_manager"), ref, purpose="safeguarding")
    assert opened.who["UPN"] == roll[0]["UPN"]
    assert {"pupil", "pupil_value", "enrolment"} <= {rel for rel, _ in opened.rows}
    assert small_hub.deeds("hidden record opened")[-1]["about"] == ref.hex
    with pytest.raises(gate.Refused):
        hide_pupil.open_record(la("mi_officer"), ref, purpose="safeguarding")


def test_two_people_show_a_record_again_as_it_was(roll: list[dict[str, str]], pupil_id: Find) -> None:
    pupil = pupil_id(roll[0]["UPN"])
    before = _as_seen(pupil)
    ref = hide(pupil)
    manager, other = la("mi_manager"), small_hub.of("dpo", "*")
    hide_pupil.ask_to_show(manager, ref)
    with pytest.raises(Trouble, match="second person"):
        hide_pupil.ask_to_show(manager, ref)
    hide_pupil.ask_to_show(other, ref)
    assert _as_seen(pupil) == before
    assert found(roll[0]["UPN"]) == [roll[0]["UPN"]]


def _as_seen(pupil: uuid.UUID) -> list[Any]:
    record = view_pupil.view(la("mi_manager"), pupil, purpose="data_quality")
    values = [(one.item, one.value, one.source, one.recorded) for rows in record.values.values() for one in rows]
    return [record.pupil.upn, values, [(one.laestab, one.entry) for one in record.enrolments]]


def test_a_return_that_still_holds_the_pupil_is_loaded_without_a_word(
    roll: list[dict[str, str]], pupil_id: Find
) -> None:
    ref = hide(pupil_id(roll[0]["UPN"]))
    figures = small_hub.load(census(roll))
    assert figures["pupils"] == len(roll) - 1
    assert figures["new"] == figures["review"] == figures["conflicts"] == 0
    assert found(roll[0]["UPN"]) == []
    rows = hide_pupil.open_record(la("mi_manager"), ref, purpose="safeguarding").rows
    kept = [body for rel, body in rows if rel == "quarantine"]
    assert [one["record"]["UPN"] for one in kept] == [roll[0]["UPN"]]


def test_a_job_queued_before_the_hiding_does_not_bring_the_pupil_back(
    roll: list[dict[str, str]], pupil_id: Find
) -> None:
    from concord.desk import load_return

    version = small_hub.send(census(roll))
    hide(pupil_id(roll[0]["UPN"]))
    load_return.load(version.pk)
    assert found(roll[0]["UPN"]) == []


def test_the_same_person_under_a_new_upn_is_recognised(roll: list[dict[str, str]], pupil_id: Find) -> None:
    hide(pupil_id(roll[0]["UPN"]))
    small_hub.load(census([{**roll[0], "UPN": someone(77)["UPN"]}, *roll[1:]]))
    assert found(someone(77)["UPN"]) == []


def test_the_check_names_a_hidden_pupil_to_nobody_and_the_return_still_validates(
    roll: list[dict[str, str]], pupil_id: Find
) -> None:
    from concord.store.models import Finding

    wrong = [{**roll[0], "DOB": "2031-01-01"}, *roll[1:]]
    hide(pupil_id(roll[0]["UPN"]))
    version = small_hub.checked(census(wrong))
    assert version.checked is not None
    with small_hub.seeing(HERE):
        assert not Finding.objects.filter(pupil=roll[0]["UPN"]).exists()
        held = Finding.objects.filter(version=version)
        assert held.filter(severity="error").count() == version.errors


def test_findings_leave_with_their_pupil_and_the_sums_follow(roll: list[dict[str, str]], pupil_id: Find) -> None:
    from concord.store.models import Finding

    version = small_hub.checked(census([{**roll[0], "Sex": "9"}, *roll[1:]]))
    with small_hub.seeing(HERE):
        assert Finding.objects.filter(pupil=roll[0]["UPN"]).exists()
    hide(pupil_id(roll[0]["UPN"]))
    with small_hub.seeing(HERE):
        version.refresh_from_db()
        kept = Finding.objects.filter(version=version)
        assert not kept.filter(pupil=roll[0]["UPN"]).exists()
        assert (version.errors, version.queries) == tuple(
            kept.filter(severity=one).count() for one in ("error", "query")
        )


def test_the_file_as_sent_is_taken_away_without_the_hidden_pupil(roll: list[dict[str, str]], pupil_id: Find) -> None:
    from concord.core import returns
    from concord.desk import own_return

    sent = small_hub.sound(UPN=roll[0]["UPN"])
    small_hub.send(sent)
    before = own_return.file_as_sent(la("mi_officer"), "authority", HERE, "SC-AUT-2026")[1]
    assert before == sent
    hide(pupil_id(roll[0]["UPN"]))
    after = own_return.file_as_sent(la("mi_officer"), "authority", HERE, "SC-AUT-2026")[1]
    assert roll[0]["UPN"].encode() not in after
    old, new = (returns.read(one).tables["pupil"] for one in (before, after))
    assert sorted(old["UPN"]) == sorted([*new["UPN"], roll[0]["UPN"]])


def test_an_adopted_childs_new_identity_stands_alone(roll: list[dict[str, str]], pupil_id: Find) -> None:
    old = roll[0]
    hide(pupil_id(old["UPN"]), "adoption")
    new = {**old, "UPN": someone(88)["UPN"], "FormerUPN": old["UPN"], "Surname": "Newname", "Forename": "Robin"}
    figures = small_hub.load(census([new, *roll[1:]]))
    assert figures["review"] == figures["conflicts"] == 0
    assert found(new["UPN"]) == [new["UPN"]]
    assert found(old["UPN"]) == []
    record = view_pupil.view(la("mi_manager"), pupil_id(new["UPN"]), purpose="data_quality")
    assert old["UPN"] not in repr([one.value for rows in record.values.values() for one in rows])


def test_the_schools_ledger_page_names_a_hidden_pupil_no_more(roll: list[dict[str, str]], pupil_id: Find) -> None:
    pupil = pupil_id(roll[0]["UPN"])
    view_pupil.view(la("admissions"), pupil, purpose="admissions")
    name = f"{roll[0]['Forename']} {roll[0]['Surname']}"
    before = who_looked.account(head(HERE), HERE, which="all")
    assert name in [one for line in before.lines for one in line.pupils]
    hide(pupil)
    after = who_looked.account(head(HERE), HERE, which="all")
    assert name not in repr(after)


def test_a_restricted_child_is_seen_through_the_one_flow_alone_and_kept_right(
    roll: list[dict[str, str]], pupil_id: Find
) -> None:
    upn, pupil = roll[0]["UPN"], pupil_id(roll[0]["UPN"])
    ref = hide_pupil.report(la("mi_manager"), pupil, "restricted")
    hide_pupil.confirm(small_hub.of("dpo", "*"), ref)
    assert found(upn) == []
    with pytest.raises(NotThere):
        view_pupil.view(la("mi_manager"), pupil, purpose="data_quality")
    figures = small_hub.load(census([{**roll[0], "Surname": "Changed"}, *roll[1:]]))
    assert (figures["new"], figures["pupils"]) == (0, len(roll))
    opened = hide_pupil.open_record(la("mi_manager"), ref, purpose="safeguarding")
    assert opened.who["Surname"] == "Changed"


@pytest.mark.parametrize("kind", ["death", "adoption", "restricted"])
def test_what_returns_are_compared_by_leaves_with_the_pupil_and_stays_away(
    roll: list[dict[str, str]], pupil_id: Find, kind: str
) -> None:
    upn, other = roll[0]["UPN"], roll[1]["UPN"]
    for place in (HERE, THERE):
        version = small_hub.checked(census(roll, place), place)
        across.compare(version.pk, place)
    before = {name: compared_by(name, upn) for name in COMPARED}
    assert all(before.values())
    if kind == "restricted":
        hide_pupil.confirm(small_hub.of("dpo", "*"), hide_pupil.report(la("mi_manager"), pupil_id(upn), kind))
    else:
        hide(pupil_id(upn), kind)
    assert not any(compared_by(name, upn) for name in COMPARED)
    assert all(compared_by(name, other) for name in COMPARED)
    across.compare(small_hub.checked(census(roll, THERE), THERE).pk, THERE)
    assert not any(compared_by(name, upn) for name in COMPARED)


COMPARED = ("enrolled_in_return", "across_finding")


def compared_by(table: str, upn: str) -> list[Any]:
    return small_hub.owner_rows(f"SELECT id FROM {table} WHERE upn = %s ORDER BY id", upn)
