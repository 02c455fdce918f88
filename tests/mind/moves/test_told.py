"""What a player tells of himself: what it is taken for, and what the answer names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.world import World

    Say = Callable[..., Reply]
    Step = Callable[..., Any]


def _key(reply: Reply) -> str:
    return str(reply.parts[-1]["key"] if len(reply.parts) > 1 else reply.parts[0]["key"])


@pytest.mark.parametrize(
    ("line", "matter"),
    [
        ("My sister keeps bees, back at home.", "kin_is"),
        ("My grandfather used to build boats.", "kin_was"),
        ("I walked all night through the rain.", "came"),
        ("I'm saving up for a boat of my own.", "plan"),
        ("I should have gone back for her.", "regret"),
        ("The axle's cracked.", "mishap"),
        ("I'm in love with the cooper's son.", "in_love"),
        ("I did something that I'm not proud of.", "deed_mine"),
    ],
)
def test_a_matter_is_met_with_words_of_its_own(say: Say, line: str, matter: str) -> None:
    assert any(f"told_{matter}" in str(p["key"]) for p in say("edda", line).parts)


@pytest.mark.parametrize(
    ("line", "thing"),
    [("I lost my purse somewhere at the market.", "purse"), ("I can't find my gloves.", "gloves")],
)
def test_a_small_loss_gets_small_comfort(say: Say, line: str, thing: str) -> None:
    reply = say("berta", line)
    assert reply.act == "console"
    assert "told_thing_lost" in _key(reply)
    assert reply.parts[0]["args"].get("thing", thing) == thing


def test_a_death_is_mourned_as_one(say: Say) -> None:
    assert "told_" not in _key(say("berta", "I lost my brother last winter."))


def test_whoever_was_spoken_of_just_now_may_be_dead(say: Say) -> None:
    reply = say("edda", "My brother was a sailor.", "He drowned two winters ago.")
    assert reply.act == "console"


def test_a_name_comes_before_the_trade(say: Say) -> None:
    reply = say("crispin", "Hello, I'm Anselm. I trade in rope.")
    assert reply.act == "meet"


def test_origin_and_trade_given_with_a_name_are_kept(say: Say) -> None:
    say("crispin", "Hello, I'm Anselm, from Harrow. I trade in rope.")
    assert "Harrow" in say("crispin", "Where do I come from?").text
    assert "rope trader" in say("crispin", "What do I sell?").text


def test_an_answer_to_another_question_is_not_taken_for_an_origin(village: World) -> None:
    from personagen_npc.mind.moves.initiative import _to_it
    from personagen_npc.mind.perceive import Heard

    dog = Heard("A dog, once.", "tell", topic="a dog")
    assert not _to_it("origin", dog, ["a", "dog", "once"])
    assert _to_it("origin", Heard("The coast.", "tell", topic="the coast"), ["the", "coast"])
    assert _to_it("origin", Heard("Saltmere", "tell", topic="Saltmere"), ["saltmere"])


def test_a_death_told_later_is_still_one(say: Say) -> None:
    assert say("berta", "My mum's stew was better.", "She died in the spring.").act == "console"


def test_what_follows_a_small_loss_is_not_mourned(say: Say) -> None:
    reply = say("garrick", "I lost my purse at the market.", "It had my mother's ring in it.")
    assert "told_dear" in _key(reply)
