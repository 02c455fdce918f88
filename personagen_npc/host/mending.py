"""Mend: a save again out of the good blocks of a damaged one, and a list of what is lost."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from personagen_npc.errors import BadSave
from personagen_npc.host.library import pack_from
from personagen_npc.learn.credit import Ledger
from personagen_npc.learn.policy import Policy
from personagen_npc.memory.episodes import Memories
from personagen_npc.memory.happening import Happenings
from personagen_npc.memory.vectors import Vectors
from personagen_npc.store.container import HEADER, pack_save
from personagen_npc.store.salvage import Gap, salvage
from personagen_npc.world.state import blocks, snapshot
from personagen_npc.world.state.capture import (
    HAPPENINGS,
    LEDGER,
    POLICY,
    REST,
    VECTORS,
)

if TYPE_CHECKING:
    from personagen_npc.world.world import World

PACK = "PACK"
Tree = dict[str, Any]


class Mended(NamedTuple):
    """A save that loads, and in words what is not in it any more; () if nothing was lost."""

    blob: bytes
    lost: tuple[str, ...]


def mend(data: bytes) -> Mended:
    """Mend a save of this version.

    Raises BadSave where nothing can be made of it: without its pack or its block ``WRLD``.
    """
    found = salvage(data)
    good = [piece for piece in found if not isinstance(piece, Gap)]
    lost = [f"bytes {g.start} to {g.end}: {g.why}" for g in found if isinstance(g, Gap)]
    have = dict(good)
    for needed in (PACK, REST):
        if needed not in have:
            raise BadSave(f"no repair without block {needed}: it is damaged", field=needed)
    header = orjson.loads(have[HEADER]) if HEADER in have else {}
    tree = _tree(found, header, lost)
    _without_the_lost(tree, lost)
    world = snapshot.load(orjson.dumps(tree), pack_from(have[PACK]))
    _vectors(world, [d for n, d in good if n == VECTORS], lost)
    where, made = blocks.take(world)
    header = {"world": world.name, "note": "", "time": world.now, **header, **where}
    return Mended(pack_save(header, [(PACK, have[PACK]), *made]), tuple(lost))


def _tree(found: list[tuple[str, bytes] | Gap], header: Tree, lost: list[str]) -> Tree:
    """The state as far as it is there; what was learned begins again where it is lost."""
    good = [piece for piece in found if not isinstance(piece, Gap)]
    kept = [(n, d) for n, d in good if n != HAPPENINGS]
    names = {n for n, _ in good}
    for name, fresh in ((POLICY, Policy().to_tree), (LEDGER, Ledger().to_tree)):
        if name not in names:
            kept.append((name, orjson.dumps(fresh())))
            lost.append("what was learned" if name == POLICY else "which turns were rewarded")
    if not header:
        lost.append("the header: branch, step, note")
    tree = blocks.as_tree({"branch": 1, "step": 0, "ancestry": [], **header}, kept)
    tree["happenings"] = _happenings([d for n, d in good if n == HAPPENINGS], tree, lost)
    tree["step"] = max(tree["step"], max(tree["happenings"]["step"], default=0))
    return tree


def _happenings(parts: list[bytes], tree: Tree, lost: list[str]) -> Tree:
    """Everything that happened, each in its place; lost rows are as if they had been removed."""
    count = 1 + max((h for t in tree["npcs"].values() for h in _held(t)), default=-1)
    rows = [orjson.loads(part) for part in parts]
    if not rows or rows[0]["first"]:
        lost.append("all that happened: the names in it are lost")
        return _removed(count)
    whole = _removed(0) | {"names": rows[0]["names"]}
    for part in rows:
        whole = _joined(whole, _removed(part.pop("first") - len(whole["text"])))
        whole = _joined(whole, part)
    return _joined(whole, _removed(count - len(whole["text"])))


def _joined(columns: Tree, more: Tree) -> Tree:
    return {k: v if k in ("v", "names") else v + more[k] for k, v in columns.items()}


def _removed(count: int) -> Tree:
    """Rows of happenings that were removed."""
    gone = Happenings()
    for _ in range(count):
        gone.remove(gone.add(""))
    return gone.to_tree()


def _held(npc: Tree) -> list[int]:
    triples = npc["graph"]["triples"]
    return [*npc["memories"]["happening"], *(h for t in triples if t for h in t[-1])]


def _without_the_lost(tree: Tree, lost: list[str]) -> None:
    """Out of the rest: people who are gone; out of people: memories of what is gone."""
    gone = [n for n in tree["npc_order"] if n not in tree["npcs"]]
    lost += [f"{npc}: whole mind" for npc in gone]
    tree["npc_order"] = [n for n in tree["npc_order"] if n in tree["npcs"]]
    tree["present"] = {
        p: [n for n in ids if n in tree["npcs"]] for p, ids in tree["present"].items()
    }
    tree["talks"] = [t for t in tree["talks"] if t[0] in tree["npcs"]]
    tree["relations"] = {w: r for w, r in tree["relations"].items() if w in tree["npcs"]}
    texts = tree["happenings"]["text"]
    for npc, mind in tree["npcs"].items():
        memories = Memories.from_tree(mind["memories"])
        dropped = memories.drop_many([h for h in memories.happening if texts[h] is None])
        if dropped:
            mind["memories"] = memories.to_tree()
            lost.append(f"{npc}: {dropped} memories")


def _vectors(world: World, parts: list[bytes], lost: list[str]) -> None:
    """Vectors of what is still there; those that are lost can be made again."""
    for source, some in groupby(parts, key=lambda part: Vectors.from_block(part).source):
        if source == world.vectors.source:
            world.vectors = Vectors.from_blocks(list(some))
    for happening in list(world.vectors):
        if happening not in world.happenings:
            world.vectors.remove(happening)
    without = len(world.happenings) - len(world.vectors)
    if parts and without:
        lost.append(f"{without} vectors, which are made again")
