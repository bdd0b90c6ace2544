"""What several do at the same moment: one answer counts, and one person's misses are counted in turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

from django.db import connections

import small_hub
from concord.core.trouble import Trouble
from concord.desk import break_glass
from concord.desk.break_glass import Named
from concord.desk.view_pupil import NotThere
from desk.emergency.emergency_kit import WORDS, link, person


def together(*deeds: Callable[[], object]) -> list[str]:
    """How each ended: done, or the kind of its trouble; all begin at one moment."""
    gate = Barrier(len(deeds))

    def one(deed: Callable[[], object]) -> str:
        try:
            gate.wait(20)
            deed()
        except Trouble as trouble:
            return type(trouble).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(deeds)) as crowd:
        return list(crowd.map(one, deeds))


def test_of_a_yes_and_a_no_at_one_moment_one_counts(people):
    people.people["second"] = person("mi_manager", name="Robin Second")
    for _ in range(3):
        ref = people.ask(0)
        actors = [people.actor(name) for name in ("manager", "second", "dpo")]
        ended = together(
            *(
                partial(break_glass.decide, actor, ref, yes=yes, link=link)
                for actor, yes in zip(actors, (True, False, True), strict=True)
            )
        )
        assert Counter(ended) == {"done": 1, "Trouble": 2}
        (said,) = small_hub.owner_rows("SELECT answer FROM emergency_access WHERE id = %s", ref)
        answers = [
            line["deed"] for line in small_hub.lines(kind="deed", flow=break_glass.FLOW) if line["about"] == ref.hex
        ]
        assert [one for one in answers if one.endswith(("given", "declined"))] == [
            f"emergency access {'given' if said[0] == 'yes' else 'declined'}"
        ]
        if said[0] == "yes":
            break_glass.end(people.actor("worker"), ref)


def test_a_rush_of_guesses_is_no_way_round_the_limit(people):
    actor, limit = people.actor("worker"), break_glass.terms().tries_an_hour
    guesses = [Named(f"Z00000000{number:04d}") for number in range(limit + 3)]
    ended = together(*(partial(break_glass.ask, actor, named, "danger", WORDS, link) for named in guesses))
    assert Counter(ended) == {NotThere.__name__: limit, "Trouble": 3}
