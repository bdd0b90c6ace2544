"""What went wrong, told so that a person can put it right.

Everything a user can cause is a `Trouble`; anything else is a bug and stops loudly.
"""

from __future__ import annotations


class Trouble(Exception):  # noqa: N818 - the word people use
    """Something a user can put right: what happened, why, and what to do next.

    `status` is the exit status of the command line (`docs/commands.md`): 2 could not be done, 3 refused.
    """

    status = 2

    def __init__(self, what: str, *, why: str = "", todo: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.todo = todo

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.why, self.todo) if part)


class Unreadable(Trouble):
    """A file that is not what it says it is: refused whole, never read in part."""

    def __init__(self, what: str, *, why: str = "", todo: str = "", line: int | None = None) -> None:
        super().__init__(what, why=why, todo=todo)
        self.line = line
