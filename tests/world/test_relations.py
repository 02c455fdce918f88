"""How people stand to each other before they ever met, and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from personagen_npc.changes import Related
from personagen_npc.mind.scene import Standing
from personagen_npc.world.pack import Faction
from personagen_npc.world.relations import Relations

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.persona.profile import PersonaProfile

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
    relations.set(ada, MOVED)
    got = relations.get(ada, "bel")
    assert got == Standing(-0.5, 0.1, 0.2, 0.6, "Bel", 3, 99.0, "sister")  # she stays the sister
    assert dict(relations.of("ada")) == {"bel": got}


def test_it_is_one_sided(persona: Callable[..., PersonaProfile]) -> None:
    relations = Relations(FACTIONS)
    relations.set(persona("ada"), MOVED)
    assert relations.get(persona("bel"), "ada") == Standing()


def test_who_is_forgotten_stands_to_nobody_and_nobody_to_him(
    persona: Callable[..., PersonaProfile],
) -> None:
    ada, bel = persona("ada"), persona("bel")
    relations = Relations(FACTIONS)
    relations.set(ada, MOVED)
    relations.set(bel, MOVED._replace(npc="bel", other="ada"))
    relations.forget("bel")
    assert relations.get(ada, "bel") == Standing()
    assert relations.get(bel, "ada") == Standing()
    assert "bel" not in str(relations.to_tree())


def test_a_save_brings_every_standing_back(persona: Callable[..., PersonaProfile]) -> None:
    relations = Relations(FACTIONS)
    relations.set(persona("ada"), MOVED)
    other = Relations(FACTIONS)
    other.take_tree(relations.to_tree())
    assert other.get(persona("ada"), "bel") == relations.get(persona("ada"), "bel")
