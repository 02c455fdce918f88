"""The audit of each of a pack's people, with what only the whole pack knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from personagen_npc.guard.incoming import screen
from personagen_npc.persona.audit import Around, audit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from personagen_npc.authoring.look import Look
    from personagen_npc.world.pack import VoiceRule

PIECE = 1800  # characters that are screened at a time, below the screen's own limit
SEVERE = ("attack", "unsafe")  # flags of the screen that no authored text should raise


def check_people(look: Look, built_in: Iterable[VoiceRule]) -> None:
    """What contradicts itself in a person, can never happen, or is never seen."""
    reads = _reads(look, built_in)
    for name, npc in look.pack.npcs.items():
        around = Around(
            reads=reads,
            lines=[line for r in look.whole.voice if r.npc == name for line in r.lines]
            + [line for f in look.whole.facts.values() for line in f.said_by.get(name, ())],
            people=look.whole.npcs,
            unsafe=_unsafe,
        )
        for found in audit(npc, around):
            if found.severity == "warning":
                look.say(("npcs", name, *found.at), found.text, "warning")


def _reads(look: Look, built_in: Iterable[VoiceRule]) -> frozenset[str]:
    """Names of the traits that any rule, fact, quest or action asks for."""
    whens = [r.when for r in (*built_in, *look.whole.voice)]
    for section in (look.whole.facts, look.whole.quests, look.whole.actions):
        whens += [row.when for row in section.values()]
    names = {name for when in whens for name in when if name.startswith("trait.")}
    return frozenset(n.removeprefix("trait.").lower() for n in names)


def _unsafe(text: str) -> bool:
    return any(f in SEVERE for f in screen(text[:PIECE], spoken=False).flags)
