"""Lie: what an NPC claims instead of what it knows, and why it would.

Somebody who comes to know of a blameworthy deed makes up his mind at once: an own deed is denied, a
friend's is nobody's, and what an enemy could have done, an enemy did. Only the dishonest do so. The
truth stays in memory, the claim is a happening of its own (``twist`` is ``lie``) that is told to
everybody alike, to players too, and stands in the liar's graph as what it claimed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.world.rumours.tales import claim_of, lie
from personagen_npc.world.rumours.twist import as_telling, stand_in, tell
from personagen_npc.world.scenes import standing_of

if TYPE_CHECKING:
    from personagen_npc.memory.happening import Happening
    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.world import World

BLAMED: Final = -0.3  # praise of a deed at most that anyone would lie about, [D]
DISHONEST: Final = -0.2  # honesty below which an NPC lies at all, [D]
READINESS: Final = 1.5  # chance of a lie for each unit of dishonesty, [D]
SHIELDED: Final = 0.4  # affinity from which a friend's deed is covered up, [D]
HATED: Final = -0.4  # affinity at most of somebody who is blamed for what he did not do, [D]
SPITEFUL: Final = -0.3  # agreeableness below which hatred is enough to lie, [D]


def honesty(npc: Npc) -> float:
    """How honest an NPC is, in [-1, 1]: its trait of that name, else kind and conscientious."""
    authored = npc.base.get("trait.honesty")
    if authored is not None:
        return 2.0 * float(authored) - 1.0
    return 0.5 * (npc.big5[3] + npc.big5[1])


def make_up_mind(world: World, npc: Npc, happening: int) -> None:
    """Decide, on coming to know of a deed, whether to lie about it from now on."""
    trait = honesty(npc)
    if trait >= DISHONEST or claim_of(npc, happening) >= 0:
        return
    h = world.happenings[happening]
    kind = world.pack.events.get(h.kind)
    if kind is None or kind.praise > BLAMED or "{actor}" not in h.text or not h.actor:
        return
    dice = world.dice(npc.id, f"lie.{world.happenings.root(happening)}")
    if dice.roll("whether") >= READINESS * -trait:
        return
    blamed = _instead(world, npc, h)
    if blamed is None:
        return
    claim = tell(world, happening, as_telling(h)._replace(actor=blamed), "lie")
    if claim != happening:
        lie(world, npc, blamed, happening, claim)


def _instead(world: World, npc: Npc, h: Happening) -> str | None:
    """Who is to have done it instead: an id, "" for nobody in particular, None for the truth."""
    if h.actor == npc.id:
        return stand_in(world, npc, h, h.actor)
    if h.target == npc.id:
        return None  # who was wronged wants the right one to pay
    if standing_of(world, npc, h.actor).affinity >= SHIELDED:
        return ""
    if npc.big5[3] < SPITEFUL:
        return _enemy(world, npc, h)
    return None


def _enemy(world: World, npc: Npc, h: Happening) -> str | None:
    """The one whom it hates most, unless that one did it or suffered it."""
    others = [o for o in npc.profile.ties if o in world.npcs and o not in (h.actor, h.target)]
    hated = [(standing_of(world, npc, o).affinity, o) for o in others]
    worst = min(hated, default=(0.0, ""))
    return worst[1] if worst[0] <= HATED else None
