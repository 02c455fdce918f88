"""Hearsay: what being told something does to the one who hears it.

It is held, as strongly as the teller holds it and is believed; a second mouth makes it surer; a
tale that differs stands beside the one already held, each with its source. And it moves what is
thought of the one talked about, by as much as it is believed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.changes import Believed, Held
from personagen_npc.mind.scene import OWN_WORDS, Mouth
from personagen_npc.world.people.feelings import Done, feel_deed
from personagen_npc.world.rumours.lie import make_up_mind
from personagen_npc.world.rumours.tales import claim_of, mouths, told
from personagen_npc.world.scenes import standing_of

if TYPE_CHECKING:
    from personagen_npc.memory.episodes import Memory
    from personagen_npc.memory.graph import Belief
    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.world import World

PER_HOP: Final = 0.9  # strength kept over each mouth (mind-and-voice, [D])
NEUTRAL_TRUST: Final = 0.6  # how far one's word counts for somebody neither trusted nor not, [D]
SEEN: Final = frozenset({"seen", "said"})  # evidence of one's own eyes and ears
SECOND: Final = 0.5  # of what is missing to certainty, that a second mouth adds, times belief, [D]
SUREST: Final = 0.95  # hearsay is never as sure as one's own eyes, [D]
DOUBT: Final = 0.5  # how far what is held already weakens a tale that differs, [D]


def believed_share(world: World, hearer: Npc, teller: Npc) -> float:
    """How far the hearer takes the teller's word, in [0, 1]."""
    trust = standing_of(world, hearer, teller.id).trust
    return max(0.0, min(1.0, NEUTRAL_TRUST + (1.0 - NEUTRAL_TRUST) * trust))


def hear_tale(world: World, hearer: Npc, teller: Npc, version: int, hold: Memory) -> None:
    """The hearer is told a version of what the teller holds."""
    family = world.happenings.tellings(version)
    before = [hearer.memories[n] for n in family if n in hearer.memories]
    heard = hold.strength * believed_share(world, hearer, teller) * PER_HOP
    mouth = Mouth(teller.id, _origin(hold.hops, hold.teller, teller), heard, hold.hops + 1,
                  world.now)  # fmt: skip
    known = next((k for k in before if k.happening == version), None)
    if known is not None:
        again = teller.id in (known.teller, *(m.teller for m in mouths(hearer, (version,))))
        world.do(_surer(hearer, known, 0.0 if again else heard))  # one mouth counts once
    else:
        doubt = DOUBT * max((k.strength for k in before), default=0.0)
        emotion, intensity = moved(world, hearer, version, heard, first=not before)
        world.do(
            Held(hearer.id, version, "told", teller.id, mouth.hops, heard * (1.0 - doubt), emotion,
                 intensity, world.step, 0)
        )  # fmt: skip
        make_up_mind(world, hearer, version)
    told(world, hearer, mouth, happening=version)


def overhear_tale(world: World, other: Npc, teller: Npc, happening: int, share: float) -> None:
    """Somebody stands by while a teller says what it holds, or claims, to another."""
    if happening not in teller.memories:
        return
    hold = teller.memories[happening]
    claim = claim_of(teller, happening)
    version = claim if claim >= 0 else happening
    family = world.happenings.tellings(version)
    if version in other.memories or any(_saw(other, n) for n in family):
        return
    heard, hops = share * hold.strength, hold.hops + 1
    world.do(Held(other.id, version, "overheard", teller.id, hops, heard, "", 0.0, world.step, 0))
    origin = teller.id if claim >= 0 else _origin(hold.hops, hold.teller, teller)
    mouth = Mouth(teller.id, origin, heard, hops, world.now)
    told(world, other, mouth, happening=version)


def _saw(npc: Npc, happening: int) -> bool:
    return happening in npc.memories and npc.memories[happening].source in SEEN


def hear_fact(world: World, hearer: Npc, teller: Npc, belief: Belief) -> None:
    """The hearer is told a fact that the teller was told itself."""
    heard = belief.strength * believed_share(world, hearer, teller) * PER_HOP
    known = hearer.beliefs.get(belief.fact)
    hops = belief.hops + 1
    if known is None:
        change = Believed(hearer.id, belief.fact, "told", teller.id, hops, heard, world.now)
    else:
        change = Believed(hearer.id, *known._replace(strength=surer(known.strength, heard)))
    world.do(change)
    mouth = Mouth(teller.id, _origin(belief.hops, belief.teller, teller), heard, hops, world.now)
    told(world, hearer, mouth, fact=belief.fact)


def _origin(hops: int, teller: str, me: Npc) -> str:
    """Where somebody says that it has a thing from: another, or its own eyes."""
    if not hops:
        return me.id
    return "" if teller.startswith(OWN_WORDS) else teller


def surer(strength: float, heard: float) -> float:
    """How surely something is held when another mouth says the same; never less than before."""
    return max(strength, min(SUREST, strength + SECOND * heard * (1.0 - strength)))


def _surer(hearer: Npc, known: Memory, heard: float) -> Held:
    """The hearer holds what it held already, surer."""
    return Held(
        hearer.id, known.happening, known.source, known.teller, known.hops,
        surer(known.strength, heard), known.emotion, known.intensity, known.episode,
        known.position,
    )  # fmt: skip


def moved(
    world: World, hearer: Npc, happening: int, strength: float, *, first: bool
) -> tuple[str, float]:
    """Hearing of a deed moves mood, goals and what is thought of the doer, by as much as believed.

    Returns:
        The emotion that rose most and its intensity. Goals are moved by the first version only.
    """
    h = world.happenings[happening]
    if h.target == hearer.id and h.kind not in world.pack.events:
        return "", 0.0  # what was said to one was felt then
    return feel_deed(world, hearer, Done(h.kind, h.actor, h.target), strength, goals=first)
