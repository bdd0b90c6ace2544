"""Templates are drawn only when somebody opens their page: here each is read, whether a test opens it or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

import pytest
from django.template import engines
from jinja2 import Environment, meta, nodes

from house.source import SRC

PAGES = SRC / "concord" / "web" / "pages"
OF_THE_FRAME = re.compile(r'"(la|person|nav|demo|messages|request)":')


@pytest.fixture(scope="module")
def engine() -> Environment:
    return engines["jinja2"].env


def _read(engine: Environment) -> Iterator[tuple[str, nodes.Template]]:
    for name in engine.list_templates():
        if not name.startswith("django/forms/"):
            text, file, _ = engine.loader.get_source(engine, name)
            yield name, engine.parse(text, name, file)


def test_a_part_is_one_macro_of_its_name_and_draws_only_with_what_it_is_given(engine):
    for name, tree in _read(engine):
        if name.startswith("parts/"):
            assert [one.name for one in tree.find_all(nodes.Macro)] == [PurePath(name).stem], name
            assert meta.find_undeclared_variables(tree) - set(engine.globals) == set(), name


def test_templates_call_only_what_the_engine_knows(engine):
    for name, tree in _read(engine):
        called = {one.node.name for one in tree.find_all(nodes.Call) if isinstance(one.node, nodes.Name)}
        assert called - set(engine.globals) == set(), name


def test_every_part_is_given_what_it_takes(engine):
    trees = dict(_read(engine))
    for name, tree in trees.items():
        for call in tree.find_all(nodes.Call):
            part = trees.get(f"parts/{call.node.name}.html") if isinstance(call.node, nodes.Name) else None
            if part is not None:
                macro = next(part.find_all(nodes.Macro))
                takes = [one.name for one in macro.args]
                given = takes[: len(call.args)] + [one.key for one in call.kwargs]
                asked = takes[: len(takes) - len(macro.defaults)]
                assert len(call.args) <= len(takes), (name, call.node.name)
                assert set(asked) <= set(given) <= set(takes), (name, call.node.name)


def test_every_template_can_be_compiled(engine):
    for name in engine.list_templates():
        engine.get_template(name)


def test_no_page_gives_a_name_of_the_frame():
    """The engine lets the frame's go first, so a page's own would not be seen."""
    found = {path.name for path in PAGES.glob("*.py") if OF_THE_FRAME.search(path.read_text())}
    assert found == set()
