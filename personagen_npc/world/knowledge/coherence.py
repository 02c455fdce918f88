"""Coherence: how often an NPC contradicts its persona, what it holds, or what it said itself.

A ``Watch`` follows replies from outside. It trusts none of the bookkeeping by which minds avoid
contradictions: it reads what was told and the words that were said, and keeps a record of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.mind.statements.believing import trust_of
from personagen_npc.mind.statements.claims import claim_of, made
from personagen_npc.mind.statements.stated import of_self, of_world, trade_in
from personagen_npc.mind.statements.statement import Statement, relations
from personagen_npc.world.scenes import grounds_for, query_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.world import World

ANNOUNCED: Final = "answer.stance."  # rules whose lines say that a mind was changed
SLACK: Final = 0.06  # what was said before may stand against what is trusted so little more, [D]
_SENTENCE: Final = re.compile(r"[^.!?]+")


class Claim(NamedTuple):
    """One thing that an NPC said to somebody, and the fact that it came from, if any."""

    npc: str
    to: str
    said: Statement
    fact: str
    turn: str


class Conflict(NamedTuple):
    """A claim and what it goes against: ``persona``, ``graph`` or ``own`` history."""

    kind: str
    claim: Claim
    against: str


class Watch:
    """Counts claims and conflicts over any number of turns of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._made: dict[tuple[str, str], list[Claim]] = {}
        self.claims = 0
        self.lies = 0
        self.conflicts: list[Conflict] = []

    @property
    def share(self) -> float:
        """Claims in conflict, tagged lies aside, of all claims."""
        return len(self.conflicts) / self.claims if self.claims else 0.0

    def turn(self, reply: Reply) -> list[Conflict]:
        """Take a reply; call it when its step is done. Returns what it conflicts with."""
        npc = self._world.npcs[reply.npc]
        announced = str(reply.why["spoken"]["line"]).startswith(ANNOUNCED)
        found: list[Conflict] = []
        for claim in _claims(self._world, npc, reply):
            self.claims += 1
            before = self._made.setdefault((reply.npc, reply.player), [])
            if self._is_lie(npc, claim):
                self.lies += 1
            else:
                found += self._against(npc, claim, before, announced)
            before[:] = [b for b in before if not self._opposed(claim, b)] if announced else before
            before.append(claim)
        self.conflicts += found
        return found

    def _is_lie(self, npc: Npc, claim: Claim) -> bool:
        """Whether the NPC marked it as said on purpose against what it holds."""
        if not claim.fact:
            return False
        fact = self._world.lore.fact(claim.fact)
        key = claim_of(claim.fact, fact.triple, fact.about)
        mine = made(npc.graph, key, claim.to, self._world.now)
        return any(t.source == "lie" for _, t in mine)

    def _against(
        self, npc: Npc, claim: Claim, before: list[Claim], announced: bool
    ) -> Iterator[Conflict]:
        persona = _persona(npc, claim.said)
        if persona:
            yield Conflict("persona", claim, persona)
        held = self._held(npc, claim)
        if held:
            yield Conflict("graph", claim, held)
        for other in before if not announced else ():
            if self._opposed(claim, other):
                yield Conflict("own", claim, f"{other.fact or ' '.join(other.said)} ({other.turn})")

    def _opposed(self, one: Claim, other: Claim) -> bool:
        rivals = self._world.rivals
        if one.fact and other.fact:
            gone = (*rivals.of(one.fact), *rivals.before(one.fact))
            if other.fact in gone and one.said != other.said:
                return True
        return relations().opposed(one.said, other.said, rivals.ids)

    def _held(self, npc: Npc, claim: Claim) -> str:
        """A fact that the NPC holds against the claim, trusts more, and might have told."""
        world = self._world
        query = query_for(world, npc, claim.to)
        grounds = grounds_for(world, npc, query)
        standing = world.relations.get(npc.profile, claim.to, world.faction_of(claim.to), world.now)
        if not claim.fact:
            rivals = grounds.on(claim.said.subject, claim.said.relation)
            own = 0.0
        else:
            rivals = grounds.rivals(claim.fact)
            own = trust_of(world.lore.known(npc, claim.fact), grounds.trust_in)
        for known in rivals:
            tellable = known.trust is None or known.trust <= standing.trust
            against = claim.fact or (
                known.triple is not None
                and relations().opposed(
                    claim.said, relations().plain(*known.triple), world.rivals.ids
                )
            )
            surer = trust_of(known, grounds.trust_in) > own + SLACK
            if against and tellable and surer and not known.stale:
                return known.id
        return ""


def _claims(world: World, npc: Npc, reply: Reply) -> Iterator[Claim]:
    """What a reply states: facts told, and what its words say of the speaker or of others."""
    for fact in reply.told:
        stated = world.lore.fact(fact)
        key = claim_of(fact, stated.triple, stated.about)
        yield Claim(npc.id, reply.player, relations().plain(*key), fact, reply.turn)
    names = world.minds.perceiver.names
    for sentence in _SENTENCE.findall(reply.text):
        said = of_self(sentence, npc.id, names)
        if said is None and not reply.told:
            said = of_world(sentence, names)
        if said is not None:
            yield Claim(npc.id, reply.player, said, "", reply.turn)


def _persona(npc: Npc, said: Statement) -> str:
    """The field of the profile that a statement about oneself goes against, "" if none."""
    p = npc.profile
    if said.subject != npc.id:
        return ""
    if said.relation == "lives_in" and p.home and said.object != p.home:
        return f"home {p.home}" if said.object not in {p.place, npc.place} else ""
    if said.relation == "trade":
        own = f"{p.role} {p.archetype} {p.background}".lower()
        return f"role {p.role}" if trade_in(p.role) and said.object not in own else ""
    return ""
