"""Five establishments at different points of an agreement's life, on a hub that runs a copy of the agreement.

`python -m journeys.life_stage` sets them up, prints who and what as one line of JSON, and serves the pages with a
worker beside them. `… load LAESTAB` does, on the same hub, what people at their desks do about a return: explain,
submit, approve.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

SEED = 11
LIFE, DUE, ENDED, LAWFUL = "886/2300", "886/4550", "886/5400", "886/2000"
"""An academy that never signed; one to renew; one whose notice ran out today; a maintained school in force."""
COLLECTION = "SC-AUT-2026"
ENGINEER = "Chris Fitter"


def main() -> None:
    os.environ["CONCORD_DEMO"] = "true"
    from concord.site.config import config
    from concord.site.database import hub

    with hub() as server:
        from concord.site.commands.migrate import bring_up, empty

        if sys.argv[1:2] == ["load"]:
            load(sys.argv[2])
            return
        empty(server)
        bring_up()
        sys.stdout.write(json.dumps(set_up(config().home)) + "\n")
        sys.stdout.flush()
    from concord.site.commands.demo import serve_instead

    serve_instead()


def set_up(home: Path) -> dict[str, Any]:
    from concord.county import make
    from concord.desk import establishments, gate
    from concord.site.demonstration import clerk, couriers
    from journeys.stage import codes_of

    county = make(6, 300, SEED, defects=0, untidy=0)
    establishments.learn(gate.system(), couriers.register_extract(county))
    word = clerk.passphrase()
    people = {one.role: one.email for one in clerk.let_everybody_in(LIFE, LAWFUL, word)} | _more_people(word)
    _histories()
    for laestab in (LIFE, LAWFUL):
        at = home / laestab.replace("/", "")
        couriers._export(county, county.at(laestab), at)
        couriers._tables(county, laestab, at / "feed")
    _enrol(LAWFUL, home)
    upn = county.returns(county.at(LIFE)).tables["pupil"].row(0, named=True)["UPN"]
    told = {"laestab": LIFE, "file": str(home), "word": word, "people": people, "codes": codes_of(people)}
    return told | {"odd_upn": upn}


def _more_people(word: str) -> dict[str, str]:
    from concord.desk import people
    from concord.site.demonstration import clerk
    from concord.store.models import Person

    manager, made = Person.objects.get(role="mi_manager"), {}
    for key, role, name, laestab in (
        ("head_due", "head", "Reese Renew", DUE),
        ("head_ended", "head", "Eddy Leaver", ENDED),
        ("contractor", "contractor", ENGINEER, LIFE),
    ):
        email = f"{key}@life.example".replace("_", "-")
        person = people.let_in(
            people.actor(manager), email=email, name=name, role=role, establishments=[laestab], password=word,
            authoriser=manager,
        )  # fmt: skip
        clerk.give_app(person)
        made[key] = email
    return made


def _histories() -> None:
    """What happened before the journey begins: a journey cannot wait for years, or for the thirty days of a notice."""
    from concord.desk import gate

    today = gate.today()
    _signed(LAWFUL, today - timedelta(days=200))
    _signed(DUE, today.replace(year=today.year - 3) + timedelta(days=80))
    _signed(ENDED, today - timedelta(days=400))
    ends = {"ends": today.isoformat()}
    _past(ENDED, "notice_given", today - timedelta(days=40), "establishment", "head", evidence="We leave", details=ends)


def _signed(laestab: str, on: date) -> None:
    registered = {"number": "ZA123456", "expires": (on + timedelta(days=1500)).isoformat()}
    _past(laestab, "offered", on, "authority", "mi_officer", version="1.1")
    _past(laestab, "ico_registered", on, "establishment", "head", details=registered)
    _past(laestab, "signed", on, "establishment", "head", version="1.1")
    _past(laestab, "privacy_notice_confirmed", on, "authority", "mi_officer", evidence="privacy notice, read")
    _past(laestab, "countersigned", on, "authority", "mi_manager", version="1.1")


def _past(laestab: str, kind: str, on: date, party: str, role: str, **told: Any) -> None:
    from concord.core.agreement.days import LONDON
    from concord.store.models import AgreementEvent

    recorded = datetime(on.year, on.month, on.day, 12, tzinfo=LONDON)
    AgreementEvent.objects.create(
        establishment_id=laestab, kind=kind, on=on, recorded=recorded, party=party, by="stage", role=role, **told
    )


def _enrol(laestab: str, home: Path) -> None:
    """A token for the courier, left where its installer finds it."""
    from concord.core.agreement.model import Actor
    from concord.desk import couriers

    head = Actor(ref="stage-head", role="head", establishments=frozenset([laestab]))
    (home / laestab.replace("/", "") / "token").write_text(couriers.issue_token(head, laestab))


def load(laestab: str) -> None:
    """A return that has arrived is checked by the worker; then it is explained, submitted, approved and loaded."""
    from concord.core.agreement.model import Actor
    from concord.desk import approve_return, people, submit_return
    from concord.site.demonstration import desk_work

    _until(lambda: any(one.state == "loaded" for one in _mine(laestab)), "the return is checked")
    (one,) = _mine(laestab)
    places = frozenset([laestab])
    desk_work._explain(Actor(ref="stage-data-manager", role="data_manager", establishments=places), laestab, one)
    submit_return.submit(Actor(ref="stage-head", role="head", establishments=places), laestab, COLLECTION)
    approve_return.approve(people.by_role("mi_officer"), laestab, COLLECTION)
    _until(lambda: desk_work.register_size() > 0, "the register is loaded")


def _mine(laestab: str) -> list[Any]:
    from concord.site.demonstration import desk_work

    return [one for one in desk_work._every_return() if one.establishment_id == laestab]


def _until(holds: Any, what: str) -> None:
    until = time.monotonic() + 40
    while not holds():
        if time.monotonic() > until:
            raise RuntimeError(f"it did not come to this: {what}")
        time.sleep(0.3)


if __name__ == "__main__":
    sys.exit(main())
