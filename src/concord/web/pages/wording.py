"""Words for what the program keeps as ids: flows, purposes, collections, data items, deeds. No page shows an id."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from concord.core.codesets import load
from concord.core.collection import collections
from concord.desk import standings
from concord.web.parts.words import day

ITEMS = {
    "UPN": "UPN",
    "FormerUPN": "Former UPN",
    "UniqueLearnerNumber": "ULN",
    "Surname": "Surname",
    "Forename": "Forename",
    "MiddleNames": "Middle names",
    "PreferredSurname": "Preferred surname",
    "FormerSurname": "Former surname",
    "DOB": "Date of birth",
    "Sex": "Sex",
    "Ethnicity": "Ethnicity",
    "Language": "First language",
    "ServiceChild": "Service child",
    "YoungCarer": "Young carer",
    "YSSA": "Youth support services agreement",
    "PLAA": "Post-looked-after arrangements",
    "NCyearActual": "Year group",
    "PartTime": "Part-time",
    "Boarder": "Boarder",
    "SENprovision": "SEN provision",
    "SENtype1": "First need",
    "SENtype2": "Second need",
    "SENunitIndicator": "In an SEN unit",
    "ResourcedProvisionIndicator": "In resourced provision",
    "FSMstartDate": "Free school meals from",
    "FSMendDate": "Free school meals until",
    "EnglishGCSEHighestPriorAttainment": "GCSE English, highest grade so far",
    "MathsGCSEHighestPriorAttainment": "GCSE maths, highest grade so far",
    "PostCode": "Postcode",
    "Street": "Street",
    "PAON": "House",
    "SAON": "Flat",
    "Town": "Town",
    "Locality": "Locality",
    "PostTown": "Post town",
    "UniquePropertyReferenceNumber": "UPRN",
    **{f"AddressLine{number}": f"Address, line {number}" for number in range(1, 6)},
}
_SETS = {
    "Sex": "sex",
    "Ethnicity": "ethnicity",
    "Language": "language",
    "ServiceChild": "service_child",
    "YoungCarer": "young_carer",
    "YSSA": "yssa",
    "PLAA": "plaa",
    "NCyearActual": "nc_year",
    "Boarder": "boarder",
    "SENprovision": "sen_provision",
    "SENtype1": "sen_type",
    "SENtype2": "sen_type",
    "EnglishGCSEHighestPriorAttainment": "gcse_attainment",
    "MathsGCSEHighestPriorAttainment": "gcse_attainment",
    "Relationship": "contact_relationship",
}
_DAYS = frozenset({"DOB", "FSMstartDate", "FSMendDate", "EntryDate", "LeavingDate"})
_DEEDS = {
    "pupil shown": "Opened a pupil's record",
    "pupils searched": "Searched for pupils",
    "history shown": "Saw the history of a value",
    "child named to open in an emergency": "Named a child to open in an emergency",
    "nobody found to open in an emergency": "Named somebody in an emergency, and nobody was found",
    "emergency access asked for": "Asked for a record in an emergency",
    "emergency access given": "Agreed: a record is open in an emergency",
    "emergency access declined": "Declined access in an emergency",
    "emergency access called off": "Called off access in an emergency",
    "emergency access ended": "Closed a record opened in an emergency",
    "emergency access reviewed": "Reviewed access in an emergency",
    "emergency access read": "Read that a record was opened in an emergency",
    "child of an emergency shown": "Saw for whom access in an emergency was asked",
    "conflict shown": "Saw a conflict about a pupil",
    "conflicts listed": "Saw the list of conflicts",
    "conflict settled": "Settled a conflict",
    "settlement undone": "Took a settled conflict back",
    "ledger shown to its establishment": "Read this page",
    "return received": "A return's file arrived",
    "return checked": "A return was checked",
    "return submitted": "A return was submitted",
    "return approved": "A return was approved",
    "return sent back": "A return was sent back",
    "return reopened": "A return was reopened",
    "return opened": "Opened a return",
    "return taken away": "Took a return's file away",
    "register loaded": "A return's pupils entered the register",
    "permit": "Asked, and was permitted",
    "refusal": "Asked, and was refused",
}
_EVENTS = {
    "ico_registered": "ICO registration recorded",
    "privacy_notice_confirmed": "Privacy notice confirmed",
    "suspension_lifted": "Suspension lifted",
    "notice_withdrawal_proposed": "Proposed to take the notice back",
    "notice_withdrawn": "Notice taken back by both parties",
    "install_permitted": "Remote installation permitted",
    "install_withdrawn": "Permission to install taken back",
    "install_completed": "Remote installation done",
}
_CHARGES = {
    "free": "Free",
    "free_if_signed": "Free while the agreement is signed",
    "free_if_deadline_met": "Free where the deadline is met",
    "chargeable": "Charged for",
}
_REASONS = {
    "outside_scope": "outside what this role may ask about",
    "not_a_recipient": "the role takes no part in this",
    "step_up_needed": "a second proof of identity was missing",
    "purpose_missing": "no purpose was given",
    "purpose_not_allowed": "not a purpose of the agreement",
    "training_expired": "training was not up to date",
    "declaration_missing": "the declaration was not signed",
    "category_not_allowed": "more data than the role may have",
    "no_agreement": "no agreement is in force",
    "agreement_suspended": "the agreement is suspended",
    "agreement_lapsed": "the agreement has lapsed",
    "agreement_ended": "the agreement has ended",
}


def plain(code: str) -> str:
    """An id that has no words of its own, as words: `data_quality` is Data quality."""
    words = code.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def item(name: str) -> str:
    """A data item as people call it; one without words keeps the DfE's name."""
    return ITEMS.get(name, name)


def value(name: str, text: str) -> str:
    """A code with its words, `SEN support (K)`; a day as people write it; anything else is left as it was sent."""
    if name in _DAYS:
        on = _day(text)
        return day(on) if on else text
    label = load().label(_SETS[name], text) if name in _SETS else {"true": "Yes", "false": "No"}.get(text, "")
    return f"{label} ({text})" if label and label != text and name in _SETS else label or text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def flow(name: str) -> str:
    """`professional-view` is *A professional sees a pupil's record*."""
    found = standings.agreement().flows.get(name)
    return found.title if found else plain(name)


def purpose(name: str) -> str:
    """`admissions` is *To find and keep a school place*."""
    found = standings.agreement().terms.purposes.get(name)
    return found.says[:1].upper() + found.says[1:] if found else plain(name)


@lru_cache(maxsize=64)
def collection(name: str) -> str:
    """`SC-AUT-2026` is *School Census, Autumn 2026*."""
    found = collections().get(name)
    return found.title if found else name


def deed(name: str) -> str:
    """What a ledger line tells, in words; a deed without a row is its own words."""
    return _DEEDS.get(name, plain(name))


def event(kind: str) -> str:
    """What happened to an agreement."""
    return _EVENTS.get(kind, plain(kind))


def charge(rule: str) -> str:
    return _CHARGES.get(rule.replace(" ", "_"), plain(rule))


def reason(code: str) -> str:
    """Why the gate said no, in half a sentence."""
    return _REASONS.get(code, plain(code).lower())


def via(text: str) -> str:
    """`SC-AUT-2026 v2` is *School Census, Autumn 2026, file 2*; a settled conflict is told as one."""
    name, _, rest = text.partition(" ")
    if name == "settled":
        return "settled by the local authority"
    number = f", file {rest[1:]}" if rest.startswith("v") and rest[1:].isdigit() else ""
    return f"{collection(name)}{number}" if name in collections() else text
