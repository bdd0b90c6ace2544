from __future__ import annotations

from typing import get_args

import pytest

from concord.core.agreement import model
from concord.desk import return_states
from concord.web.parts.states import STATES, state

COLOURS = {"", "grey", "green", "teal", "blue", "purple", "magenta", "red", "orange", "yellow"}


def test_every_state_of_a_return_has_the_words_of_the_desk():
    assert {code: state(code).words for code in return_states.WORDS} == return_states.WORDS


@pytest.mark.parametrize("code", get_args(model.State))
def test_every_state_of_an_agreement_has_words(code):
    assert code in STATES


def test_every_colour_is_one_that_the_style_sheet_has():
    assert {one.colour for one in STATES.values()} <= COLOURS


def test_a_state_nobody_listed_is_told_in_its_own_words():
    assert state("half_way_there") == ("Half way there", "grey")
