"""More of the same, views, sore places, small talk and farewells over several turns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.world import roster
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.world import World

    Step = Callable[..., Any]


def _say(world: World, step: Step, npc: str, text: str) -> Reply:
    reply: Reply = step(world, talk.say, [npc], "ash", text).replies[0]
    return reply


def test_asked_for_more_somebody_tells_other_things_until_he_says_that_is_all(
    village: World, step: Step
) -> None:
    first = _say(village, step, "joss", "Who burned the mill?")
    told = [*first.told]
    for line in ("What else?", "Tell me more.", "Go on.", "Anything else?") * 4:
        reply = _say(village, step, "joss", line)
        if reply.act == "admit_ignorance":
            break
        told += reply.told
    assert reply.act == "admit_ignorance"
    assert len(told) == len(set(told)) > 2


def test_a_suspicion_is_met_with_ones_own(village: World, step: Step) -> None:
    _say(village, step, "joss", "Hello.")
    reply = _say(village, step, "joss", "I think the burners did it.")
    assert reply.act in {"answer", "give_opinion"}
    assert _say(village, step, "joss", "Why do you think so?").act == "tell_source"


@pytest.mark.parametrize("line", ["I like your beard.", "What a lovely inn you have."])
def test_praise_is_met_by_a_word_on_what_was_praised(village: World, step: Step, line: str) -> None:
    _say(village, step, "berta", "Hello.")
    reply = _say(village, step, "berta", line)
    assert reply.act == "take_compliment"
    assert reply.parts[0]["key"].startswith(("praised", "emberfall"))


def test_a_taste_is_the_same_when_asked_again(village: World, step: Step) -> None:
    first = _say(village, step, "garrick", "Do you like travelling?")
    second = _say(village, step, "garrick", "Do you like travelling?")
    assert first.act == second.act == "give_opinion"
    assert first.text != second.text
    assert "taste.again" in second.parts[0]["key"]


def test_a_farewell_is_not_made_twice(village: World, step: Step) -> None:
    _say(village, step, "berta", "Hello.")
    _say(village, step, "berta", "Goodbye.")
    again = _say(village, step, "berta", "Goodbye.")
    assert again.act == "farewell"
    assert again.parts[0]["key"].startswith("part_again")


def test_a_farewell_names_the_work_in_hand(village: World, step: Step) -> None:
    step(village, roster.set_world, {}, {"mill_fire": "asked"}, None)
    keys = set()
    for k in range(4):
        reply = step(village, talk.say, ["joss"], f"p{k}", "Goodbye.").replies[0]
        keys.add(reply.parts[0]["key"].partition("#")[0])
    assert any(k.startswith("part_quest") or "asked_again" in k for k in keys)


def test_what_is_let_go_of_is_let_go_of(village: World, step: Step) -> None:
    _say(village, step, "orle", "Do you have work for me?")
    reply = _say(village, step, "orle", "Never mind.")
    assert reply.act == "accept"
    assert village.talks["orle", "ash"].quest == ""
    assert village.talks["orle", "ash"].plea is None


def test_a_line_said_again_twice_is_not_wrapped_twice(village: World, step: Step) -> None:
    for _ in range(3):
        _say(village, step, "odo", "Where is the forge?")
    before = village.talks["odo", "ash"].said
    _say(village, step, "odo", "Where is the forge?")
    assert village.talks["odo", "ash"].said == before


def test_to_be_accused_is_no_view_to_weigh(village: World, step: Step) -> None:
    _say(village, step, "joss", "What happened at the mill?")
    assert _say(village, step, "joss", "I think you did it.").act != "hear_out"
