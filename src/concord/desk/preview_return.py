"""What leaves the establishment with a return, by category of the agreement, before it is signed off (clause 2(f))."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from concord.core import returns as files
from concord.core.agreement.model import Actor
from concord.core.agreement.schedule import Agreement
from concord.core.collection import by_id
from concord.core.returns import Return
from concord.desk import gate, keys, people, receive_return, standings
from concord.desk.own_return import Opened, opened
from concord.store import returns, vault

OTHER = "return"
"""The category of what is of the establishment, or is named by no other category."""


@dataclass(frozen=True, slots=True)
class Group:
    """One category: its items that have a value in the file, and for how many people; which flow, clause, basis."""

    category: str
    title: str
    says: str
    confidential: bool
    items: list[str]
    people: int
    clause: str
    basis: str
    recipients: str
    purpose: str


def preview(actor: Actor, laestab: str, collection_id: str) -> tuple[Opened, list[Group]]:
    """The last file of a return by category, in the agreement's order; nothing where none was sent."""
    collection = by_id(collection_id)
    shown = opened(actor, "establishment", laestab, collection.id)
    if shown.version is None:
        return shown, []
    with gate.act(shown.permit, "return previewed", f"{collection.id} {laestab}"):
        version = returns.find_version(shown.permit, shown.version.pk)
        assert version is not None  # noqa: S101 - it was found a moment ago under the same permit
        read = files.read(vault.fetch(shown.permit, version.file, keys.seal_identity()), name=version.name)
    return shown, groups(read, standings.agreement(), receive_return.flow_for(laestab, collection.id))


def groups(read: Return, agreement: Agreement, flow_id: str) -> list[Group]:
    """Every item with a value, by category; each person is counted once in each."""
    flow, found = agreement.flows[flow_id], _by_category(read, agreement)
    order = [*agreement.categories, *(one for one in found if one not in agreement.categories)]
    recipients = ", ".join(people.title(role).lower() for role in flow.recipients if role != "system")
    made = []
    for name in order:
        if name not in found:
            continue
        known = agreement.categories.get(name)
        items, persons = found[name]
        made.append(
            Group(
                name,
                known.title if known else "Of the establishment",
                known.says if known else "what describes the establishment and its return",
                bool(known and known.confidential),
                sorted(items),
                len(persons),
                flow.clause,
                flow.basis.words,
                recipients,
                agreement.terms.purposes[flow.purposes[0]].says,
            )
        )
    return made


def _by_category(read: Return, agreement: Agreement) -> dict[str, tuple[set[str], set[int]]]:
    found: dict[str, tuple[set[str], set[int]]] = {}
    root = read.layout.root
    for table, frame in read.tables.items():
        link = "row" if table == root else root
        for item, kind in read.layout.schema(table).items():
            if kind != pl.String or frame[item].null_count() == frame.height:
                continue
            items, persons = found.setdefault(category_of(agreement, table, item, root), (set(), set()))
            items.add(item)
            if link in frame.columns:
                persons.update(frame.filter(pl.col(item).is_not_null())[link].drop_nulls().to_list())
    return found


def category_of(agreement: Agreement, table: str, item: str, root: str) -> str:
    """The agreement's category of a data item, by its table where a table is of one alone."""
    return _BY_TABLE.get(table) or agreement.category_of(item) or ("enrolment" if table == root else OTHER)


_BY_TABLE = {
    "address": "address",
    "session": "attendance",
    "half_term_2_session": "attendance",
    "exclusion": "suspensions",
    "sen_need": "sen",
    "fsm_period": "fsm",
    "ap_provision": "enrolment",
    "school_arranged_ap": "enrolment",
    "learner_fam": "attainment",
    "learner_support": "attainment",
    "learning_aim": "attainment",
    "programme_aim": "attainment",
    "work_placement": "attainment",
    "funding_basis": "attainment",
    "member": "staff",
    "contract": "staff",
    "payment": "staff",
    "role": "staff",
    "absence": "staff",
    "qualification": "staff",
}
"""Tables whose every item is of one category: an item of the same name may be of another elsewhere (`Sessions`)."""
