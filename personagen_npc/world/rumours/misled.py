"""Misled: who was told a tale that turns out otherwise trusts its teller less.

It cannot know whether the teller lied or had it wrong; so a tale costs less trust than a lie of a
player's own does, and more if the truth was seen than if a better source tells it. Each telling is
held against its teller once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.changes import Asserted, Held
from personagen_npc.world.people.relations import EXPOSED, moved_trust
from personagen_npc.world.rumours.tales import FROM, matter

if TYPE_CHECKING:
    from personagen_npc.memory.episodes import Memory
    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.world import World

SEEN, TOLD = 0.6, 0.25  # share of what an exposed lie costs, [D]
SURER: Final = 1.15  # times as strong as the other tale is one that puts it in the wrong, [D]
_FIRST_HAND: Final = frozenset({"seen", "said"})


def found_out(world: World, held: Held) -> None:
    """Hold what was just seen or told against other versions of it that were told before."""
    family = world.happenings.tellings(held.happening)
    npc = world.npcs[held.npc]
    if len(family) < 2 or held.happening not in npc.memories:
        return
    truth = npc.memories[held.happening]
    for number in family:
        if number != held.happening and number in npc.memories and _differs(world, number, truth):
            _held_against(world, npc, number, truth)


def _differs(world: World, number: int, truth: Memory) -> bool:
    """Whether a version puts it on another one."""
    all_ = world.happenings
    one, other = all_[number], all_[truth.happening]
    return (one.actor, one.target, one.kind) != (other.actor, other.target, other.kind)


def _held_against(world: World, npc: Npc, number: int, truth: Memory) -> None:
    seen = truth.source in _FIRST_HAND
    if not seen and truth.strength < SURER * npc.memories[number].strength:
        return
    for row, told in list(npc.graph.about(matter(number))):
        if told.relation != FROM or told.until <= world.now or told.teller == truth.teller:
            continue
        world.do(Asserted(npc.id, row, *told._replace(until=world.now, touched=world.now)))
        moved_trust(world, npc, told.teller, (SEEN if seen else TOLD) * EXPOSED, "lie")
