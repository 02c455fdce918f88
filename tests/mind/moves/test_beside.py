"""Questions that want one thing are not answered with another that shares a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.world import World

    Step = Callable[..., Any]


def _say(world: World, step: Step, npc: str, text: str) -> Reply:
    reply: Reply = step(world, talk.say, [npc], "ash", text).replies[0]
    return reply


def test_kin_of_two_others_is_affirmed_or_put_right(village: World, step: Step) -> None:
    right = _say(village, step, "crispin", "Is Corm Wick's grandfather?")
    wrong = _say(village, step, "crispin", "Is Berta Wick's grandfather?")
    assert right.parts[0]["key"].startswith("kin_so")
    assert wrong.parts[0]["key"].startswith("kin_not")
    assert "Corm" in right.text
    assert "Corm" in wrong.text


def test_kin_that_is_not_known_is_not_known(village: World, step: Step) -> None:
    assert _say(village, step, "crispin", "Is Rafe Joss's brother?").act == "admit_ignorance"


def test_whose_a_thing_is_no_other_fact_tells(village: World, step: Step) -> None:
    reply = _say(village, step, "crispin", "Whose wheelbarrow is that?")
    assert reply.act in {"admit_ignorance", "deflect"}


@pytest.mark.parametrize("npc", ["crispin", "berta", "edda", "wick"])
def test_an_opinion_is_a_stance_or_none_never_a_tale(village: World, step: Step, npc: str) -> None:
    for line in ("What do you think of strangers?", "What do you think about yodelling?"):
        reply = _say(village, step, npc, line)
        assert reply.act == "give_opinion", (npc, line, reply.text)
        assert not reply.told


def test_an_opinion_asked_again_is_not_given_as_if_new(village: World, step: Step) -> None:
    first = _say(village, step, "crispin", "What do you think of Edda?")
    again = _say(village, step, "crispin", "What do you think of Edda?")
    assert first.act == again.act == "give_opinion"
    assert first.text != again.text


def test_where_somebody_is_from_is_known_from_his_introduction(village: World, step: Step) -> None:
    _say(village, step, "berta", "Hello, I'm Ash, from Harrow.")
    for line in ("Where am I from?", "Do you know where I'm from?"):
        reply = _say(village, step, "berta", line)
        assert reply.act == "remember"
        assert "Harrow" in reply.text
