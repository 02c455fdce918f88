"""How people stand to each other before they ever met, and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.changes import ClockMoved, Related
from personagen_npc.mind.scene import Standing
from personagen_npc.world.pack import Faction
from personagen_npc.world.people.relations import EXPOSED, VERIFIED, Relations, moved_trust
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.world import World

GUARD = Faction(id="guard", name="the Guard", attitudes={"thieves": -0.6})
THIEVES = Faction(id="thieves", name="the Thieves")
FACTIONS = {"guard": GUARD, "thieves": THIEVES}
MOVED = Related("ada", "bel", -0.5, 0.1, 0.2, 0.6, "Bel", 3, 99.0)


def test_strangers_are_nothing_to_each_other(persona: Callable[..., PersonaProfile]) -> None:
    assert Relations(FACTIONS).get(persona("ada"), "bel") == Standing()


def test_ties_come_from_the_profile(persona: Callable[..., PersonaProfile]) -> None:
    ada = persona("ada", ties={"bel": {"kind": "sister", "affinity": 0.8, "trust": 0.7}})
    got = Relations(FACTIONS).get(ada, "bel", "thieves")
    assert (got.tie, got.affinity, got.trust) == ("sister", 0.8, 0.7)


def test_factions_lean_towards_and_against(persona: Callable[..., PersonaProfile]) -> None:
    relations = Relations(FACTIONS)
    guard, thief = persona("ada", faction="guard"), persona("bel", faction="thieves")
    assert relations.get(guard, "bel", "thieves").affinity == -0.6
    assert relations.get(thief, "ada", "guard").affinity == 0.0  # nobody said that they hate back
    own = relations.get(guard, "cade", "guard").affinity
    assert own > 0
    assert relations.get(guard, "dan", "").affinity == 0.0


def test_what_was_lived_through_replaces_where_one_began(
    persona: Callable[..., PersonaProfile],
) -> None:
    ada = persona("ada", ties={"bel": {"kind": "sister", "affinity": 0.8}})
    relations = Relations(FACTIONS)
    relations.set(MOVED, 99.0)
    got = relations.get(ada, "bel")
    assert got == Standing(
        -0.5, 0.1, 0.2, 0.6, "Bel", 3, 99.0, "sister", ("sister",)
    )  # she stays the sister
    assert relations.known("ada") == ["bel"]


def test_it_is_one_sided(persona: Callable[..., PersonaProfile]) -> None:
    relations = Relations(FACTIONS)
    relations.set(MOVED, 99.0)
    assert relations.get(persona("bel"), "ada") == Standing()


def test_who_is_forgotten_stands_to_nobody_and_nobody_to_him(
    persona: Callable[..., PersonaProfile],
) -> None:
    ada, bel = persona("ada"), persona("bel")
    relations = Relations(FACTIONS)
    relations.set(MOVED, 99.0)
    relations.set(MOVED._replace(npc="bel", other="ada"), 99.0)
    relations.forget("bel")
    assert relations.get(ada, "bel") == Standing()
    assert relations.get(bel, "ada") == Standing()
    assert "bel" not in str(relations.to_tree())


def test_a_save_brings_every_standing_back(persona: Callable[..., PersonaProfile]) -> None:
    relations = Relations(FACTIONS)
    relations.set(MOVED, 99.0)
    other = Relations(FACTIONS)
    other.take_tree(relations.to_tree())
    assert other.get(persona("ada"), "bel") == relations.get(persona("ada"), "bel")


DAY = 86400.0
FOND = {"bel": {"kind": "sister", "affinity": 0.4, "trust": 0.2, "fear": 0.0}}


@pytest.mark.parametrize("days", [0.5, 3.0, 45.0, 400.0])
def test_what_was_done_wears_off_by_half_in_a_half_life(
    persona: Callable[..., PersonaProfile], days: float
) -> None:
    ada = persona("ada", ties=FOND, temper={"relation_half_life_days": days})
    relations = Relations(FACTIONS)
    relations.set(Related("ada", "bel", 0.8, 0.6, 0.4, 0.6, "Bel", 3, 0.0), 0.0)
    got = relations.get(ada, "bel", now=days * DAY)
    assert got.affinity == pytest.approx(0.6)
    assert got.trust == pytest.approx(0.4)
    assert got.fear == pytest.approx(0.2)
    assert got.familiarity == 0.6  # one goes on knowing somebody


def test_reading_it_more_often_wears_it_off_no_faster(
    persona: Callable[..., PersonaProfile],
) -> None:
    ada, relations = persona("ada"), Relations(FACTIONS)
    relations.set(MOVED, 0.0)
    once = relations.get(ada, "bel", now=30 * DAY)
    for day in range(30):
        relations.get(ada, "bel", now=day * DAY)
    assert relations.get(ada, "bel", now=30 * DAY) == once


def test_a_grudge_outlasts_a_kindness_and_the_anxious_bear_it_longest(
    persona: Callable[..., PersonaProfile],
) -> None:
    def left(affinity: float, neuroticism: float) -> float:
        traits = [{"name": "neuroticism", "value": neuroticism}]
        relations = Relations(FACTIONS)
        relations.set(MOVED._replace(affinity=affinity), 0.0)
        return abs(relations.get(persona("ada", personality_traits=traits), "bel",
                                 now=60 * DAY).affinity)  # fmt: skip

    assert left(0.5, 0.5) < left(-0.5, 0.1) < left(-0.5, 0.5) < left(-0.5, 0.9)


def test_a_faction_is_where_one_comes_back_to(persona: Callable[..., PersonaProfile]) -> None:
    guard, relations = persona("ada", faction="guard"), Relations(FACTIONS)
    relations.set(MOVED._replace(affinity=0.5), 0.0)
    got = relations.get(guard, "bel", "thieves", now=5000 * DAY)
    assert got.affinity == pytest.approx(-0.6)


def test_what_a_tie_gave_goes_slowly_once_it_is_over(
    persona: Callable[..., PersonaProfile],
) -> None:
    ties = {"bel": {"kind": "debtor", "affinity": -0.4, "days": 10}}
    ada, relations = persona("ada", ties=ties), Relations(FACTIONS)
    before, after, long_after = (relations.get(ada, "bel", now=d * DAY) for d in (9, 20, 4000))
    assert (before.affinity, before.tie) == (-0.4, "debtor")
    assert after.tie == ""
    assert -0.4 < after.affinity < -0.3
    assert long_after.affinity == pytest.approx(0.0, abs=1e-6)


def test_a_pack_says_how_fast(hamlet: Callable[..., World], step: Callable[..., Any]) -> None:
    def left(days: float) -> float:
        world = hamlet(npcs={"ada": {}}, relation_half_life_days=days)
        step(world, lambda w: w.do(MOVED._replace(affinity=0.8)))
        step(world, lambda w: w.do(ClockMoved(10 * DAY)))
        return world.relations.get(world.npcs["ada"].profile, "bel", now=world.now).affinity

    assert left(10.0) == pytest.approx(0.4)
    assert left(1000.0) > 0.75


def test_two_players_stand_differently(hamlet: Callable[..., World], step: Callable[..., Any]
                                       ) -> None:  # fmt: skip
    world = hamlet(npcs={"ada": {}, "bel": {}})
    step(world, talk.say, ["ada"], "ash", "You stupid goat!", whisper=True)
    step(world, talk.say, ["ada"], "rowan", "You have the kindest heart of all.", whisper=True)
    ada = world.npcs["ada"].profile
    ash, rowan = (world.relations.get(ada, p) for p in ("ash", "rowan"))
    assert ash.affinity < 0.0 < rowan.affinity
    assert world.relations.get(world.npcs["bel"].profile, "ash") == Standing()


def test_trust_moves_for_a_claim_verified_and_a_lie_exposed_and_nothing_else(
    hamlet: Callable[..., World], step: Callable[..., Any]
) -> None:
    world = hamlet(npcs={"ada": {}})
    ada = world.npcs["ada"]

    def trust() -> float:
        return world.relations.get(ada.profile, "ash", now=world.now).trust

    step(world, moved_trust, ada, "ash", VERIFIED, "verified")
    assert trust() == pytest.approx(0.1)
    step(world, moved_trust, ada, "ash", EXPOSED, "lie")
    assert trust() == pytest.approx(-0.2)
    for _ in range(5):
        step(world, moved_trust, ada, "ash", EXPOSED, "lie")
    assert trust() == -1.0
    for by, why in ((0.3, "lie"), (-0.1, "verified"), (0.1, "charm")):
        with pytest.raises(ValueError, match="trust"):
            moved_trust(world, ada, "ash", by, why)
