"""Sayings: facts that are given by subject, relation and object alone, in sentences.

A pack's own templates go before the table's, and both before what the relation's words give. Facts
of one subject and relation that are alike in all else are told together too: "bread, ale and pies".
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from personagen_npc.tables import table
from personagen_npc.words.saying import Party, in_numbers, is_many, said, worded
from personagen_npc.world.knowledge import selves

if TYPE_CHECKING:
    from personagen_npc.world.pack import Fact, Pack

TABLE: Final = Path(__file__).parents[1] / "data" / "sayings.yaml"
MOST: Final = 5  # objects that one sentence lists, [D]


class Sayings:
    """The sentences of one pack's bare facts."""

    def __init__(self, pack: Pack) -> None:
        self._own = pack.sayings
        self._names = {i: names[0] for i, names in selves.names(pack)}
        self._single = frozenset({*pack.npcs, *pack.places})
        bare = [f for f in pack.facts.values() if f.triple is not None and not f.text]
        self._bare = {f.id: self._together(f, bare) for f in bare}

    def filled(self, pack: Pack) -> Pack:
        """The pack with a text for every fact."""
        if not self._bare:
            return pack
        facts = {
            i: f.model_copy(update={"text": self.told(i, "")[0]}) if i in self._bare else f
            for i, f in pack.facts.items()
        }
        return pack.model_copy(update={"facts": facts})

    def told(self, fact: str, speaker: str, listener: str = "") -> tuple[str, ...]:
        """A bare fact as somebody says it to somebody; nothing for a fact with a text."""
        rows = self._bare.get(fact)
        if rows is None:
            return ()
        subject, relation, _ = rows[0]
        template = self._template(relation)
        who = self._party(subject, speaker, listener)
        return (said(template, who, [self._party(o, speaker, listener) for _, _, o in rows]),)

    def _together(self, fact: Fact, bare: list[Fact]) -> tuple[tuple[str, str, str], ...]:
        """Its triple, and behind the first of several of one kind those of the others."""
        alike = [f for f in bare if _kind(f) == _kind(fact)]
        first = min(alike, key=lambda f: f.id)
        many = alike[:MOST] if fact is first else [fact]
        return tuple(f.triple for f in (fact, *(a for a in many if a is not fact)) if f.triple)

    def _template(self, relation: str) -> str:
        rows: dict[str, str] = table(TABLE)
        for name in (relation, relation.removeprefix("is_")):
            found = self._own.get(name) or rows.get(name)
            if found:
                return found
        return worded(relation)

    def _party(self, who: str, speaker: str, listener: str) -> Party:
        name = self._names.get(who) or in_numbers(who.replace("_", " "))
        if who and who in (speaker, listener):
            return Party(name, 1 if who == speaker else 2)
        return Party(name, 3, who not in self._single and is_many(name))


def _kind(fact: Fact) -> tuple[object, ...]:
    subject, relation, _ = fact.triple or ("", "", "")
    return (subject, relation, fact.who, tuple(fact.when.items()), fact.trust, fact.true)
