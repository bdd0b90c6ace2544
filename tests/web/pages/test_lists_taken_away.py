"""Every long list can be sorted or filtered, and taken away whole."""

from __future__ import annotations

import csv
import io

import pytest

from web.pages.conftest import Enter

LISTS = [
    ("mi_officer", "/agreements", "Establishment"),
    ("mi_officer", "/progress/SC-AUT-2026/threads", "Establishment"),
    ("mi_officer", "/progress/SC-AUT-2026/copies", "Academy"),
    ("mi_officer", "/conflicts/list", "Pupil"),
    ("mi_manager", "/people", "Name"),
]


@pytest.mark.parametrize(("role", "path", "first"), LISTS)
def test_a_list_offers_its_files_and_gives_them(enter: Enter, role: str, path: str, first: str):
    client = enter(role)
    assert "Download CSV" in client.get(path).content.decode()
    answer = client.get(path, {"format": "csv"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert next(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))[0] == first
    assert client.get(path, {"format": "xlsx"}).content.startswith(b"PK")
    assert client.get(path, {"format": "pdf"}).status_code == 400


def test_the_agreements_are_sorted_by_the_column_that_the_address_names(enter: Enter):
    client = enter("mi_officer")
    up, down = (client.get("/agreements", {"format": "csv", "sort": key}) for key in ("name", "-name"))
    names = [[row[0] for row in csv.reader(io.StringIO(one.content.decode("utf-8-sig")))][1:] for one in (up, down)]
    assert len(names[0]) > 1
    assert names[0] == sorted(names[0], key=str.casefold) == names[1][::-1]
