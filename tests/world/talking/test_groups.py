"""Of several spoken to one answers, a second adds what only it can, the rest listen."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.world import agenda, roster
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

    Step = Callable[..., Any]

VOICE = [
    {"id": "g", "act": "greet", "lines": ["Hello.", "Morning.", "You again."]},
    {"id": "a", "act": "answer", "lines": ["{fact}"]},
    {"id": "a2", "act": "answer", "when": {"second": "more"}, "lines": ["And: {fact}"]},
    {"id": "a3", "act": "answer", "when": {"second": "against"}, "lines": ["No. {fact}"]},
    {"id": "v", "act": "#vouching", "lines": ["That's so."]},
    {"id": "k", "act": "keep_secret", "lines": ["That stays with me."]},
    {"id": "i", "act": "admit_ignorance", "lines": ["I could not say."]},
    {"id": "o", "act": "give_opinion", "lines": ["{opinion}"]},
    {"id": "d", "act": "deflect", "lines": ["Hm.", "Well now.", "Is it?", "So they say."]},
    {"id": "t", "act": "tell_source", "lines": ["{source}."]},
]  # fmt: skip
ALL = ["ada", "bel", "cade", "dan"]
NPCS: dict[str, Any] = {
    "ada": {"personality_traits": [{"name": "extraversion", "value": 0.9}]},
    "bel": {"opinions": {"dan": "Dan counts his change twice."}},
    "cade": {}, "dan": {"personality_traits": [{"name": "extraversion", "value": 0.1}]},
}  # fmt: skip
DAM = "What happened to the old dam?"


@pytest.fixture
def make(hamlet: Callable[..., World]) -> Callable[..., World]:
    """Four people in a room, who know so and so much."""
    return lambda **facts: hamlet(npcs=NPCS, voice=VOICE, facts=facts, things={"dam": {}})


def _fact(text: str, *who: str, **more: Any) -> dict[str, Any]:
    return {"text": text, "who": {"npcs": list(who)}, "about": ["dam"], **more}


def _say(world: World, step: Step, text: str, to: list[str] = ALL, **fields: Any) -> list[Any]:
    return list(step(world, talk.say, to, "ash", text, **fields).replies)


def test_who_knows_answers_before_who_is_loud(make: Callable[..., World], step: Step) -> None:
    world = make(broke=_fact("The old dam broke in spring.", "dan"))
    (reply,) = _say(world, step, DAM)
    assert (reply.npc, reply.told) == ("dan", ("broke",))


def test_the_one_named_answers_alone(make: Callable[..., World], step: Step) -> None:
    world = make(broke=_fact("The old dam broke in spring.", "dan"))
    (reply,) = _say(world, step, "Ada, what happened to the old dam?")
    assert reply.npc == "ada"


def test_a_second_voice_knows_more(make: Callable[..., World], step: Step) -> None:
    world = make(
        broke=_fact("The old dam broke in spring.", "dan", importance=0.9),
        paid=_fact("What happened to the dam is that nobody mended the old dam.", "cade"),
    )
    first, second = _say(world, step, DAM)
    assert {first.npc, second.npc} == {"dan", "cade"}
    assert second.text.startswith("And: ")
    assert set(first.told).isdisjoint(second.told)
    assert first.turn != second.turn


def test_a_second_voice_holds_otherwise(make: Callable[..., World], step: Step) -> None:
    world = make(
        rot=_fact("The old dam happened to rot.", "dan", triple=("dam", "caused_by", "ada")),
        axe=_fact("The old dam was cut, that happened.", "cade",
                  triple=("dam", "caused_by", "bel")),
    )  # fmt: skip
    replies = _say(world, step, DAM)
    assert len(replies) == 2
    assert replies[1].text.startswith("No. ")


def test_only_whom_it_is_about_vouches_for_what_was_said(
    make: Callable[..., World], step: Step
) -> None:
    world = make(broke=_fact("Cade broke the old dam, it happened in spring.", "ada", "cade",
                             about=["cade", "dam"]))  # fmt: skip
    first, second = _say(world, step, DAM, ["ada", "cade"])
    assert (first.told, second.told) == (("broke",), ())
    assert (second.act, second.text) == ("accept", "That's so.")
    shared = make(broke=_fact("The old dam broke, it happened in spring.", "ada", "cade"))
    assert len(_say(shared, step, DAM)) == 1


def test_never_more_than_two_and_never_the_same_twice(
    make: Callable[..., World], step: Step
) -> None:
    facts = {n: _fact(f"What happened to the old dam was {n}'s business.", n) for n in ALL}
    world = make(**facts)
    for k in range(12):
        replies = _say(world, step, DAM if k % 2 else f"What happened to the dam, {k}?")
        assert 1 <= len(replies) <= 2
        assert len({r.npc for r in replies}) == len(replies)
        assert len({r.text for r in replies}) == len(replies)


def test_a_second_voice_keeps_its_secrets(make: Callable[..., World], step: Step) -> None:
    world = make(
        broke=_fact("The old dam broke in spring.", "dan"),
        axe=_fact("What happened to the old dam was an axe.", "cade", trust=0.9),
    )
    replies = _say(world, step, DAM)
    assert all("axe" not in r.text for r in replies)


def test_nobody_goes_twice_where_it_concerns_all_alike(
    make: Callable[..., World], step: Step
) -> None:
    world = make()
    spoke = [_say(world, step, "Good morning.")[0].npc]
    for k in range(8):
        step(world, agenda.tick, world.now + 10.0)
        spoke.append(_say(world, step, f"Fine weather for plum number {k}.")[0].npc)
    assert all(a != b for a, b in pairwise(spoke))


def test_a_bare_question_goes_to_who_spoke_last(make: Callable[..., World], step: Step) -> None:
    world = make(broke=_fact("The old dam broke in spring.", "dan"))
    assert _say(world, step, DAM)[0].npc == "dan"
    assert [r.npc for r in _say(world, step, "Who told you that?")] == ["dan"]
    assert _say(world, step, "Why?")[0].npc == "dan"


def test_an_opinion_is_asked_of_who_has_one(make: Callable[..., World], step: Step) -> None:
    world = make()
    (reply,) = _say(world, step, "What do you think of Dan?", ["ada", "bel", "cade"])
    assert (reply.npc, reply.act) == ("bel", "give_opinion")


def test_the_others_hear_the_line_and_the_answer(make: Callable[..., World], step: Step) -> None:
    world = make(broke=_fact("The old dam broke in spring.", "dan"))
    _say(world, step, "The ford is closed since this morning.", ["dan", "ada"])
    (line,) = world.npcs["ada"].memories.happening
    sources = {i: world.npcs[i].memories[line].source for i in ALL}
    assert sources == {"ada": "said", "dan": "said", "bel": "overheard", "cade": "overheard"}
    _say(world, step, DAM, ["dan", "ada"])
    assert {i for i in ALL if "broke" in world.npcs[i].beliefs} == {"ada", "bel", "cade"}
    told = world.npcs["bel"].beliefs.get("broke")
    assert told is not None
    assert (told.source, told.teller) == ("overheard", "dan")


def test_a_whisper_to_several_stays_among_them(make: Callable[..., World], step: Step) -> None:
    world = make(broke=_fact("The old dam broke in spring.", "dan"))
    _say(world, step, "The ford is closed since this morning.", ["dan", "ada"], whisper=True)
    _say(world, step, DAM, ["dan", "ada"], whisper=True)
    assert [len(world.npcs[i].memories) for i in ALL] == [1, 0, 0, 1]
    assert [i for i in ALL if "broke" in world.npcs[i].beliefs] == ["ada"]


def test_what_one_says_of_another_is_remembered_by_who_heard(
    make: Callable[..., World], step: Step
) -> None:
    world = make()
    _say(world, step, "What do you think of Dan?", ["bel"])
    (number,) = world.npcs["ada"].memories.happening
    heard = world.happenings[number]
    assert heard.text == '{actor} said of {target}, "Dan counts his change twice."'
    assert (heard.actor, heard.target, heard.names) == ("bel", "dan", ("ash",))
    assert number in world.npcs["dan"].memories
    _say(world, step, "What do you think of Dan?", ["bel"])
    assert len(world.npcs["ada"].memories) == 1  # said again: nothing new


def test_of_those_who_are_gone_nobody_hears(make: Callable[..., World], step: Step) -> None:
    world = make(broke=_fact("The old dam broke in spring.", "dan"))
    step(world, roster.set_npc, "cade", {"state": "asleep"})
    _say(world, step, DAM, ["dan", "ada"])
    assert "broke" not in world.npcs["cade"].beliefs
