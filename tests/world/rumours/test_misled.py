"""A tale that turns out otherwise costs its teller trust, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.changes import Held
from personagen_npc.world import roster
from personagen_npc.world.deeds.happen import admit_event, happen
from personagen_npc.world.rumours.twist import as_telling, tell
from personagen_npc.world.scenes import standing_of
from personagen_npc.world.talking import chatter

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

    Step = Callable[..., Any]

PEOPLE = ("ada", "bel", "cade", "dan")
TRUST = 0.6


@pytest.fixture
def world(hamlet: Callable[..., World], step: Step) -> World:
    ties = {o: {"kind": "friend", "affinity": 0.3, "trust": TRUST} for o in PEOPLE}
    made = hamlet(
        npcs={n: {"ties": {o: t for o, t in ties.items() if o != n}} for n in PEOPLE},
        events={"theft": {"text": "{actor} stole a ring.", "importance": 0.9, "praise": -0.8}},
    )
    event = {"type": "theft", "actor": "dan", "witnesses": ("cade",)}
    step(made, lambda w: happen(w, [admit_event(w, event, "event")]))
    other = as_telling(made.happenings[0])._replace(actor="cade")
    number = step(made, lambda w: tell(w, 0, other, "mutated"))
    step(made, lambda w: w.do(Held("bel", number, "told", "cade", 1, 0.9, "", 0.0, 1, 0)))
    step(made, roster.set_npc, "ada", {"place": made.npcs["bel"].place})
    step(made, chatter.converse, "bel", "ada", "theft")
    assert number in made.npcs["ada"].memories
    return made


def _trust(world: World, who: str, other: str) -> float:
    return standing_of(world, world.npcs[who], other).trust


def test_whoever_sees_how_it_was_trusts_the_teller_less(world: World, step: Step) -> None:
    before, friend = _trust(world, "ada", "bel"), _trust(world, "ada", "dan")
    step(world, lambda w: w.do(Held("ada", 0, "seen", "", 0, 1.0, "", 0.0, 2, 0)))
    after = _trust(world, "ada", "bel")
    assert after < before - 0.1
    assert _trust(world, "ada", "dan") == friend
    step(world, lambda w: w.do(Held("ada", 0, "seen", "", 0, 1.0, "", 0.0, 2, 0)))
    assert _trust(world, "ada", "bel") == pytest.approx(after)


def test_another_tale_that_is_no_surer_costs_nothing(world: World, step: Step) -> None:
    before = _trust(world, "ada", "bel")
    step(world, lambda w: w.do(Held("ada", 0, "told", "dan", 2, 0.1, "", 0.0, 2, 0)))
    assert _trust(world, "ada", "bel") == pytest.approx(before)
