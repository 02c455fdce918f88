"""Proposals: new patterns put together from authored parts that paid, for a designer to decide on.

A part is a pattern's own: its words, its act, what calls it up. One's own words are proposed for
another occasion on which the act is authored to be done, and those of another of one's archetype
and culture for oneself. Nothing is written anew, no act is proposed that the occasion does not
have or the persona is not written to do, and words with a name in them stay whose they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from personagen_npc.learn.growth import matter_of
from personagen_npc.learn.outcomes import ALL
from personagen_npc.mind.npc import Grown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.world import World

FEWEST = 8  # outcomes that a part must have paid off in, [D]
BETTER = 0.1  # how much better than usual it must pay on the average, [D]
MOST = 8  # patterns that may come to the authored ones of one NPC, [D]
SHOWN = 5  # proposals at a time, [D]
_NAMED = re.compile(r"(?<![.!?\u2026] )(?<!^)\b(?!I\b)[A-Z]\w+")  # a capital inside a sentence


class Proposal(NamedTuple):
    """A pattern that could be taken up, and why.

    Attributes:
        grown: the pattern; ``on`` is False as long as nobody decided.
        source: NPC whose words they are.
        paid: mean worth of the part's outcomes there.
        usual: mean worth of all outcomes there.
        deals: outcomes of the part.
    """

    grown: Grown
    source: str
    paid: float
    usual: float
    deals: int

    def text(self) -> str:
        """As in "on ask_yesno, "Ha!" (joke): paid +0.61 against +0.12 in 14 outcomes of berta"."""
        g = self.grown
        return (
            f'{g.id}: on {g.trigger}, "{g.response_template}" ({g.act}): paid {self.paid:+.2f}'
            f" against {self.usual:+.2f} in {self.deals} outcomes of {self.source}"
        )


def proposals(world: World, npc: Npc) -> list[Proposal]:
    """What an NPC could take up, the best paid first; nothing while it is frozen or has enough."""
    closed = world.pack.evolution == "off" or npc.still or npc.profile.elasticity <= 0.0
    if closed or sum(g.on for g in npc.grown) >= MOST:
        return []
    decided = {g.id for g in npc.grown}
    own = {(p.act, p.template) for p in npc.patterns}
    written = {npc.patterns[n].act for n in range(len(npc.profile.behavioral_patterns))}
    found = [
        proposal
        for source in world.npcs.values() if source.outcomes and _alike(npc, source)
        for part in _paying(source) if part.act in written
        for proposal in _of_part(world, npc, source, part)
        if proposal.grown.id not in decided
        and (source is npc or (part.act, proposal.grown.response_template) not in own)
    ]  # fmt: skip
    found.sort(key=lambda p: (p.usual - p.paid, p.grown.id))
    return found[:SHOWN]


def _of_part(world: World, npc: Npc, source: Npc, part: _Part) -> Iterator[Proposal]:
    """One's own words on another occasion, another's words on theirs."""
    pattern = source.profile.behavioral_patterns[part.number]
    frequency = round(0.5 * npc.profile.elasticity * pattern.frequency, 3)  # half a step at first
    here = _elsewhere(world, npc, part.number) if source is npc else [pattern.trigger]
    for trigger in here:
        name = f"{part.number}:{trigger}" if source is npc else f"{source.id}:{part.number}"
        grown = Grown(name, trigger, pattern.response_template, part.act, frequency, on=False)
        yield Proposal(grown, source.id, part.paid, part.usual, part.deals)


class _Part(NamedTuple):
    number: int
    act: str
    paid: float
    usual: float
    deals: int


def _alike(npc: Npc, other: Npc) -> bool:
    same = (npc.profile.archetype, npc.profile.culture)
    return npc is other or (other.profile.archetype, other.profile.culture) == same


def _paying(npc: Npc) -> Iterator[_Part]:
    """The authored patterns of an NPC that pay and whose words could be another's."""
    usual = npc.outcomes.of(ALL).mean
    for number, pattern in enumerate(npc.profile.behavioral_patterns):
        paid = npc.outcomes.of(matter_of(number))
        free = pattern.response_template and not _NAMED.search(pattern.response_template)
        if free and paid.times >= FEWEST and paid.mean >= usual + BETTER:
            yield _Part(number, npc.patterns[number].act, paid.mean, usual, paid.times)


def _elsewhere(world: World, npc: Npc, number: int) -> list[str]:
    """Occasions that a pattern is not for, on which its act is authored to be done."""
    pattern = npc.patterns[number]
    return [i for i in world.minds.menu.occasions(pattern.act) if i not in pattern.intents]
