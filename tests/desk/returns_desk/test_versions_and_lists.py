"""What changed between two files, the list taken back as a workbook, the preview, and files exported for COLLECT."""

from __future__ import annotations

import csv
import io
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from returns_desk_kit import COLLECTION, Hub, county, edit, on_roll, put_pupil, without

from concord.core.returns import write
from concord.core.trouble import Trouble
from concord.desk import (
    approve_return,
    compare_versions,
    export_returns,
    preview_return,
    return_workbook,
    submit_return,
)
from concord.desk.compare_versions import difference
from concord.desk.gate import Refused
from concord.store.models import LedgerLine

FORMULA = '=HYPERLINK("http://example.invalid")'


def test_pupils_added_and_removed_and_items_changed_are_told(hub: Hub) -> None:
    one = hub.places[0]
    first, fresh = hub.ret(one), "Z886299926001"
    gone, changed = on_roll(first)[:2]
    hub.send(one, first)
    hub.send(one, edit(put_pupil(without(first, gone), fresh, "C"), changed, Surname="Otherwise"))
    found = compare_versions.compare(hub.keeper(one), "establishment", one, COLLECTION).difference
    assert (found.added, found.removed) == ([fresh], [gone])
    assert [(item.whose, item.table, item.item, item.after) for item in found.changed] == [
        (changed, "pupil", "Surname", "Otherwise")
    ]
    assert found.by_item == [("pupil", "Surname", 1)]


def test_two_different_files_must_be_chosen(hub: Hub) -> None:
    one = hub.places[0]
    hub.send(one)
    manager = hub.keeper(one)
    with pytest.raises(Trouble, match="only one file"):
        compare_versions.compare(manager, "establishment", one, COLLECTION)
    hub.send(one, edit(hub.ret(one), on_roll(hub.ret(one))[0], Surname="Other"))
    for earlier, later in ((1, 1), (1, 9), (-3, 2)):
        with pytest.raises(Trouble, match="two different"):
            compare_versions.compare(manager, "establishment", one, COLLECTION, earlier=earlier, later=later)
    found = compare_versions.compare(manager, "establishment", one, COLLECTION, earlier=2, later=1)
    assert (found.earlier.number, found.later.number) == (1, 2)


@settings(max_examples=15)
@given(st.data())
def test_a_file_never_differs_from_itself_and_each_edit_is_one_change(data: st.DataObject) -> None:
    plan = county()
    ret = plan.returns(plan.open[0])
    chosen = data.draw(st.lists(st.sampled_from(on_roll(ret)), unique=True, max_size=6))
    edited = ret
    for upn in chosen:
        edited = edit(edited, upn, FormerSurname=f"Formerly {upn}")
    assert difference(ret, ret) == difference(edited, edited) == compare_versions.Difference()
    assert sorted(item.whose for item in difference(ret, edited).changed) == sorted(chosen)
    back = difference(edited, ret).changed
    assert {(item.whose, item.before) for item in back} == {(upn, f"Formerly {upn}") for upn in chosen}


@pytest.fixture
def listed(hub: Hub) -> tuple[str, str]:
    """An establishment whose file has an error and a name that looks like a formula."""
    one = hub.places[0]
    upn = on_roll(hub.ret(one))[1]
    hub.send(one, edit(hub.ret(one), upn, Sex="?", Surname=FORMULA))
    return one, upn


def taken(hub: Hub, laestab: str, form: str) -> bytes:
    return return_workbook.taken_away(hub.keeper(laestab), "establishment", laestab, COLLECTION, form)[1]


def test_two_readers_read_the_workbook_alike_and_find_no_formula(hub: Hub, listed: tuple[str, str]) -> None:
    one, _upn = listed
    content = taken(hub, one, "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    other = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheetnames == other.sheet_names
    assert book.sheetnames[:2] == ["About", "Causes"]
    for name in book.sheetnames:
        cells = [[cell.value or "" for cell in row] for row in book[name].iter_rows()]
        assert cells == [[str(value) for value in row] for row in other.get_sheet_by_name(name).to_python()]
        assert {cell.data_type for row in book[name].iter_rows() for cell in row if cell.value} <= {"s"}


def test_each_row_says_whether_it_passed_and_what_was_found(hub: Hub, listed: tuple[str, str]) -> None:
    one, upn = listed
    book = openpyxl.load_workbook(io.BytesIO(taken(hub, one, "xlsx")))
    pupils = next(book[name] for name in book.sheetnames[2:] if "Surname" in [cell.value for cell in book[name][1]])
    heads = [cell.value for cell in pupils[1]]
    rows = [dict(zip(heads, row, strict=True)) for row in pupils.iter_rows(min_row=2, values_only=True)]
    assert heads[:2] == ["Validation result", "Errors"]
    assert len(rows) == hub.ret(one).tables["pupil"].height
    (odd,) = [row for row in rows if row["UPN"] == upn]
    assert odd["Validation result"] == "Error"
    assert "Sex:" in odd["Errors"]
    assert odd["Surname"] == FORMULA
    assert "Passed" in {row["Validation result"] for row in rows}


def test_the_list_as_csv_makes_words_of_formulas(hub: Hub, listed: tuple[str, str]) -> None:
    one, upn = listed
    rows = list(csv.DictReader(io.StringIO(taken(hub, one, "csv").decode("utf-8-sig"))))
    (odd,) = [row for row in rows if row["UPN"] == upn]
    assert odd["Surname"] == f"'{FORMULA}"
    assert odd["Validation result"] == "Error"


def test_the_preview_counts_people_by_category(hub: Hub) -> None:
    one = hub.places[0]
    hub.send(one)
    _, groups = preview_return.preview(hub.head(one), one, COLLECTION)
    found = {group.category: group for group in groups}
    assert found["identity"].people == hub.ret(one).tables["pupil"].height
    assert {"UPN", "Surname", "DOB"} <= set(found["identity"].items)
    assert found["address"].confidential
    assert "Sessions" in found["attendance"].items
    named = {item for group in groups for item in group.items}
    sent = {
        item
        for frame in hub.ret(one).tables.values()
        for item in frame.columns
        if item not in ("row", "pupil") and frame[item].null_count() < frame.height
    }
    assert named == sent


def approved(hub: Hub, *laestabs: str) -> None:
    for one in laestabs:
        hub.send(one)
        hub.explain_everything(one)
        submit_return.submit(hub.head(one), one, COLLECTION)
        approve_return.approve(hub.officer, one, COLLECTION)


def test_approved_files_leave_byte_for_byte_after_their_line(hub: Hub) -> None:
    one, other, third = hub.places[:3]
    approved(hub, one, other)
    hub.send(third)
    export = export_returns.approved(hub.officer, COLLECTION)
    line = LedgerLine.objects.order_by("-seq")[0]
    assert '"deed":"approved returns exported"' in line.body
    assert sorted(line.laestabs) == sorted([one, other])
    archive = zipfile.ZipFile(io.BytesIO(b"".join(export.chunks())))
    assert archive.testzip() is None
    assert {archive.read(name) for name in archive.namelist()} == {write(hub.ret(one)), write(hub.ret(other))}
    assert export_returns.one(hub.officer, COLLECTION, one)[1] == write(hub.ret(one))
    with pytest.raises(Trouble, match="No return"):
        export_returns.one(hub.officer, COLLECTION, third)


def test_a_school_exports_nothing_for_collect(hub: Hub) -> None:
    approved(hub, hub.places[0])
    with pytest.raises(Refused):
        export_returns.approved(hub.head(hub.places[0]), COLLECTION)
