"""About: all that is said of one person, to choose from; ``rumour`` then traces one of it.

For designers, as ``rumour`` is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.words.stem import stems
from personagen_npc.world.rumours.rumour import SEARCHED, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from personagen_npc.world.world import World

Plain = dict[str, Any]


def named(world: World, query: str) -> str:
    """Id of the one NPC or player whose name or id these words are, and nothing else, or ``""``."""
    words, plain = set(stems(query)), query.strip().lower()
    if plain in world.npcs or plain in world.players:
        return plain
    called = [(i, n) for i, npc in world.npcs.items() for n in (npc.profile.name, i)]
    called += [(i, n) for i, player in world.players.items() for n in (player.name, i)]
    found = {i for i, name in called if words and words <= set(stems(name))}
    return found.pop() if len(found) == 1 else ""


def said_of(world: World, who: str, most: int) -> Plain:
    """What happened with somebody, newest first, then what the pack has people say of him.

    Each row of ``about`` names a ``happening`` or a ``fact`` and how many others hold it.
    """
    rows = [row for rows in (_happened(world, who), _known(world, who)) for row in rows]
    name = world.display.get(who) or getattr(world.players.get(who), "name", "") or who
    return {"text": name, "about": rows[:most], "more": len(rows) > most,
            "items": [], "tellings": [], "holders": 0}  # fmt: skip


def _happened(world: World, who: str) -> Iterator[Plain]:
    all_ = world.happenings
    for number in range(len(all_) - 1, max(-1, len(all_) - 1 - SEARCHED), -1):
        if number not in all_ or all_.parent[number] >= 0:
            continue
        h = all_[number]
        if who in (h.actor, h.target, *h.names):
            family = all_.tellings(number)
            held = sum(any(n in npc.memories for n in family) for npc in world.npcs.values())
            yield {"happening": number, "text": plain_text(world, number), "holders": held}


def _known(world: World, who: str) -> Iterator[Plain]:
    """What others say of him, what is not so first."""
    query, others = world.query(), [npc for i, npc in world.npcs.items() if i != who]
    facts = [f for f in world.pack.facts.values() if who in f.about]
    for fact in sorted(facts, key=lambda f: f.true):
        held = sum(world.lore.reaches(npc, fact.id, query) for npc in others)
        if held:
            yield {"fact": fact.id, "text": fact.text, "holders": held}
