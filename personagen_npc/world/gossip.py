"""Gossip: how a happening or a fact goes from mouth to mouth at one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from personagen_npc.changes import Believed, Held
from personagen_npc.mind.naming import retell
from personagen_npc.mind.remember import PRIVATE
from personagen_npc.world.scenes import scene_for, standing_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.world import World

PER_HOP = 0.9  # strength kept over each mouth (mind-and-voice, [D])
FAINTEST = 0.15  # what is weaker is not passed on, [D]
NEWEST = 12  # holds looked at for something to tell, [D]
NEUTRAL_TRUST = 0.6  # how far one's word counts for somebody who neither trusts nor distrusts, [D]


class Tale(NamedTuple):
    """Something told: the text as the teller put it, and what was passed on."""

    text: str
    happening: int
    fact: str


def tell_something(world: World, teller: Npc, hearer: Npc, turn: str, topic: str) -> Tale | None:
    """The teller passes on the weightiest thing that the hearer does not have; None if nothing."""
    scene = scene_for(world, teller, hearer.id, turn)
    best: tuple[float, int] | None = None
    held = teller.memories
    for happening in reversed(held.happening[-NEWEST:]):
        hold = held[happening]
        h = world.happenings[happening]
        about = not topic or topic in {h.actor, h.target, h.kind, *h.names}
        if happening in hearer.memories or hold.strength < FAINTEST or not about:
            continue
        if hearer.id in (h.actor, h.target) or h.kind in PRIVATE or h.importance < 0.3:
            continue
        worth = h.importance * hold.strength
        if best is None or worth > best[0]:
            best = (worth, happening)
    if best is None:
        return _tell_fact(world, teller, hearer, topic)
    memory = next(m for m in scene.past.fresh(NEWEST) if m.happening == best[1])
    hold = held[best[1]]
    strength = hold.strength * believed_share(world, hearer, teller) * PER_HOP
    world.do(
        Held(hearer.id, best[1], "told", teller.id, hold.hops + 1, strength, "", 0.0, world.step, 0)
    )
    return Tale(retell(scene, memory, teller.id), best[1], "")


def _tell_fact(world: World, teller: Npc, hearer: Npc, topic: str) -> Tale | None:
    """A fact that the teller was told itself; what is common knowledge is no gossip."""
    for belief in teller.beliefs:
        fact = belief.fact
        if fact not in world.lore or world.lore.fact(fact).trust is not None:
            continue
        known = world.lore.known(teller, fact)
        if world.lore.reaches(hearer, fact, world.query()) or (topic and topic not in known.about):
            continue
        strength = belief.strength * believed_share(world, hearer, teller) * PER_HOP
        if strength >= FAINTEST:
            world.do(
                Believed(hearer.id, fact, "told", teller.id, belief.hops + 1, strength, world.now)
            )
            return Tale(known.ways[0], -1, fact)
    return None


def believed_share(world: World, hearer: Npc, teller: Npc) -> float:
    """How far the hearer takes the teller's word, in [0, 1]."""
    trust = standing_of(world, hearer, teller.id).trust
    return max(0.0, min(1.0, NEUTRAL_TRUST + (1.0 - NEUTRAL_TRUST) * trust))


def listeners_for(world: World, npc: Npc) -> Sequence[Npc]:
    """Whom an NPC could talk to where it is."""
    return [
        n
        for n in world.present(npc.place)
        if n.id != npc.id and n.state == "alive" and not n.locked
    ]
