"""The words of every state, the same in list, page, e-mail and export; the colour only repeats them."""

from __future__ import annotations

from typing import NamedTuple

from concord.core.agreement.standing import STATES as AGREED
from concord.desk import people_list, return_states


class State(NamedTuple):
    """What a state is called, and the colour of its tag in GOV.UK Frontend's names (none: plain text, for what is
    done)."""

    words: str
    colour: str


_COLOURS = {
    "nothing_yet": "grey",
    "received": "blue",
    "loaded": "yellow",
    "submitted": "blue",
    "sent_back": "orange",
    "approved": "green",
}

_STANDINGS = {
    "none": "grey",
    "offered": "yellow",
    "signed": "blue",
    "in_force": "green",
    "due": "yellow",
    "lapsed": "red",
    "suspended": "red",
    "unregistered": "red",
    "notice": "orange",
    "ended": "grey",
}

_ACCESS = {"invited": "blue", "active": "green", "unused": "yellow", "due": "yellow", "lapsed": "red", "ended": "grey"}

STATES: dict[str, State] = {
    **{code: State(said, _STANDINGS.get(code, "grey")) for code, said in AGREED.items()},
    **{code: State(said, _COLOURS[code]) for code, said in return_states.WORDS.items()},
    "no_data": State("No data", "grey"),
    "unreadable": State("Could not be read", "red"),
    "authorised": State("Authorised by the DfE", "green"),
    # a clause of the agreement
    "executed": State("The program does it", "green"),
    "human": State("A person does it", "blue"),
    "outside": State("Outside this program", "grey"),
    # a finding, a change, an answer of the gate
    "error": State("Error", "red"),
    "query": State("Query", "yellow"),
    "explained": State("Explained", "green"),
    "conflict": State("Waiting for a decision", "yellow"),
    "accepted": State("Accepted", "green"),
    "rejected": State("Not taken, what is held stays", "blue"),
    "loaded_change": State("In the register", "green"),
    "permit": State("Permitted", "green"),
    "refusal": State("Refused", "red"),
    # a named user's access
    **{f"access_{code}": State(said, _ACCESS[code]) for code, said in people_list.STATES.items()},
    # a task
    "done": State("Completed", ""),
    "started": State("In progress", "blue"),
    "to_do": State("Not started", "teal"),
    "wait": State("Cannot start yet", ""),
    "problem": State("There is a problem", "red"),
    "late": State("Late", "red"),
}


def state(code: str) -> State:
    """The state's words and colour; a code without a row is shown in its own words, uncoloured grey."""
    return STATES.get(code) or State(code.replace("_", " ").capitalize(), "grey")
