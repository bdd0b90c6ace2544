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
def load_return(version: int, laestab: str = "") -> None:
    from concord.desk.hold_job import held
    from concord.desk.load_return import load

    with held("load_return", laestab, version=version):
        load(version, laestab)


@app.task(name="load_feed", queue="hub", retry=False)
def load_feed(laestab: str, kind: str) -> None:
    from concord.desk.receive_feed import load

    load(laestab, kind)


@app.periodic(cron="7 * * * *")
@app.task(name="look_at_agreements", queue="hub", retry=False)
def look_at_agreements(timestamp: int) -> None:
    """What the days themselves end is stated to both parties within the hour; how it stands was so at midnight."""
    from concord.desk.statement import sweep

    sweep()


@app.periodic(cron="23 4 * * *")
@app.task(name="prove_ledger", queue="hub", retry=False)
def prove_ledger(timestamp: int) -> None:
    """The whole ledger is proved every night; what is found stands on the auditor's home page."""
    from concord.desk.audit import verified

    verified()


@app.task(name="follow_movers", queue="hub", retry=False)
def follow_movers() -> None:
    from concord.desk.follow_movers import follow

    follow()
