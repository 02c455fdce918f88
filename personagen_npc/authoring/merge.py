"""Packs opened in order as one: a mod adds, and overrides what has the same id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.errors import BadPack
from personagen_npc.world.pack import Lexicon, Migrations, Pack

if TYPE_CHECKING:
    from collections.abc import Sequence


def merge_packs(packs: Sequence[Pack]) -> Pack:
    """Packs as one, in order: later ones add, and override what has the same id.

    The first gives id, name and version. Single settings (calendar, coin, ...) are overridden
    only where a later pack writes them; forbidden words and synonyms add up.

    Raises:
        BadPack: no packs, or one twice.
    """
    if not packs:
        raise BadPack("no pack to open", field="packs", allowed="at least one")
    ids = [p.id for p in packs]
    twice = next((i for i in ids if ids.count(i) > 1), None)
    if twice is not None:
        raise BadPack(f"pack {twice} is named twice", field="packs", got=twice)
    merged = packs[0]
    for pack in packs[1:]:
        merged = _merge(merged, pack)
    return merged


_SINGLE = (
    "time_scale", "relation_half_life_days", "memory_budget", "calendar", "era", "coin",
    "strangers", "learner", "learned",
)  # fmt: skip
_BY_ID = (
    "places",
    "factions",
    "things",
    "variables",
    "quests",
    "actions",
    "events",
    "cultures",
    "npcs",
    "facts",
    "sayings",
)


def _merge(under: Pack, over: Pack) -> Pack:
    change: dict[str, Any] = {n: getattr(over, n) for n in _SINGLE if n in over.model_fields_set}
    for name in _BY_ID:
        change[name] = {**getattr(under, name), **getattr(over, name)}
    change["voice"] = tuple({r.id: r for r in (*under.voice, *over.voice)}.values())
    change["sources"] = under.sources + over.sources
    words = (*under.forbidden_words, *over.forbidden_words)
    change["forbidden_words"] = tuple(dict.fromkeys(words))
    synonyms = dict(under.lexicon.synonyms)
    for word, more in over.lexicon.synonyms.items():
        synonyms[word] = tuple(dict.fromkeys((*synonyms.get(word, ()), *more)))
    change["lexicon"] = Lexicon(synonyms=synonyms)
    older, newer = under.migrations, over.migrations
    change["migrations"] = Migrations(
        renamed={**older.renamed, **newer.renamed}, gone=(*older.gone, *newer.gone)
    )
    return under.model_copy(update=change)
