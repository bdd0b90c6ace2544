"""The life of a return: which verb leads from which state to which, and whose move it is.

After COLLECT's workflow (Loaded and validated, Submitted, Approved, Authorised); `sent_back` is its Rejected.
"""

from __future__ import annotations

from dataclasses import dataclass

from concord.core.trouble import Trouble

WORDS: dict[str, str] = {
    "nothing_yet": "Nothing sent yet",
    "received": "Received, being checked",
    "loaded": "Loaded, not submitted yet",
    "submitted": "Submitted to the local authority",
    "sent_back": "Sent back to be corrected",
    "approved": "Approved by the local authority",
}
OWNER: dict[str, str] = {
    "nothing_yet": "establishment",
    "received": "hub",
    "loaded": "establishment",
    "submitted": "la",
    "sent_back": "establishment",
    "approved": "la",
}


@dataclass(frozen=True, slots=True)
class Move:
    verb: str
    after: frozenset[str]
    to: str
    by: str
    words: str


MOVES: dict[str, Move] = {
    move.verb: move
    for move in (
        Move(
            "receive",
            frozenset({"nothing_yet", "received", "loaded", "submitted", "sent_back"}),
            "received",
            "establishment",
            "a file arrived",
        ),
        Move("check", frozenset({"received"}), "loaded", "hub", "the file was checked"),
        Move("submit", frozenset({"loaded", "sent_back"}), "submitted", "establishment", "the return was submitted"),
        Move("send_back", frozenset({"submitted", "approved"}), "sent_back", "la", "the return was sent back"),
        Move("approve", frozenset({"submitted"}), "approved", "la", "the return was approved"),
        Move("reopen", frozenset({"approved"}), "submitted", "la", "the return was reopened"),
    )
}


def step(verb: str, state: str) -> str:
    """The state after `verb`; a `Trouble` that says what is possible where it is not."""
    move = MOVES[verb]
    if state not in move.after:
        raise Trouble(
            f"This cannot be done now: the return is in the state “{WORDS[state]}”.",
            why=f"“{move.words}” can only follow: {', '.join(WORDS[one] for one in sorted(move.after))}.",
            todo="Reload the page to see what has changed.",
        )
    return move.to
