"""Further: asked for more, the next thing known of the matter, its reason, or that this was all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.mind.moves.move import NO_MOVE, Move
from personagen_npc.mind.recall import ENOUGH, Found
from personagen_npc.mind.remembering.runs import Runs
from personagen_npc.mind.telling.links import grounds_of
from personagen_npc.tables import table
from personagen_npc.words.stem import stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Known, Scene

_TABLE: Final = table("mind/data/moves.yaml")
_MORE: Final = Runs(_TABLE["more"])
MOST_WORDS: Final[int] = _TABLE["most_words"]
LOOKED_AT: Final = 8
BESIDE: Final = 0.3  # share of the matter that a fact of the same persons and places covers, [D]
_TELLING: Final = frozenset({"answer", "gossip", "remember", "give_opinion", "tell_source",
                             "repeat_self"})  # fmt: skip


def furthered(npc: Npc, scene: Scene, heard: Heard, said: Sequence[str]) -> Move:
    """The next fact on what was talked of, to one who asks for more and names nothing new."""
    talk = scene.talk
    if heard.intent == "ask_why" and _BARE.issuperset(said):
        return _reason(scene)
    if not talk.told or len(said) > MOST_WORDS or not _MORE.within(said):
        return NO_MOVE
    if talk.act not in _TELLING and talk.raised[-1:] != (DONE,):
        return NO_MOVE
    if any(e not in talk.entities for e in heard.entities):
        return NO_MOVE  # "what else do you know of the priest?" is a question of its own
    return asked_more(npc, scene)


def asked_more(npc: Npc, scene: Scene) -> Move:
    """The next of the matter that is told, or that this was all."""
    fact = _next(npc, scene) if scene.talk.told else None
    if fact is None:
        raised = (*scene.talk.raised, DONE)
        return Move("admit_ignorance", "that_is_all", talk={"raised": raised})
    return Move("answer", found=Found("fact", fact, facts=(fact,)))


def somewhere(scene: Scene) -> Known | None:
    """Where one who is new to a place is best sent first: to food and a bed."""
    found = scene.knowledge.search(_NEEDS, (), "place", False, LOOKED_AT)
    fits = [f for f in found if f.score >= ENOUGH and _open(scene, f)]
    return next((f for f in fits if f.id not in scene.talk.told), fits[0] if fits else None)


DONE: Final = "all"
_NEEDS: Final = stems("food eat sleep bed")
_BARE: Final = frozenset({"why", "and", "but", "is", "that", "so", "was", "it", "why's"})


def _reason(scene: Scene) -> Move:
    """To a bare "why?": the reason of what was just told, where one is known."""
    told = scene.knowledge.fact(scene.talk.last_told[-1]) if scene.talk.last_told else None
    ground = grounds_of(scene, told) if told is not None else None
    if ground is None:
        return NO_MOVE
    return Move("answer", found=Found("fact", ground, facts=(ground,)))


def _next(npc: Npc, scene: Scene) -> Known | None:
    talk = scene.talk
    names = [i for i, _ in talk.entities]
    words = [*stems(talk.topic), *(w for key in talk.heard[-3:] for w in key.split())]
    found = scene.knowledge.search(list(dict.fromkeys(words)), names, "", False, LOOKED_AT)
    for fact in found:
        if fact.id in talk.told or not _open(scene, fact):
            continue
        of_it = not set(names).isdisjoint(set(fact.about) - {npc.id})
        if fact.score >= (BESIDE if of_it else ENOUGH):
            return fact
    for name in names:
        for fact in scene.knowledge.news(name, frozenset(talk.told)):
            if name in fact.about:
                return fact
    return None


def _open(scene: Scene, fact: Known) -> bool:
    return fact.trust is None or scene.standing.trust >= fact.trust
