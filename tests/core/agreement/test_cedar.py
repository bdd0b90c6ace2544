"""Our decisions against an independent policy engine, on policies made from the same files by another reader."""

from __future__ import annotations

import random
from collections import Counter

import cedarpy
import pytest

from agreeing import KENT, WESTMARCH, kent, westmarch
from cedar_twin import case, parsed, policies, request
from concord.core.agreement.decide import decide
from concord.core.agreement.model import Permit

CASES = 400


@pytest.mark.parametrize(("folder", "agreement"), [(KENT, kent()), (WESTMARCH, westmarch())], ids=["kent", "westmarch"])
def test_cedar_answers_every_ask_as_we_do(folder: object, agreement: object) -> None:
    chance, told, seen = random.Random("cedar"), parsed(folder), Counter()
    for _ in range(CASES):
        asked, now = case(agreement, chance)
        ours = isinstance(decide(agreement, asked, {now.establishment: now}), Permit)
        answer = cedarpy.is_authorized(*_with(request(asked, now), told))
        assert not answer.diagnostics.errors
        assert answer.allowed == ours, (asked, now)
        seen[ours] += 1
    assert min(seen[True], seen[False]) > CASES // 10, seen


def _with(asked: tuple[dict, list], told: cedarpy.PolicySet) -> tuple[dict, cedarpy.PolicySet, list]:
    return asked[0], told, asked[1]


def test_there_is_a_policy_for_every_role_of_every_flow() -> None:
    assert policies(KENT).count("permit(") == sum(len(flow.roles) for flow in kent().flows.values())
