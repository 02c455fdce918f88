"""News: what one NPC could tell another now, and how much it is drawn to tell it.

Importance, freshness and what it felt make something worth telling; liking and a kind heart keep
some of it back. What was said in confidence goes only to somebody trusted, if not by the careless.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.mind.remember import PRIVATE, SUMMARY
from personagen_npc.world.dates.calendar import DAY_S
from personagen_npc.world.rumours.hearsay import SEEN
from personagen_npc.world.rumours.lie import honesty
from personagen_npc.world.rumours.tales import claim_of, hushed, mouths
from personagen_npc.world.scenes import standing_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.memory.episodes import Memory
    from personagen_npc.memory.graph import Belief
    from personagen_npc.memory.happening import Happening
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Mouth
    from personagen_npc.world.world import World

FAINTEST: Final = 0.15  # what is weaker is not passed on, [D]
NEWEST: Final = 24  # holds looked at for something to tell, [D]
LEAST: Final = 0.3  # importance of what is news at all, [D]
WORTH: Final = 0.06  # importance times strength times freshness of what is told unasked, tuned on
# weeks of Emberfall: a theft is talked of for about ten days, a death for two weeks
FRESH_S: Final = 3.0 * DAY_S  # after which news is half as fresh, [D]
FEELING: Final = 0.5  # how much more is told of what moved the teller, [D]
ALREADY: Final = 0.4  # worth left of what the hearer was told by another, [D]
MOUTHS: Final = 3  # tellings of one matter that anybody sits through, [D]
KIND: Final = 0.4  # how far agreeableness moves the worth of good and bad things told, [D]
CONFIDE: Final = 0.5  # trust from which somebody is told what was said in confidence, [D]
CARELESS: Final = 0.3  # chance that the least honest give away a confidence to anybody, [D]


class Matter(NamedTuple):
    """Something that could be told, and how much the teller is drawn to tell it."""

    worth: float
    happening: int
    fact: str
    confided: bool = False
    betrayed: bool = False


def matters(world: World, teller: Npc, hearer: Npc, topic: str) -> list[Matter]:
    """Everything that the teller could tell this hearer, each matter once."""
    return [*_happenings(world, teller, hearer, topic), *_facts(world, teller, hearer, topic)]


def praise_of(world: World, kind: str) -> float:
    """How praiseworthy a kind of happening is, in [-1, 1]."""
    event = world.pack.events.get(kind)
    if event is not None:
        return event.praise
    return world.minds.appraisal.get(kind, {}).get("praise", 0.0)


def learned_at(npc: Npc, happening: int, fact: str = "") -> float:
    """Game second at which somebody last told this NPC of a happening or fact; -1 if nobody did."""
    return max((m.at for m in mouths(npc, (happening,), fact)), default=-1.0)


# --- happenings -----------------------------------------------------------------------------------


def _happenings(world: World, teller: Npc, hearer: Npc, topic: str) -> list[Matter]:
    """What the teller holds, of each matter the version that it believes most."""
    held = teller.memories
    best: dict[int, Memory] = {}
    for number in held.happening[-NEWEST:]:
        hold, root = held[number], world.happenings.root(number)
        if root not in best or hold.strength > best[root].strength:
            best[root] = hold
    found = (_happening(world, teller, hearer, hold, topic) for hold in best.values())
    return [m for m in found if m is not None]


def _happening(world: World, teller: Npc, hearer: Npc, hold: Memory, topic: str) -> Matter | None:
    """One happening as something to tell one hearer; None if it is nothing for these ears."""
    all_ = world.happenings
    if hold.strength < FAINTEST or all_.importance[hold.happening] < LEAST:
        return None
    h = all_[hold.happening]
    if h.kind in {"introduce", SUMMARY}:
        return None
    if topic and topic not in {h.actor, h.target, h.kind, h.place, *h.names}:
        return None
    if not _fit_for(world, teller, hearer, hold, h):
        return None
    worth = _news(world, teller, hearer, hold) * h.importance * hold.strength
    if not topic:
        worth *= _fresh(world, max(h.at, learned_at(teller, hold.happening)))
        worth *= (1.0 + FEELING * hold.intensity) * _kindness(world, teller, h)
    if worth <= (0.0 if topic else WORTH):
        return None
    confided = h.kind in PRIVATE or hushed(teller, hold.happening)
    if not confided:
        return Matter(worth, hold.happening, "")
    return _in_confidence(world, teller, hearer, Matter(worth, hold.happening, ""), CONFIDE)


def _fit_for(world: World, teller: Npc, hearer: Npc, hold: Memory, h: Happening) -> bool:
    """Nobody hears to his face what is no credit to him, and nobody tells it of himself."""
    claim = claim_of(teller, hold.happening)
    actor = world.happenings[claim].actor if claim >= 0 else h.actor
    root = world.happenings.root(hold.happening)
    doer = world.happenings[root].actor if root in world.happenings else h.actor
    if hearer.id in (actor, h.actor, doer):
        return claim < 0 and h.actor == doer and praise_of(world, h.kind) > 0.0
    if claim >= 0 and actor in world.npcs and world.npcs[actor].place == teller.place:
        return False  # nobody is blamed within his own hearing
    return actor != teller.id or praise_of(world, h.kind) >= 0.0


def _news(world: World, teller: Npc, hearer: Npc, hold: Memory) -> float:
    """1.0 for what is new to the hearer, less for what others told it, 0.0 for what is no use."""
    family = world.happenings.tellings(hold.happening)
    known = [hearer.memories[n] for n in family if n in hearer.memories]
    sources = [hold.teller, *(n for m in mouths(teller, family) for n in (m.teller, m.origin))]
    if hearer.id in sources:
        return 0.0  # it came from there
    if not known:
        return 1.0
    if any(k.source in SEEN for k in known):
        return 0.0  # it was there: it knows better
    told = mouths(hearer, family)
    since = max((m.at for m in told if m.teller == teller.id), default=None)
    if since is None and any(k.teller == teller.id for k in known):
        since = world.now
    if since is not None and not _thinks_better(teller, hold, told, since):
        return 0.0  # it had all that from this mouth
    return ALREADY if len(told) < MOUTHS else 0.0


def _thinks_better(teller: Npc, hold: Memory, told: Sequence[Mouth], since: float) -> bool:
    """Whether the teller came to believe another version after it told the hearer one."""
    claim = claim_of(teller, hold.happening)
    version = claim if claim >= 0 else hold.happening
    first = min((m.at for m in mouths(teller, (hold.happening,))), default=-1.0)
    return first > since and all(m.happening != version for m in told if m.teller == teller.id)


def _fresh(world: World, at: float) -> float:
    return float(2.0 ** (-max(0.0, world.now - at) / FRESH_S))


def _kindness(world: World, teller: Npc, h: Happening) -> float:
    """The kind tell good rather than ill; nobody likes to speak ill of a friend."""
    praise, agreeable = praise_of(world, h.kind), teller.big5[3]
    if praise >= 0.0:
        return 1.0 + KIND * agreeable * praise
    liking = standing_of(world, teller, h.actor).affinity if h.actor else 0.0
    return (1.0 + KIND * agreeable * praise) * (1.0 - max(0.0, liking))


# --- facts ----------------------------------------------------------------------------------------


def _facts(world: World, teller: Npc, hearer: Npc, topic: str) -> list[Matter]:
    """Facts that the teller learned in play; what is common knowledge is no gossip."""
    newest = list(teller.beliefs)[-NEWEST:]
    found = (_fact(world, teller, hearer, belief, topic) for belief in newest)
    return [m for m in found if m is not None]


def _fact(world: World, teller: Npc, hearer: Npc, belief: Belief, topic: str) -> Matter | None:
    if belief.fact not in world.lore or belief.strength < FAINTEST:
        return None
    fact = world.lore.fact(belief.fact)
    known = world.lore.known(teller, belief.fact)
    if (topic and topic not in known.about) or (fact.trust is not None and hearer.id in fact.about):
        return None
    worth = _fact_news(world, teller, hearer, belief) * known.importance * belief.strength
    if not topic:
        worth *= _fresh(world, belief.at)
    if worth <= (0.0 if topic else WORTH):
        return None
    matter = Matter(worth, -1, belief.fact)
    if fact.trust is None:
        return matter
    told = _in_confidence(world, teller, hearer, matter, max(CONFIDE, fact.trust))
    return None if told is not None and told.betrayed else told  # a secret keeps its threshold


def _fact_news(world: World, teller: Npc, hearer: Npc, belief: Belief) -> float:
    """As ``_news``."""
    known = hearer.beliefs.get(belief.fact)
    if known is None:
        return 0.0 if world.lore.reaches(hearer, belief.fact, world.query()) else 1.0
    if hearer.id in (belief.teller, *(m.origin for m in mouths(teller, fact=belief.fact))):
        return 0.0
    told: Sequence[Mouth] = mouths(hearer, fact=belief.fact)
    heard = known.teller == teller.id or any(m.teller == teller.id for m in told)
    return 0.0 if heard or len(told) >= MOUTHS or known.source in SEEN else ALREADY


def _in_confidence(
    world: World, teller: Npc, hearer: Npc, matter: Matter, trust: float
) -> Matter | None:
    """What was confided goes to the trusted; the careless now and then give it away."""
    if standing_of(world, teller, hearer.id).trust >= trust:
        return matter._replace(confided=True)
    dice = world.dice(teller.id, f"betray.{matter.happening}.{matter.fact}")
    if dice.roll(hearer.id) < CARELESS * max(0.0, -honesty(teller)):
        return matter._replace(confided=True, betrayed=True)
    return None
