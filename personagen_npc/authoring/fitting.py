"""Fitting: a person for a pack that is there already: its names, words, cultures and places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.authoring.reader import read_folder
from personagen_npc.persona.setting import ANYWHERE, Setting
from personagen_npc.persona.theme import USUAL_GENRE
from personagen_npc.tables import table
from personagen_npc.words.stem import stems
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from pathlib import Path

    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.pack import Pack

ROOM: Final = "npcs"
FORBIDDEN_WEIGHT: Final = 4  # words that a pack and a genre forbid alike, to one that both say, [D]


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
    return Setting(genre=genre_of(pack), taken=taken, forbidden=pack.forbidden_words)


def genre_of(pack: Pack) -> str:
    """The genre that most of a pack's words speak for; what it forbids speaks for another one."""
    rooms = (pack.places.values(), pack.things.values(), pack.factions.values())
    names = [f"{e.name} {' '.join(e.aliases)}" for room in rooms for e in room]
    kinds = [f"{p.kind} {p.description}" for p in pack.places.values()]
    roles = [p.role for p in pack.npcs.values()]
    text = " ".join((pack.era, pack.description, pack.name, *names, *kinds, *roles))
    said, barred = set(tokens(text)), {w.lower() for w in pack.forbidden_words}
    score = {}
    for genre, row in table("persona/data/genres.yaml").items():
        there = len(said & {*row["words"]}) + len(barred & {*row["forbidden"]}) / FORBIDDEN_WEIGHT
        score[genre] = there - len(barred & {*row["words"]}) - len(said & {*row["forbidden"]})
    best = max(score.values())
    return USUAL_GENRE if score[USUAL_GENRE] == best else max(score, key=score.__getitem__)


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
