"""What is believed: typed triples with their evidence, and who holds which fact.

Triples are tuples in one list with an index by subject, object and relation; networkx, which needs
three times the memory and 140 ms to import, is made from them only to find paths and to export.
"""

from __future__ import annotations

from bisect import insort
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.errors import BadField, BadSave
from personagen_npc.events import SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator

    import networkx as nx

VERSION = 2
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
        importance: in [0, 1]; fades with the days, and being used renews it.
        touched: game second at which it was last stated or used.
        text: how it is said, with the slots of a happening's text; "" leaves it to the reader.
        evidence: happenings on which it rests.
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
    importance: float = 0.5
    touched: float = 0.0
    text: str = ""
    evidence: tuple[int, ...] = ()

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

    @property
    def next(self) -> int:
        """The number that the next statement gets."""
        return len(self._triples)

    def __getitem__(self, number: int) -> Triple | None:
        """The statement behind a number, None if it was removed. Raises IndexError."""
        return self._triples[number]

    def numbered(self) -> Iterator[tuple[int, Triple]]:
        """(number, statement) of all, oldest first."""
        return ((n, t) for n, t in enumerate(self._triples) if t is not None)

    def put(self, number: int, triple: Triple) -> None:
        """Set the statement behind a number: the next one adds it, a taken one replaces it."""
        if number == len(self._triples):
            self.add(triple)
            return
        self.remove(number)
        self._check(triple)
        self._triples[number] = triple
        for index, key in self._keys(triple):
            insort(index.setdefault(key, []), number)

    def add(self, triple: Triple) -> int:
        """Add a statement; returns its number. BadField on a source or a confidence unheard of."""
        self._check(triple)
        number = len(self._triples)
        self._triples.append(triple)
        for index, key in self._keys(triple):
            index.setdefault(key, []).append(number)
        return number

    def _keys(self, triple: Triple) -> tuple[tuple[dict[str, list[int]], str], ...]:
        return (
            (self._subjects, triple.subject),
            (self._objects, triple.object),
            (self._relations, triple.relation),
        )

    def _check(self, triple: Triple) -> None:
        if triple.source not in SOURCES:
            raise BadField("no such evidence", field="source", got=triple.source, allowed=SOURCES)
        if not 0.0 <= triple.confidence <= 1.0:
            raise BadField("no share", field="confidence", got=triple.confidence, allowed="0 to 1")

    def remove(self, number: int) -> None:
        """Take a statement back; its number stays taken. Raises IndexError."""
        triple = self._triples[number]
        if triple is not None:
            self._triples[number] = None
            for index, key in self._keys(triple):
                index[key].remove(number)
                if not index[key]:
                    del index[key]

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
            rest |= {"importance": t.importance, "text": t.text}
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
                triple = Triple(*row)
                self.add(triple._replace(evidence=tuple(triple.evidence)))
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
