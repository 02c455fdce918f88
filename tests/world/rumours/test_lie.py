"""Who has a reason and no scruples tells it otherwise, to everybody alike, and keeps the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.world.deeds.happen import admit_event, happen
from personagen_npc.world.remembering.past import Remembered
from personagen_npc.world.rumours.tales import claim_of
from personagen_npc.world.state.snapshot import from_tree, to_tree
from personagen_npc.world.talking import chatter, talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

    Step = Callable[..., Any]

EVENTS = {
    "theft": {"text": "{actor} stole a ring from {target}.", "importance": 0.9, "praise": -0.8},
    "rescue": {"text": "{actor} saved {target}.", "importance": 0.9, "praise": 0.9},
}
CROOKED = [{"name": n, "value": 0.0} for n in ("agreeableness", "conscientiousness")]
UPRIGHT = [{"name": n, "value": 0.9} for n in ("agreeableness", "conscientiousness")]
LINES = {"remember": "{memory}", "answer": "{fact}", "deflect": "Hm.", "gossip": "{fact}",
         "admit_ignorance": "No idea.", "tell_source": "{source}."}  # fmt: skip


@pytest.fixture
def make(hamlet: Callable[..., World], step: Step) -> Callable[..., World]:
    """Ada sees Cade do something to Fay; Gus is her enemy, far away."""

    def build(
        traits: list[dict[str, Any]], friend: float = 0.0, actor: str = "cade",
        kind: str = "theft", hated: float = -0.8,
    ) -> World:  # fmt: skip
        ties = {"cade": {"affinity": friend}, "gus": {"affinity": hated}}
        made = hamlet(
            events=EVENTS, places={"inn": {}, "mill": {}},
            npcs={"ada": {"place": "inn", "personality_traits": traits, "ties": ties},
                  "bel": {"place": "inn"}, "cade": {"place": "mill"}, "fay": {"place": "mill"},
                  "gus": {"place": "mill"}},
            voice=[{"id": act, "act": act, "lines": [line]} for act, line in LINES.items()],
        )  # fmt: skip
        event = {"type": kind, "actor": actor, "target": "fay", "place": "mill",
                 "witnesses": ("ada",)}  # fmt: skip
        step(made, lambda w: happen(w, [admit_event(w, event, "event")]))
        return made

    return build


def _claimed(world: World, step: Step) -> str | None:
    """What Ada tells Bel: who did it; None if she tells nothing."""
    step(world, chatter.converse, "ada", "bel", "")
    held = world.npcs["bel"].memories
    return world.happenings[held.happening[0]].actor if len(held) else None


def test_a_friend_is_covered_an_enemy_is_blamed_an_own_deed_is_denied(
    make: Callable[..., World], step: Step
) -> None:
    assert _claimed(make(CROOKED, friend=0.8), step) == ""  # somebody did it
    assert _claimed(make(CROOKED), step) == "gus"
    assert _claimed(make(CROOKED, actor="ada"), step) == "gus"


def test_the_upright_and_those_without_a_reason_tell_the_truth(
    make: Callable[..., World], step: Step
) -> None:
    assert _claimed(make(UPRIGHT, friend=0.3), step) == "cade"
    assert _claimed(make(CROOKED, hated=0.0), step) == "cade"
    assert _claimed(make(CROOKED, kind="rescue"), step) == "cade"  # nobody lies about good
    assert _claimed(make(UPRIGHT, actor="ada"), step) is None  # shame is not gossip


def test_a_lie_is_tagged_the_truth_is_kept_and_saved(
    make: Callable[..., World], step: Step
) -> None:
    world = make(CROOKED)
    _claimed(world, step)
    claim = claim_of(world.npcs["ada"], 0)
    h = world.happenings[claim]
    assert (h.twist, h.parent, h.actor) == ("lie", 0, "gus")
    assert claim not in world.npcs["ada"].memories  # she knows what she saw
    bel = world.npcs["bel"].memories[claim]
    assert (bel.source, bel.hops) == ("told", 1)  # and Bel cannot know
    again = from_tree(to_tree(world), world.pack)
    assert claim_of(again.npcs["ada"], 0) == claim
    assert again.happenings.tellings(0) == world.happenings.tellings(0)


def test_the_lie_is_told_to_a_player_too_and_to_whoever_stands_by(
    make: Callable[..., World], step: Step
) -> None:
    world = make(CROOKED)
    reply = step(world, talk.say, ["ada"], "ash", "Who stole the ring?").replies[0]
    assert reply.text == "Gus stole a ring from Fay."
    claim = claim_of(world.npcs["ada"], 0)
    assert claim in world.npcs["bel"].memories
    assert 0 not in world.npcs["bel"].memories
    ada = world.npcs["ada"]
    mind = Remembered(ada, world.happenings, world.pack.events, world.minds.deeds, world.now)
    assert mind.fresh(1)[0].actor == "cade"  # a look into the mind finds the truth


def test_nobody_lies_to_those_who_were_in_it(make: Callable[..., World], step: Step) -> None:
    world = make(CROOKED)
    ada = world.npcs["ada"]
    for who, actor in (("cade", "cade"), ("fay", "cade"), ("bel", "gus")):
        past = Remembered(
            ada, world.happenings, world.pack.events, world.minds.deeds, world.now, who
        )
        assert past.fresh(1)[0].actor == actor
