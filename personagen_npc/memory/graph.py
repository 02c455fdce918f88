"""What is believed: typed triples with their evidence, and who holds which fact.

Triples are tuples in one list with an index by subject, object and relation; networkx, which needs
three times the memory and 140 ms to import, is made from them only to find paths and to export.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.errors import BadField, BadSave
from personagen_npc.events import SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import networkx as nx

VERSION = 1
ALWAYS = 1e18  # game seconds no game reaches: a triple that nothing has ended


class Triple(NamedTuple):
    """One statement and why it is believed.

    Attributes:
        subject: id or word.
        relation: what kind of link, for instance ``lives_in``.
        object: id or word.
        confidence: in [0, 1].
        source: one of ``events.SOURCES``.
        teller: id of who told it, "" if nobody did.
        hops: mouths it came through.
        since: game seconds from which it holds.
        until: game seconds at which it stops to hold.
    """

    subject: str
    relation: str
    object: str
    confidence: float = 1.0
    source: str = "authored"
    teller: str = ""
    hops: int = 0
    since: float = 0.0
    until: float = ALWAYS

    def holds(self, at: float) -> bool:
        """Whether it is valid at a game second."""
        return self.since <= at < self.until


class Graph:
    """Triples in the order of adding. Conflicting ones stand side by side, each with its source."""

    __slots__ = ("_objects", "_relations", "_subjects", "_triples")

    def __init__(self) -> None:
        self._triples: list[Triple | None] = []
        self._subjects: dict[str, list[int]] = {}
        self._objects: dict[str, list[int]] = {}
        self._relations: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return sum(t is not None for t in self._triples)

    def __iter__(self) -> Iterator[Triple]:
        return (t for t in self._triples if t is not None)

    def add(self, triple: Triple) -> int:
        """Add a statement; returns its number. BadField on a source or a confidence unheard of."""
        if triple.source not in SOURCES:
            raise BadField("no such evidence", field="source", got=triple.source, allowed=SOURCES)
        if not 0.0 <= triple.confidence <= 1.0:
            raise BadField("no share", field="confidence", got=triple.confidence, allowed="0 to 1")
        number = len(self._triples)
        self._triples.append(triple)
        self._subjects.setdefault(triple.subject, []).append(number)
        self._objects.setdefault(triple.object, []).append(number)
        self._relations.setdefault(triple.relation, []).append(number)
        return number

    def remove(self, number: int) -> None:
        """Take a statement back; its number stays taken. Raises IndexError."""
        triple = self._triples[number]
        if triple is not None:
            self._triples[number] = None
            self._subjects[triple.subject].remove(number)
            self._objects[triple.object].remove(number)
            self._relations[triple.relation].remove(number)

    def match(
        self,
        subject: str | None = None,
        relation: str | None = None,
        object: str | None = None,  # the third word of a triple has no other name
        at: float | None = None,
    ) -> list[Triple]:
        """Statements that fit what is given (None fits all), valid at ``at``, oldest first."""
        lists = [
            index.get(key, [])
            for index, key in (
                (self._subjects, subject),
                (self._objects, object),
                (self._relations, relation),
            )
            if key is not None
        ]
        numbers = min(lists, key=len) if lists else range(len(self._triples))
        wanted = (subject, relation, object)
        return [t for n in numbers if (t := self._triples[n]) is not None and _fits(t, wanted, at)]

    def around(self, name: str, at: float | None = None) -> list[Triple]:
        """Statements with ``name`` as subject or object, oldest first, each once."""
        numbers = sorted({*self._subjects.get(name, ()), *self._objects.get(name, ())})
        everything = (None, None, None)
        return [
            t for n in numbers if (t := self._triples[n]) is not None and _fits(t, everything, at)
        ]

    def path(self, start: str, end: str, at: float | None = None) -> list[Triple]:
        """A shortest chain of statements between two names, in either direction; [] if none."""
        import networkx as nx

        graph = nx.Graph()
        for triple in self.match(at=at):
            graph.add_edge(triple.subject, triple.object, triple=triple)
        try:
            nodes = nx.shortest_path(graph, start, end)
        except (nx.NodeNotFound, nx.NetworkXNoPath):
            return []
        return [graph.edges[pair]["triple"] for pair in pairwise(nodes)]

    def to_networkx(self) -> nx.MultiDiGraph:
        """All statements as edges, relation as key, the rest as attributes."""
        import networkx as nx

        graph = nx.MultiDiGraph()
        for t in self:
            rest = {"relation": t.relation, "confidence": t.confidence, "source": t.source}
            rest |= {"teller": t.teller, "hops": t.hops, "since": t.since, "until": t.until}
            graph.add_edge(t.subject, t.object, **rest)
        return graph

    def graphml(self) -> str:
        """GraphML text, for yEd, Gephi and the like."""
        import networkx as nx

        return "\n".join(nx.generate_graphml(self.to_networkx()))

    def to_tree(self) -> dict[str, Any]:
        """Plain lists for a save; numbers of removed statements stay taken."""
        return {"v": VERSION, "triples": [None if t is None else list(t) for t in self._triples]}

    @classmethod
    def from_tree(cls, tree: dict[str, Any]) -> Graph:
        """The inverse of ``to_tree``. Raises BadSave on another version."""
        if tree.get("v") != VERSION:
            raise BadSave("graph of another version", got=tree.get("v"), allowed=VERSION)
        self = cls()
        for row in tree["triples"]:
            if row is None:
                self._triples.append(None)
            else:
                self.add(Triple(*row))
        return self


class Belief(NamedTuple):
    """How one NPC holds an authored fact; ``at`` in game seconds, ``strength`` in [0, 1].

    ``origin``: where from, as the NPC would say it; "" leaves it to the fact.
    """

    fact: str
    source: str
    teller: str
    hops: int
    strength: float
    at: float
    origin: str = ""


class Beliefs:
    """The fact ids that one NPC holds, in the order in which it learned them."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held: dict[str, Belief] = {}

    def __len__(self) -> int:
        return len(self._held)

    def __contains__(self, fact: str) -> bool:
        return fact in self._held

    def __iter__(self) -> Iterator[Belief]:
        return iter(self._held.values())

    def get(self, fact: str) -> Belief | None:
        """How a fact is held, None if it is not."""
        return self._held.get(fact)

    def hold(
        self,
        fact: str,
        source: str = "authored",
        teller: str = "",
        hops: int = 0,
        strength: float = 1.0,
        at: float = 0.0,
        origin: str = "",
    ) -> Belief:
        """Hold a fact from now on; of two ways to have learned it the stronger stays, else the old.

        Returns:
            How it is held now.
        """
        known = self._held.get(fact)
        if known is None or strength > known.strength:
            self._held[fact] = Belief(fact, source, teller, hops, strength, at, origin)
        return self._held[fact]

    def forget(self, fact: str) -> bool:
        """Let go of a fact; says whether it was held."""
        return self._held.pop(fact, None) is not None

    def to_tree(self) -> list[list[Any]]:
        """Plain lists for a save."""
        return [list(b) for b in self._held.values()]

    @classmethod
    def from_tree(cls, tree: list[list[Any]]) -> Beliefs:
        """The inverse of ``to_tree``."""
        self = cls()
        self._held = {row[0]: Belief(*row) for row in tree}
        return self


def _fits(t: Triple, wanted: tuple[str | None, str | None, str | None], at: float | None) -> bool:
    if at is not None and not t.holds(at):
        return False
    return all(w in (None, have) for w, have in zip(wanted, t, strict=False))
