"""What comes to mind: facts within reach, secrets kept, nothing told twice without need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from personagen_npc.events import INTENTS
from personagen_npc.mind.perceive import Heard
from personagen_npc.mind.recall import SEEKS, recall
from personagen_npc.mind.scene import Standing, Talk
from personagen_npc.words.stem import stems

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Known, Memory, Scene

MILL = Heard("What happened at the mill?", "ask_what", stems=("mill",), topic="the mill")


def test_a_fact_that_fits_is_found(
    ada: Callable[..., Npc], scene: Callable[..., Scene], known: Callable[..., Known]
) -> None:
    best, other = known("mill.burned", score=0.9), known("mill.built", score=0.7)
    found = recall(ada(), scene(found=(other, best)), MILL)
    assert (found.kind, found.fact, found.again) == ("fact", best, False)
    assert found.facts == (best, other)


def test_what_hardly_fits_is_not_an_answer(
    ada: Callable[..., Npc], scene: Callable[..., Scene], known: Callable[..., Known]
) -> None:
    found = recall(ada(), scene(found=(known("weather", score=0.1),)), MILL)
    assert (found.kind, found.fact) == ("none", None)


@pytest.mark.parametrize(("trust", "kind"), [(0.49, "secret"), (0.5, "fact"), (0.9, "fact")])
def test_a_secret_is_for_those_who_are_trusted(
    ada: Callable[..., Npc], scene: Callable[..., Scene], known: Callable[..., Known],
    trust: float, kind: str,
) -> None:  # fmt: skip
    secret = known("mill.arson", trust=0.5, score=0.95)
    found = recall(ada(), scene(found=(secret,), standing=Standing(trust=trust)), MILL)
    assert (found.kind, found.fact) == (kind, secret)


def test_beside_a_secret_the_open_fact_is_told(
    ada: Callable[..., Npc], scene: Callable[..., Scene], known: Callable[..., Known]
) -> None:
    facts = (known("mill.arson", trust=0.9, score=0.95), known("mill.burned", score=0.94))
    found = recall(ada(), scene(found=facts), MILL)
    assert found.fact is not None
    assert (found.kind, found.fact.id) == ("fact", "mill.burned")


def test_what_was_told_is_not_told_again_while_there_is_more(
    ada: Callable[..., Npc], scene: Callable[..., Scene], known: Callable[..., Known]
) -> None:
    facts = (known("a", score=0.95), known("b", score=0.93))
    told: tuple[str, ...] = ()
    got = []
    for _ in range(3):
        found = recall(ada(), scene(found=facts, talk=Talk(told=told)), MILL)
        assert found.fact is not None
        got.append((found.fact.id, found.again))
        told = (*told, found.fact.id)
    assert got == [("a", False), ("b", False), ("a", True)]


def test_a_memory_answers_where_no_fact_does(
    ada: Callable[..., Npc], scene: Callable[..., Scene], memory: Callable[..., Memory]
) -> None:
    found = recall(ada(), scene(held=(memory(3),)), MILL)
    assert found.memory is not None
    assert (found.kind, found.memory.happening) == ("memory", 3)
    assert recall(ada(), scene(held=(memory(3, score=0.1),)), MILL).kind == "none"


def test_asked_what_it_remembers_of_the_player_it_does(
    ada: Callable[..., Npc], scene: Callable[..., Scene], memory: Callable[..., Memory]
) -> None:
    held = (memory(1, actor="bel", score=0.0), memory(2, actor="ash", score=0.0))
    asked = Heard("Do you remember me?", "ask_memory", stems=tuple(stems("Do you remember me?")))
    found = recall(ada(), scene(held=held), asked)
    assert found.memory is not None
    assert (found.kind, found.memory.happening) == ("memory", 2)


def test_it_does_not_bring_up_the_same_memory_twice_while_there_is_another(
    ada: Callable[..., Npc], scene: Callable[..., Scene], memory: Callable[..., Memory]
) -> None:
    held = (memory(1, actor="ash", score=0.0), memory(2, actor="ash", score=0.0))
    asked = Heard("Do you remember me?", "ask_memory", stems=tuple(stems("remember")))
    found = recall(ada(), scene(held=held, talk=Talk(mentioned=(1,))), asked)
    assert found.memory is not None
    assert found.memory.happening == 2


def test_an_opinion_comes_before_a_fact(
    ada: Callable[..., Npc], scene: Callable[..., Scene], known: Callable[..., Known]
) -> None:
    npc = ada(opinions={"bel": "She is worth ten of him."})
    asked = Heard(
        "What do you think of Bel?", "ask_opinion", entities=(("bel", "npc"),), stems=("bel",)
    )
    found = recall(npc, scene(found=(known("bel.trade"),)), asked)
    assert (found.kind, found.text) == ("opinion", "She is worth ten of him.")
    assert recall(ada(), scene(found=(known("bel.trade"),)), asked).kind == "fact"


def test_where_something_was_from_is_known_only_after_it_was_told(
    ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    asked = Heard("Who told you that?", "ask_source")
    told = scene(talk=Talk(source="Bel told me"))
    assert recall(ada(), told, asked)[:1] == ("source",)
    assert recall(ada(), told, asked).text == "Bel told me"
    assert recall(ada(), scene(), asked).kind == "none"


NEWS = Heard("Any news?", "ask_rumour", stems=("news",))


def test_news_are_what_the_listener_has_not_done_himself_and_was_not_told(
    ada: Callable[..., Npc], scene: Callable[..., Scene], known: Callable[..., Known],
    memory: Callable[..., Memory],
) -> None:  # fmt: skip
    held = (memory(1), memory(2, actor="ash"))
    found = recall(ada(), scene(held=held), NEWS)
    assert found.memory is not None
    assert (found.kind, found.memory.happening) == ("news", 1)
    fresh = (known("a"), known("b"))
    at = scene(held=held, fresh=fresh, talk=Talk(mentioned=(1,), told=("a",)))
    found = recall(ada(), at, NEWS)
    assert found.fact is not None
    assert (found.kind, found.fact.id) == ("news", "b")
    assert recall(ada(), scene(), NEWS).kind == "none"


CONFESSION = {
    "kind": "confess", "actor": "bel", "text": "{actor} confessed to {target}: I set the fire.",
}  # fmt: skip


@pytest.mark.parametrize("asked", [
    NEWS, MILL, Heard("What did Bel do?", "ask_what", entities=(("bel", "npc"),), stems=("bel",)),
    Heard("Remember Bel?", "ask_memory", entities=(("bel", "npc"),), stems=("bel", "remember")),
])  # fmt: skip
def test_what_was_confessed_is_not_passed_on(
    ada: Callable[..., Npc], scene: Callable[..., Scene], memory: Callable[..., Memory],
    asked: Heard,
) -> None:  # fmt: skip
    found = recall(ada(), scene(held=(memory(1, **CONFESSION),)), asked)
    assert (found.kind, found.memory, found.memories) == ("none", None, ())


def test_but_with_the_one_who_confessed_it_may_be_spoken_of(
    ada: Callable[..., Npc], scene: Callable[..., Scene], memory: Callable[..., Memory]
) -> None:
    own = memory(1, **{**CONFESSION, "actor": "ash"})
    asked = Heard("Do you remember me?", "ask_memory", stems=tuple(stems("remember")))
    assert recall(ada(), scene(held=(own,)), asked).memory == own


def test_a_line_that_asks_nothing_looks_for_nothing(
    ada: Callable[..., Npc], scene: Callable[..., Scene], known: Callable[..., Known],
    memory: Callable[..., Memory],
) -> None:  # fmt: skip
    full = scene(found=(known("a"),), held=(memory(1),), fresh=(known("b"),))
    for intent in INTENTS:
        if intent not in SEEKS:
            assert recall(ada(), full, Heard("x", intent, stems=("mill",))).kind == "none"
