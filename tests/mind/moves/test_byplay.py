"""Lines beside all matters, as a player says them to people of both packs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.mind.moves.byplay import spelt
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.world import World

    Step = Callable[..., Any]


def _say(world: World, step: Step, npc: str, text: str) -> Reply:
    reply: Reply = step(world, talk.say, [npc], "ash", text).replies[0]
    return reply


def _key(reply: Reply) -> str:
    return str(reply.parts[0]["key"]).partition("#")[0].partition(".")[0]


def test_a_wording_stands_for_every_choice_of_its_parts() -> None:
    assert spelt("a (b|c (x|y)|)( *|)") == ["a b *", "a b", "a c x *", "a c x", "a c y *", "a c y",
                                            "a *", "a"]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("Are you busy?", "busy"),
        ("sorry, got a sec?", "busy"),
        ("Have I come at a bad time?", "busy"),
        ("May I sit down a while?", "sit_down"),
        ("*walks away*", "walked_off"),
        ("I'm lost", "lost"),
        ("Wait here.", "wait_here"),
        ("Give me your purse.", "give_up_thing"),
        ("I could fix that for you.", "mend_offered"),
        ("Do you buy furs?", "not_buying"),
        ("Whatever.", "whatever"),
        ("I'm a weaver by trade.", "trade_told"),
    ],
)
def test_what_lies_beside_all_matters_gets_a_word_of_its_own(
    village: World, step: Step, line: str, key: str
) -> None:
    _say(village, step, "tobias", "Good day.")
    assert _key(_say(village, step, "tobias", line)) == key


def test_an_order_that_the_game_can_carry_out_is_no_byplay(village: World, step: Step) -> None:
    reply = _say(village, step, "crispin", "Can I help you with anything?")
    assert reply.act in {"accept", "offer_quest"}


def test_short_words_are_taken_by_what_was_said_last(village: World, step: Step) -> None:
    _say(village, step, "joss", "Who burned the mill?")
    assert _key(_say(village, step, "joss", "So?")) == "so_what"
    told = _say(village, step, "joss", "Who burned the mill?").told
    more = _say(village, step, "joss", "And then?")
    assert more.act in {"answer", "hear_out"}
    assert not set(more.told) & set(told)


def test_who_is_new_is_sent_to_food_and_a_bed(village: World, step: Step) -> None:
    reply = _say(
        village, step, "wick", "I've never been in this town before. Where should I start?"
    )
    assert reply.act == "answer"
    assert reply.told


def test_who_mourns_is_comforted_even_after_a_refusal(village: World, step: Step) -> None:
    assert _say(village, step, "edda", "Give me your purse.").act == "refuse"
    for line in (
        "My brother died last week.",
        "I don't know what to do without him.",
        "It's my fault he's dead.",
    ):
        assert _say(village, step, "edda", line).act == "console", line


def test_two_questions_in_one_line_are_both_answered(village: World, step: Step) -> None:
    reply = _say(village, step, "crispin", "Who is Edda? And where is the inn?")
    assert len(reply.told) == 2
