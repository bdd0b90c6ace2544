"""The hub's queued work, by verb. Imported by the worker; each job does one deed and may be run again without harm."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.task(name="validate_return", queue="hub", retry=False)
def validate_return(version: int, laestab: str) -> None:
    from concord.desk.validate_return import validate

    validate(version, laestab)


@app.task(name="compare_returns", queue="hub", retry=False)
def compare_returns(version: int, laestab: str) -> None:
    from concord.desk.across import compare

    compare(version, laestab)


@app.task(name="load_return", queue="hub", retry=False)
def load_return(version: int) -> None:
    from concord.desk.load_return import load

    load(version)


@app.task(name="load_feed", queue="hub", retry=False)
def load_feed(laestab: str, kind: str) -> None:
    from concord.desk.receive_feed import load

    load(laestab, kind)


@app.task(name="follow_movers", queue="hub", retry=False)
def follow_movers() -> None:
    from concord.desk.follow_movers import follow

    follow()
