"""Forget: everything of a player out of every mind, for his privacy.

What he did, suffered, said or told, what was said of him by a name that the world knows, how anyone
stands to him, what was learned on him. The journal's old rows are not the world's to change.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from personagen_npc.world.people import kin
from personagen_npc.world.people.ties import PREFIX
from personagen_npc.world.rumours.tales import matter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from personagen_npc.memory.graph import Triple
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Talk
    from personagen_npc.world.world import World


class Trace(NamedTuple):
    """What of a player is to go: his id, a pattern of his names (None: no name), happenings."""

    player: str
    named: re.Pattern[str] | None
    gone: frozenset[int]

    def speaks(self, text: str | None) -> bool:
        """Whether a text names him."""
        return text is not None and self.named is not None and bool(self.named.search(text))


def forget(world: World, player: str, true_name: str) -> None:
    """Take every trace of a player, who has left, out of a world."""
    trace = Trace(player, _pattern(world, {true_name, *world.relations.names_of(player)}),
                  frozenset())  # fmt: skip
    happenings = world.happenings
    named = [h for h, text in enumerate(happenings.text) if trace.speaks(text)]
    gone = happenings.with_tellings([*happenings.about(player), *named])
    trace = trace._replace(gone=frozenset(gone))
    for npc in world.npcs.values():
        _out_of_mind(world, npc, trace)
    for happening in gone:
        happenings.remove(happening)
        world.vectors.remove(happening)
    happenings.forget_name(player)
    for talk in world.talks.values():
        _out_of_talk(talk, trace)
    world.relations.forget(player)
    world.policy.forget_player(player)
    world.network.forget_player(player)
    world.ledger.forget_player(player)
    world.actions = {
        i: a
        for i, a in world.actions.items()
        if a.player != player and player not in a.args.values()
    }
    world.whys.clear()


def _pattern(world: World, names: Iterable[str]) -> re.Pattern[str] | None:
    """His names as whole words in any case, but for those by which somebody else goes as well."""
    others = {name.lower() for name in world.display.values()}
    others |= {p.name.lower() for p in world.players.values()}
    his = sorted(n for n in names if n and n.lower() not in others)
    if not his:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, his))})(?!\w)", re.IGNORECASE)


def _out_of_mind(world: World, npc: Npc, trace: Trace) -> None:
    held, player = npc.memories, trace.player
    told = [h for h, t in zip(held.happening, held.teller, strict=True) if t == player]
    if player in world.relations.known(npc.id) or not trace.gone.isdisjoint(held.happening):
        npc.spoken.clear()  # lines that may say again what he said
    held.drop_many([*trace.gone, *told])
    for happening in trace.gone:
        npc.lines.pop(f"mem#{happening}", None)
    for fact in [b.fact for b in npc.beliefs if b.teller == player]:
        npc.beliefs.forget(fact)
    _out_of_graph(world, npc, trace)
    npc.notes.pop(player, None)
    if npc.outcomes.forget(player):
        npc.mature()
    npc.spoken = [line for line in npc.spoken if not trace.speaks(line)]
    # a feeling stays what it was, but nobody can tell any more who caused it
    npc.emotions = [
        e._replace(cause="") if _caused(e.cause, player) else e for e in npc.emotions
    ]  # fmt: skip


def _out_of_graph(world: World, npc: Npc, trace: Trace) -> None:
    """Every statement of him, by him or resting on him; a tie to somebody else only loses words."""
    lost = {matter(h) for h in trace.gone}
    for number, triple in list(npc.graph.numbered()):
        if not _of_him(triple, trace) and triple.subject not in lost:
            continue
        if triple.relation.startswith(PREFIX) and trace.player not in triple[:3]:
            npc.graph.put(number, _wordless(triple, trace))
        else:
            npc.graph.remove(number)
    if trace.player in npc.profile.ties:
        ties = {other: tie for other, tie in npc.profile.ties.items() if other != trace.player}
        npc.profile = npc.profile.model_copy(update={"ties": ties})
    kin.introduce(world, npc)


def _of_him(triple: Triple, trace: Trace) -> bool:
    return (
        trace.player in (triple.subject, triple.object, triple.teller)
        or any(map(trace.speaks, (triple.subject, triple.object, triple.text)))
        or not trace.gone.isdisjoint(triple.evidence)
    )


def _wordless(triple: Triple, trace: Trace) -> Triple:
    """A tie without a note on him, or evidence that is gone."""
    evidence = tuple(h for h in triple.evidence if h not in trace.gone)
    text = "" if trace.speaks(triple.text) else triple.text
    teller = "" if triple.teller == trace.player else triple.teller
    return triple._replace(evidence=evidence, text=text, teller=teller)


def _out_of_talk(talk: Talk, trace: Trace) -> None:
    talk.entities = tuple(e for e in talk.entities if e[0] != trace.player)
    talk.heard = tuple(h for h in talk.heard if not trace.speaks(h))
    if not trace.gone.isdisjoint((*talk.mentioned, *talk.last_mentioned)):
        talk.said = talk.topic = ""  # it may say again what he said
    talk.mentioned = tuple(h for h in talk.mentioned if h not in trace.gone)
    talk.last_mentioned = tuple(h for h in talk.last_mentioned if h not in trace.gone)
    if talk.plea is not None and trace.player in talk.plea["args"].values():
        talk.plea = None
    for part in ("topic", "said", "source"):
        if trace.speaks(getattr(talk, part)):
            setattr(talk, part, "")


def _caused(cause: str, player: str) -> bool:
    """Causes read ``said:WHO:INTENT`` and ``event:KIND:WHO``."""
    return cause.startswith(f"said:{player}:") or cause.endswith(f":{player}")
