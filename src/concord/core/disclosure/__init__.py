"""Small counts kept from being read, or worked out, in a table about to leave the hub."""

from concord.core.disclosure.attack import attack, recoverable
from concord.core.disclosure.protect import CannotProtect, Protected, protect, suppress
from concord.core.disclosure.table import TOTAL, Table, lay_out, read_table

__all__ = [
    "TOTAL",
    "CannotProtect",
    "Protected",
    "Table",
    "attack",
    "lay_out",
    "protect",
    "read_table",
    "recoverable",
    "suppress",
]
