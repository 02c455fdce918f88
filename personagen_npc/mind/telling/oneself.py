"""Oneself: which of one's own facts answers what one is asked of oneself, or of somebody close."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.reading.personal import Matter
    from personagen_npc.mind.scene import Known, Scene


OF_PEOPLE: Final = frozenset({"ask_who", "ask_what", "ask_opinion", "ask_yesno"})


class Answer(NamedTuple):
    """``fact``, ``secret`` if all of them are kept from the asker, or ``none``."""

    kind: str
    fact: Known | None = None
    again: bool = False
    facts: tuple[Known, ...] = ()


def of_matter(scene: Scene, matter: Matter) -> Answer | None:
    """What one has to say of a matter of one's own; None leaves it to all that one knows."""
    facts = scene.knowledge.personal(matter.nodes, matter.ties, matter.topics)
    if facts:
        return _first(scene, facts)
    return Answer("none") if matter.only else None


def of_tie(scene: Scene, heard: Heard) -> Answer | None:
    """What one is to somebody of whom nothing else is known."""
    people = heard.entities if heard.intent in OF_PEOPLE else ()
    for entity, kind in people:
        if kind == "npc":
            facts = scene.knowledge.personal((f"self.tie.{entity}.*",), (), frozenset())
            if facts:
                return _first(scene, facts)
    return None


def tells_of(npc: Npc, fact: Known | None) -> bool:
    """Whether a fact tells of the one asked, and not only what everybody has, an age or a home."""
    return fact is None or (npc.id in fact.about and ".self." not in fact.id)


def _first(scene: Scene, facts: Sequence[Known]) -> Answer:
    """The first that may be told and was not told yet."""
    tellable = [f for f in facts if f.trust is None or scene.standing.trust >= f.trust]
    if not tellable:
        return Answer("secret", facts[0], facts=tuple(facts))
    fresh = [f for f in tellable if f.id not in scene.talk.told]
    chosen = fresh[0] if fresh else tellable[0]
    return Answer("fact", chosen, not fresh, tuple(facts))
