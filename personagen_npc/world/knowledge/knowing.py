"""Knowing: all that one NPC holds, as one graph. Nothing out of its reach is in it.

Facts of the pack within its reach, the persona's own knowledge nodes, and its own statements (ties,
claims, conclusions, what it was told) stand side by side as triples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.memory.graph import ALWAYS, Graph, Triple
from personagen_npc.mind.statements.believing import trust_of
from personagen_npc.mind.statements.claims import OWN, SAYS, claim_of
from personagen_npc.world.knowledge.selves import node_id
from personagen_npc.world.scenes import grounds_for, query_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.world import World

LINKED = "linked_to"  # by a fact that names both
Plain = dict[str, Any]


class Piece(NamedTuple):
    """One statement of the graph; ``fact`` and ``secret`` (trust that it takes) if it is one."""

    triple: Triple
    fact: str = ""
    secret: float | None = None
    about: tuple[str, ...] = ()


def pieces(world: World, npc: Npc, player: str = "") -> list[Piece]:
    """Everything that an NPC holds now: facts first, by id, then its own statements in order."""
    query = query_for(world, npc, player)
    grounds = grounds_for(world, npc, query)
    told = _touched(npc)
    out: list[Piece] = []
    for fact in world.lore.granted(npc, query):
        known = world.lore.known(npc, fact, 0.0, query)
        key = claim_of(fact, known.triple, known.about)
        belief = npc.beliefs.get(fact)
        said = told.get(key)
        importance, touched = (said.importance, said.touched) if said else (known.importance, 0.0)
        sure = round(max(0.0, min(1.0, trust_of(known, grounds.trust_in))), 3)
        triple = Triple(
            *key, sure, known.source, known.teller, known.hops,
            belief.at if belief is not None else 0.0, ALWAYS, importance, touched, known.text,
        )  # fmt: skip
        out.append(Piece(triple, fact, known.trust, known.about))
    return out + [Piece(t) for t in npc.graph]


def _touched(npc: Npc) -> dict[tuple[str, str, str], Triple]:
    """The claim by which each thing was said last."""
    out: dict[tuple[str, str, str], Triple] = {}
    for t in npc.graph:
        known = out.get(t[:3])
        if t.source in OWN and (known is None or t.touched > known.touched):
            out[t[:3]] = t
    return out


def knowing(world: World, npc: Npc, player: str = "", *, named: bool = False) -> Graph:
    """The same as a graph, to find paths and groups in and to export.

    A fact without a triple links all that it is about. ``named``: only what has a name of its own.
    """
    graph = Graph()
    for piece in pieces(world, npc, player):
        for t in _links(piece):
            if not named or (_has_name(world, t.subject) and _has_name(world, t.object)):
                graph.add(t)
    return graph


def _links(piece: Piece) -> list[Triple]:
    t = piece.triple
    if t.relation != SAYS or not piece.fact:
        return [t]
    others = [a for a in piece.about if a != t.subject]
    return [t._replace(relation=LINKED, object=a) for a in others] or [t]


def _has_name(world: World, who: str) -> bool:
    return who in world.display or who in world.players


def nodes(world: World, npc: Npc) -> list[Plain]:
    """The persona's authored knowledge, in the design's own shape, as it is by now.

    ``last_accessed`` is the game second in which it was last told; being told makes a node more
    important, days of silence less.
    """
    out: list[Plain] = []
    told = _touched(npc)
    for node in npc.profile.knowledge_graph.values():
        fact = node_id(npc.id, node.id, ())
        said = told.get((npc.id, SAYS, fact))
        plain = node.model_dump(mode="json", exclude={"asked"})
        if said is not None:
            plain["last_accessed"] = said.touched
            plain["importance"] = round(said.weight(world.now), 4)
        out.append(plain)
    return out


def look(world: World, request: Plain) -> Plain:
    """Answer ``ask what=graph``: everything, what is around a name, a path, groups, GraphML."""
    npc = world.npc(request["npc"])
    player, limit = request.get("player") or "", request.get("limit", 20)
    held = pieces(world, npc, player)
    of, to = request.get("of"), request.get("to")
    answer: Plain = {"npc": npc.id}
    if of and to:
        chain = knowing(world, npc, player, named=True).path(of, to, world.now)
        known = {t: p for p in held for t in _links(p)}
        held = [known[t]._replace(triple=t) for t in chain]
    elif of:
        held = [p for p in held if of in (p.triple.subject, p.triple.object)]
    else:
        answer["nodes"] = nodes(world, npc)
    if request.get("groups"):
        answer["groups"] = knowing(world, npc, player, named=True).communities(world.now)
    if request.get("graphml"):
        answer["graphml"] = knowing(world, npc, player).graphml()
    answer["items"] = [_row(world, p) for p in held[:limit]]
    answer["more"] = len(held) > limit
    return answer


def _row(world: World, piece: Piece) -> Plain:
    t = piece.triple
    return {
        "subject": t.subject, "relation": t.relation, "object": t.object, "text": t.text,
        "confidence": round(t.confidence, 3), "source": t.source, "teller": t.teller,
        "hops": t.hops, "since": t.since, "until": t.until if t.until < ALWAYS else None,
        "importance": round(t.weight(world.now) if t.touched else t.importance, 3),
        "touched": t.touched, "evidence": list(t.evidence), "fact": piece.fact,
        "secret": piece.secret,
    }  # fmt: skip


def everything(world: World, npc: Npc) -> Iterator[Plain]:
    """All rows of an NPC's graph, for an export."""
    return (_row(world, p) for p in pieces(world, npc))
