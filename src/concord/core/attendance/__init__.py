"""Register marks counted as the DfE counts them: sessions, absence, persistent and severe absence."""

from concord.core.attendance.alphabet import Alphabet, alphabet
from concord.core.attendance.measures import BY, measure, percent, reasons
from concord.core.attendance.register import Register, read, register
from concord.core.attendance.tally import FIELDS, tally

__all__ = [
    "BY",
    "FIELDS",
    "Alphabet",
    "Register",
    "alphabet",
    "measure",
    "percent",
    "read",
    "reasons",
    "register",
    "tally",
]
