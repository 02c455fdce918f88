"""What lies between two: what was just told, how they stand, what the asker told of himself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.world import agenda
from personagen_npc.world.deeds import happen
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.world import World

    Step = Callable[..., Any]

DAY = 86_400.0


@pytest.fixture
def say(village: World, step: Step) -> Callable[..., Reply]:
    def said(npc: str, text: str, player: str = "p1") -> Reply:
        reply: Reply = step(village, talk.say, [npc], player, text).replies[0]
        return reply

    return said


def _theft(world: World, step: Step, actor: str, target: str, *witnesses: str) -> None:
    event = {"type": "theft", "actor": actor, "target": target, "witnesses": witnesses}
    step(world, lambda w: happen.happen(w, [happen.admit_event(w, event, "event")]))


@pytest.mark.parametrize(("told", "asked", "answer"), [
    ("I come from the hills.", "Where do I come from?", "hills"),
    ("I'm afraid of wolves.", "What am I afraid of?", "wolves"),
    ("I can't swim.", "Can I swim?", "swim"),
    ("My mother died last winter.", "When did my mother die?", "winter"),
])  # fmt: skip
def test_what_the_asker_is_he_is_told_as_he_told_it(
    say: Callable[..., Reply], told: str, asked: str, answer: str
) -> None:
    say("sabeth", "Hello, I'm Rowan.")
    say("sabeth", told)
    say("sabeth", "My favourite food is plum cake.")
    reply = say("sabeth", asked)
    assert reply.act == "remember"
    assert answer in reply.text


def test_what_he_never_told_nobody_knows(say: Callable[..., Reply]) -> None:
    assert say("crispin", "Who cheated me?").why["recalled"]["kind"] == "none"
    assert say("corm", "What is my trade?").why["recalled"]["kind"] == "none"


def test_a_time_in_his_words_moves_on_with_the_days(
    village: World, step: Step, say: Callable[..., Reply]
) -> None:
    say("berta", "I was robbed on the bridge three days ago.")
    same_day = say("berta", "What did I tell you?").text
    assert "three days ago" in same_day
    step(village, agenda.tick, 9 * DAY)
    later = say("berta", "What did I tell you about the bridge?").text
    assert "three days ago" not in later
    assert "twelve days ago" in later


def test_that_is_what_was_just_told(village: World, step: Step, say: Callable[..., Reply]) -> None:
    _theft(village, step, "crispin", "edda", "garrick")
    step(village, agenda.tick, 15 * DAY)
    assert "Crispin" in say("garrick", "Who robbed Edda?").text
    when = say("garrick", "When did that happen?")
    assert when.act == "remember"
    assert "ifteen days ago" in when.text
    assert "Crispin" in say("garrick", "Was it Rafe?").text


def test_really_is_after_the_source(village: World, step: Step, say: Callable[..., Reply]) -> None:
    _theft(village, step, "crispin", "edda", "garrick")
    say("garrick", "Who robbed Edda?")
    assert say("garrick", "Really?").act == "tell_source"


def test_an_npc_says_how_it_stands_to_whoever_asks(say: Callable[..., Reply]) -> None:
    first = say("crispin", "What do you think of me?")
    assert first.why["recalled"]["kind"] == "opinion"
    for insult in ("You are a liar and a thief.", "You filthy coward!", "I despise you, fool."):
        say("crispin", insult)
    assert first.act == "give_opinion"
    after = say("crispin", "Are we friends?", "p1")
    assert after.why["recalled"]["kind"] == "opinion"
    assert after.text != first.text


def test_whoever_is_asked_why_he_is_angry_says_what_was_done(say: Callable[..., Reply]) -> None:
    say("berta", "Hello.")
    say("berta", "You are a fat old cow.")
    reply = say("berta", "Why are you angry?")
    assert reply.act == "remember"
    assert "insulted" in reply.why["recalled"]["used"]


def test_a_player_known_by_name_to_one_is_known_to_that_one_only(say: Callable[..., Reply]) -> None:
    say("garrick", "Good morning. My name is Rowan.")
    say("garrick", "You are a coward and a liar.")
    asked = "What has Rowan been doing?"
    assert "Rowan" in say("garrick", asked, "bo").text
    assert say("marit", asked, "bo").why["recalled"]["kind"] == "none"


def test_who_did_it_lately_comes_before_old_stories(
    village: World, step: Step, say: Callable[..., Reply]
) -> None:
    _theft(village, step, "crispin", "orle", "berta")
    assert "Crispin" in say("berta", "Who robbed Orle?").text


def test_why_says_who_it_was(village: World, step: Step, say: Callable[..., Reply]) -> None:
    _theft(village, step, "crispin", "orle", "berta")
    recalled = say("berta", "Who robbed Orle?").why["recalled"]
    assert "Crispin Vole stole from Casimir Orle" in recalled["used"]
    assert all("{" not in text for text, _ in recalled["memories"])


def test_what_was_said_of_the_one_who_tells_it_is_said_of_me(say: Callable[..., Reply]) -> None:
    say("orle", "Good morning, I'm Rowan.")
    say("orle", "I saw Rafe watching Orle's cart last night.")
    text = say("orle", "What did I tell you?").text
    assert "Orle" not in text
    assert "my cart" in text


def test_the_one_who_was_wronged_is_asked_as_you(
    village: World, step: Step, say: Callable[..., Reply]
) -> None:
    _theft(village, step, "crispin", "orle", "orle")
    assert "Crispin" in say("orle", "Who robbed you?").text
