"""Fitting: a person for a pack that is there already: its names, words, cultures and places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.authoring.reader import read_folder
from personagen_npc.persona.setting import ANYWHERE, Setting
from personagen_npc.persona.theme import read_theme
from personagen_npc.words.stem import stems

if TYPE_CHECKING:
    from pathlib import Path

    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.pack import Pack

ROOM: Final = "npcs"


def pack_around(file: Path) -> Pack | None:
    """The pack in whose ``npcs`` folder a file lies or will lie; None where there is none."""
    folder = file.resolve().parent
    if folder.name != ROOM or not (folder.parent / "world.yaml").is_file():
        return None
    return read_folder(folder.parent).pack


def setting_of(pack: Pack | None) -> Setting:
    """What a pack says already about who comes into it."""
    if pack is None:
        return ANYWHERE
    taken = {w for p in pack.npcs.values() for w in (p.id, p.name, *p.name.split()[:1], *p.aliases)}
    genre = read_theme(f"{pack.era} {pack.description} {pack.name}").genre
    return Setting(genre=genre, taken=taken, forbidden=pack.forbidden_words)


def fitted(persona: PersonaProfile, pack: Pack | None, theme: str) -> PersonaProfile:
    """The persona as the pack takes it: one of its cultures, the likeliest of its places.

    Without a pack it keeps no culture, since a pack that has cultures takes no other names.
    """
    if pack is None:
        return persona.model_copy(update={"culture": ""})
    said = {*stems(theme), *stems(persona.culture), *stems(persona.archetype)}
    cultures = {c: f"{c} {row.name}" for c, row in pack.cultures.items()}
    places = {
        p: f"{p} {row.name} {row.kind} {' '.join(row.aliases)}" for p, row in pack.places.items()
    }
    culture = _nearest(said, cultures) if cultures else persona.culture
    return persona.model_copy(update={"culture": culture, "place": _nearest(said, places)})


def _nearest(said: set[str], named: dict[str, str]) -> str:
    """The one whose words are said most; the first of those that are alike, "" of none."""
    return max(named, key=lambda n: len(said & {*stems(named[n])}), default="")
