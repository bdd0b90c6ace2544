"""A record is opened in an emergency by two people, for one child, for some hours, and the school is told."""

from __future__ import annotations

import pytest

from concord.desk import break_glass, emergency_list, view_pupil
from concord.desk.view_pupil import NotThere
from desk.emergency.emergency_kit import actor, link, request


def test_two_people_open_one_record_for_some_hours(roll, pupil_id, worker, manager):
    pupil = pupil_id(roll[0])
    ref = request(worker, roll[0])
    with pytest.raises(NotThere):
        view_pupil.view(actor(worker), pupil, purpose="safeguarding")
    break_glass.decide(actor(manager), ref, yes=True, link=link)
    record = view_pupil.view(actor(worker), pupil, purpose="")
    assert record.permit.flow == "emergency-view"
    assert record.pupil.upn == roll[0]["UPN"]
    print(emergency_list.one(actor(manager), ref))
