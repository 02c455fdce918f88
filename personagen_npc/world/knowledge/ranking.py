"""Ranking: how likely it is that a fact answers a question, from a few features one can check.

A linear model over these features, trained by ``bench/grounding.py`` on questions put to the
example packs, some with the fact that answers taken away: so its scores say when nothing known
answers.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.tables import table
from personagen_npc.world.knowledge.entry import DEFINES, LIGHT_PART, TEXT_SHARE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from personagen_npc.world.knowledge.entry import Entry
    from personagen_npc.world.knowledge.index import Part

_TABLE = table("world/data/ranking.yaml")
# every sign that a fact answers, and by which way it may count: more for it, or more against it
SIGNS: Final = {
    "cover": 1, "best": 1, "best_form": 1, "agrees": 1, "unanswerable": -1, "words_missed": -1,
    "self": 1, "not_self": -1, "definition": 1, "found_at": -1, "importance": 1, "bare": -1,
    "head_missed": -1, "acts": 1,
}  # fmt: skip
FEATURES: Final = tuple(SIGNS)
SENSE: Final = ("near", "near_all")  # how near its nearest text is to a question; all, on average


class Model(NamedTuple):
    """What each feature weighs, and what nothing of it all does."""

    weights: tuple[float, ...]
    bias: float


def _model(row: Mapping[str, Any], names: Iterable[str]) -> Model:
    return Model(tuple(float(row["weights"].get(n, 0.0)) for n in names), float(row["bias"]))


MODEL: Final = _model(_TABLE, FEATURES)
FAR: Final = _model(_TABLE["far"], (*FEATURES, *SENSE))  # where words find nothing for certain
CERTAIN: Final = 0.9  # a fact this likely by its words needs no more, tuned
UNLIKELY: Final = -2.2  # odds of a fact that is not worth a look: one in ten, [D]
OFF_FORM: Final = 0.6  # what a listed question counts that is after something else, tuned
UNLISTED: Final = 0.9  # likeness of a fact that lists no question, where its words cover all, tuned
# what a rare and a common word of a question count beside another: by how rare it is; tuned
COMMON, LEAST, MOST = 5.5, 0.4, 1.2
UNSAID: Final = 0.8  # the same where it does not state what is asked for, [D]
_WHAT: Final = frozenset({"", "person", "thing"})
_ANY: Final = frozenset({"", "yesno", "origin"})  # of these no form of a question is another one


class Asked(NamedTuple):
    """A question, cut up once for all the facts that are held against it."""

    parts: Sequence[Part]
    # of each part, what it counts in a listed question (light words little), and the stems or ids
    # that it is the part to cover, with how well
    covers: Sequence[tuple[float, Mapping[str, float]]]
    total: float
    focus: str
    self: bool
    names: frozenset[str]
    solid: Sequence[Part]
    head: Part | None  # the thing in question, where it has no name


def prepared(parts: Sequence[Part], focus: str, me: bool) -> Asked:
    """What ``features`` needs of a question."""
    heavy = [LIGHT_PART if p.light else max(LEAST, min(MOST, p.weight / COMMON)) for p in parts]
    covers: list[tuple[float, Mapping[str, float]]] = []
    for i, (weight, part) in enumerate(zip(heavy, parts, strict=True)):
        # what two parts may both stand for covers the one that it fits better, else the first
        before, behind = [p.kin for p in parts[:i]], [p.kin for p in parts[i + 1 :]]
        kin = part.kin
        for other in before:
            kin = {k: s for k, s in kin.items() if s > other.get(k, 0.0)}
        for other in behind:
            kin = {k: s for k, s in kin.items() if s >= other.get(k, 0.0)}
        covers.append((weight, kin))
    names = frozenset(p.key for p in parts if p.named)
    solid = [p for p in parts if not p.named and not p.light]
    head = next((p for p in solid if p.head), None)
    return Asked(parts, covers, sum(heavy), focus, me, names, solid, head)


def score(found: Sequence[float], model: Model = MODEL) -> float:
    """The model's word on a fact, in (0, 1)."""
    z = model.bias
    for weight, value in zip(model.weights, found, strict=True):
        if value:
            z += weight * value
    return 1.0 / (1.0 + math.exp(-z))


def highest(asked: Asked) -> float:
    """The most that a fact can have without a word of the question, but for how near it is."""
    more = ["agrees", "importance", *(["self"] if asked.self else [])]
    more += ["acts"] if asked.focus == "person" else []
    return FAR.bias + sum([max(0.0, FAR.weights[FEATURES.index(name)]) for name in more])


