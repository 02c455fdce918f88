"""The ``Grounds`` of one scene: what a mind weighs a statement against, all within its reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.mind.scene import Derived
from personagen_npc.mind.statements.claims import claim_of
from personagen_npc.mind.statements.statement import relations
from personagen_npc.words.stem import stem
from personagen_npc.world.knowledge.infer import Premise, links

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Known
    from personagen_npc.world.knowledge.lore import Lore
    from personagen_npc.world.knowledge.rivals import Rivals

EVERYTHING = 2.0  # a trust that every secret is told at: trust ends at 1


class Held:
    """What one NPC holds of the pack's facts at one moment, and how far it trusts whom.

    ``trust`` is how far it trusts whoever listens: what follows from a secret is one.
    """

    __slots__ = ("_lore", "_npc", "_query", "_rivals", "_trust", "_trust_in")

    def __init__(
        self, rivals: Rivals, lore: Lore, npc: Npc, query: Mapping[str, Any],
        trust_in: Callable[[str], float], trust: float = EVERYTHING,
    ) -> None:  # fmt: skip
        self._rivals, self._lore = rivals, lore
        self._npc, self._query = npc, query
        self._trust_in, self._trust = trust_in, trust

    def rivals(self, fact: str) -> Sequence[Known]:
        """See ``mind.scene.Grounds``."""
        against = self._rivals.of(fact)
        return self._within(against) if against else ()

    def against(self, fact: str) -> Sequence[tuple[str, str, str]]:
        """See ``mind.scene.Grounds``."""
        return [self._claim(f) for f in self._rivals.of(fact) if f in self._lore]

    def was(self, fact: str) -> Sequence[tuple[str, str, str]]:
        """See ``mind.scene.Grounds``."""
        return [self._claim(f) for f in self._rivals.before(fact) if f in self._lore]

    def _claim(self, fact: str) -> tuple[str, str, str]:
        stated = self._lore.fact(fact)
        return claim_of(fact, stated.triple, stated.about)

    def on(self, subject: str, relation: str) -> Sequence[Known]:
        """See ``mind.scene.Grounds``."""
        return self._within(self._rivals.on(subject, relation))

    def trust_in(self, who: str) -> float:
        """See ``mind.scene.Grounds``."""
        return self._trust_in(who)

    def names(self) -> frozenset[str]:
        """See ``mind.scene.Grounds``."""
        return self._rivals.ids

    def infer(self, about: str, word: str) -> Derived | None:
        """See ``mind.scene.Grounds``."""
        table, root = relations(), stem(word)
        asked = table.asked.get(root)
        if asked is None:
            return None
        relation, back = asked
        says, kind = table.of(relation).says, table.kinds.get(root, "")
        for link in links(self.premises, about, relation, back) if says else ():
            is_ = self._rivals.kinds.get(link.to, "")
            if kind and is_ and is_ != kind:
                continue
            ways = table.by_word if root in table.kin and (is_ or not kind) else says
            ends = (link.to, about) if back else (about, link.to)
            return Derived(*_ordered(relation, ends), word, ways, link.confidence, link.facts)
        return None

    def premises(self, name: str) -> Iterator[Premise]:
        """Statements of a name that are held and may be told to whoever listens."""
        for known in self._within(self._rivals.about(name)):
            said = self._rivals.statement(known.id)
            tellable = known.trust is None or known.trust <= self._trust
            if said is not None and known.triple is not None and tellable and not known.stale:
                yield Premise(said, min(1.0, known.strength), known.id)

    def _within(self, facts: Sequence[str]) -> list[Known]:
        lore, npc, query = self._lore, self._npc, self._query
        return [
            lore.known(npc, f, 0.0, query)
            for f in facts
            if f in lore and lore.reaches(npc, f, query)
        ]


def _ordered(relation: str, ends: tuple[str, str]) -> tuple[str, str, str]:
    return ends[0], relation, ends[1]
