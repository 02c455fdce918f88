"""Rivals: which facts of a pack cannot both be so, worked out once when it is loaded.

Two facts are rivals if one relation that allows one object gives them two, or if the pack says that
one contradicts the other. A fact follows another if the same quest stage or variable brings the one
in as it takes the other out: then the world has changed, and nobody was wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from personagen_npc.mind.statements.statement import Statement, relations

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from personagen_npc.world.pack import Fact, Pack, Scalar

NONE: tuple[str, ...] = ()


class Rivals:
    """Statements of all shared facts, and who of them stands against whom."""

    def __init__(self, pack: Pack) -> None:
        self.ids = frozenset(
            [*pack.places, *pack.factions, *pack.things, *pack.npcs]
        )  # what has a name
        #: he or she, of those whose pronouns say so
        self.kinds = {n.id: k for n in pack.npcs.values() if (k := _kind(n.pronouns))}
        self._statements: dict[str, Statement] = {}
        self._by_subject: dict[str, list[str]] = {}
        self._by_object: dict[str, list[str]] = {}
        against: dict[str, dict[str, None]] = {}
        for fact in pack.facts.values():
            self._take(fact, against)
        self._against = {fact: tuple(sorted(others)) for fact, others in against.items()}
        self._after = _after(pack)
        #: variables and stages that bring in or take out a fact that something can be held against
        self.moved_by = frozenset(
            name.removeprefix("var.")
            for fact in pack.facts.values()
            for name in fact.when
            if fact.id in self._statements
        )

    def _take(self, fact: Fact, against: dict[str, dict[str, None]]) -> None:
        for other in fact.contradicts:
            against.setdefault(fact.id, {})[other] = None
            against.setdefault(other, {})[fact.id] = None
        if fact.triple is None:
            return
        said = relations().plain(*fact.triple)
        for other in self._by_subject.get(said.subject, ()):
            if relations().opposed(said, self._statements[other], self.ids):
                against.setdefault(fact.id, {})[other] = None
                against.setdefault(other, {})[fact.id] = None
        self._statements[fact.id] = said
        self._by_subject.setdefault(said.subject, []).append(fact.id)
        self._by_object.setdefault(said.object, []).append(fact.id)

    def of(self, fact: str) -> tuple[str, ...]:
        """Facts that cannot be so if this one is, sorted by id."""
        return self._against.get(fact, NONE)

    def before(self, fact: str) -> tuple[str, ...]:
        """Facts that were so until this one came true, sorted by id."""
        return self._after.get(fact, NONE)

    def statement(self, fact: str) -> Statement | None:
        """What a fact states, None where it has no triple."""
        return self._statements.get(fact)

    def about(self, name: str) -> list[str]:
        """Facts that state something of a name, as subject first."""
        return [*self._by_subject.get(name, ()), *self._by_object.get(name, ())]

    def on(self, subject: str, relation: str) -> list[str]:
        """Facts that state a relation of a subject."""
        return [
            f for f in self._by_subject.get(subject, ()) if self._statements[f].relation == relation
        ]


def _kind(pronouns: str) -> str:
    first = pronouns.lower().replace("/", " ").split(" ", 1)[0]
    return first if first in {"he", "she"} else ""


def _after(pack: Pack) -> dict[str, tuple[str, ...]]:
    """Fact -> those that it takes the place of, by a stage or variable that they do not share."""
    gated: dict[tuple[str, str], list[tuple[Fact, frozenset[Scalar]]]] = {}
    for fact in pack.facts.values():
        for name, wanted in fact.when.items():
            allowed = _allowed(pack, name, wanted)
            if fact.about and allowed:
                gated.setdefault((name, fact.about[0]), []).append((fact, allowed))
    after: dict[str, dict[str, None]] = {}
    for rows in gated.values():
        for fact, allowed in rows:
            for other, others in rows:
                if allowed.isdisjoint(others) and _same_matter(fact, other):
                    after.setdefault(fact.id, {})[other.id] = None
    return {fact: tuple(sorted(others)) for fact, others in after.items()}


def _same_matter(one: Fact, other: Fact) -> bool:
    """Whether two facts are asked for by the same words."""
    return not {t.lower() for t in one.topics}.isdisjoint(t.lower() for t in other.topics)


def _allowed(pack: Pack, name: str, wanted: Scalar | Sequence[Scalar]) -> frozenset[Scalar]:
    """The values under which a condition holds, where they can be told one by one."""
    quest = pack.quests.get(name.removeprefix("stage."))
    variable = pack.variables.get(name.removeprefix("var."))
    stages: Iterable[Scalar] = quest.stages if quest else variable.values if variable else ()
    every = frozenset(stages)
    if variable is not None and isinstance(variable.default, bool):
        every = frozenset((True, False))
    if isinstance(wanted, str) and wanted.startswith("!"):
        return every - {wanted[1:]}
    one_by_one = wanted if isinstance(wanted, tuple | list) else (wanted,)
    return every.intersection(one_by_one)
