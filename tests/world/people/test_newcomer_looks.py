"""Who came while the game ran: its looks, its relatives' names, its opinions and its day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.persona.generate import generate
from personagen_npc.persona.profile import PersonaProfile, Tie
from personagen_npc.persona.setting import Setting
from personagen_npc.world import roster
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World


@pytest.fixture
def pirate(village: World, step: Callable[..., Any]) -> PersonaProfile:
    names = {n.profile.name for n in village.npcs.values()}
    made = generate("a jolly pirate", 8, 4, Setting(taken=names))
    made = made.model_copy(update={"ties": {"rafe": Tie(kind="friend")}})
    step(village, roster.spawn, made, "ferry_stage")
    return made


def ask(village: World, step: Callable[..., Any], npc: str, line: str, player: str = "ash") -> Any:
    outcome = step(village, talk.say, [npc], player, line, whisper=True)
    return outcome.replies[0]


def test_looks_are_told_by_oneself_and_by_those_one_knows(
    village: World, step: Callable[..., Any], pirate: PersonaProfile
) -> None:
    build = pirate.appearance.split(",")[0].lower()
    first = pirate.name.split()[0]
    assert build in ask(village, step, pirate.id, "What do you look like?").text.lower()
    assert build in ask(village, step, "rafe", f"What does {first} look like?").text.lower()
    assert build not in ask(village, step, "ulla", f"What does {first} look like?").text.lower()
    step(village, roster.remove, pirate.id)
    assert f"common.look.{pirate.id}" not in village.lore._entries


def test_names_of_its_own_family_may_be_said(
    village: World, step: Callable[..., Any], pirate: PersonaProfile
) -> None:
    reply = ask(village, step, pirate.id, "Do you have a family?")
    assert not reply.why["checks"]
    assert reply.act == "answer"


def test_the_day_is_more_than_being_well(
    village: World, step: Callable[..., Any], pirate: PersonaProfile
) -> None:
    reply = ask(village, step, pirate.id, "How was your day?")
    assert reply.why["recalled"]["used"].endswith(".day")
    assert ask(village, step, pirate.id, "How are you?", "bob").why["recalled"]["kind"] == "none"


def test_an_opinion_is_found_in_the_plural_that_it_was_written_in(
    village: World, step: Callable[..., Any], persona: Callable[..., PersonaProfile]
) -> None:
    who = persona("gib", opinions={"strangers": "They come. They go."})
    step(village, roster.spawn, who, "ferry_stage")
    assert ask(village, step, "gib", "What do you think of strangers?").act == "give_opinion"
