"""Views: an opinion is met with the NPC's own, and a claim stands or falls with its grounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.mind.moves.move import NO_MOVE, Move
from personagen_npc.mind.recall import ENOUGH, Found
from personagen_npc.mind.remembering.runs import Runs
from personagen_npc.mind.statements.statement import relations
from personagen_npc.tables import table
from personagen_npc.words.stem import stem, stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Known, Scene

_TABLE: Final = table("mind/data/moves.yaml")
_THINKS: Final = Runs(_TABLE["thinks"])
_GROUNDS: Final = Runs(_TABLE["grounds"])
_STATING: Final = frozenset({"tell", "share_news", "accuse", "disagree", "agree"})
_WORDS: Final = frozenset(stem(w) for w in ("think", "believe", "reckon", "suspect", "bet", "guess",
                                            "say", "suppose", "ask", "do", "did", "it", "opinion",
                                            "sure", "was", "must", "feel", "doubt"))  # fmt: skip
_SOME: Final = frozenset({"npc", "player", "faction"})
LOOKED_AT: Final = 5


def viewed(npc: Npc, scene: Scene, heard: Heard, said: Sequence[str]) -> Move:
    """The NPC's own view of what the player thinks; where it has its own from, if asked why."""
    if _GROUNDS.within(said):
        return _grounds(scene)
    if heard.intent not in _STATING or not _THINKS.within(said):
        return NO_MOVE
    if heard.intent == "accuse" and "you" in said:
        return NO_MOVE
    accused = next((i for i, kind in heard.entities if kind in _SOME), "")
    return _on_who(npc, scene, heard, accused) if accused else NO_MOVE


def _grounds(scene: Scene) -> Move:
    talk = scene.talk
    if talk.source:
        return Move("tell_source", found=Found("source", text=talk.source))
    return Move("deflect", "no_grounds") if talk.said else NO_MOVE


def _on_who(npc: Npc, scene: Scene, heard: Heard, accused: str) -> Move:
    """Somebody is named for something: what the NPC holds on it."""
    if accused == npc.id:
        return NO_MOVE
    of_him = {*_WORDS, *stems(scene.name_of(accused)), *stems(heard.topic)}
    words = (*heard.stems, *stems(scene.talk.topic))
    matter = [s for s in dict.fromkeys(words) if s not in of_him]
    apart = [i for i, _ in (*heard.entities, *scene.talk.entities) if i != accused]
    fact = _held(scene, matter, list(dict.fromkeys(apart)), accused)
    if fact is not None:
        agrees = accused in fact.about
        found = Found("fact", fact, again=fact.id in scene.talk.told, facts=(fact,))
        if found.again:
            return Move("accept" if agrees else "object", "view_same" if agrees else "view_still")
        return Move("answer", "view_agree" if agrees else "view_differ", found=found)
    opinion = npc.profile.opinions.get(accused)
    if opinion and f"view:{accused}" not in scene.talk.raised:
        raised = (*scene.talk.raised, f"view:{accused}")
        return Move("give_opinion", found=Found("opinion", text=opinion), talk={"raised": raised})
    return Move("hear_out", "view_open")


def _held(scene: Scene, matter: list[str], names: list[str], accused: str) -> Known | None:
    """What is held of who did it: best a fact that names the accused, else one on the matter."""
    if not matter and not names:
        return None
    found = scene.knowledge.search(matter, [*names, accused], "person", False, LOOKED_AT)
    fits = [f for f in found if f.score >= ENOUGH and _open(scene, f) and _speaks(f, matter, names)]
    return next((f for f in fits if accused in f.about), next((f for f in fits if f.own), None))


def _speaks(fact: Known, matter: list[str], names: list[str]) -> bool:
    """Whether a fact is about the matter at all, and about a deed where it says what it is."""
    if fact.triple is not None:
        deed = relations().of(relations().plain(*fact.triple).relation).deed
        return deed and not {*names}.isdisjoint(fact.about)
    return not {*matter}.isdisjoint(stems(fact.text))


def _open(scene: Scene, fact: Known) -> bool:
    return fact.trust is None or scene.standing.trust >= fact.trust
