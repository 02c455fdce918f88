"""Bids, courtesies, work and a hand held out, as they are met in a talk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.world import World

    Step = Callable[..., Any]


@pytest.fixture
def say(village: World, step: Step) -> Callable[..., Reply]:
    def said(npc: str, *lines: str) -> Reply:
        for line in lines:
            reply: Reply = step(village, talk.say, [npc], "ash", line).replies[0]
        return reply

    return said


def _key(reply: Reply) -> str:
    return str(reply.parts[0]["key"])


def _asking(world: World, npc: str) -> int:
    deal = world.talks[npc, "ash"].deal
    assert deal is not None
    return int(deal["asking"])


def test_the_same_bid_again_gets_no_lower_price(say: Callable[..., Reply], village: World) -> None:
    say("edda", "How much is an axe?", "ten pence")
    before = _asking(village, "edda")
    assert "price_same" in _key(say("edda", "ten pence"))
    assert "price_same" in _key(say("edda", "ten pence"))
    assert _asking(village, "edda") == before


@pytest.mark.parametrize("line", ["two pence for THAT?", "Two pence?"])
def test_a_price_thrown_back_sells_nothing(say: Callable[..., Reply], line: str) -> None:
    reply = say("berta", "How much is the ale?", line)
    assert "price_echo" in _key(reply)
    assert not reply.actions


def test_the_price_is_taken_after_all(say: Callable[..., Reply]) -> None:
    reply = say("berta", "How much is the ale?", "Two pence for that?", "Fine. I'll take it.")
    assert [a.name for a in reply.actions] == ["sell_item"]


def test_who_lets_a_deal_go_is_let_go(say: Callable[..., Reply], village: World) -> None:
    reply = say("edda", "How much is an axe?", "Forget it. I don't even want one.")
    assert "no_deal" in _key(reply)
    assert village.talks["edda", "ash"].deal is None


def test_a_present_of_what_somebody_sells_buys_nothing(say: Callable[..., Reply]) -> None:
    reply = say("wick", "Hello.", "I'd give you a silver button.", "Two silver buttons.")
    assert not reply.actions


@pytest.mark.parametrize("line", ["Can I help?", "Need a hand?", "Let me carry that for you."])
def test_a_hand_held_out_is_not_refused(say: Callable[..., Reply], line: str) -> None:
    assert say("wick", "Hello.", line).act == "accept"


def test_who_asks_for_work_where_there_is_none_is_told_so(say: Callable[..., Reply]) -> None:
    assert "no_work" in _key(say("edda", "I'm looking for work."))


@pytest.mark.parametrize(
    ("line", "symbol"),
    [("You're welcome.", "pleasantry"), ("I mean it.", "insisted"),
     ("Can I make it up to you?", "amends"), ("Was that a joke?", "was_joke"),
     ("Why do you talk so oddly?", "own_voice")],
)  # fmt: skip
def test_small_courtesies_get_a_word_of_their_own(
    say: Callable[..., Reply], line: str, symbol: str
) -> None:
    assert symbol in _key(say("garrick", "Good morning.", line))


def test_an_apology_is_no_plea_for_what_was_refused(say: Callable[..., Reply]) -> None:
    reply = say("edda", "Open the sluice.", "I was rude. I am sorry.")
    assert reply.act in {"forgive", "grudge"}


def test_asked_how_somebody_looks_nobody_gives_an_opinion(say: Callable[..., Reply]) -> None:
    assert say("garrick", "What does Edda look like?").told == ("common.look.edda",)


def test_what_time_it_is_is_told_whatever_was_talked_of(say: Callable[..., Reply]) -> None:
    assert say("tobias", "What happened to the mill?", "What time is it?").act == "answer"


def test_a_secret_asked_after_three_times_is_kept_turned_from_and_named_sore(
    say: Callable[..., Reply], village: World
) -> None:
    line = "Did the smiths' guild offer you a place as master smith?"
    acts = [say("edda", line).act for _ in range(3)]
    assert acts == ["keep_secret", "answer", "keep_secret"]
    assert "edda_letter" not in village.talks["edda", "ash"].told
