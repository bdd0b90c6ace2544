"""Which pupil of the register an incoming record is of, with the evidence in words."""

from concord.core.matching.linking import COLUMNS, match
from concord.core.matching.weights import Weights, load_weights

__all__ = ["COLUMNS", "Weights", "load_weights", "match"]
