"""Asked again for what was refused: given, asked something for, refused with reason, or cold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.changes import Related
from personagen_npc.world.state import snapshot
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.world import World

    Say = Callable[[str], Reply]


@pytest.fixture
def saying(village: World, step: Callable[..., Any]) -> Callable[..., Say]:
    """``saying("wick", affinity, trust)``: talks to one of the village, who stands so to Ash."""

    def begin(npc: str, affinity: float = 0.0, trust: float = 0.0, name: str = "Ash") -> Say:
        village.begin()
        village.do(Related(npc, "ash", affinity, trust, 0.0, 0.3, name, 2, village.now))
        village.end()

        def say(text: str) -> Reply:
            reply: Reply = step(village, talk.say, [npc], "ash", text).replies[0]
            return reply

        return say

    return begin


def _asked(reply: Reply) -> list[str]:
    return [a.name for a in reply.actions]


def _plea(world: World, npc: str) -> dict[str, Any]:
    plea = world.talks[npc, "ash"].plea
    assert plea is not None
    return plea


def test_a_favour_refused_to_one_not_trusted_enough_can_be_begged_for(
    saying: Callable[..., Say], village: World
) -> None:
    say = saying("wick", 0.3, 0.2)
    first = say("Come with me to the mill")
    assert first.act == "refuse"
    assert not first.actions
    assert _plea(village, "wick")["matter"] == "follow_player"
    given = say("Please, come with me")
    assert given.act == "comply"
    assert _asked(given) == ["follow_player"]
    assert village.talks["wick", "ash"].plea is None


def test_what_is_far_out_of_reach_is_not_to_be_had_by_any_words(
    saying: Callable[..., Say],
) -> None:
    say = saying("wick", 0.0, -0.3)
    say("Come with me to the mill")
    for line in ("Please, come with me", "Because people will die otherwise", "Trust me",
                 "I beg you", "You owe me", "Think of your grandfather"):  # fmt: skip
        assert not say(line).actions, line


def test_a_secret_is_told_to_the_nearly_trusted_and_never_to_a_stranger(
    saying: Callable[..., Say],
) -> None:
    lines = ("Was it your grandfather's boat with the green lantern?", "Please Wick",
             "I swear I won't tell anyone", "Because somebody could die on the river")  # fmt: skip
    say = saying("wick", 0.4, 0.5)
    told = [say(line).told for line in lines]
    assert any("green_lantern_seen" in t for t in told)
    assert "green_lantern_seen" not in told[0]


def test_a_secret_stays_with_a_stranger_whatever_he_says(saying: Callable[..., Say]) -> None:
    say = saying("wick", 0.1, 0.1)
    for line in ("Was it your grandfather's boat with the green lantern?", "Please Wick",
                 "I swear I won't tell anyone", "Because somebody could die on the river",
                 "What would it take?", "I'll pay you ten pence", "Please, I beg you"):  # fmt: skip
        reply = say(line)
        assert "green_lantern_seen" not in reply.told
        assert "Grandda" not in reply.text


def test_who_wavers_says_what_he_wants_and_keeps_to_it(
    saying: Callable[..., Say], village: World
) -> None:
    say = saying("orle", -0.15)
    assert say("Do you have work for me?").act == "refuse"
    wavers = say("What would it take?")
    assert wavers.act == "ask_back"
    want = _plea(village, "orle")["want"]
    given = {
        "reason": "Because I can find the thief before the carts leave on market day",
        "word": "I promise, you have my word", "name": "My name is Ash",
    }[want]  # fmt: skip
    assert say(given).act == "offer_quest"
    assert _asked(say("Yes, I'll do it")) == ["start_quest"]


def test_who_is_begged_too_often_turns_cold_and_stays_so(
    saying: Callable[..., Say], village: World
) -> None:
    say = saying("garrick", -0.1, 0.1)
    assert say("Open the gate, please").act == "refuse"
    acts = [say(line).act for line in ("Please", "Oh come on", "Please, I beg you", "Please!")]
    assert acts[-1] == "stand_firm"
    assert _plea(village, "garrick")["cold"]


def test_why_not_gets_a_reason_and_is_no_begging(
    saying: Callable[..., Say], village: World
) -> None:
    say = saying("garrick")
    say("Open the gate, please")
    tries = _plea(village, "garrick")["tries"]
    assert say("Why not?").act == "refuse"
    assert _plea(village, "garrick")["tries"] == tries


def test_another_question_is_answered_and_not_taken_for_begging(
    saying: Callable[..., Say],
) -> None:
    say = saying("garrick")
    say("Open the gate, please")
    reply = say("Please, where is the forge?")
    assert reply.act == "answer"


def test_a_plea_is_saved_and_goes_with_who_made_it(
    saying: Callable[..., Say], village: World, step: Callable[..., Any]
) -> None:
    saying("garrick")("Open the gate, please")
    again = snapshot.load(snapshot.dump(village), village.pack)
    assert again.talks["garrick", "ash"] == village.talks["garrick", "ash"]
