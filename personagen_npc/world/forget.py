"""Forget: everything of a player out of every mind, for his privacy.

What he did, suffered, said or told, what was said of him by a name that the world knows, how anyone
stands to him, what was learned on him. The journal's old rows are not the world's to change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Talk
    from personagen_npc.world.world import World


def forget(world: World, player: str, true_name: str) -> None:
    """Take every trace of a player, who has left, out of a world."""
    names = {n.lower() for n in (true_name, *world.relations.names_of(player)) if n}
    gone = world.happenings.with_tellings(world.happenings.about(player))
    for npc in world.npcs.values():
        _out_of_mind(npc, player, names, gone)
    for happening in gone:
        world.happenings.remove(happening)
        world.vectors.remove(happening)
    world.happenings.forget_name(player)
    for talk in world.talks.values():
        _out_of_talk(talk, player, names)
    world.relations.forget(player)
    world.policy.forget_player(player)
    world.ledger.forget_player(player)
    world.actions = {
        i: a
        for i, a in world.actions.items()
        if a.player != player and player not in a.args.values()
    }
    world.whys.clear()


def _out_of_mind(npc: Npc, player: str, names: set[str], gone: list[int]) -> None:
    held = npc.memories
    told = [h for h, t in zip(held.happening, held.teller, strict=True) if t == player]
    held.drop_many([*gone, *told])
    for fact in [b.fact for b in npc.beliefs if b.teller == player]:
        npc.beliefs.forget(fact)
    lost = frozenset(gone)
    for number, triple in list(npc.graph.numbered()):
        of_him = player in (triple.subject, triple.object, triple.teller)
        if of_him or not lost.isdisjoint(triple.evidence):
            npc.graph.remove(number)
    npc.spoken = [line for line in npc.spoken if not _mentions(line, names)]
    # a feeling stays what it was, but nobody can tell any more who caused it
    npc.emotions = [
        e._replace(cause="") if _caused(e.cause, player) else e for e in npc.emotions
    ]  # fmt: skip


def _out_of_talk(talk: Talk, player: str, names: set[str]) -> None:
    talk.entities = tuple(e for e in talk.entities if e[0] != player)
    talk.heard = tuple(h for h in talk.heard if not _mentions(h, names))
    for part in ("topic", "said", "source"):
        if _mentions(getattr(talk, part), names):
            setattr(talk, part, "")


def _mentions(text: str, names: set[str]) -> bool:
    low = text.lower()
    return any(name in low for name in names)


def _caused(cause: str, player: str) -> bool:
    """Causes read ``said:WHO:INTENT`` and ``event:KIND:WHO``."""
    return cause.startswith(f"said:{player}:") or cause.endswith(f":{player}")
