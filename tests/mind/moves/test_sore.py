"""Pressed on what one keeps to oneself: kept, turned away from, and at last said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from personagen_npc.mind.moves.sore import turned_away
from personagen_npc.mind.recall import Found
from personagen_npc.mind.scene import Talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Known, Scene


def test_asked_again_one_turns_to_something_of_ones_own_and_then_says_that_it_is_sore(
    scene: Callable[..., Scene], ada: Callable[..., Npc], known: Callable[..., Known]
) -> None:
    kept = known("ada.letter", trust=0.6, own=True, about=("ada", "guild"))
    sluice = known("ada.sluice", own=True, about=("ada", "forge"))
    near = known("ada.guild", own=True, about=("ada", "guild"))
    talk, acts = Talk(), []
    for _ in range(3):
        here = scene(fresh=[near, sluice], talk=talk)
        move = turned_away(ada(), here, Found("secret", kept))
        acts.append((move.act, move.symbol, move.found.fact.id if move.found and move.found.fact
                     else ""))  # fmt: skip
        talk = Talk(raised=move.talk["raised"])
    assert acts == [
        ("keep_secret", "", ""), ("answer", "turn_away", "ada.sluice"),
        ("keep_secret", "sore", "ada.letter"),
    ]  # fmt: skip


def test_with_nothing_else_to_tell_it_is_only_kept(
    scene: Callable[..., Scene], ada: Callable[..., Npc], known: Callable[..., Known]
) -> None:
    kept = known("ada.letter", trust=0.6)
    talk = Talk(raised=("sore:ada.letter",))
    assert turned_away(ada(), scene(talk=talk), Found("secret", kept)).act == "keep_secret"
