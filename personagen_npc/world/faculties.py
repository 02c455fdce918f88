"""What all minds of a world think with, compiled once from the pack and the built-in tables."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import personagen_npc.mind
from personagen_npc.guard.outgoing import Checks
from personagen_npc.mind.choose import Menu
from personagen_npc.mind.perceive import Names, Perceiver
from personagen_npc.mind.reading.lexicon import Lexicon
from personagen_npc.mind.turn import Faculties
from personagen_npc.tables import table
from personagen_npc.voice.book import RuleBook
from personagen_npc.voice.speak import Voice
from personagen_npc.voice.style import Style
from personagen_npc.world.knowledge.reuse import PACKS, PEOPLE, Same
from personagen_npc.world.people import cultures, ties

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.pack import Pack

DATA = Path(personagen_npc.mind.__file__).parent / "data"

__all__ = ["Faculties", "entries", "faculties", "nouns_of", "nouns_of_person"]


def faculties(pack: Pack) -> Faculties:
    """Compile a pack's voice, names and words, and the built-in tables."""
    names = Names(entries(pack))
    names.pronouns |= {npc.id: npc.pronouns for npc in pack.npcs.values()}
    return Faculties(
        perceiver=Perceiver(_lexicon(_coins(pack)), names, pack.lexicon.synonyms),
        voice=_voice(Same(pack)),
        checks=Checks.compile(pack.forbidden_words),
        menu=Menu(table(DATA / "acts.yaml")),
        appraisal=table(DATA / "appraisal.yaml"),
        deeds=table(DATA / "deeds.yaml") | ties.deeds(),
        fallbacks=table(DATA / "fallbacks.yaml"),
        origins=table(DATA / "origins.yaml"),
        habits=table(DATA / "habits.yaml"),
        ways=cultures.ways(pack),
    )


@lru_cache(maxsize=PACKS)
def _voice(pack: Same[Pack]) -> Voice:
    """A pack's rules: a tenth of a second that a load of the same pack should not pay again."""
    rules = (*pack.thing.voice, *cultures.rules(pack.thing.cultures))
    return Voice(RuleBook.compile(rules), Style.load())


@cache
def _lexicon(coins: str = "") -> Lexicon:
    """English as all worlds with such coins know it: 50 ms that one load should not pay again."""
    tree = table(DATA / "intents.yaml")
    classes = tree["classes"]
    return Lexicon(tree | {"classes": classes | {"coin": f"{classes['coin']} {coins}"}})


def _coins(pack: Pack) -> str:
    """What a pack counts prices in, where English has no such coin: "stamp stamps"."""
    words = (pack.coin.name.lower().split()[-1], pack.coin.plural.lower().split()[-1])
    known = str(table(DATA / "intents.yaml")["classes"]["coin"]).split()
    return " ".join(word for word in words if word not in known)


def nouns_of(pack: Pack) -> frozenset[str]:
    """Lower-case words of every name that the pack's people may speak."""
    words: set[str] = set()
    for _, _, name in entries(pack):
        words.update(name.lower().replace("'s", "").split())
    texts = [*pack.calendar.weekdays, *(m.name for m in pack.calendar.months)]
    for fact in pack.facts.values():
        texts += [fact.text, *fact.says, *(w for ways in fact.said_by.values() for w in ways)]
    return frozenset(words).union(_capitals(texts), *map(nouns_of_person, pack.npcs.values()))


def nouns_of_person(profile: PersonaProfile) -> frozenset[str]:
    """The same of one person: its name, and who and what its own story speaks of."""
    return _nouns(Same(profile))


@lru_cache(maxsize=PEOPLE)
def _nouns(profile: Same[PersonaProfile]) -> frozenset[str]:
    who = profile.thing
    nodes = (node.content for node in who.knowledge_graph.values())
    named = _capitals((*who.opinions.values(), *nodes))
    return named.union(who.name.lower().split())


def _capitals(texts: Iterable[str]) -> frozenset[str]:
    words = (w for text in texts for w in text.split() if w[:1].isupper())
    found = frozenset(w.strip(".,;:!?'\"()").lower() for w in words)
    return found.union(w.removesuffix("'s") for w in found)


def entries(pack: Pack) -> Iterator[tuple[str, str, str]]:
    """(id, kind, name or alias) of everything that a pack names."""
    for kind, room in (
        ("place", pack.places), ("faction", pack.factions), ("thing", pack.things),
        ("npc", pack.npcs),
    ):  # fmt: skip
        for entity in room.values():
            yield entity.id, kind, entity.name
            for alias in entity.aliases:
                yield entity.id, kind, alias
