"""Rumour: the way of one happening, or one fact, from its source to everybody who holds it.

For designers: it looks into every mind and says which tellings are distorted and who lied, which
nobody in the world can know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.errors import Unknown
from personagen_npc.memory.graph import Graph, Triple
from personagen_npc.words.stem import stems
from personagen_npc.world.rumours.tales import betrayed_to, claim_of, mouths
from personagen_npc.world.scenes import namer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Mouth
    from personagen_npc.world.world import World

Plain = dict[str, Any]
SEARCHED = 20_000  # newest happenings looked through for words: bounds the work of a question, [D]


class Holding(NamedTuple):
    """How one NPC holds the rumour: a version of the happening, or the fact (happening -1)."""

    npc: str
    happening: int
    source: str
    teller: str
    hops: int
    strength: float
    told: tuple[Mouth, ...]


# --- what is meant --------------------------------------------------------------------------------


def found(world: World, words: Sequence[str], names: Sequence[str]) -> int:
    """The newest happening that most of these stems and names are in. Raises Unknown if none is."""
    all_ = world.happenings
    wanted = set(all_.vocabulary.intern(words))  # derived, and a mind's next recall would do so
    said, best, most = frozenset(words), -1, 0
    for number in range(len(all_) - 1, max(-1, len(all_) - 1 - SEARCHED), -1):
        if number not in all_ or all_.parent[number] >= 0:
            continue
        h = all_[number]
        named = sum(2 for n in names if n in (h.actor, h.target, h.place, *h.names))
        kind = stems(h.kind.replace("_", " "))
        score = named + len(wanted.intersection(all_.stems(number))) + len(said.intersection(kind))
        if score > most:
            best, most = number, score
    if best < 0:
        raise Unknown("nothing that happened fits these words", field="query", got=" ".join(words))
    return best


# --- the spread of a happening --------------------------------------------------------------------


def trace(world: World, happening: int) -> Plain:
    """Every telling of a happening and everybody who holds one. Raises Unknown."""
    if happening not in world.happenings:
        raise Unknown("no such happening", field="happening", got=happening)
    root = world.happenings.root(happening)
    family = world.happenings.tellings(root)
    held = [h for npc in _minds(world) for h in _holdings(npc, family)]
    rows = [_row(world, h, depth) for depth, h in in_order(held)]
    tellings = [_telling(world, n) for n in family]
    first = root if root in world.happenings else happening
    return {
        "happening": first, "text": plain_text(world, first), "tellings": tellings,
        "items": rows, "holders": len({h.npc for h in held}),
    }  # fmt: skip


def trace_fact(world: World, fact: str) -> Plain:
    """Everybody who holds a fact, authored or told. Raises Unknown."""
    if fact not in world.lore:
        raise Unknown(f"no fact {fact!r}", field="fact", got=fact)
    held = [h for npc in _minds(world) if (h := _holding(world, npc, fact)) is not None]
    rows = [_row(world, h, depth, fact) for depth, h in in_order(held)]
    text = world.lore.fact(fact).text
    return {"fact": fact, "text": text, "items": rows, "holders": len(held), "tellings": []}


def graphml(items: Sequence[Plain], source: str) -> str:
    """The spread as GraphML: who told whom, from ``source`` on; for yEd, Gephi and the like."""
    graph = Graph()
    for row in items:
        for t in row["told_by"]:
            graph.add(Triple(t["teller"], "told", row["npc"], t["strength"], "told", t["teller"],
                             t["hops"], since=t["at"], text=t["text"]))  # fmt: skip
        if not row["told_by"]:
            teller = row["teller"] or source
            graph.add(Triple(teller, row["source"], row["npc"], row["strength"], row["source"],
                             hops=row["hops"], text=row["text"]))  # fmt: skip
    return graph.graphml()


def in_order(held: Sequence[Holding]) -> list[tuple[int, Holding]]:
    """(depth, holding) as a tree: everybody below the one he first had it from."""
    below: dict[str, list[Holding]] = {}
    npcs = {h.npc for h in held}
    for h in held:
        parent = h.teller if h.teller in npcs and h.teller != h.npc else ""
        below.setdefault(parent, []).append(h)
    out: list[tuple[int, Holding]] = []
    seen: set[str] = set()
    for h in [*below.get("", ()), *held]:  # a ring of tellers is broken at its first by id
        if h.npc not in seen:
            _descend(h.npc, below, held, out, seen)
    return out


def _descend(
    first: str, below: dict[str, list[Holding]], held: Sequence[Holding],
    out: list[tuple[int, Holding]], seen: set[str],
) -> None:  # fmt: skip
    """Append one holder and everybody below it, each once, however deep."""
    todo = [(0, first)]
    while todo:
        depth, npc = todo.pop()
        if npc in seen:
            continue
        seen.add(npc)
        out += [(depth, h) for h in held if h.npc == npc]
        children = dict.fromkeys(h.npc for h in below.get(npc, ()))
        todo += [(depth + 1, child) for child in reversed(children)]


def _minds(world: World) -> list[Npc]:
    return [world.npcs[i] for i in sorted(world.npcs)]


def _holdings(npc: Npc, family: Sequence[int]) -> list[Holding]:
    """Every version that one NPC holds, what it believes most first."""
    held = [npc.memories[n] for n in family if n in npc.memories]
    held.sort(key=lambda m: (-m.strength, m.happening))
    return [
        Holding(npc.id, m.happening, m.source, m.teller, m.hops, m.strength,
                tuple(mouths(npc, (m.happening,))))
        for m in held
    ]  # fmt: skip


def _holding(world: World, npc: Npc, fact: str) -> Holding | None:
    if not world.lore.reaches(npc, fact, world.query()):
        return None
    known = world.lore.known(npc, fact)
    told = tuple(mouths(npc, fact=fact))
    return Holding(npc.id, -1, known.source, known.teller, known.hops, known.strength, told)


def _telling(world: World, number: int) -> Plain:
    h = world.happenings[number]
    return {
        "happening": number, "parent": h.parent, "twist": h.twist, "kind": h.kind,
        "actor": h.actor, "target": h.target, "place": h.place, "importance": h.importance,
        "at": h.at, "date": str(world.dates.date(h.at)), "text": plain_text(world, number),
    }  # fmt: skip


def _row(world: World, h: Holding, depth: int, fact: str = "") -> Plain:
    npc = world.npcs[h.npc]
    twist, claim = "", -1
    if h.happening >= 0:
        twist, claim = world.happenings[h.happening].twist, claim_of(npc, h.happening)
    return {
        "depth": depth, "npc": h.npc, "name": npc.profile.name, "happening": h.happening,
        "source": h.source, "teller": h.teller, "hops": h.hops, "strength": round(h.strength, 3),
        "twist": twist, "claims": claim, "text": _as_held(world, npc, h.happening, fact),
        "told_by": [_mouth(world, h, m, fact) for m in h.told],
    }  # fmt: skip


def _mouth(world: World, h: Holding, m: Mouth, fact: str) -> Plain:
    teller = world.npcs.get(m.teller)
    betrayed = teller is not None and h.npc in betrayed_to(teller, h.happening, fact)
    return {
        "teller": m.teller, "origin": m.origin, "strength": round(m.strength, 3), "hops": m.hops,
        "at": m.at, "date": str(world.dates.date(m.at)), "betrayed": betrayed,
        "text": plain_text(world, h.happening) if h.happening >= 0 else fact,
    }  # fmt: skip


def _as_held(world: World, npc: Npc, happening: int, fact: str) -> str:
    """The text as this NPC would name those in it."""
    if happening < 0:
        return world.lore.fact(fact).text
    h, name = world.happenings[happening], namer(world, npc)
    text = h.text.replace("{actor}", name(h.actor) or "somebody")
    return text.replace("{target}", name(h.target) or "somebody")


def plain_text(world: World, happening: int) -> str:
    """A happening's text with everybody by his own name."""
    h = world.happenings[happening]
    text = h.text.replace("{actor}", _called(world, h.actor))
    return text.replace("{target}", _called(world, h.target))


def _called(world: World, who: str) -> str:
    player = world.players.get(who)
    if player is not None:
        return player.name or who
    return world.display.get(who, "") or who or "somebody"
