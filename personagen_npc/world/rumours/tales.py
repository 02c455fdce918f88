"""Tales: who told an NPC what, what it keeps to itself, and what it lies about, in its own graph.

A memory names the first mouth only. Every telling is a statement here, (matter) ``tale.from``
(where the teller said that it had it from), so that "who told you?" has an answer with a trail,
belief grows with the number of mouths, and nobody tells the same person the same thing twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.changes import Asserted
from personagen_npc.memory.graph import Triple
from personagen_npc.mind.scene import Mouth

if TYPE_CHECKING:
    from collections.abc import Iterable

    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.world import World

FROM: Final = "tale.from"  # (matter) tale.from (the teller's own source, itself if it was there)
HUSHED: Final = "tale.hushed"  # (matter) tale.hushed (who confided it)
BETRAYED: Final = "tale.betrayed"  # (matter) tale.betrayed (to whom it was given away)
# none of these is evidence: being told of something is no reason not to forget it
LIE: Final = "tale.lie"  # (matter) tale.lie (who is blamed): evidence is the truth, then the claim
KEPT: Final = 64  # statements of each of these that one NPC keeps, the oldest replaced, [D]


def matter(happening: int, fact: str = "") -> str:
    """What stands for a happening or a fact in a graph; no id of a pack begins like this."""
    return fact or f"#{happening}"


def note(world: World, npc: Npc, triple: Triple) -> None:
    """Keep a statement; of each relation the latest ``KEPT``."""
    same = [(t.since, n) for n, t in npc.graph.numbered() if t.relation == triple.relation]
    number = npc.graph.next if len(same) < KEPT else min(same)[1]
    world.do(Asserted(npc.id, number, *triple._replace(since=world.now, touched=world.now)))


def told(world: World, hearer: Npc, mouth: Mouth, *, happening: int = -1, fact: str = "") -> None:
    """The hearer notes who told it a happening or a fact, and where that one had it from."""
    note(world, hearer, Triple(
        matter(happening, fact), FROM, mouth.origin, mouth.strength, "told", mouth.teller,
        mouth.hops, importance=0.3,
    ))  # fmt: skip


def mouths(npc: Npc, happenings: Iterable[int] = (), fact: str = "") -> list[Mouth]:
    """Who told an NPC of any of these happenings or of a fact, oldest first."""
    found = [
        Mouth(t.teller, t.object, t.confidence, t.hops, t.since, number)
        for number in ((-1,) if fact else happenings)
        for _, t in npc.graph.about(matter(number, fact))
        if t.relation == FROM
    ]
    return sorted(found, key=lambda m: m.at)


def hush(world: World, npc: Npc, by: str, happening: int) -> None:
    """An NPC takes a happening as told in confidence."""
    if not hushed(npc, happening):
        note(world, npc, Triple(matter(happening), HUSHED, by, source="told", teller=by))


def hushed(npc: Npc, happening: int) -> bool:
    """Whether an NPC was told of a happening in confidence."""
    return any(t.relation == HUSHED for _, t in npc.graph.about(matter(happening)))


def betray(world: World, npc: Npc, to: str, *, happening: int = -1, fact: str = "") -> None:
    """An NPC told somebody what it should have kept to itself: tagged, for a trace to show."""
    note(world, npc, Triple(matter(happening, fact), BETRAYED, to, source="seen"))


def betrayed_to(npc: Npc, happening: int = -1, fact: str = "") -> frozenset[str]:
    """To whom an NPC gave away a happening or a fact that was confided to it."""
    rows = npc.graph.about(matter(happening, fact))
    return frozenset(t.object for _, t in rows if t.relation == BETRAYED)


def lie(world: World, npc: Npc, blamed: str, truth: int, claim: int) -> None:
    """An NPC claims another happening than the one that it knows, from now on and to everybody."""
    note(world, npc, Triple(
        matter(truth), LIE, blamed, source="lie", importance=0.5,
        text=world.happenings[claim].text, evidence=(truth, claim),
    ))  # fmt: skip


def claim_of(npc: Npc, happening: int) -> int:
    """The happening that an NPC claims instead of one that it knows; -1 if it does not lie."""
    for _, t in npc.graph.about(matter(happening)):
        if t.relation == LIE and len(t.evidence) == 2:
            return t.evidence[1]
    return -1
