"""What an NPC brings up by itself, asks back, and does not bring up twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.changes import Related
from personagen_npc.mind.moves.wish import Wish, spoken_wish
from personagen_npc.world import agenda
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.world import World

    Step = Callable[..., Any]


def _say(world: World, step: Step, npc: str, text: str) -> Reply:
    reply: Reply = step(world, talk.say, [npc], "ash", text).replies[0]
    return reply


def test_asked_to_talk_somebody_talks_of_something_else_each_time(
    village: World, step: Step
) -> None:
    _say(village, step, "berta", "Hello.")
    texts = [_say(village, step, "berta", "Tell me something.").text for _ in range(6)]
    assert len(set(texts)) == len(texts)
    raised = village.talks["berta", "ash"].raised
    assert len(set(raised)) == len(raised) >= 2


def test_who_is_disliked_is_not_talked_to(village: World, step: Step) -> None:
    village.begin()
    village.do(Related("berta", "ash", -0.4, 0.0, 0.0, 0.2, "", 1, village.now))
    village.end()
    reply = _say(village, step, "berta", "Tell me something.")
    assert reply.act == "prompt"
    assert village.talks["berta", "ash"].raised == ()


def test_no_question_is_asked_twice_even_in_another_talk(village: World, step: Step) -> None:
    asked: list[str] = []
    for _ in range(3):
        for _ in range(8):
            _say(village, step, "odo", "I'm bored. Talk to me.")
        asked = list(village.talks["odo", "ash"].asked)
        step(village, agenda.tick, 6 * 3600.0)
    assert asked
    assert len(asked) == len(set(asked))


def test_a_lull_is_not_filled_over_a_price(village: World, step: Step) -> None:
    _say(village, step, "edda", "How much is a belt knife?")
    _say(village, step, "edda", "")
    assert village.talks["edda", "ash"].deal is not None
    assert village.talks["edda", "ash"].raised == ()


def test_one_more_thing_is_waited_for(village: World, step: Step) -> None:
    _say(village, step, "edda", "Hello.")
    assert _say(village, step, "edda", "Wait, one more thing").act == "prompt"


@pytest.mark.parametrize(
    ("description", "pronouns", "wish"),
    [
        ("the wheel going round again", "he", Wish("the wheel going round again", "thing")),
        ("no more fires", "he", Wish("no more fires", "no")),
        ("to be bowed to first", "he", Wish("to be bowed to first", "to")),
        ("have one week in which nothing happens", "she",
         Wish("to have one week in which nothing happens", "to")),
        ("her people not hanged", "she", Wish("my people not hanged", "thing")),
        ("put right one thing that was done while he looked away", "he", None),
        ("", "she", None),
    ],
)  # fmt: skip
def test_a_goal_is_said_in_the_first_person(
    description: str, pronouns: str, wish: Wish | None
) -> None:
    assert spoken_wish(description, pronouns) == wish
