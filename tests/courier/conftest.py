from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import stamina

from concord.courier.enrolment import enrol
from concord.courier.home import Home
from concord.courier.hub import Hub
from concord.courier.terms import read_terms
from pretend_hub import ADDRESS, TOKEN, Line, PretendHub


@pytest.fixture(autouse=True)
def _no_waiting():
    with stamina.set_testing(True, attempts=4):
        yield


_TERMS = cache(read_terms)


@pytest.fixture
def unchecked(monkeypatch):
    """Leaves the rules out where only the sending is tested, a hundred times over."""
    monkeypatch.setattr("concord.courier.run.check_return", lambda ret: None)
    monkeypatch.setattr("concord.courier.run.read_terms", _TERMS)


@pytest.fixture
def hub():
    return PretendHub()


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "courier")


def connecting(hub, faults=None, line=None):
    """What `run` and `enrol` take to connect: to this hub, over one line."""
    wire = line or Line(hub, faults)
    return lambda address, keyid, key: Hub(address, keyid, key, transport=wire)


@pytest.fixture
def connect(hub):
    return connecting(hub)


@pytest.fixture
def enrolled(home, connect):
    enrol(home, ADDRESS, TOKEN, connect)
    return home


CENSUS = """<?xml version="1.0" encoding="UTF-8"?>
<Message>
  <Header>
    <CollectionDetails><Collection>SC</Collection><Term>AUT</Term><Year>2026</Year>
      <ReferenceDate>2026-10-01</ReferenceDate></CollectionDetails>
    <Source><SourceLevel>S</SourceLevel><LEA>886</LEA><Estab>{estab}</Estab>
      <SoftwareCode>TEST</SoftwareCode><SerialNo>{serial}</SerialNo><DateTime>2026-10-01T16:20:00</DateTime></Source>
  </Header>
  <School><SchoolCharacteristics>
    <SchoolName>Example Primary</SchoolName><Phase>PS</Phase>
  </SchoolCharacteristics></School>
  <Pupils><PupilsOnRoll>
    <PupilOnRoll><PupilIdentifiers><UPN>A823432120001</UPN><Surname>Ó Example</Surname><Forename>Ada</Forename>
      <DOB>2016-02-03</DOB><Sex>F</Sex></PupilIdentifiers>
      <PupilStatus><EnrolStatus>C</EnrolStatus><EntryDate>2020-09-01</EntryDate><NCyearActual>5</NCyearActual></PupilStatus>
      <SpecialEducationalNeeds><SENprovision>K</SENprovision></SpecialEducationalNeeds>
    </PupilOnRoll>
  </PupilsOnRoll></Pupils>
</Message>
"""


@pytest.fixture
def export(tmp_path):
    """Writes a census as the MIS exports it, and gives its path."""

    def write(serial: str = "001", estab: str = "2001", name: str = "8862001_SC3_886LL26_001.xml") -> Path:
        folder = tmp_path / "exports"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_text(CENSUS.format(serial=serial, estab=estab), encoding="utf-8")
        return path

    return write