def possible(most: float, near: tuple[float, float]) -> bool:
    """Whether a fact this near can be likely enough to matter."""
    return most + sum([w * v for w, v in zip(FAR.weights[-2:], near, strict=True)]) >= UNLIKELY


def features(entry: Entry, share: float, asked: Asked, me: str, places: frozenset[str],
             people: set[str]) -> tuple[float, ...]:  # fmt: skip
    """The values of ``FEATURES`` for one fact."""
    best, best_form = _best(entry, asked)
    focus, names = asked.focus, entry.names
    if entry.listless:
        told = focus in _ANY or focus in entry.foci
        best = max(best, UNLISTED * min(1.0, share / TEXT_SHARE) * (1.0 if told else UNSAID))
    named = not asked.names.isdisjoint(names)
    can = not (
        (focus == "person" and not named and people.isdisjoint(names))
        or (focus == "place" and places.isdisjoint(names))
    )
    what = not asked.solid and focus in _WHAT and not asked.names.isdisjoint(entry.opens)
    apart = entry.owner != me if asked.self else entry.of_self
    return (
        min(1.0, share),
        best,
        best_form,
        float(focus in entry.foci or focus in entry.forms),
        float(not can),
        float(bool(asked.solid) and not _any(entry, asked.solid)),
        float(asked.self and me in names),
        float(apart and not asked.names),
        float(what and DEFINES in entry.foci),
        float(entry.found_at and focus != "place"),
        entry.fact.importance,
        float(not asked.solid),
        float(asked.head is not None and not _has(entry, asked.head)),
        float(focus == "person" and bool(asked.solid) and _acts(entry, asked.names, people)),
    )


def of_another(entry: Entry, asked: Asked, me: str) -> bool:
    """Whether a fact is only of the speaker, and the question of somebody or something else."""
    if asked.self or len(entry.names) != 1 or me not in entry.names:
        return False
    if asked.names:
        return me not in asked.names
    return any(not _has(entry, part) for part in asked.solid)


def _acts(entry: Entry, asked: frozenset[str], people: set[str]) -> bool:
    """Whether a fact states that somebody has to do with what is named: "who feeds the Hearth?"."""
    triple = entry.fact.triple
    return triple is not None and triple[0] in people and triple[2] in asked


def _has(entry: Entry, part: Part) -> bool:
    return entry.fact.id in part.facts or not part.kin.keys().isdisjoint(entry.words)


def _any(entry: Entry, parts: Sequence[Part]) -> bool:
    """Whether a fact has any of the words that say what a question is about."""
    fact, words = entry.fact.id, entry.words
    for part in parts:  # noqa: SIM110 - hot: a generator costs as much as the work
        if fact in part.facts or not part.kin.keys().isdisjoint(words):
            return True
    return False


def _best(entry: Entry, asked: Asked) -> tuple[float, float]:
    """How like the question the likest of a fact's own questions is; the same, by what it is after.

    Twice what both share over what both have (Dice 1945); words that fit any matter count little.
    """
    best = best_form = 0.0
    focus, total, ways = asked.focus, asked.total, entry.asked
    for i, both in _shared(entry.by_word, asked.covers).items():
        way = ways[i]
        alike = 2.0 * both / (total + way.total)
        if way.form == focus:
            best_form = max(best_form, alike)
        elif focus not in _ANY and (way.form or not asked.solid):
            alike *= OFF_FORM
        best = max(best, alike)
    return min(1.0, best), min(1.0, best_form)


def _shared(
    by_word: Mapping[str, Sequence[tuple[int, float]]],
    covers: Sequence[tuple[float, Mapping[str, float]]],
) -> dict[int, float]:
    """What a fact's own questions have of a question, by their numbers; only those with any."""
    shared: dict[int, float] = {}
    for heavy, kin in covers:
        words = by_word.keys() & kin.keys()
        if len(words) == 1:  # mostly
            word = words.pop()
            for i, share in by_word[word]:
                shared[i] = shared.get(i, 0.0) + heavy * (kin[word] * share)
        elif words:
            most: dict[int, float] = {}
            for word in words:
                for i, share in by_word[word]:
                    most[i] = max(most.get(i, 0.0), kin[word] * share)
            for i, share in most.items():
                shared[i] = shared.get(i, 0.0) + heavy * share
    return shared
