"""What an establishment's MIS exports as plain CSV: one of three shapes (`data/mis.toml`), seven files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from concord.county.calendar import NEVER, day, open_days
from concord.county.contacts import contacts
from concord.county.dice import Bools, Ints
from concord.county.facts import facts
from concord.county.holding import Holding
from concord.county.households import addresses
from concord.county.marks import CODES, columns_between
from concord.county.numbers import Texts, digits, join

FILES = ("pupils", "contacts", "enrolments", "attendance", "suspensions", "sen", "fsm")
_DESTINATION = np.array(["", "Elsewhere", "Not known", "Elective home education", "Post-16"])

Columns = Mapping[str, Texts | Ints | pl.Series]


def exports(held: Holding, *, marks: bool = True) -> Iterator[tuple[str, pl.DataFrame]]:
    """Each file's name and content, in the captions and date form of the establishment's MIS; `marks` with
    attendance."""
    makers = {
        "pupils": _pupils,
        "contacts": _contacts,
        "enrolments": _enrolments,
        "suspensions": _suspensions,
        "sen": _sen,
        "fsm": _fsm,
    }
    for name, make in makers.items():
        yield name, _shaped(held, name, make(held))
    if marks:
        yield "attendance", _attendance(held)


def _dated(held: Holding, days: Ints) -> Texts:
    """Days in the MIS's form, empty for NEVER."""
    form = facts("mis")[held.est.mis]["date"]
    known, place = np.unique(np.where(days >= NEVER, NEVER, days), return_inverse=True)
    texts = ["" if d >= NEVER else np.datetime64(d, "D").item().strftime(form) for d in known.tolist()]
    return np.array(texts, dtype=object)[place] if len(known) else np.array([], dtype=object)


def _shaped(held: Holding, name: str, columns: Columns) -> pl.DataFrame:
    wanted = facts("mis")[held.est.mis][name]
    made = {what: columns[what] for _, what in wanted}
    texts = {
        what: values if isinstance(values, pl.Series) else pl.Series(values.tolist(), dtype=pl.String)
        for what, values in made.items()
    }
    return pl.DataFrame({caption: texts[what] for caption, what in wanted})


def ids(held: Holding, rows: Ints) -> Texts:
    """The MIS's own number of each enrolment."""
    return (1000 + rows + held.est.index % 7 * 100_000).astype(str)


def _key(held: Holding, rows: Ints) -> dict[str, Texts]:
    return {"id": ids(held, rows), "upn": held.sent.upn[rows]}


def _pupils(held: Holding) -> Columns:
    rows, sent, people = held.rows, held.sent, held.people
    person = held.roll.person[rows]
    home = addresses(sent.home[rows], people.streets)
    form = facts("mis")[held.est.mis]["year"]
    senior = held.age[rows] >= 13
    return _key(held, rows) | {
        "adno": digits(rows + 1, 6),
        "former_upn": sent.former_upn[rows],
        "uln": np.where(senior, people.uln[person], ""),
        "surname": sent.surname[rows],
        "forename": sent.forename[rows],
        "middle": people.names.middle[person],
        "preferred_surname": people.names.preferred_surname[person],
        "former_surname": sent.former_surname[rows],
        "dob": _dated(held, sent.dob[rows]),
        "sex": np.where(people.sex[person] == 1, "F", "M"),
        "year": np.array([form.format(year) for year in held.year[rows].tolist()]),
        "ethnicity": sent.ethnicity[rows],
        "language": sent.language[rows],
        "service": people.service[person],
        "carer": people.carer[person],
        "plaa": people.plaa[person],
        **_spells(held),
        "line1": _first_line(home.saon, home.paon, home.street),
        "care": np.where(people.looked_after[person], "Y", "N"),
        **{part: getattr(home, part) for part in ("saon", "paon", "street", "town", "postcode", "uprn")},
    }


def _first_line(saon: Texts, paon: Texts, street: Texts) -> Texts:
    space = np.full(len(paon), " ")
    return join(saon, np.where(saon != "", ", ", ""), paon, space, street)


