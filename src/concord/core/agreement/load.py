"""Reading an agreement's folder, strictly.

An unknown word, a missing clause or a flow with no basis stops it, with file and line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

from concord.core.agreement.clauses import Clause, Reason, read_clause, read_reason
from concord.core.agreement.events import read_event
from concord.core.agreement.flows import Flow, Price, read_flow, read_price
from concord.core.agreement.reasons import OF_ASKS, OF_EVENTS
from concord.core.agreement.roles import Retention, Role, read_category, read_retention, read_role
from concord.core.agreement.schedule import Agreement, History, tabulate
from concord.core.agreement.sheet import Entry, Faults, each, open_sheet
from concord.core.agreement.terms import Terms, read_terms
from concord.core.trouble import Trouble, Unreadable


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_HasId)


def load(folder: Path) -> Agreement:
    """The agreement in a folder. Raises `Faults` (an Unreadable) that names every fault; then nothing of it is used."""
    if not folder.is_dir():
        raise Trouble(f"There is no agreement in {folder.name!r}.", todo="Name a folder that holds agreement.toml.")
    faults: list[Unreadable] = []
    try:
        made = _read(folder, faults)
    except Unreadable as fault:
        raise Faults([*faults, fault]) from None
    if faults:
        raise Faults(faults)
    return made


def _read(folder: Path, faults: list[Unreadable]) -> Agreement:
    terms = read_terms(open_sheet(folder / "agreement.toml"), faults)
    categories = _by_id(folder, "categories", "category", read_category, faults)
    retention = _retention(folder, faults)
    sheet = open_sheet(folder / "flows.toml")
    lines = sheet.entries("flow")
    flows = _unique(lines, lambda entry: read_flow(entry, terms, categories, retention), faults)
    sheet.done()
    roles = _by_id(folder, "roles", "role", lambda entry: read_role(entry, flows, categories), faults)
    reasons = _by_id(folder, "reasons", "reason", lambda entry: read_reason(entry, terms.operative), faults)
    histories = _by_id(folder, "histories", "history", _history, faults)
    clauses = _clauses(folder, terms, roles, histories, faults)
    if faults:  # what follows compares whole lists, and would only repeat the faults already found
        raise faults.pop()
    _check_roles(lines, flows, roles, terms, faults)
    _check_reasons(folder, reasons, faults)
    return Agreement(
        terms=terms,
        flows=flows,
        roles=roles,
        categories=categories,
        retention=retention,
        prices=_prices(folder, flows, faults),
        reasons=reasons,
        clauses=clauses,
        histories=histories,
        table=tabulate(flows, _known(roles, flows), categories),
    )


def _known(roles: dict[str, Role], flows: Mapping[str, Flow]) -> Mapping[str, Role]:
    """The roles, filled up for the flows whose own fault (an unknown role) is already noted."""
    nobody = next(iter(roles.values()))
    return {role: roles.get(role, nobody) for flow in flows.values() for role in flow.roles} | roles


def _unique(entries: Iterable[Entry], read: Callable[[Entry], T], faults: list[Unreadable]) -> dict[str, T]:
    """Entries by id, each id once."""
    found: dict[str, T] = {}

    def once(entry: Entry) -> None:
        value = read(entry)
        if value.id in found:
            raise entry.fault("id", f"{value.id!r} is given twice.")
        found[value.id] = value

    each(entries, once, faults)
    return found


def _by_id(folder: Path, file: str, key: str, read: Callable[[Entry], T], faults: list[Unreadable]) -> dict[str, T]:
    sheet = open_sheet(folder / f"{file}.toml")
    found = _unique(sheet.entries(key), read, faults)
    sheet.done()
    return found


def _history(entry: Entry) -> History:
    events = tuple(event.plain() for event in entry.entries("event"))
    for place, event in enumerate(entry.entries("event")):
        try:
            read_event(events[place])
        except Trouble as trouble:
            raise event.fault("", str(trouble)) from None
    return History(entry.text("id"), entry.text("says"), entry.text("kind"), events)


def _retention(folder: Path, faults: list[Unreadable]) -> dict[str, tuple[Retention, ...]]:
    """The classes of record; a class may have several rows, one after another in time."""
    sheet = open_sheet(folder / "retention.toml")
    found: dict[str, tuple[Retention, ...]] = {}

    def read(entry: Entry) -> None:
        row = read_retention(entry)
        before = found.get(row.id, ())
        if before and (before[-1].until is None or row.since < before[-1].until):
            raise entry.fault("since", f"two rows of {row.id!r} hold on {row.since}.")
        found[row.id] = (*before, row)

    each(sheet.entries("class"), read, faults)
    sheet.done()
    return found


def _prices(folder: Path, flows: Mapping[str, Flow], faults: list[Unreadable]) -> tuple[Price, ...]:
    """The prices; every flow that can be charged needs one, and no two of a flow hold on one day."""
    sheet = open_sheet(folder / "prices.toml")
    entries = sheet.entries("price")
    found: list[Price] = []

    def read(entry: Entry) -> None:
        price = read_price(entry, flows)
        if any(
            p.flow == price.flow
            and price.since < (p.until or price.since.max)
            and p.since < (price.until or p.since.max)
            for p in found
        ):
            raise entry.fault("since", f"two prices of {price.flow!r} hold on one day.")
        found.append(price)

    each(entries, read, faults)
    sheet.done()
    unpriced = {flow.id for flow in flows.values() if flow.charge.rule != "free"} - {price.flow for price in found}
    if unpriced and not faults:
        faults.append(sheet.fault("", f"there is no price for {', '.join(sorted(unpriced))}."))
    return tuple(found)


def _clauses(
    folder: Path, terms: Terms, roles: Mapping[str, Role], histories: Mapping[str, History], faults: list[Unreadable]
) -> dict[str, Clause]:
    """One file a clause, named for it; every operative clause has one, and there are no others."""
    found: dict[str, Clause] = {}
    for path in sorted((folder / "clauses").glob("*.toml")):
        try:
            sheet = open_sheet(path)
            clause = read_clause(sheet)
            sheet.done()
            _check_clause(sheet, path, clause, roles, histories)
            found[clause.id] = clause
        except Unreadable as fault:
            faults.append(fault)
    missing = [(name, "is missing") for name in terms.operative if name not in found]
    strange = [(name, "is not an operative clause") for name in found if name not in terms.operative]
    for name, says in missing + strange:
        if not any(fault.what.startswith(f"{name}.toml") for fault in faults):
            faults.append(
                Unreadable(
                    f"clauses/{name}.toml {says}.",
                    todo="The clause files and 'operative' in agreement.toml must agree.",
                )
            )
    return {clause: found[clause] for clause in terms.operative if clause in found}


def _check_clause(
    sheet: Entry, path: Path, clause: Clause, roles: Mapping[str, Role], histories: Mapping[str, History]
) -> None:
    if clause.id != path.stem:
        raise sheet.fault("id", f"the file of clause {clause.id!r} must be named {clause.id}.toml.")
    for role in clause.done_by:
        if role not in roles:
            raise sheet.fault("done_by", f"{role!r} in 'done_by' is not a known role.")
    for scene, entry in zip(clause.scenes, sheet.entries("scene", optional=True), strict=True):
        for history in scene.history:
            if history not in histories:
                raise entry.fault("history", f"{history!r} is not a known history.")


def _check_roles(
    lines: list[Entry], flows: Mapping[str, Flow], roles: Mapping[str, Role], terms: Terms, faults: list[Unreadable]
) -> None:
    """The schedule and the roles are kept in double entry: each must say of the other what the other says of it."""
    for entry, flow in zip(lines, flows.values(), strict=True):
        for key, names in (("senders", flow.senders), ("recipients", flow.recipients)):
            faults += [
                entry.fault(key, f"{name!r} in {key!r} is not a known role.") for name in names if name not in roles
            ]
        silent = [name for name in flow.roles if name in roles and flow.id not in roles[name].flows]
        faults += [entry.fault("recipients", f"roles.toml does not give {flow.id!r} to {name!r}.") for name in silent]
        extra = [role.id for role in roles.values() if flow.id in role.flows and role.id not in flow.roles]
        faults += [
            entry.fault("recipients", f"roles.toml gives {flow.id!r} to {name!r}, the flow does not.") for name in extra
        ]
    unknown = [name for name in (*terms.may_sign, *terms.may_countersign, *terms.may_confirm) if name not in roles]
    faults += [Unreadable(f"agreement.toml: {name!r} in 'signatories' is not a known role.") for name in unknown]


def _check_reasons(folder: Path, reasons: Mapping[str, Reason], faults: list[Unreadable]) -> None:
    """Every code the engine may answer has its words, and no words lack a code."""
    sheet = open_sheet(folder / "reasons.toml")
    codes = (*OF_ASKS, *OF_EVENTS)
    faults += [sheet.fault("", f"the reason {code!r} has no words.") for code in codes if code not in reasons]
    written = zip(reasons, sheet.entries("reason"), strict=True)
    faults += [
        e.fault("id", f"{code!r} is no reason the program can give.") for code, e in written if code not in codes
    ]
