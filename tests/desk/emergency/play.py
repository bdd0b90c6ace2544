"""The steps of an emergency in words, done on a hub as it really is."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import small_hub
from concord.core.trouble import Trouble
from desk.emergency.emergency_kit import Cast, later, link, person
from small_hub import HERE, head, la

LOOKERS, CHILDREN = ("worker", "caseworker", "inclusion"), (0, 1, 3)


@dataclass
class Play:
    people: Cast
    refs: list[uuid.UUID] = field(default_factory=list)
    orders: list[uuid.UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        everybody = self.people.people
        if "let_in" not in everybody:
            everybody["let_in"] = person("mi_manager", name="Robin Let In", authorised_by=everybody["worker"])
        self.ids = {at: self.people.id_of(at) for at in CHILDREN}
        self._roles = {name: one.role for name, one in everybody.items()}

    def over(self) -> None:
        """Everything as it was before: records shown again, roles and accounts restored, no request left."""
        from concord.desk import hide_pupil

        for name, one in self.people.people.items():
            one.role, one.active = self._roles[name], True
            one.save()
        for ref in self.orders:
            for by in ("manager", "dpo"):
                hide_pupil.ask_to_show(self.people.actor(by), ref)
        with small_hub.as_owner() as cursor:
            cursor.execute("DELETE FROM emergency_access")

    def step(self, words: str) -> None:
        """One step; raises Trouble where the hub refuses it."""
        first, *rest = words.split()
        if first in ("pass", "hide", "restrict"):
            getattr(self, f"_{first}")(int(rest[0]))
        elif rest[0] == "ask":
            self.refs.append(self.people.ask(int(rest[1]), first))
        elif rest[0] in ("becomes", "disabled"):
            one = self.people.people[first]
            one.role, one.active = (rest[1] if rest[0] == "becomes" else one.role), rest[0] != "disabled"
            one.save()
        else:
            self.answer(first, rest[0], self.refs[-1])

    def answer(self, who: str, what: str, ref: uuid.UUID) -> None:
        from concord.desk import break_glass

        actor = self.people.actor(who)
        if what in ("yes", "no"):
            break_glass.decide(actor, ref, yes=what == "yes", link=link)
        else:
            {"off": break_glass.call_off, "end": break_glass.end}[what](actor, ref)

    def _pass(self, minutes: int) -> None:
        later(minutes)

    def _hide(self, at: int) -> None:
        self._order(at, "death", head(HERE), la("mi_officer"))

    def _restrict(self, at: int) -> None:
        self._order(at, "restricted", la("mi_manager"), la("dpo"))

    def _order(self, at: int, kind: str, one: Any, other: Any) -> None:
        from concord.desk import hide_pupil

        self.orders.append(hide_pupil.report(one, self.ids[at], kind))
        hide_pupil.confirm(other, self.orders[-1])

    def sees(self, who: str, at: int) -> bool:
        from concord.desk import view_pupil

        with suppress(Trouble):
            return bool(view_pupil.view(self.people.actor(who), self.ids[at], purpose="welfare").pupil)
        return False

    def seen(self) -> set[str]:
        """Who sees which child's record now."""
        return {f"{who} {at}" for who in LOOKERS for at in CHILDREN if self.sees(who, at)}
