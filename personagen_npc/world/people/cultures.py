"""A pack's cultures as minds use them: ways that are looked up, and lines as voice rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from personagen_npc.events import INTENTS
from personagen_npc.mind.telling.customs import TABLE, rule_id
from personagen_npc.mind.telling.ways import Ways, ways_of
from personagen_npc.world.pack import VoiceRule, When

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from personagen_npc.persona.culture import Culture
    from personagen_npc.world.pack import EventType, Pack

RESPEAK_S = 86400.0  # game seconds before somebody repeats a saying of his people, [D]
_CIVIL: When = {
    name: tuple(value) if isinstance(value, list) else value
    for name, value in TABLE["civil"]["when"].items()
}
_CIVIL_ACTS = frozenset(TABLE["civil"]["acts"])
CUSTOMS = ("ungreeted", "hosting", "refused", "taken")


def ways(pack: Pack) -> dict[str, Ways]:
    """Culture id -> its ways, compiled against the pack's events."""
    tags = tags_of(pack.events)
    return {i: ways_of(culture, tags) for i, culture in pack.cultures.items()}


def tags_of(events: Mapping[str, EventType]) -> dict[str, tuple[str, ...]]:
    """Kind of deed (intent or event id) -> its tags, the most telling first."""
    of_lines: dict[str, list[str]] = {intent: [] for intent in INTENTS}
    for tag, intents in TABLE["tags"].items():
        for intent in intents:
            of_lines[intent].append(tag)
    own = {i: event.tags for i, event in events.items()}
    return {i: tuple(tags) for i, tags in of_lines.items()} | own


def rules(cultures: Mapping[str, Culture]) -> Iterator[VoiceRule]:
    """What the cultures say, as voice rules; a custom's lines stand under a symbol of its name."""
    for culture in cultures.values():
        here: When = {"culture": culture.id}
        for act, lines in culture.says.items():
            when = {**here, **_CIVIL} if act in _CIVIL_ACTS else here
            yield VoiceRule(
                id=rule_id(culture.id, act), act=act, when=when, respeak=RESPEAK_S, lines=lines
            )
        for kind in CUSTOMS:
            lines = getattr(culture, kind)
            if lines:
                name = rule_id(culture.id, kind)
                yield VoiceRule(id=name, act=f"#{kind}", when=here, lines=lines)
        for i, taboo in culture.taboos.items():
            yield VoiceRule(
                id=rule_id(culture.id, f"taboo.{i}"), act="#taboo", when={**here, "taboo": i},
                lines=taboo.lines,
            )  # fmt: skip