def _contacts(held: Holding) -> Columns:
    told = contacts(held.people, held.roll.person[held.on])
    parts = ("order", "title", "surname", "forename", "relationship", "responsible", "phone", "email")
    return _key(held, held.on[told.row]) | {part: getattr(told, part).astype(str) for part in parts}


def _gone(held: Holding) -> Bools:
    """Which of the pupils written are no longer on roll: those on roll come first."""
    return np.arange(len(held.rows)) >= len(held.on)


def _spells(held: Holding) -> dict[str, Texts]:
    rows = held.rows
    return {
        "status": held.roll.status[rows],
        "entry": _dated(held, held.roll.entry[rows]),
        "leaving": _dated(held, np.where(_gone(held), held.roll.leave[rows], NEVER)),
    }


def _enrolments(held: Holding) -> Columns:
    rows, gone = held.rows, _gone(held)
    return _key(held, rows) | {
        **_spells(held),
        "destination": np.where(
            gone, np.where(held.leads_to[rows] == 0, "Another establishment", _DESTINATION[held.leads_to[rows]]), ""
        ),
    }


def _attendance(held: Holding) -> pl.DataFrame:
    """A row a session of the year up to census day, pupil by pupil. Codes and dates are gathered, not made one by
    one."""
    window = columns_between(*held.term.marks)
    rows = held.rows
    table = held.marks[rows][:, window]
    pupil, session = np.nonzero(table)
    days = np.repeat(open_days(), 2)[window]
    halves = facts("mis")["sessions"][held.est.mis]
    columns = {
        "id": pl.Series(ids(held, rows).tolist(), dtype=pl.String).gather(pupil),
        "upn": pl.Series(held.sent.upn[rows].tolist(), dtype=pl.String).gather(pupil),
        "date": pl.Series(_dated(held, days).tolist(), dtype=pl.String).gather(session),
        "session": pl.Series(halves, dtype=pl.String).gather(session % 2),
        "code": pl.Series(CODES, dtype=pl.String).gather(table[pupil, session]),
    }
    return _shaped(held, "attendance", columns)


def _suspensions(held: Holding) -> Columns:
    home = held.sent_home
    told = np.flatnonzero(np.isin(home.row, held.rows) & (home.day <= held.term.census)) if len(home.row) else home.row
    susp = home.category[told] == "SUSP"
    return _key(held, home.row[told]) | {
        "category": home.category[told],
        "start": _dated(held, home.day[told]),
        "end": _dated(held, np.where(susp, home.last_day[told], NEVER)),
        "sessions": np.where(susp, home.sessions[told].astype(str), ""),
        **{f"reason{at + 1}": home.reasons[told, at] for at in range(3)},
    }


def _sen(held: Holding) -> Columns:
    """A row a pupil with both needs; in the plain shape a row a need, with its rank."""
    rows = held.on[held.sen[held.on] != "N"]
    needs = held.people.needs
    rank = np.ones(len(rows), dtype=np.int64)
    if held.est.mis == "plain":
        more = rows[needs.second[held.roll.person[rows]] != ""]
        rank = np.concatenate([rank, np.full(len(more), 2)])
        rows = np.concatenate([rows, more])
    person = held.roll.person[rows]
    changed = needs.changed_on[person] <= held.term.census
    return _key(held, rows) | {
        "provision": held.sen[rows],
        "start": _dated(
            held, np.where(changed, needs.changed_on[person], np.maximum(held.roll.entry[rows], day("2019-09-02")))
        ),
        "first": needs.first[person],
        "second": needs.second[person],
        "rank": rank.astype(str),
        "type": np.where(rank == 1, needs.first[person], needs.second[person]),
    }


def _fsm(held: Holding) -> Columns:
    start, end = held.fsm
    rows = held.on[start[held.on] < NEVER]
    country = join(np.full(len(rows), "ENG"))
    return _key(held, rows) | {"start": _dated(held, start[rows]), "end": _dated(held, end[rows]), "country": country}
