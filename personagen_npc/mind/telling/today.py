"""Today: asked how the day was, what happened, or what one has been at: more than being well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.memory.fading import DAY_S
from personagen_npc.mind.reading.personal import Matter
from personagen_npc.mind.remember import STATED, SUMMARY
from personagen_npc.mind.telling.oneself import of_matter
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Memory, Scene
    from personagen_npc.mind.telling.oneself import Answer

LATEST: Final = 6  # happenings that are looked at, newest first, [D]
LEAST: Final = 0.35  # importance from which a happening makes the day, a greeting does not, [D]
_DAY: Final = frozenset({"day", "today", "morning", "afternoon", "evening", "shift"})
_OWN: Final = Matter("day", ("day",), (), frozenset(), only=False)


def asked(heard: Heard) -> bool:
    """Whether a line asks how the day is, and not only how one is."""
    return not _DAY.isdisjoint(tokens(heard.text))


def happened(scene: Scene, may_tell: Callable[[Memory], bool]) -> Memory | None:
    """What was seen today by oneself and not yet spoken of, the newest first."""
    for memory in scene.past.fresh(LATEST):
        if memory.at < scene.now - DAY_S:
            return None
        if memory.actor == scene.listener.id or memory.happening in scene.talk.mentioned:
            continue
        telling = memory.kind in STATED or memory.kind == SUMMARY
        if memory.hops == 0 and memory.importance >= LEAST and not telling and may_tell(memory):
            return memory
    return None


def been_at(scene: Scene) -> Answer | None:
    """What the persona has been at, if it has that to say and has not said it."""
    found = of_matter(scene, _OWN)
    return None if found is None or found.kind != "fact" or found.again else found
