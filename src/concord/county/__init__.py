"""The synthetic county: seeded, believable, of any size; for the demonstration, the tests and the benchmarks.

Nobody in it is real: establishments, districts, streets and people are invented, and postcodes lie in districts not
in use.
`make` a plan · `County.returns` of an establishment · `write` it all to a folder · `one_return` with known defects
· `truth`.
"""

from concord.county.establishments import Establishment
from concord.county.plan import County, make, one_return
from concord.county.truth import Truth, truth
from concord.county.untidy import Planted
from concord.county.writing import Written, write

__all__ = ["County", "Establishment", "Planted", "Truth", "Written", "make", "one_return", "truth", "write"]
