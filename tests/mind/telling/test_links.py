"""What is told hangs together: because, but, so; and the reason when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from personagen_npc.mind.recall import Found
from personagen_npc.mind.speak import Line
from personagen_npc.mind.telling.links import gone_on, grounds_of, told_along

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Known, Scene


def _line(text: str, act: str = "answer") -> Line:
    return Line(text, "answer#0", ("answer#0",), {}, act)


def _pair(known: Callable[..., Known], kind: str, way: str, **more: object) -> tuple[Known, Known]:
    one = known("loft", links=((kind, "fire"),))._replace(ways=("He sleeps in the loft.",))
    return one, known("fire", **more)._replace(ways=(way,))


@pytest.mark.parametrize("kind", ["because", "but", "so"])
def test_the_second_is_joined_by_what_links_it(
    scene: Callable[..., Scene], ada: Callable[..., Npc], known: Callable[..., Known], kind: str
) -> None:
    one, two = _pair(known, kind, "The mill burned.")
    here = scene(fresh=[one, two])
    lines = [
        gone_on(ada(), here._replace(dice=here.dice.again(k)), Found("fact", one),
                _line("He sleeps in the loft."))
        for k in range(12)
    ]  # fmt: skip
    joined = [x for x in lines if told_along(x) == ("fire",)]
    assert joined
    assert all(kind in x.text.lower() and x.text.endswith("the mill burned.") for x in joined)


def test_what_is_no_clause_or_a_secret_is_not_hung_on(
    scene: Callable[..., Scene], ada: Callable[..., Npc], known: Callable[..., Known]
) -> None:
    for way, trust in (("Burned. All of it.", None), ("The mill burned.", 0.9)):
        one, two = _pair(known, "because", way, trust=trust)
        here = scene(fresh=[one, two])
        for k in range(8):
            dice = here._replace(dice=here.dice.again(k))
            said = gone_on(ada(), dice, Found("fact", one), _line("He sleeps in the loft."))
            assert not told_along(said)


def test_the_reason_of_a_fact_is_the_one_that_may_be_told(
    scene: Callable[..., Scene], known: Callable[..., Known]
) -> None:
    one, two = _pair(known, "because", "The mill burned.")
    assert grounds_of(scene(fresh=[one, two]), one) == two
    hidden = two._replace(trust=0.9)
    assert grounds_of(scene(fresh=[one, hidden]), one) is None
