"""Gossip: who tells whom, and what comes out of the teller's mouth.

Along trust, liking and familiarity, never to an enemy. What there is to tell is ``news.py``'s, what
it does to the hearer ``hearsay.py``'s; on the way a tale may change (``twist.py``), and a liar
tells what he made up (``lie.py``). After Talk of the Town (Ryan et al., AIIDE 2015).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.mind.reading.naming import retell
from personagen_npc.tables import table
from personagen_npc.world.remembering.past import Remembered
from personagen_npc.world.rumours.hearsay import hear_fact, hear_tale
from personagen_npc.world.rumours.news import Matter, matters
from personagen_npc.world.rumours.tales import betray, claim_of, hush
from personagen_npc.world.rumours.twist import mutated
from personagen_npc.world.scenes import scene_for, standing_of

if TYPE_CHECKING:
    from personagen_npc.memory.episodes import Memory
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Scene
    from personagen_npc.world.world import World

ENEMY: Final = -0.35  # affinity at most of an enemy, as `mind/query.py` has its bands
STRANGE: Final = 0.15  # how readily somebody is talked to who is nothing to one, [D]
COMPANY: Final = 24  # people at a place looked at for a listener: bounds the work of a crowd, [D]
TALKATIVE: Final = 0.4  # how far extraversion moves an NPC's share of gossip, [D]
_WAYS: Final = table("world/data/gossip.yaml")


class Tale(NamedTuple):
    """Something told: the text as the teller put it, and what was passed on."""

    text: str
    happening: int
    fact: str


def tell_something(world: World, teller: Npc, hearer: Npc, turn: str, topic: str) -> Tale | None:
    """The teller passes on what it is most drawn to tell this hearer; None if nothing."""
    if standing_of(world, teller, hearer.id).affinity <= ENEMY:
        return None
    found = matters(world, teller, hearer, topic)
    if not found:
        return None
    matter = max(found, key=lambda m: (m.worth, m.happening, m.fact))
    scene = scene_for(world, teller, hearer.id, turn)
    if matter.betrayed:
        betray(world, teller, hearer.id, happening=matter.happening, fact=matter.fact)
    if matter.fact:
        return _tell_fact(world, teller, hearer, scene, matter)
    return _tell_happening(world, teller, hearer, scene, matter)


def _tell_happening(world: World, teller: Npc, hearer: Npc, scene: Scene, matter: Matter) -> Tale:
    """Tell what is held, as it comes out of this mouth."""
    hold = teller.memories[matter.happening]
    claim = claim_of(teller, hold.happening)
    version = claim if claim >= 0 else mutated(world, teller, hearer, hold)
    past = Remembered(teller, world.happenings, world.pack.events, world.minds.deeds, world.now)
    text = retell(scene, past.as_told(hold, version), teller.id)
    if claim >= 0:
        hold = _owned(hold)
    hear_tale(world, hearer, teller, version, hold)
    if matter.confided:
        hush(world, hearer, teller.id, version)
    return Tale(_opened(scene, hold.teller, text, matter), version, "")


def _owned(hold: Memory) -> Memory:
    """A liar vouches for what he says: he has it from nobody."""
    return hold._replace(teller="", hops=0)


def _tell_fact(world: World, teller: Npc, hearer: Npc, scene: Scene, matter: Matter) -> Tale | None:
    """Tell a fact that was learned in play."""
    belief = teller.beliefs.get(matter.fact)
    if belief is None:
        return None
    hear_fact(world, hearer, teller, belief)
    text = world.lore.known(teller, matter.fact).ways[0]
    return Tale(_opened(scene, belief.teller, text, matter), -1, matter.fact)


def _opened(scene: Scene, origin: str, text: str, matter: Matter) -> str:
    """The tale behind a word of where it is from, or that it is between the two."""
    name = scene.name_of(origin) if origin != scene.listener.id else ""
    if matter.confided:
        ways = _WAYS["hushed"]
    elif name and not text.startswith(name):  # "Rafe says ..." says it already
        ways = _WAYS["heard"]
    else:
        return text
    way: str = ways[int(scene.dice.roll("opening") * len(ways))]
    return way.replace("{teller}", name) + text


# --- who is told ----------------------------------------------------------------------------------


def readiness(npc: Npc) -> float:
    """How much more or less than others an NPC gossips, around 1.0: the extraverted tell more."""
    return 1.0 + TALKATIVE * npc.big5[2]


def listeners_for(world: World, npc: Npc) -> list[Npc]:
    """Whom an NPC could talk to where it is."""
    return [
        n
        for n in world.present(npc.place)[:COMPANY]
        if n.id != npc.id and n.state == "alive" and not n.locked
    ]


def listener_for(world: World, npc: Npc, turn: str) -> Npc | None:
    """Whom of those near an NPC turns to: friends and familiar faces first, an enemy never."""
    near = listeners_for(world, npc)
    weights = [closeness(world, npc, other) for other in near]
    if not any(weights):
        return None
    return near[world.dice(npc.id, turn).index("whom", weights)]


def closeness(world: World, npc: Npc, other: Npc) -> float:
    """How readily one talks to another, 0.0 to an enemy."""
    s = standing_of(world, npc, other.id)
    if s.affinity <= ENEMY:
        return 0.0
    return max(0.02, STRANGE + s.affinity + 0.5 * s.trust + 0.5 * s.familiarity - s.fear)
