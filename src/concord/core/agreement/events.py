"""What happens in the life of an agreement, as recorded: the only thing its standing is derived from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from concord.core.agreement.days import day_of
from concord.core.trouble import Trouble

KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "offered": "signing",
        "signed": "signing",
        "countersigned": "signing",
        "privacy_notice_confirmed": "privacy_notice",
        "ico_registered": "ico",
        "suspended": "suspension",
        "suspension_lifted": "suspension",
        "notice_given": "notice",
        "notice_withdrawal_proposed": "notice",
        "notice_withdrawn": "notice",
        "ended": "notice",
        "install_permitted": "install",
        "install_withdrawn": "install",
        "install_completed": "install",
        "opened": "register",
        "converted": "register",
        "closed": "register",
    }
)
"""Each kind of event and the deed it belongs to (the agreement's `clause_of` gives the clause)."""

PARTIES: Final = ("establishment", "authority", "register", "support")


@dataclass(frozen=True, slots=True)
class Event:
    """One recorded fact. `on` is the London day from which it counts, `recorded` the aware instant it was written.

    `by` is an opaque ref and `role` its role, never a name. `details` by kind: `ico_registered` has `number` and
    `expires`; `notice_given` has `ends` (the first day without agreement); `opened` has `kind` and `phase`;
    `converted` has `kind` and may have `from`; `install_permitted` has `starts` and `ends` (aware instants) and
    `engineer`, `install_completed` has `engineer` and `host`. `evidence` refers to the document behind a suspension, a
    notice, the wish to take one back, or a confirmed privacy notice.
    An empty `establishment` fits any.
    """

    kind: str
    on: date
    recorded: datetime
    party: str
    by: str = ""
    role: str = ""
    version: str = ""
    evidence: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    establishment: str = ""

    def day(self, key: str) -> date | None:
        """A date among the details, or None where it is absent or no date."""
        try:
            return date.fromisoformat(self.details.get(key, ""))
        except ValueError:
            return None

    def instant(self, key: str) -> datetime | None:
        """An aware instant among the details, or None where it is absent, unreadable or without a zone."""
        try:
            moment = datetime.fromisoformat(self.details.get(key, ""))
        except ValueError:
            return None
        return moment if moment.tzinfo else None


def read_event(data: Mapping[str, Any]) -> Event:
    """An event from plain data (JSON, TOML); `recorded` defaults to noon UTC of its day. Raises Trouble."""
    known = set(Event.__dataclass_fields__)
    strange = sorted(set(data) - known)
    if strange:
        raise Trouble(f"An event has no {strange[0]!r}.", todo=f"Use {', '.join(sorted(known))}.")
    if data.get("kind") not in KINDS:
        raise Trouble(f"{data.get('kind')!r} is not a kind of event.", todo=f"Use {', '.join(KINDS)}.")
    on = data.get("on")
    day = on if isinstance(on, date) else day_of(str(on or ""), "The event's day ('on')")
    details = data.get("details", {})
    if not isinstance(details, Mapping):
        raise Trouble("An event's details must be pairs of words.", todo='For example {"ends": "2026-12-31"}.')
    words = {
        key: str(data[key])
        for key in ("kind", "party", "by", "role", "version", "evidence", "establishment")
        if key in data
    }
    return Event(
        on=day,
        recorded=_recorded(data, day),
        details={str(key): str(value) for key, value in details.items()},
        **({"party": ""} | words),
    )


def _recorded(data: Mapping[str, Any], day: date) -> datetime:
    value = data.get("recorded", f"{day.isoformat()}T12:00:00+00:00")
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise Trouble(f"{value!r} is not a time.", todo="Write it as 2026-09-01T12:00:00+00:00.") from None
    if moment.tzinfo is None:
        raise Trouble(
            "An event was recorded at a time without a zone.", todo="Write the offset: 2026-09-01T12:00:00+00:00."
        )
    return moment
