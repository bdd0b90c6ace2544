"""Every role at every address, about every kind of record: what leaves is searched for marks planted in every field.

`expected.toml` says what may be seen; whatever else leaves is a leak, whatever is missing an unexpected denial.
"""

from __future__ import annotations

import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from matrix.world import COLLECTION, EXPECTED, ITEMS, PLACES, RECORDS, ROUTES, World

ACTORS = tuple(EXPECTED["actor"])
DECLARED = {*ROUTES["none"], *ROUTES["record"], *ROUTES["list"], *ROUTES["return"]}
NOT_VISITED = {"sign-out"}  # it ends the session that the other cells use
FORGED = {"laestab": "886/2002", "role": "mi_manager", "establishments": "*", "hidden": "false", "purpose": "audit"}
REFUSALS = {302, 303, 400, 401, 403, 404, 405, 422}


def addresses(patterns: list[Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for one in patterns:
        address = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, address)
        elif isinstance(one, URLPattern):
            yield address, one.callback


ALL = dict(addresses(get_resolver("concord.site.urls").url_patterns))


@dataclass
class Tally:
    cells: int = 0
    requests: int = 0
    bytes: int = 0
    leaks: list[str] = field(default_factory=list)
    denials: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Visit:
    """One address filled in: the record it is about, if any, and the establishment, if any."""

    route: str
    path: str
    record: str = ""
    place: str = ""
    category: str = ""


def visits(world: World) -> Iterator[Visit]:
    """Every address that can be asked for, with each record or establishment in its place."""
    for route in [*ALL, *ROUTES["also"]]:
        if route in NOT_VISITED:
            continue
        plain = (
            route.replace("<collection:collection>", COLLECTION)
            .replace("<int:number>", "1")
            .replace("<str:clause_id>", "4c")
            .replace("<slug:provider>", "none")
            .replace("<slug:kind>", "none")
            .replace("<str:word>", "none")
            .replace("<str:change>", "none")
            .replace("<uuid:upload_id>", str(world.pupils["never"]))
        )
        yield from _filled(world, route, plain)


def _filled(world: World, route: str, plain: str) -> Iterator[Visit]:
    holes = {
        "<uuid:pupil_id>": world.pupils,
        "<uuid:ident>": world.movers if route.startswith("movers") else world.discrepancies,
        "<uuid:ref>": world.orders,
        "<uuid:access>": world.emergencies,
    }
    hole = next((one for one in holes if one in plain), "")
    if "<laestab:laestab>" in plain:
        for name, laestab in PLACES.items():
            yield Visit(route, plain.replace("<laestab:laestab>", laestab), place=name)
    elif hole:
        for record, ident in {**holes[hole], "never": world.pupils["never"]}.items():
            path = plain.replace(hole, str(ident))
            if "<str:item>" in path:
                for category, item in ITEMS.items():
                    yield Visit(route, path.replace("<str:item>", item), record, category=category)
            else:
                yield Visit(route, path, record)
    else:
        yield Visit(route, plain)


def client_of(world: World, actor: str) -> Client:
    client, facts = Client(raise_request_exception=False), EXPECTED["actor"][actor]
    if facts["role"]:
        client.force_login(world.people[actor])
        session = client.session
        session["purpose"] = session["movers-purpose"] = EXPECTED["purpose"].get(facts["role"], "welfare")
        session["movers-purpose"] = "safeguarding"
        if facts.get("second_proof"):
            session["stepped-up"] = time.time()
        session.save()
    return client


def everything(response: Any) -> bytes:
    """All that leaves: head and body, and what lies packed in a body."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    packed = b""
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(BytesIO(body)) as parts:
            packed = b"".join(parts.read(name) for name in parts.namelist())
    return "\n".join(f"{key}: {value}" for key, value in response.items()).encode() + b"\n" + body + packed


def seen_in(world: World, content: bytes) -> set[tuple[str, str]]:
    return {cell for cell, marks in world.marks.items() if any(mark in content for mark in marks)}


def may(actor: str, visit: Visit) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """What must be seen, and what may be, by (record, category)."""
    if visit.route in ROUTES["record"]:
        return _of_record(actor, visit)
    if visit.route in ROUTES["return"]:
        seen = _of_return(actor, visit)
        return (_whole_file(visit) & seen), seen
    if visit.route in EXPECTED["conflicts"]["routes"]:
        named = EXPECTED["conflicts"]["records"] if actor in EXPECTED["conflicts"]["roles"] else []
        return {(one, "identity") for one in named}, {(one, "identity") for one in named}
    rows = [_named(row, actor, visit) for row in EXPECTED["named"] if visit.route in row["routes"]]
    return {cell for must, _ in rows for cell in must}, {cell for _, allowed in rows for cell in allowed}


def _of_record(actor: str, visit: Visit) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    row = EXPECTED["record"].get(actor, {"records": [], "categories": []})
    if visit.record not in row["records"]:
        return set(), set()
    if visit.category:
        shown = (
            {(visit.record, visit.category), (visit.record, "identity")}
            if visit.category in row["categories"]
            else set()
        )
        return {cell for cell in shown if cell[1] == visit.category}, shown
    shown = {(visit.record, category) for category in row["categories"]}
    return shown, shown


def _named(row: dict[str, Any], actor: str, visit: Visit) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    records = row["roles"].get(actor, [])
    records = EXPECTED["records"][records] if isinstance(records, str) else records
    if visit.record:
        records = [one for one in records if one == visit.record]
    if visit.place:
        own = EXPECTED["actor"][actor]["places"]
        records = records if own == visit.place else []
    named = {(one, category) for one in records for category in row.get("categories", ["identity"])}
    return named, named


def _whole_file(visit: Visit) -> set[tuple[str, str]]:
    """The file as it was sent holds the establishment's own pupils; other pages of a return may name them."""
    mine = EXPECTED["returns"]["on_roll"].get(visit.place, [])
    return {(one, "identity") for one in mine} if visit.route.endswith("/file") else set()


def _of_return(actor: str, visit: Visit) -> set[tuple[str, str]]:
    table = EXPECTED["returns"]
    places = table["roles"].get(actor, [])
    places = [one for one in places if one == visit.place] if visit.place else places
    if not visit.place and EXPECTED["actor"][actor]["places"] != "everywhere":
        places = []
    return {(record, "identity") for place in places for record in table["named_in"][place]}


def look(world: World, actor: str, visit: Visit, response: Any, tally: Tally, *, typed: tuple[bytes, ...] = ()) -> None:
    """Compare what left with what is expected, cell by cell."""
    content = everything(response)
    for one in typed:
        content = content.replace(one, b"")
    must, allowed = may(actor, visit)
    seen = seen_in(world, content)
    tally.requests += 1
    tally.bytes += len(content)
    tally.cells += len({category for _, category in world.marks}) * (1 if visit.record else len(RECORDS))
    where = f"{actor} {visit.path} {response.status_code}"
    tally.leaks += [f"{where}: {record} {category}" for record, category in sorted(seen - allowed)]
    tally.denials += [f"{where}: {record} {category}" for record, category in sorted(must - seen)]
    if response.status_code >= 500:
        tally.faults.append(where)


def test_every_address_is_declared_with_what_it_may_show() -> None:
    """An address that nobody has said anything about fails the build; so does a line about one that is gone."""
    assert set(ALL) - DECLARED == set()
    assert DECLARED - set(ALL) == set()


def test_every_role_of_the_agreement_is_an_actor() -> None:
    from concord.core.agreement.load import load
    from concord.core.shelf import shelf

    roles = {one["role"] for one in EXPECTED["actor"].values()}
    assert set(load(shelf("agreements") / "kent-2022").roles) - roles == {"courier", "system"}


@pytest.mark.parametrize("actor", ACTORS)
def test_each_sees_what_is_expected_and_nothing_else(world: World, actor: str, record_property: Any) -> None:
    client, tally = client_of(world, actor), Tally()
    for visit in visits(world):
        look(world, actor, visit, client.get(f"/{visit.path}"), tally)
    for record in (*RECORDS, "never"):
        _search(world, actor, client, record, tally)
    for name in ("cells", "requests", "bytes"):
        record_property(name, getattr(tally, name))
    told = (
        f"{actor}: {tally.cells:,} cells, {tally.requests:,} answers, {tally.bytes:,} bytes, {len(tally.leaks)} leaks"
    )
    print(f"\n{told}, {len(tally.denials)} unexpected denials")  # noqa: T201 - the count is the figure
    assert tally.faults == []
    assert tally.leaks == []
    assert tally.denials == []


def _search(world: World, actor: str, client: Client, record: str, tally: Tally) -> None:
    """Look for a record by its number: what was typed may stand in the form again, and is not counted."""
    upn = world.upns.get(record, "Z123456789012")
    purpose = EXPECTED["purpose"].get(EXPECTED["actor"][actor]["role"], "welfare")
    response = client.post("/pupils", {"words": upn, "purpose": purpose, "case": ""})
    look(world, actor, Visit("POST pupils", "pupils", record), response, tally, typed=(upn.encode(),))


@pytest.mark.parametrize("actor", ["anonymous", "disabled", "untrained", "contractor", "auditor", "head_of_another"])
def test_a_forged_form_changes_nothing_and_tells_nothing(world: World, actor: str) -> None:
    """Fields that no form has, another establishment's numbers: refused, with nothing in the answer or the tables."""
    client, tally, before = client_of(world, actor), Tally(), _state()
    wrong = []
    for visit in visits(world):
        mine = EXPECTED["actor"][actor]["places"] == visit.place or _is_own(visit)
        if "?" in visit.path or mine or (visit.route in ROUTES["none"] and not _about_somebody(visit)):
            continue
        response = client.post(f"/{visit.path}", FORGED)
        look(world, actor, visit, response, tally)
        wrong += (
            [] if response.status_code in REFUSALS or _only_tells(visit) else [f"{visit.path} {response.status_code}"]
        )
    assert tally.requests > 20
    assert [*wrong, *tally.leaks, *tally.faults] == []
    assert _state() == before


def _only_tells(visit: Visit) -> bool:
    """Pages that answer a form by telling something of an agreement, and change nothing."""
    return visit.route.endswith(("/what-if", "/run-off"))


def _is_own(visit: Visit) -> bool:
    return visit.route in ("discrepancies", "discrepancies/<uuid:ident>", "who-looked")


def _about_somebody(visit: Visit) -> bool:
    return bool(visit.record or visit.place) and not visit.route.startswith(("account", "passkey", "people"))


def _state() -> list[tuple[Any, ...]]:
    """How many rows every table of the agreement, the register and the returns holds, as its owner counts."""
    tables = "pupil pupil_value discrepancy mover_case change hidden_record agreement_event person return_version note "
    tables += "emergency_access"
    return [small for name in tables.split() for small in _counted(name)]


def _counted(name: str) -> list[tuple[Any, ...]]:
    import small_hub

    return small_hub.owner_rows(f"SELECT '{name}', count(*), sum(hashtext(t::text)::bigint) FROM {name} t")


def test_the_few_who_may_do_open_a_hidden_record(world: World) -> None:
    """The other side of the sweep: marks found nowhere else are where they should be, so the search for them works."""
    client, ref = client_of(world, "mi_manager"), world.orders["hidden"]
    response = client.post(f"/hidden/{ref}/record", {"purpose": "safeguarding"})
    seen = {category for record, category in seen_in(world, everything(response)) if record == "hidden"}
    assert {"identity", "address", "sen", "care"} <= seen
    refused = client_of(world, "mi_officer").post(f"/hidden/{ref}/record", {"purpose": "safeguarding"})
    assert refused.status_code == 403
    assert not seen_in(world, everything(refused))


def test_hidden_and_never_are_answered_alike(world: World) -> None:
    """Status and body, but for what is random in every answer."""
    for actor in ("mi_manager", "admissions", "social_worker", "head", "auditor"):
        client = client_of(world, actor)
        for form in ("/pupils/{}", "/pupils/{}/history/Surname", "/pupils/{}/hide", "/pupils/{}/wrong"):
            answers = [client.get(form.format(world.pupils[one])) for one in ("hidden", "never")]
            bodies = [_plain(one.content, world) for one in answers]
            assert answers[0].status_code == answers[1].status_code, (actor, form)
            assert bodies[0] == bodies[1], (actor, form)


@pytest.mark.parametrize(
    "actor", ["sen_caseworker", "social_worker", "virtual_school", "mi_manager", "head", "auditor"]
)
def test_an_emergency_tells_no_hidden_child_from_one_that_never_was(world: World, actor: str) -> None:
    answers, client = [], client_of(world, actor)
    session = client.session
    session["stepped-up"] = time.time()
    session.save()
    for upn in (world.upns["hidden"], "Z123456789012"):
        form = {"upn": upn, "reason": "danger", "words": "Somebody was found alone at the station."}
        answers.append(client.post("/emergency/ask", form))
    assert answers[0].status_code == answers[1].status_code in REFUSALS
    bodies = [
        _plain(one.content, world).replace(upn.encode(), b"")
        for one, upn in zip(answers, (world.upns["hidden"], "Z123456789012"), strict=True)
    ]
    assert bodies[0] == bodies[1]


def _plain(body: bytes, world: World) -> bytes:
    """Without the id that was asked for, nonces, tokens, and the reference under which each answer is in the ledger."""
    for one in ("hidden", "never"):
        body = body.replace(str(world.pupils[one]).encode(), b"ID")
    return re.sub(rb'(nonce|value)="[A-Za-z0-9+/=_-]{20,}"|\b[0-9a-f]{8}\b|\b[0-9a-f]{32}\b', b"", body)


def test_a_role_withdrawn_counts_at_the_next_request_of_an_open_session(world: World) -> None:
    from concord.store.models import Person

    client, person = client_of(world, "admissions"), world.people["admissions"]
    address = f"/pupils/{world.pupils['own']}"
    assert client.get(address).status_code == 200
    Person.objects.filter(pk=person.pk).update(role="auditor")
    try:
        started = time.perf_counter()
        assert client.get(address).status_code == 403
        assert time.perf_counter() - started < 5
    finally:
        Person.objects.filter(pk=person.pk).update(role="admissions")
