"""Which of the facts that fit is told: a fresh one that is as good, else the best again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from personagen_npc.mind.scene import Standing, Talk
from personagen_npc.mind.telling.fitting import chosen, fitting

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.scene import Known, Scene


def test_what_is_far_behind_the_best_does_not_fit(known: Callable[..., Known]) -> None:
    facts = (known("a", score=0.99), known("b", score=0.8))
    assert [f.id for f in fitting(facts, "ask_what")] == ["a"]


def test_the_best_is_said_again_rather_than_something_else(
    scene: Callable[..., Scene], known: Callable[..., Known]
) -> None:
    fits = fitting((known("a", score=0.99), known("b", score=0.8)), "ask_what")
    found = chosen(scene(talk=Talk(told=("a",))), fits)
    assert found.fact is not None
    assert (found.fact.id, found.again) == ("a", True)


def test_what_is_asked_squarely_and_secret_is_kept(
    scene: Callable[..., Scene], known: Callable[..., Known]
) -> None:
    fits = fitting((known("a", trust=0.9, score=0.97), known("b", score=0.96)), "ask_what")
    assert [f.id for f in fits] == ["a", "b"]
    assert chosen(scene(standing=Standing(trust=0.5)), fits).kind == "secret"


def test_what_only_brushes_a_secret_does_not_bring_it_up(known: Callable[..., Known]) -> None:
    assert not fitting((known("a", trust=0.9, score=0.55),), "ask_what")
