"""A lorebook as facts with gates: who knows them, under which condition, for how much trust.

Keys become names and topics, secondary keys of a selective entry conditions where the world has
such a condition and otherwise the topics beside the name, the order of insertion importance. An
entry that is switched off, or that no one could say, is left out here and stays in the card.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.authoring.cards.card import DATA
from personagen_npc.authoring.cards.names import slug
from personagen_npc.authoring.cards.oneself import about_oneself
from personagen_npc.authoring.cards.spoken import bare, plain, sentences
from personagen_npc.authoring.cards.vet import sayable
from personagen_npc.tables import table
from personagen_npc.world.pack import Fact, Thing, Who

if TYPE_CHECKING:
    from collections.abc import Mapping

    from personagen_npc.authoring.cards.card import Card, Entry

BREATH: Final = 240  # characters of a fact that is told in one go, [D]
PIECES: Final = 12  # facts out of one entry at most, [D]
LOW, HIGH = 0.35, 0.85  # importance of the entry that is inserted first, and last, [D]
ALWAYS: Final = 0.9  # importance of what is constant
KEPT: Final = 0.4  # trust for an entry that calls itself a secret, [D]: between like and friend
_USER: Final = "\ue002"


class Lore(NamedTuple):
    """Facts by id, what they are about, and which entry (from 0) each fact came from."""

    facts: dict[str, Fact]
    things: dict[str, Thing]
    sources: dict[str, int]


def lore_of(card: Card, who: tuple[str, str, str], notes: list[str], place: str = "") -> Lore:
    """The lorebook of a card as what one person knows; ``who`` is id, name, pronouns.

    ``place`` is where the person stands: no thing may bear its name too.
    """
    lore = Lore({}, {}, {})
    weights = _weights(card.entries)
    here = place.lower().removeprefix("the ")
    taken = {here, f"the {here}"} | {
        w.lower() for w in (card.called, card.text("name"), *card.called.split())
    }
    for i, entry in enumerate(card.entries):
        where = f"character_book.entries.{i + 1}"
        texts = _pieces(card, entry) if entry.enabled else ()
        if not texts:
            why = "has no sentence that could be said" if entry.enabled else "is switched off"
            notes.append(f"{where}: {why}; it stays in the card")
            continue
        if entry.fields.get("use_regex"):
            notes.append(f"{where}: its keys are patterns; it is found by its own words instead")
        about = _thing(entry, lore, taken)
        for n, text in enumerate(texts, 1):
            name = f"lore_{slug(_title(entry)) or i + 1}_{n}"
            while name in lore.facts:
                name += "x"
            lore.facts[name] = _fact(name, text, entry, about, who, weights[i])
            lore.sources[name] = i
    return lore


def _weights(entries: tuple[Entry, ...]) -> list[float]:
    """Importance of each entry by its rank among all: what is inserted last weighs most."""
    ranks = sorted({e.order for e in entries})
    step = (HIGH - LOW) / max(1, len(ranks) - 1)
    return [ALWAYS if e.constant else round(LOW + step * ranks.index(e.order), 2) for e in entries]


def _pieces(card: Card, entry: Entry) -> tuple[str, ...]:
    """An entry's sentences, joined while they can be told in one breath."""
    rows: list[str] = []
    for one in sentences(bare(plain(entry.content, card.called, _USER))):
        if _USER in one or one.count(" ") < 2 or not sayable(one) or re.search(r"[{}|<>]", one):
            continue
        if rows and len(rows[-1]) + len(one) < BREATH:
            rows[-1] = f"{rows[-1]} {one}"
        else:
            rows.append(one)
    return tuple(rows[:PIECES])


def _fact(
    name: str,
    text: str,
    entry: Entry,
    about: tuple[str, ...],
    who: tuple[str, str, str],
    weight: float,
) -> Fact:
    when, rest = _when(entry)
    keys = _longest(text) if entry.fields.get("use_regex") else entry.keys
    topics = (*(rest if rest and about else (*keys, *rest)), *_named(entry))
    return Fact(
        id=name, text=text[:2000], says=_says(text, who), about=about, who=Who(npcs=who[:1]),
        when=when,
        topics=tuple(dict.fromkeys(t.strip()[:200] for t in topics if t.strip())),
        importance=weight, trust=_trust(entry),
    )  # fmt: skip


def _longest(text: str) -> tuple[str, ...]:
    """What a text is found by where its keys are patterns, which are never run."""
    return tuple(sorted(dict.fromkeys(w for w in text.split() if w.isalpha()), key=len)[-2:])


def _says(text: str, who: tuple[str, str, str]) -> tuple[str, ...]:
    """The text in the person's own mouth, where it speaks of the person; () as it stands."""
    names = (who[1], who[1].split()[0])
    rows = sentences(text)
    if not any(re.search(rf"\b{re.escape(n)}\b", text) for n in names):
        return ()
    return (" ".join(about_oneself(s, names, who[2]) or s for s in rows),)


def _named(entry: Entry) -> tuple[str, ...]:
    name = entry.fields.get("name")
    return (name,) if isinstance(name, str) else ()


def _when(entry: Entry) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Conditions of the world among the secondary keys, and those that are words."""
    known: Mapping[str, Mapping[str, str]] = table(DATA)["conditions"]
    found: dict[str, Any] = {}
    for key in entry.secondary:
        for name, value in known.get(key.strip().lower(), {}).items():
            found[name] = (*found.get(name, ()), value)
    rest = tuple(k for k in entry.secondary if k.strip().lower() not in known)
    return {n: v[0] if len(v) == 1 else v for n, v in found.items()}, rest


def _trust(entry: Entry) -> float | None:
    """How far a player must be trusted to be told; None for what anybody may hear."""
    own = entry.own.get("trust")
    if isinstance(own, int | float) and not isinstance(own, bool) and -1 <= own <= 1:
        return float(own)
    name = " ".join(str(entry.fields.get(n) or "") for n in ("name", "comment"))
    text = f"{name} {' '.join(entry.keys)}".lower()
    return KEPT if any(w in text.split() for w in table(DATA)["secret_words"]) else None


def _title(entry: Entry) -> str:
    named = _named(entry)
    plain_keys = () if entry.fields.get("use_regex") else entry.keys
    return (*named, *plain_keys, "")[0]


def _thing(entry: Entry, lore: Lore, taken: set[str]) -> tuple[str, ...]:
    """Names among the keys as a thing that can be talked of; one thing for the same names."""
    if entry.fields.get("use_regex"):
        return ()
    names = [k.strip() for k in entry.keys if k.strip()[:1].isupper() or k.lower() == _title(entry)]
    fresh = [n for n in dict.fromkeys(names) if n.lower() not in taken and len(n) <= 60]
    if not fresh:
        same = [i for i, t in lore.things.items() if set(names) & {t.name, *t.aliases}]
        return tuple(same[:1])
    name = slug(fresh[0])
    if not name or name in lore.things:
        return ()
    taken |= {n.lower() for n in fresh}
    lore.things[name] = Thing(id=name, name=fresh[0], aliases=tuple(fresh[1:]))
    return (name,)
