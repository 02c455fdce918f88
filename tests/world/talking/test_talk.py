"""Who answers, who overhears, and what the game may make an NPC say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.errors import Conflict, Expired, Unknown
from personagen_npc.world import agenda, roster
from personagen_npc.world.state import snapshot
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

    Step = Callable[..., Any]


def _gather(world: World, step: Step, *npcs: str, place: str = "forge") -> None:
    for npc in npcs:
        step(world, roster.set_npc, npc, {"place": place})


def test_a_speaker_is_known_from_then_on_and_is_where_he_speaks(village: World, step: Step) -> None:
    step(village, talk.say, ["edda"], "ash", "Hello.")
    assert village.players["ash"].place == village.npcs["edda"].place
    step(village, talk.say, ["wick"], "ash", "Hello.")
    assert village.players["ash"].place == village.npcs["wick"].place


@pytest.mark.parametrize(
    ("to", "player", "place", "fault", "field"),
    [
        (["nobody"], "ash", "", Unknown, "npc"),
        (["edda", "nobody"], "ash", "", Unknown, "to.1"),
        (["edda"], "wick", "", Conflict, "player"),
        (["edda"], "ash", "moon", Unknown, "place"),
        (["edda"], "ash", "ferry_stage", Conflict, "place"),
    ],
)
def test_what_cannot_be_said_is_refused_and_changes_nothing(
    village: World, to: list[str], player: str, place: str, fault: Any, field: str
) -> None:
    before = snapshot.dump(village)
    with pytest.raises(fault) as caught:
        talk.say(village, to, player, "Hello.", place=place)
    assert caught.value.field == field
    assert snapshot.dump(village) == before


def test_of_a_group_the_one_named_answers(village: World, step: Step) -> None:
    _gather(village, step, "edda", "wick", "joss")
    for npc in ("edda", "wick", "joss"):
        name = village.npcs[npc].profile.name.split()[0]
        replies = step(village, talk.say, ["edda", "wick", "joss"], "ash", f"{name}, how are you?")
        assert [r.npc for r in replies.replies] == [npc]


def test_of_a_group_the_one_who_knows_answers(hamlet: Callable[..., World], step: Step) -> None:
    world = hamlet(
        npcs={"ada": {}, "bel": {}, "cade": {}},
        facts={"dam": {"text": "The dam leaks.", "who": {"npcs": ["bel"]}}},
    )
    outcome = step(world, talk.say, ["ada", "bel", "cade"], "ash", "What about the dam?")
    assert outcome.replies[0].npc == "bel"


def test_others_here_remember_what_they_overheard(village: World, step: Step) -> None:
    _gather(village, step, "edda", "wick")
    step(village, roster.set_npc, "joss", {"place": "ferry_stage"})
    step(village, talk.say, ["edda"], "ash", "The bridge is down since this morning.")
    (number,) = village.npcs["wick"].memories.happening
    held = village.npcs["wick"].memories[number]
    assert held.source == "overheard"
    assert held.strength < village.npcs["edda"].memories[number].strength
    assert "bridge" in village.happenings[number].text
    assert number not in village.npcs["joss"].memories


def test_a_whisper_stays_between_the_two(village: World, step: Step) -> None:
    _gather(village, step, "edda", "wick")
    step(village, roster.set_player, "bob", {"place": "forge"})
    outcome = step(village, talk.say, ["edda"], "ash", "The bridge is down since this morning.",
                   whisper=True)  # fmt: skip
    assert len(village.npcs["edda"].memories) == 1
    assert len(village.npcs["wick"].memories) == 0
    assert outcome.said == ()


def test_another_player_here_overhears_the_reply(village: World, step: Step) -> None:
    _gather(village, step, "edda")
    step(village, roster.set_player, "bob", {"place": "forge"})
    step(village, roster.set_player, "far", {"place": "ferry_stage"})
    outcome = step(village, talk.say, ["edda"], "ash", "Hello.")
    (line,) = outcome.said
    assert (line.text, line.to, line.not_for) == (outcome.replies[0].text, "ash", "ash")
    assert "bob" in line.heard_by
    assert "far" not in line.heard_by


def test_the_games_facts_of_this_moment_count_but_overrule_nothing(
    hamlet: Callable[..., World], step: Step
) -> None:
    world = hamlet(
        npcs={"ada": {}}, variables={"toll": {"default": 2}},
        voice=[{"id": "g", "act": "greet", "lines": ["Hello."]},
               {"id": "h", "act": "greet", "when": {"var.sword_drawn": True},
                "lines": ["Put that away!"]},
               {"id": "i", "act": "greet", "when": {"var.toll": 9}, "lines": ["Nine!"]}],
    )  # fmt: skip

    def greetings(facts: dict[str, Any]) -> set[str]:
        said = set()
        for k in range(20):
            step(world, agenda.tick, world.now + 90000.0)
            reply = step(world, talk.say, ["ada"], f"p{k}", "Hello.", facts=facts).replies[0]
            said.add(reply.text)
            world.npcs["ada"].spoken.clear()
        return said

    assert "Put that away!" in greetings({"sword_drawn": True})
    for facts in ({"sword_drawn": False}, {"toll": 9}):
        assert greetings(facts) - {"…"} == {"Hello."}


def test_an_authored_line_enters_memory_as_said(village: World, step: Step) -> None:
    _gather(village, step, "edda", "wick")
    outcome = step(village, talk.perform, "edda", "The bridge is closed.", "ash", whisper=False)
    (line,) = outcome.said
    assert (line.text, line.npc, line.to) == ("The bridge is closed.", "edda", "ash")
    (own,) = village.npcs["edda"].memories.happening
    assert village.npcs["edda"].memories[own].source == "said"
    assert village.npcs["wick"].memories[own].source == "overheard"
    assert village.npcs["edda"].spoken[-1] == "The bridge is closed."


def test_what_a_player_did_not_hear_was_not_said_to_him(
    hamlet: Callable[..., World], step: Step
) -> None:
    world = hamlet(
        npcs={"ada": {}}, voice=[{"id": "a", "act": "answer", "lines": ["{fact}"]}],
        facts={"dam": {"text": "The dam leaks.", "who": {"all": True}}},
    )  # fmt: skip
    reply = step(world, talk.say, ["ada"], "ash", "What about the dam?").replies[0]

    def told() -> tuple[str, ...]:
        return world.talks["ada", "ash"].told

    assert told() == ("dam",)
    step(world, talk.shown, reply.turn, "")
    assert told() == ()
    world.npcs["ada"].spoken.clear()
    again = step(world, talk.say, ["ada"], "ash", "What about the dam?").replies[0]
    step(world, talk.shown, again.turn, "The dam l")
    assert world.talks["ada", "ash"].said == "The dam l"
    assert told() == ("dam",)


def test_shown_of_a_turn_that_is_not_there_says_why(village: World, step: Step) -> None:
    first = step(village, talk.say, ["edda"], "ash", "Hello.").replies[0]
    step(village, talk.say, ["edda"], "ash", "How are you?")
    for turn, fault in (("b1.s99", Unknown), (first.turn, Expired), ("b7.s1", Expired)):
        with pytest.raises(fault):
            talk.shown(village, turn, "Hello.")


def test_turn_ids_never_repeat(village: World, step: Step) -> None:
    seen: set[str] = set()
    for hour in range(1, 30):
        outcome = step(village, agenda.tick, hour * 3600.0)
        turns = [s.turn for s in outcome.said]
        turns.append(step(village, talk.say, ["edda"], "ash", "Hello.").replies[0].turn)
        turns += step(village, agenda.bark_asked, "wick", "idle", "").data["turn"].split()
        assert len(set(turns)) == len(turns)
        assert not seen & set(turns)
        seen |= set(turns)


def test_a_long_talk_stays_bounded(village: World, step: Step) -> None:
    for k in range(120):
        step(village, talk.say, ["edda"], "ash", f"What do you know about the mill number {k}?")
    kept = village.talks["edda", "ash"]
    assert len(kept.heard) <= 6
    assert len(kept.told) <= 24
    assert len(kept.mentioned) <= 24
    assert len(village.npcs["edda"].spoken) <= 10
    assert len(village.whys) <= 256


def _dam(hamlet: Callable[..., World], **more: Any) -> World:
    return hamlet(
        npcs={"ada": {}, "bel": {}}, **more,
        voice=[{"id": "a", "act": "answer", "lines": ["{fact}"]},
               {"id": "g", "act": "greet", "lines": ["Hello.", "You again.", "Yes?"]}],
        facts={"dam": {"text": "The dam leaks.", "who": {"npcs": ["ada"]}},
               "mill": {"text": "The mill burned.", "who": {"npcs": ["ada"]}}},
    )  # fmt: skip


def test_what_was_skipped_was_told_to_nobody(hamlet: Callable[..., World], step: Step) -> None:
    world = _dam(hamlet)
    reply = step(world, talk.say, ["ada"], "ash", "What about the dam?").replies[0]
    assert "dam" in world.npcs["bel"].beliefs
    step(world, talk.shown, reply.turn, "")
    assert "dam" not in world.npcs["bel"].beliefs
    assert world.talks["ada", "ash"].told == ()


def test_only_the_line_that_was_skipped_is_taken_back(
    hamlet: Callable[..., World], step: Step
) -> None:
    world = _dam(hamlet)
    step(world, talk.say, ["ada"], "ash", "What about the dam?")
    greeting = step(world, talk.say, ["ada"], "ash", "Hello.").replies[0]
    step(world, talk.shown, greeting.turn, "")
    assert world.talks["ada", "ash"].told == ("dam",)
    assert "dam" in world.npcs["bel"].beliefs


def test_a_tale_in_a_skipped_line_was_not_told(hamlet: Callable[..., World], step: Step) -> None:
    from personagen_npc.world.deeds.happen import admit_event, happen

    world = hamlet(
        npcs={"ada": {}, "bel": {}}, events={"theft": {
            "text": "{actor} stole a ring.", "importance": 0.9, "praise": -0.8,
            "to_actor": ["You stole a ring."]}},
        voice=[{"id": "g", "act": "greet", "lines": ["Hello."]}],
    )  # fmt: skip
    step(world, roster.set_player, "ash", {"name": "Ash"})
    event = {"type": "theft", "actor": "ash", "witnesses": ("ada",)}
    step(world, lambda w: happen(w, [admit_event(w, event, "event")]))
    reply = step(world, talk.say, ["ada"], "ash", "Hello.").replies[0]
    assert reply.text == "Hello. You stole a ring."
    assert 0 in world.npcs["bel"].memories
    assert world.npcs["bel"].memories[0].source == "overheard"
    step(world, talk.shown, reply.turn, "")
    assert 0 not in world.npcs["bel"].memories
    assert 0 in world.npcs["ada"].memories
    assert world.talks["ada", "ash"].mentioned == ()


@pytest.mark.parametrize("player", ["ash", ""])
def test_an_authored_line_is_remembered_as_it_was_shown(
    village: World, step: Step, player: str
) -> None:
    _gather(village, step, "edda", "wick")
    data = step(village, talk.perform, "edda", "The bridge is closed.", player, whisper=False).data
    step(village, talk.shown, data["turn"], "The bridge is")
    for npc, source in (("edda", "said"), ("wick", "overheard")):
        (number,) = village.npcs[npc].memories.happening
        assert village.happenings[number].text == "{actor} said: The bridge is"
        assert village.npcs[npc].memories[number].source == source


@pytest.mark.parametrize("player", ["ash", ""])
def test_an_authored_line_that_was_skipped_is_forgotten(
    village: World, step: Step, player: str
) -> None:
    _gather(village, step, "edda", "wick")
    data = step(village, talk.perform, "edda", "The bridge is closed.", player, whisper=False).data
    step(village, talk.shown, data["turn"], "")
    assert len(village.npcs["edda"].memories) == len(village.npcs["wick"].memories) == 0


def test_who_only_overheard_an_insult_was_not_insulted(village: World, step: Step) -> None:
    _gather(village, step, "edda", "wick")
    step(village, talk.say, ["edda"], "ash", "You stupid goat!")
    step(village, agenda.tick, 90000.0)
    line = step(village, talk.say, ["wick"], "ash", "Hello.").replies[0].text
    assert "insulted me" not in line
    assert "foul word for me" not in line


def test_what_was_told_to_one_is_no_secret_to_the_next(village: World, step: Step) -> None:
    asked = ("Are you married?", "What happened at the mill?")
    for question in asked:
        told = [
            step(village, talk.say, ["berta"], player, question).replies[0]
            for player in ("ash", "bob", "cy", "dan")
        ]
        assert {r.act for r in told} == {"answer"}, [r.text for r in told]
        assert len({r.told[0] for r in told}) == 1


def test_asked_again_and_again_she_never_denies_what_she_told(village: World, step: Step) -> None:
    acts = [
        step(village, talk.say, ["berta"], "ash", "Are you married?").replies[0].act
        for _ in range(6)
    ]
    assert "admit_ignorance" not in acts
