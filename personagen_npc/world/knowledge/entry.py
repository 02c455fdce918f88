"""Entry: a fact compiled for search: its words, its names, and the questions that it answers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.criteria import Criteria
from personagen_npc.mind.reading.form import LIGHT, form
from personagen_npc.tables import table
from personagen_npc.words.stem import stems
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from personagen_npc.world.pack import Fact

# a word among the topics says more than one in a question that it answers, or in the text; tuned
TOPIC_SHARE, ASKED_SHARE, TEXT_SHARE = 1.0, 0.9, 0.75
# what a name counts by its part in the fact; named first without a triple, it is the subject
SUBJECT, FIRST, OBJECT, ABOUT = 1.0, 0.95, 0.75, 0.7
DEFINES: Final = "defines"  # focus of a fact that says what something is
_IS: Final = ("is", "are", "was", "were")
_BARE: Final = frozenset({"who", "what", "who is", "what is"})
LINKS: Final = ("because", "but", "so")
READ: Final = 8192  # questions and topics kept read: many people share theirs, [D]
LIGHT_PART: Final = 0.3  # of a word in a question that fits any matter, beside one that does not

_TABLE = table("world/data/questions.yaml")
RELATIONS: Final = {focus: tuple(words) for focus, words in _TABLE["relations"].items()}
_STATING: Final = {
    focus: re.compile(rf"\b(?:{'|'.join(words)})\b") for focus, words in _TABLE["stating"].items()
}


class Way(NamedTuple):
    """A question that a fact answers: its words and names by weight, what it is after."""

    words: dict[str, float]
    total: float
    form: str


class Entry(NamedTuple):
    """A fact, compiled for search."""

    fact: Fact
    owner: str  # the one NPC that it belongs to, or ""
    words: dict[str, float]
    names: dict[str, float]
    foci: frozenset[str]  # by what it states
    forms: frozenset[str]  # by the questions that it lists
    when: Criteria
    ways: tuple[str, ...]
    asked: tuple[Way, ...]
    opens: frozenset[str]  # the ids with whose names its text begins
    by_word: dict[str, list[tuple[int, float]]]  # word -> numbers of ``asked`` with its weight
    found_at: bool  # it says where somebody is mostly found
    of_self: bool  # everybody can say such a thing of himself
    listless: bool  # somebody wrote it, and no question that it answers
    links: tuple[tuple[str, str], ...] = ()  # (because | but | so, fact)


class Called(NamedTuple):
    """What a pack calls its people, places and things."""

    stems: Mapping[str, frozenset[str]]  # id -> stems of all its names
    each: Mapping[str, tuple[frozenset[str], ...]]  # id -> stems of each of its names
    openings: Mapping[str, tuple[str, ...]]  # id -> how a text begins that is about it
    places: frozenset[str]


def compiled(fact: Fact, owner: str, called: Called) -> Entry:
    """A fact as it is searched."""
    words = dict.fromkeys(stems(fact.text), TEXT_SHARE)
    for asked in fact.asked:
        words |= dict.fromkeys(_read(asked)[0], ASKED_SHARE)
    for topic in fact.topics:
        words |= dict.fromkeys(_read(topic)[0], TOPIC_SHARE)
    names, foci = _named(fact, called)
    listed = (*fact.asked, *fact.topics)
    ways = tuple(_ways(listed, names, called.each))
    forms = frozenset(w.form for w in ways if w.form)
    if any(t in _BARE for t in fact.topics) or any(_defining(w, names) for w in ways):
        foci |= {DEFINES}
    said = fact.text.lower()
    foci |= {focus for focus, words in _STATING.items() if words.search(said)}
    says = tuple(sentence(w) for w in fact.says) or (sentence(fact.text),)
    when = Criteria.parse(fact.when, f"fact {fact.id}")
    opens = frozenset(n for n in names if fact.text.startswith(called.openings.get(n, ("\0",))))
    links = tuple((kind, other) for kind in LINKS if (other := getattr(fact, kind)))
    of_self = ".self." in fact.id
    return Entry(
        fact, owner, words, names, foci, forms, when, says, ways, opens, _by_word(ways),
        fact.id.startswith("common.where."), of_self,
        not (fact.asked or of_self or fact.id.startswith("common.")), links,
    )  # fmt: skip


def _by_word(ways: Iterable[Way]) -> dict[str, list[tuple[int, float]]]:
    """The questions that hold each word, so that only those are looked at."""
    out: dict[str, list[tuple[int, float]]] = {}
    for i, way in enumerate(ways):
        for word, share in way.words.items():
            out.setdefault(word, []).append((i, share))
    return out


def _named(fact: Fact, called: Called) -> tuple[dict[str, float], frozenset[str]]:
    """The ids in a fact with their shares, and which questions it answers."""
    names = dict.fromkeys(fact.about, ABOUT)
    foci: frozenset[str] = frozenset()
    if fact.triple is not None:
        subject, relation, target = fact.triple
        names[target] = OBJECT
        names[subject] = SUBJECT
        foci = frozenset(f for f, words in RELATIONS.items() if _fits(relation, words))
        if subject in called.places and target != subject:
            foci |= {"place"}
    elif fact.about:
        names[fact.about[0]] = FIRST
    if any(fact.text.startswith(tuple(_definition(called, n))) for n in names):
        foci |= {DEFINES}
    return names, foci


def _definition(called: Called, name: str) -> Iterator[str]:
    """How a text begins that says what something is."""
    return (f"{opening} {verb} " for opening in called.openings.get(name, ()) for verb in _IS)


def _defining(way: Way, names: Mapping[str, float]) -> bool:
    """Whether a question asks who or what its subject is, and nothing else."""
    return way.form in ("person", "thing") and all(names.get(w, 0.0) >= FIRST for w in way.words)


def _ways(
    texts: Iterable[str],
    names: Mapping[str, float],
    called: Mapping[str, tuple[frozenset[str], ...]],
) -> Iterator[Way]:
    """Each question and topic by its words, what is named in it in full by its id."""
    for text in texts:
        said, asks = _read(text)
        of = {s: n for n in names for one in called.get(n, ()) if one.issubset(said) for s in one}
        kept = dict.fromkeys(of.get(s, s) for s in said)
        if kept:
            words = {s: names.get(s, 1.0) for s in kept}
            total = sum([LIGHT_PART if s in LIGHT else 1.0 for s in kept])
            yield Way(words, total, asks)


@lru_cache(maxsize=READ)
def _read(text: str) -> tuple[tuple[str, ...], str]:
    """The stems of a question or topic, and its form."""
    return tuple(stems(text)), form(tokens(text))


def _fits(relation: str, words: tuple[str, ...]) -> bool:
    parts = relation.lower().replace("-", "_").split("_")
    return any(w in parts or w == relation.lower() for w in words)


def sentence(text: str) -> str:
    """A text with a stop at its end."""
    text = text.strip()
    return text if text[-1:] in ".!?…\"'" else f"{text}."
