"""What is believed: typed triples with their evidence, and who holds which fact.

Triples are tuples in one list with an index by subject, object and relation; networkx, which needs
three times the memory and 140 ms to import, is made from them only to find paths and to export.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.errors import BadField, BadSave
from personagen_npc.events import SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import networkx as nx

VERSION = 2
ALWAYS = 1e18  # game seconds no game reaches: a triple that nothing has ended
DAY_S = 86400.0  # game seconds
FADES = 0.97  # share of its importance that a statement keeps over a game day unused, [D]
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2
USED = 0.15  # share of what is missing to full importance that one use gives back, [D]


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

    def weight(self, now: float) -> float:
        """Importance as it has faded by now, in [0, 1]; worked out on access, never stored."""
        return faded(self.importance, self.touched, now)

    def used(self, now: float) -> Triple:
        """Itself after being used: fresher, and more important than it had faded to."""
        return self._replace(importance=renewed(self.importance, self.touched, now), touched=now)


def faded(importance: float, touched: float, now: float) -> float:
    """Importance left of something last used at ``touched``, in game seconds."""
    return float(importance * FADES ** (max(0.0, now - touched) / DAY_S))


def renewed(importance: float, touched: float, now: float) -> float:
    """Importance after one more use, in [0, 1]."""
    left = faded(importance, touched, now)
    return round(left + USED * (1.0 - left), 6)


class Graph:
    """Triples in the order of adding. Conflicting ones stand side by side, each with its source.

    Only subjects are indexed, one number plainly and several as a tuple: a mind holds at most some
    hundreds of statements, and every other index would cost it more than looking through them.
    """

    __slots__ = ("_subjects", "_triples")

    def __init__(self) -> None:
        self._triples: list[Triple | None] = []
        self._subjects: dict[str, int | tuple[int, ...]] = {}

    def __len__(self) -> int:
        return sum(t is not None for t in self._triples)

    def __bool__(self) -> bool:
        return bool(self._subjects)

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

    def about(self, subject: str) -> list[tuple[int, Triple]]:
        """(number, statement) of all with this subject, oldest first."""
        held = self._subjects.get(subject)
        if held is None:  # of most nothing was ever stated
            return []
        numbers = (held,) if isinstance(held, int) else held
        return [(n, t) for n in numbers if (t := self._triples[n]) is not None]

    def put(self, number: int, triple: Triple) -> None:
        """Set the statement behind a number: the next one adds it, a taken one replaces it."""
        if number == len(self._triples):
            self.add(triple)
            return
        self._check(triple)
        self.remove(number)
        self._triples[number] = triple
        self._enter(triple.subject, number)

    def add(self, triple: Triple) -> int:
        """Add a statement; returns its number. BadField on a source or a confidence unheard of."""
        self._check(triple)
        number = len(self._triples)
        self._triples.append(triple)
        self._enter(triple.subject, number)
        return number

    def _of(self, subject: str) -> tuple[int, ...]:
        held = self._subjects.get(subject, ())
        return (held,) if isinstance(held, int) else held

    def _enter(self, subject: str, number: int) -> None:
        numbers = tuple(sorted((*self._of(subject), number)))
        self._subjects[subject] = number if len(numbers) == 1 else numbers

    def _check(self, triple: Triple) -> None:
        if triple.source not in SOURCES:
            raise BadField("no such evidence", field="source", got=triple.source, allowed=SOURCES)
        if not 0.0 <= triple.confidence <= 1.0:
            raise BadField("no share", field="confidence", got=triple.confidence, allowed="0 to 1")

    def remove(self, number: int) -> None:
        """Take a statement back; its number stays taken. Raises IndexError."""
        triple = self._triples[number]
        if triple is None:
            return
        self._triples[number] = None
        left = tuple(n for n in self._of(triple.subject) if n != number)
        if left:
            self._subjects[triple.subject] = left[0] if len(left) == 1 else left
        else:
            del self._subjects[triple.subject]

    def match(
        self,
        subject: str | None = None,
        relation: str | None = None,
        object: str | None = None,  # the third word of a triple has no other name
        at: float | None = None,
    ) -> list[Triple]:
        """Statements that fit what is given (None fits all), valid at ``at``, oldest first."""
        numbers = range(len(self._triples)) if subject is None else self._of(subject)
        wanted = (subject, relation, object)
        return [t for n in numbers if (t := self._triples[n]) is not None and _fits(t, wanted, at)]

    def around(self, name: str, at: float | None = None) -> list[Triple]:
        """Statements with ``name`` as subject or object, oldest first, each once."""
        return [t for t in self if name in (t.subject, t.object) and (at is None or t.holds(at))]

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

    def communities(self, at: float | None = None) -> list[list[str]]:
        """Who and what belong together, largest group first, each sorted; by modularity.

        Greedy modularity (Clauset, Newman, Moore 2004) has no dice in it, so it always finds the
        same groups. A link counts by how sure it is.
        """
        import networkx as nx

        linked = [t for t in sorted(self.match(at=at)) if t.subject != t.object]
        names = sorted({n for t in linked for n in (t.subject, t.object)})
        number = {name: k for k, name in enumerate(names)}  # numbers hash alike in every process
        graph = nx.Graph()
        for t in linked:
            ends = number[t.subject], number[t.object]
            graph.add_edge(
                *ends, weight=t.confidence + graph.get_edge_data(*ends, {}).get("weight", 0)
            )
        if not linked:
            return []
        found = nx.community.greedy_modularity_communities(graph, weight="weight")
        groups = [[names[k] for k in g] for g in found]
        return sorted((sorted(g) for g in groups), key=lambda g: (-len(g), g))

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
        """GraphML text, for yEd, Gephi and the like, without characters that no XML may hold."""
        import networkx as nx

        lawful = Graph()
        for t in self:
            lawful.add(Triple._make(_NO_XML.sub("", v) if isinstance(v, str) else v for v in t))
        return "\n".join(nx.generate_graphml(lawful.to_networkx()))

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


def drawn(
    nodes: Iterable[tuple[str, dict[str, Any]]], edges: Iterable[tuple[str, str, dict[str, Any]]]
) -> str:
    """GraphML text of any nodes and edges with their attributes (text, numbers, booleans)."""
    import networkx as nx

    graph = nx.MultiDiGraph()
    graph.add_nodes_from((_lawful(n), _plain(row)) for n, row in nodes)
    graph.add_edges_from((_lawful(a), _lawful(b), _plain(row)) for a, b, row in edges)
    return "\n".join(nx.generate_graphml(graph))


def _lawful(text: str) -> str:
    return _NO_XML.sub("", text)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {k: _lawful(v) if isinstance(v, str) else v for k, v in row.items()}


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
