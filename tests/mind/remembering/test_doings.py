"""Doings: asked what somebody did, or how often, the past answers; asked anything else it waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from personagen_npc.mind.perceive import Heard
from personagen_npc.mind.remember import SUMMARY
from personagen_npc.mind.remembering.doings import doings, of_the_asker, own_doings
from personagen_npc.mind.scene import Talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.scene import Memory, Scene

DAY = 86400.0
BEL = (("bel", "npc"),)


def anything(_: Memory) -> bool:
    return True


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("What has Bel been doing?", True),
        ("What has Bel been up to lately?", True),
        ("What did Bel do?", True),
        ("What has Bel done?", True),
        ("What does Bel do?", False),
        ("Who is Bel?", False),
        ("Where is Bel?", False),
    ],
)
def test_what_somebody_did_is_asked_for_in_so_many_words(
    scene: Callable[..., Scene], memory: Callable[..., Memory], text: str, asked: bool
) -> None:
    held = (memory(1, actor="bel"),)
    found = doings(scene(held=held), Heard(text, "ask_what", entities=BEL), anything)
    assert (found is not None) == asked


def test_what_is_asked_beside_it_is_no_question_after_doings(
    scene: Callable[..., Scene], memory: Callable[..., Memory]
) -> None:
    heard = Heard("What did Bel do to the mill?", "ask_what", entities=BEL, stems=("mill",))
    assert doings(scene(held=(memory(1, actor="bel"),)), heard, anything) is None


def test_the_weightiest_first_but_the_old_fades_and_nothing_is_told_twice(
    scene: Callable[..., Scene], memory: Callable[..., Memory]
) -> None:
    old = memory(1, actor="bel", importance=0.6, at=0.0)
    new = memory(2, actor="bel", importance=0.5, at=700 * DAY)
    heard = Heard("What did Bel do?", "ask_what", entities=BEL)
    now = scene(held=(old, new), now=701 * DAY)
    assert doings(now, heard, anything) == new
    again = scene(held=(old, new), now=701 * DAY, talk=Talk(mentioned=(2,)))
    assert doings(again, heard, anything) == old
    assert doings(again, heard, lambda m: m.happening != 1) is None


def test_nothing_is_known_of_a_player_but_what_he_did(
    scene: Callable[..., Scene], memory: Callable[..., Memory]
) -> None:
    heard = Heard("Tell me about Bo.", "ask_what", entities=(("bo", "player"),))
    assert doings(scene(held=(memory(1, actor="bo"),)), heard, anything) is not None


def test_how_often_is_answered_by_a_summary(
    scene: Callable[..., Scene], memory: Callable[..., Memory]
) -> None:
    one = memory(1, actor="ash", kind="buy", score=0.9)
    many = memory(2, actor="ash", kind=SUMMARY, score=0.5)
    heard = Heard("How often did I buy from you?", "ask_when", stems=("buy",))
    assert doings(scene(held=(one, many)), heard, anything) == many
    assert doings(scene(held=(one,)), heard, anything) is None


def test_asked_for_his_own_doings_somebody_hears_of_those(
    scene: Callable[..., Scene], memory: Callable[..., Memory]
) -> None:
    mine = memory(1, actor="ash", kind="fire", score=0.4, importance=0.9)
    words = memory(2, actor="ash", kind="tell", score=0.4)
    other = memory(3, actor="bel", score=0.9)
    heard = Heard("Do you remember what I did at the fire?", "ask_memory", stems=("fire",))
    here = scene(held=(mine, words, other))
    assert of_the_asker(heard)
    assert not of_the_asker(Heard("Do you remember Bel?", "ask_memory"))
    assert own_doings(here, heard, anything) == [mine]
    said = Heard("Do you remember what I said of the fire?", "ask_memory", stems=("fire",))
    assert own_doings(here, said, anything) == [mine, words]
