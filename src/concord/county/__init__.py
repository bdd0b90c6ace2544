"""The synthetic county: seeded, believable, of any size; for the demonstration, the tests and the benchmarks.

Nobody in it is real: establishments, districts, streets and people are invented, and postcodes lie in districts not in use.
"""

from concord.county.plan import County, make, one_return

__all__ = ["County", "make", "one_return"]
