"""Restating: whether a line says again what is held already, in nearly the same words.

Two statements are one if most of what the later one says is in the earlier one and nothing in them
turns it round: not one name or number more or less, no "not", no "down" for "up", and the same
persons speaking of the same. What differs there is new, however alike the rest of it is.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from personagen_npc.memory.index import Index, view
from personagen_npc.tables import table
from personagen_npc.words.stem import stem, stop_words
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from personagen_npc.memory.episodes import Memories
    from personagen_npc.memory.happening import Happenings

ALIKE = 0.7  # Jaccard index of the stems from which two lines say one thing; tuned on own pairs
WITHIN = 0.8  # or share of the later line's stems that are in the earlier one, tuned likewise
FEWEST = 3  # stems that a line must have for that; fewer are too little to go by
CACHED = 2048  # lines remembered with their gist: an NPC's own last ones are asked for each time
CLOSEST = 6  # candidates compared word by word: bounds the work of one line


class Gist(NamedTuple):
    """What a line comes down to: its stems, its numbers, what turns it, whom it speaks of first.

    ``whose`` is "mine", "yours" or "" for neither.
    """

    stems: frozenset[str]
    numbers: frozenset[str]
    turns: frozenset[str]
    whose: str


class _Words:
    """``data/restating.yaml`` as sets."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self.filler = frozenset(map(stem, tree["filler"]))
        self.turning = frozenset(tree["turning"])
        self.numbers = frozenset(tree["numbers"])
        self.denied: tuple[str, ...] = tuple(tree["denied"])
        self.whose = dict.fromkeys(tree["mine"], "mine") | dict.fromkeys(tree["yours"], "yours")
        self.leads: dict[str, list[tuple[str, ...]]] = {}  # by first word, longest first
        for lead in sorted(map(tokens, tree["leads"]), key=lambda w: (-len(w), w)):
            self.leads.setdefault(lead[0], []).append(tuple(lead))


@cache
def _words() -> _Words:
    return _Words(table("memory/data/restating.yaml"))


@lru_cache(maxsize=CACHED)
def gist(text: str) -> Gist:
    """What a line comes down to."""
    known, said = _words(), _after_leads(tokens(text))
    small, kept = stop_words(), []
    turns, numbers = set(), set()
    for word in said:
        if word in known.turning:
            turns.add(word)
        elif word.endswith(known.denied):
            turns.add("not")
        elif word in known.numbers or word.isdigit():
            numbers.add(word)
        elif word not in small and len(word) > 1:
            kept.append(stem(word))
    whose = next((known.whose[w] for w in said if w in known.whose), "")
    return Gist(frozenset(kept) - known.filler, frozenset(numbers), frozenset(turns), whose)


def _after_leads(said: list[str]) -> list[str]:
    """The words behind "as I told you" and the like."""
    for _ in range(2):
        for lead in _words().leads.get(said[0] if said else "", ()):
            if tuple(said[: len(lead)]) == lead and len(said) > len(lead) + 1:
                said = said[len(lead) :]
                break
    return said


def hollow(text: str) -> bool:
    """Whether a line only says that something was said before ("As I told you")."""
    said = tuple(tokens(text))
    leads = _words().leads.get(said[0] if said else "", ())
    led = any(said[: len(lead)] == lead for lead in leads)
    return led and not gist(text).stems


def alike(new: Gist, old: Gist) -> bool:
    """Whether the later line says what the earlier one said."""
    if (new.numbers, new.turns) != (old.numbers, old.turns):
        return False
    if new.whose != old.whose and new.whose and old.whose:
        return False
    if not new.stems or not old.stems:
        return new.stems == old.stems
    both = len(new.stems & old.stems)
    if both >= ALIKE * len(new.stems | old.stems):
        return True
    return len(new.stems) >= FEWEST and both >= WITHIN * len(new.stems)


def repeats(text: str, spoken: list[str]) -> bool:
    """Whether a line only gives back what one of the lines ``spoken`` to its speaker told him.

    Persons are turned round between two people ("my boat", "your boat"), so they do not count, but
    a line about its speaker himself is his own.
    """
    new = gist(text)
    if new.whose == "mine" or len(new.stems) < FEWEST:
        return False
    for line in spoken:
        old = gist(line)
        told = new.turns <= old.turns and new.numbers <= old.numbers
        if told and len(new.stems & old.stems) >= WITHIN * len(new.stems):
            return True
    return False


def restated(
    memories: Memories, happenings: Happenings, text: str, actor: str, names: frozenset[str],
    kinds: frozenset[str],
) -> int:  # fmt: skip
    """The memory of ``actor`` saying the same before, the nearest; -1 if there is none.

    Args:
        memories: whose.
        happenings: the world's.
        text: what is said now.
        actor: id of who says it.
        names: ids of all that it names; what names others says something else, but for the same
            words with another meaning of "it".
        kinds: of the happenings that may be it.
    """
    number = happenings.name_number(actor)
    if number < 0 or not len(memories):
        return -1
    new = gist(text)
    for row in _candidates(memories, happenings, new, number):
        happening = memories.happening[row]
        old = happenings[happening]
        known = gist(claimed(old.text))
        named = frozenset(old.names) == names or new.stems == known.stems
        if old.kind in kinds and named and alike(new, known):
            return happening
    return -1


def claimed(text: str) -> str:
    """The words that a kept line holds, without who said them."""
    return text.partition(": ")[2] or text


def _candidates(memories: Memories, happenings: Happenings, new: Gist, actor: int) -> list[int]:
    """Rows of this actor that share most stems, nearest first, ties newest first."""
    index = memories.index
    if index is None:
        index = memories.index = Index()
    if len(index) < len(memories):
        index.catch_up(memories, happenings)
    known = [n for n in happenings.vocabulary.known(sorted(new.stems | new.numbers)) if n >= 0]
    marks = np.zeros(len(happenings.vocabulary), np.uint8)
    marks[known] = 1
    shared = np.bincount(
        view(index.row), marks.take(view(index.stem)), len(memories)
    )  # repeats counted: a rough order is enough
    shared[view(index.actor) != actor] = 0.0
    rows = np.flatnonzero(shared >= max(1.0, 0.5 * len(new.stems)))
    nearest = np.lexsort((-rows, -shared[rows]))[:CLOSEST]
    return [int(r) for r in rows[nearest]]
