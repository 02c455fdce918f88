"""Whatever an NPC means to do, it finds words for it, and they are words that may be said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.events import ACTS
from personagen_npc.mind.choose import just
from personagen_npc.mind.feel import mood_now
from personagen_npc.mind.perceive import Heard
from personagen_npc.mind.query import base_query, turn_query
from personagen_npc.mind.recall import Found
from personagen_npc.mind.scene import QuestView, Talk
from personagen_npc.mind.speak import (
    TRIES,
    Matter,
    cooled,
    fact_key,
    money,
    slots_for,
    speak,
)
from personagen_npc.mind.telling.deal import Deal
from personagen_npc.world.scenes import scene_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Known, Memory, Scene
    from personagen_npc.mind.speak import Line
    from personagen_npc.world.world import World


def _line(world: World, npc: Npc, act: str, matter: Matter, turn: str, salt: int = 0) -> Line:
    scene = scene_for(world, npc, "ash", turn)
    heard = matter.heard or Heard("", "tell")
    found = matter.found
    query = base_query(npc, scene, mood_now(npc, world.now, world.pack.time_scale))
    query = turn_query(query, scene, heard, found, matter.deal, None)
    minds = world.minds
    return speak(npc, scene, minds.voice, just(act), matter, query, salt, minds.fallbacks)


def test_everybody_has_a_line_for_every_act_even_with_nothing_to_say(village: World) -> None:
    mute = [
        f"{npc.id}: {act}"
        for npc in village.npcs.values()
        for act in ACTS
        if _line(village, npc, act, Matter(), f"t.{act}").key == "silence"
    ]
    assert mute == []


def test_no_fallback_leads_in_a_circle_or_nowhere(village: World) -> None:
    fallbacks = village.minds.fallbacks
    assert set(fallbacks) <= set(ACTS)
    assert set(fallbacks.values()) <= set(ACTS)
    for act in ACTS:
        seen: list[str] = []
        at = act
        while at in fallbacks:
            assert at not in seen, seen
            seen.append(at)
            at = fallbacks[at]


def test_an_act_with_its_matter_is_said_as_itself(
    village: World, known: Callable[..., Known], memory: Callable[..., Memory]
) -> None:
    fact = Found("fact", known("mill", ways=("The mill burned in spring.",), teller="corm"))
    recalled = Found("memory", memory=memory(1, actor="ash", to_actor=("You gave me a hand.",)))
    deal = Deal("low", "kettle", "kettle", 40, 25, 20, 1)
    matters = {
        "answer": Matter(Heard("", "ask_what", topic="the mill"), fact),
        "gossip": Matter(found=fact),
        "remember": Matter(found=recalled),
        "tell_source": Matter(found=Found("source", text="Mara told me at the well")),
        "give_opinion": Matter(found=Found("opinion", text="He is a fool.")),
        "offer_goods": Matter(deal=deal),
        "counter_offer": Matter(deal=deal),
        "accept_deal": Matter(deal=deal._replace(state="met")),
    }
    for npc in village.npcs.values():
        for act, matter in matters.items():
            line = _line(village, npc, act, matter, f"t.{act}")
            assert line.act == act, (npc.id, line)


def test_an_answer_holds_the_fact_and_a_price_is_the_price(
    village: World, known: Callable[..., Known]
) -> None:
    fact = Found("fact", known("mill", ways=("The mill burned in spring.",)))
    deal = Deal("open", "kettle", "kettle", 40, 25)
    for npc in village.npcs.values():
        said = _line(village, npc, "answer", Matter(found=fact), "t1").text
        assert "mill burned in spring" in said
        assert "forty" in _line(village, npc, "offer_goods", Matter(deal=deal), "t2").text.lower()


def test_a_line_is_not_said_twice_while_there_are_others(village: World) -> None:
    for npc in list(village.npcs.values())[:5]:
        said = []
        for k in range(6):
            line = _line(village, npc, "greet", Matter(), f"t{k}")
            npc.spoken.append(line.text)
            said.append(line.text)
        assert len(set(said)) == len(said)


def test_every_try_after_the_first_gives_another_line_a_chance(village: World) -> None:
    npc = village.npcs["edda"]
    lines = {_line(village, npc, "smalltalk", Matter(), "t", salt).text for salt in range(TRIES)}
    assert len(lines) > 1
    assert _line(village, npc, "answer", Matter(), "t", TRIES).text


def test_a_template_of_the_persona_is_its_own_words(
    village: World, persona: Callable[..., Any], step: Callable[..., Any]
) -> None:
    from personagen_npc.world import roster

    profile = persona("ned", behavioral_patterns=[
        {"trigger": "greet", "response_template": "{player}! Mind the {place}.", "frequency": 1.0}
    ])  # fmt: skip
    step(village, roster.spawn, profile, "forge")
    npc = village.npcs["ned"]
    chosen = just("greet")._replace(pattern=0, template="Mind your head, {npc} says.")
    scene = scene_for(village, npc, "ash", "t")
    query: dict[str, Any] = {}
    minds = village.minds
    line = speak(npc, scene, minds.voice, chosen, Matter(), query, 0, minds.fallbacks)
    assert (line.text, line.key, line.keys) == (
        "Mind your head, Ned says.", "pattern#0", ("pattern#0",),
    )  # fmt: skip
    npc.spoken.append(line.text)
    query = base_query(npc, scene, mood_now(npc, 0.0, 1.0)) | {"intent": "greet"}
    other = speak(npc, scene, minds.voice, chosen, Matter(), query, 0, minds.fallbacks)
    assert other.text != line.text


def test_a_template_that_needs_what_is_not_there_is_not_said(village: World) -> None:
    npc = village.npcs["edda"]
    scene = scene_for(village, npc, "ash", "t")
    chosen = just("greet")._replace(pattern=0, template="Well met, {name}.")
    query = base_query(npc, scene, mood_now(npc, 0.0, 1.0)) | {"intent": "greet"}
    minds = village.minds
    line = speak(npc, scene, minds.voice, chosen, Matter(), query, 0, minds.fallbacks)
    assert line.key != "pattern#0"
    assert line.text


def test_a_stranger_is_not_called_by_his_name(
    ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    stranger = slots_for(ada(), scene(), Matter())
    assert stranger["player"] == "stranger"
    assert "name" not in stranger
    friend = slots_for(ada(), scene(name="Ash"), Matter())
    assert (friend["player"], friend["name"]) == ("Ash", "Ash")
    own = slots_for(ada(voice={"address": ["traveller"]}), scene(), Matter())
    assert own["player"] == "traveller"


def test_a_secret_has_no_slot(
    ada: Callable[..., Npc], scene: Callable[..., Scene], known: Callable[..., Known]
) -> None:
    found = Found("secret", known("arson", ways=("Bel set the fire.",), teller="bel"))
    slots = slots_for(ada(), scene(), Matter(found=found))
    assert not {"fact", "teller"} & set(slots)
    assert "Bel set the fire." not in slots.values()


def test_the_reserve_has_no_slot(ada: Callable[..., Npc], scene: Callable[..., Scene]) -> None:
    slots = slots_for(ada(), scene(), Matter(deal=Deal("low", "k", "kettle", 40, 23, 20, 1)))
    assert (slots["price"], slots["offer"]) == ("forty coins", "twenty coins")
    assert (slots["item"], slots["item.a"]) == ("kettle", "a kettle")
    assert not [v for v in slots.values() if "twenty-three" in v]


@pytest.mark.parametrize(
    ("step", "text"), [(0, "Help me?"), (1, "Any luck?"), (2, "It rings again.")]
)
def test_a_quest_is_spoken_of_by_its_stage(
    ada: Callable[..., Npc], scene: Callable[..., Scene], step: int, text: str
) -> None:
    quest = QuestView(
        "bell", "The Bell", "s", step, 2, step == 0, ("Help me?",), ("Any luck?",),
        ("It rings again.",), (),
    )  # fmt: skip
    slots = slots_for(ada(), scene(quests=(quest,)), Matter(quest="bell"))
    assert (slots["quest"], slots["quest_text"]) == ("The Bell", text)


def _told(npc: Npc, scene: Callable[..., Scene], fact: Known, times: int) -> list[str]:
    said = []
    for k in range(times):
        at = scene(turn=f"t{k}")
        key = fact_key(npc, at, fact)
        said.append(slots_for(npc, at, Matter(found=Found("fact", fact)))["fact"])
        npc.lines[key] = (npc.lines.get(key, (0, 0.0))[0] + 1, 0.0)
    return said


def test_ways_to_say_a_fact_take_turns_and_ones_own_best_first(
    ada: Callable[..., Npc], scene: Callable[..., Scene], known: Callable[..., Known]
) -> None:
    ways = ("One.", "Two.", "Three.")
    own = _told(ada(), scene, known("a", ways=ways, own=True), 6)
    assert own == [*ways, *ways]
    shared = _told(ada(), scene, known("a", ways=ways), 6)
    assert sorted(shared[:3]) == sorted(shared[3:]) == sorted(ways)


def test_what_it_last_said_can_be_said_again(
    ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    said = scene(talk=Talk(said="The mill is closed."))
    assert slots_for(ada(), said, Matter())["said"] == "The mill is closed."


def test_money_is_spoken() -> None:
    coin = ("penny", "pence")
    assert (money(1, coin), money(40, coin)) == ("one penny", "forty pence")


def test_nobody_is_dear_to_one_who_is_cross() -> None:
    text, pets = "Under the chapel wall, dearie, sixteen years. Sit, my lamb.", ("dearie", "lamb")
    assert cooled(text, pets, {"rel.affinity": 0.2, "mood.pleasure": 0.1}) == text
    cold = "Under the chapel wall, sixteen years. Sit."
    assert cooled(text, pets, {"rel.affinity": -0.2, "mood.pleasure": 0.1}) == cold
    assert cooled(text, pets, {"rel.affinity": 0.1, "mood.pleasure": -0.6}) == cold
