"""Who is granted what, asked from the person's side, is what each fact says of itself."""

from __future__ import annotations

from itertools import product

from personagen_npc.persona.profile import PersonaProfile
from personagen_npc.world.knowledge.grants import Grants
from personagen_npc.world.pack import Fact, Who

WHO = (
    Who(all=True), Who(npcs=("ada",)), Who(archetypes=("smith",)), Who(factions=("guild",)),
    Who(places=("mill",)), Who(all=True, not_npcs=("ada",)), Who(),
    Who(archetypes=("smith",), places=("mill",), not_npcs=("bo",)),
)  # fmt: skip


def _fits(who: Who, p: PersonaProfile) -> bool:
    return p.id not in who.not_npcs and (
        who.all or p.id in who.npcs or p.archetype in who.archetypes
        or (bool(p.faction) and p.faction in who.factions)
        or bool({p.place, p.home} & set(who.places))
    )  # fmt: skip


def test_everybody_is_granted_what_fits_and_nothing_else() -> None:
    facts = [Fact(id=f"f{i}", text="So it is.", who=who) for i, who in enumerate(WHO)]
    grants = Grants()
    for fact in facts:
        grants.add(fact)
    for who, trade, faction, place in product(
        ("ada", "bo"), ("wright", "smith"), ("", "guild"), ("inn", "mill")
    ):
        p = PersonaProfile(id=who, name="X", archetype=trade, faction=faction, place=place)
        assert grants.of(p) == {f.id for f in facts if _fits(f.who, p)}
    for fact in facts:
        grants.lose(fact)
    assert not grants.of(PersonaProfile(id="ada", name="X", archetype="smith", place="mill"))
