"""Kin: what a person can say of its own ties ("I work for Berta") without anybody writing it."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from personagen_npc.memory.graph import ALWAYS
from personagen_npc.world.knowledge.selves import TIE
from personagen_npc.world.pack import Fact, When, Who
from personagen_npc.world.people.ties import counterpart, meaning

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from personagen_npc.mind.npc import Npc
    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.people.ties import Bond, Bonds
    from personagen_npc.world.world import World

LONGEST_ID = 64
IMPORTANCE = 0.3  # of what one is to another, as of one's age and work, [D]


def introduce(world: World, npc: Npc) -> None:
    """Take up what an NPC is to others: for conditions, and for what it says of itself."""
    bonds = world.relations.bonds
    bonds.take(npc)
    called = {i: p for i, p in world.pack.npcs.items() if i in npc.profile.ties}
    called |= {i: world.npcs[i].profile for i, _ in bonds.of(npc.profile) if i in world.npcs}
    world.lore.renew(npc.id, TIE, own_facts(bonds, npc.profile, called))


def own_facts(
    bonds: Bonds, who: PersonaProfile, called: Mapping[str, PersonaProfile]
) -> Iterable[Fact]:
    """One fact for each tie to another NPC that there are words for and that is no secret.

    Ties to players are no facts: they are remembered, and told with the name that is known.
    """
    for other, bond in bonds.of(who):
        row, them = meaning(bond.kind), called.get(other)
        if row is not None and them is not None and not _secret(who, other, bond):
            yield _fact(who, them, bond, row)


def _secret(who: PersonaProfile, other: str, bond: Bond) -> bool:
    tie = who.ties.get(other)
    return tie is not None and any(b.secret for b in tie.bonds() if b.kind == bond.kind)


def _fact(who: PersonaProfile, them: PersonaProfile, bond: Bond, row: Mapping[str, Any]) -> Fact:
    word = counterpart(bond.kind, them.pronouns)
    slots = {"other": them.name, "word": word, "name": who.name, "kind": bond.kind}
    ways = tuple(_filled(way, slots) for way in row["ways"])
    told = (bond.note,) if bond.made and bond.note else ways
    when: When = {"now": f"<{bond.until:.0f}"} if bond.until < ALWAYS else {}
    if bond.since > 0.0:
        when["now"] = f"{bond.since:.0f}..{min(bond.until, ALWAYS) - 1:.0f}"
    return Fact(
        id=_id(who.id, them.id, bond.kind),
        text=_filled(row["text"], slots), says=told, topics=(*row["topics"], word, bond.kind),
        triple=(who.id, f"is_{_slug(bond.kind)}_of", them.id),
        about=(who.id, them.id), importance=IMPORTANCE, who=Who(npcs=(who.id,)), when=when,
        trust=row.get("trust"),
    )  # fmt: skip


def _filled(way: str, slots: Mapping[str, str]) -> str:
    for slot, value in slots.items():
        way = way.replace(f"{{{slot}}}", value)
    return way[:1].upper() + way[1:]


def _slug(text: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in text.lower())


def _id(who: str, other: str, kind: str) -> str:
    whole = f"{who}{TIE}{other}.{_slug(kind)}"
    if len(whole) <= LONGEST_ID:
        return whole
    digest = blake2b(f"{who}.{other}.{kind}".encode(), digest_size=4).hexdigest()
    return f"{who[:40]}{TIE}{digest}"
