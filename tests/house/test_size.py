"""The size budget of DEVELOPERS.md: the tail matters, not only the median."""

from __future__ import annotations

from statistics import median, quantiles

from house.source import Source, code_lines, program, suite


def _functions() -> list[tuple[int, str]]:
    return [
        (code_lines(one, function), f"{one.place}:{function.lineno} {function.name}")
        for one in _written()
        for function in one.functions()
    ]


def _written() -> list[Source]:
    """Migrations are made by a program and are not counted."""
    return [one for one in program() if ".migrations." not in one.name]


def _lengths(sources: list[Source]) -> list[tuple[int, str]]:
    return [(len(one.text.splitlines()), one.place) for one in sources]


def test_functions_are_short_in_the_middle_and_at_the_tail() -> None:
    sizes = [size for size, _ in _functions()]
    assert median(sizes) <= 8
    assert quantiles(sizes, n=20)[-1] <= 35


def test_no_function_is_over_sixty_lines() -> None:
    assert [found for found in _functions() if found[0] > 60] == []


def test_files_are_short() -> None:
    assert [found for found in _lengths(_written()) if found[0] > 400] == []
    assert median(size for size, place in _lengths(_written()) if size > 3) <= 120


def test_test_functions_are_short() -> None:
    sizes = [
        (code_lines(one, function), f"{one.place}:{function.lineno} {function.name}")
        for one in suite()
        for function in one.functions()
    ]
    assert [found for found in sizes if found[0] > 40] == []
