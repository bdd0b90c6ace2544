"""A hub with a small county: establishments learned, files as their MIS makes them, and the people who send them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from typing import Any

import polars as pl
import pytest

from concord.core.agreement.model import EVERY, Actor
from concord.core.collection import by_id
from concord.core.returns import Return, build, write
from concord.county import County, make
from concord.county.register import gias
from concord.site.embedded import Embedded

COLLECTION = "SC-AUT-2026"


@cache
def county() -> County:
    """Four primaries and secondaries of 160 pupils, with nothing wrong in their files."""
    return make(4, 160, 7, defects=0, untidy=0)


@dataclass
class Hub:
    """The hub, and what a test needs of it."""

    county: County
    sent: dict[str, int] = field(default_factory=dict)

    @property
    def places(self) -> list[str]:
        return [one.laestab for one in self.county.open]

    def keeper(self, laestab: str) -> Actor:
        return Actor(ref=f"dm-{laestab}", role="data_manager", establishments=frozenset([laestab]))

    def head(self, laestab: str) -> Actor:
        return Actor(ref=f"head-{laestab}", role="head", establishments=frozenset([laestab]))

    @property
    def officer(self) -> Actor:
        from concord.desk import gate

        until = gate.today() + timedelta(days=30)
        return Actor("mi", "mi_officer", EVERY, trained_until=until, declared_until=until, stepped_up=True)

    @property
    def chief(self) -> Actor:
        from concord.desk import gate

        until = gate.today() + timedelta(days=30)
        return Actor("mm", "mi_manager", EVERY, trained_until=until, declared_until=until, stepped_up=True)

    def ret(self, laestab: str) -> Return:
        return self.county.returns(self.county.at(laestab))

    def send(self, laestab: str, ret: Return | None = None) -> int:
        """Send a return by the page, check it and hold it against the others, as the worker would; the version's id."""
        from concord.desk import across, receive_return
        from concord.desk.validate_return import validate

        content = write(ret or self.ret(laestab))
        version = receive_return.receive(self.keeper(laestab), content, "return.xml", laestab, "page").pk
        validate(version, laestab)
        across.compare(version, laestab)
        self.sent[laestab] = version
        return version

    def sign(self, *laestabs: str) -> None:
        """Agreements in force for these."""
        from concord.site.demonstration import clerk

        for laestab in laestabs:
            clerk._sign(self.head(laestab), self.chief, laestab)

    def explain_everything(self, laestab: str) -> None:
        from concord.desk import explain_query, own_return

        actor = self.keeper(laestab)
        while True:
            shown, rows, _ = own_return.to_explain(actor, laestab, COLLECTION)
            if not rows or shown.version is None:
                return
            chosen = [one.pk for one in rows]
            explain_query.explain(actor, shown.version.pk, laestab, chosen, reason="correct", text="It is right.")


@pytest.fixture
def hub(database: Embedded) -> Iterator[Hub]:
    """A hub of its own, whose agreements are all in force."""
    from concord.desk import establishments, gate
    from concord.store import tree

    tree.forget()
    made = Hub(county())
    establishments.learn(gate.system(), gias(made.county.establishments).write_csv())
    made.sign(*made.places)
    yield made
    tree.forget()


def with_pupils(ret: Return, change: Any) -> Return:
    """The return with its pupils' frame changed."""
    return Return(ret.header, {**ret.tables, "pupil": change(ret.tables["pupil"])}, ret.unknown, ret.form)


def put_pupil(ret: Return, upn: str, status: str, roll: str = "on", **items: str | None) -> Return:
    """The return with one pupil more: a copy of its first on roll under this UPN and enrolment status."""

    def more(pupils: pl.DataFrame) -> pl.DataFrame:
        given = {"UPN": upn, "EnrolStatus": status, "Roll": roll, **items}
        copy = pupils.filter(pl.col("Roll") == "on").head(1)
        copy = copy.with_columns(pl.lit(value, pl.String).alias(name) for name, value in given.items())
        return pl.concat([pupils.with_columns(row=pl.int_range(pl.len(), dtype=pl.UInt32)), copy]).with_columns(
            row=pl.int_range(pl.len(), dtype=pl.UInt32)
        )

    return rebuilt(with_pupils(ret, more))


def without(ret: Return, upn: str) -> Return:
    """The return without one pupil, whom it then does not name at all."""
    gone = ret.tables["pupil"].filter(pl.col("UPN") == upn)["row"].to_list()
    tables = {
        name: frame.filter(~pl.col("pupil").is_in(gone)) if "pupil" in frame.columns else frame
        for name, frame in ret.tables.items()
    }
    tables["pupil"] = ret.tables["pupil"].filter(pl.col("UPN") != upn)
    return build(ret.header, tables)


def edit(ret: Return, upn: str, **items: str | None) -> Return:
    """The return with other values for one pupil."""
    this = pl.col("UPN") == upn
    return rebuilt(
        with_pupils(
            ret,
            lambda pupils: pupils.with_columns(
                pl.when(this).then(pl.lit(value, pl.String)).otherwise(pl.col(name)).alias(name)
                for name, value in items.items()
            ),
        )
    )


def rebuilt(ret: Return) -> Return:
    """The same rows in the order a file gives them."""
    return build(ret.header, ret.tables)


def on_roll(ret: Return) -> list[str]:
    return ret.tables["pupil"].filter(pl.col("Roll") == "on")["UPN"].to_list()


def as_of(ret: Return, collection: str) -> Return:
    """The same pupils in the return of another census day."""
    kind, term, year = collection.split("-")
    day = by_id(collection).reference_date.isoformat()
    return build(replace(ret.header, collection=kind, term=term, year=year, reference_date=day), ret.tables)
