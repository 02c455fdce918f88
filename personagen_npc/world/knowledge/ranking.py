"""Ranking: how likely it is that a fact answers a question, from a few features one can check.

A linear model over these features, trained by ``bench/grounding.py`` on questions put to the
example packs, some with the fact that answers taken away: so its scores say when nothing known
answers.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.tables import table
from personagen_npc.world.knowledge.entry import DEFINES, LIGHT_PART, TEXT_SHARE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.world.knowledge.entry import Entry, Way
    from personagen_npc.world.knowledge.index import Part

_TABLE = table("world/data/ranking.yaml")
# every sign that a fact answers, and by which way it may count: more for it, or more against it
SIGNS: Final = {
    "cover": 1, "best": 1, "best_form": 1, "agrees": 1, "unanswerable": -1, "words_missed": -1,
    "self": 1, "not_self": -1, "definition": 1, "found_at": -1, "importance": 1, "bare": -1,
}  # fmt: skip
FEATURES: Final = tuple(SIGNS)
WEIGHTS: Final = tuple(float(_TABLE["weights"].get(f, 0.0)) for f in FEATURES)
BIAS: Final = float(_TABLE["bias"])
OFF_FORM: Final = 0.6  # what a listed question counts that is after something else, tuned
UNLISTED: Final = 0.9  # likeness of a fact that lists no question, where its words cover all, tuned
_WHAT: Final = frozenset({"", "person", "thing"})
_ANY: Final = frozenset({"", "yesno"})  # of these no form of a question is another one


class Asked(NamedTuple):
    """A question, cut up once for all the facts that are held against it."""

    parts: Sequence[Part]
    weight: Mapping[str, tuple[int, float]]  # stem or id -> which part it covers, and how well
    heavy: Sequence[float]  # of each part, in a listed question: light words count little
    total: float
    focus: str
    self: bool
    names: frozenset[str]
    solid: Sequence[Part]


def prepared(parts: Sequence[Part], focus: str, me: bool) -> Asked:
    """What ``features`` needs of a question."""
    weight: dict[str, tuple[int, float]] = {}
    for i, part in enumerate(parts):
        for key, share in part.kin.items():
            if share > weight.get(key, (0, 0.0))[1]:
                weight[key] = (i, share)
    heavy = [LIGHT_PART if p.light else 1.0 for p in parts]
    names = frozenset(p.key for p in parts if p.named)
    solid = [p for p in parts if not p.named and not p.light]
    return Asked(parts, weight, heavy, sum(heavy), focus, me, names, solid)


def score(found: Sequence[float]) -> float:
    """The model's word on a fact, in (0, 1)."""
    z = BIAS
    for weight, value in zip(WEIGHTS, found, strict=True):
        z += weight * value
    return 1.0 / (1.0 + math.exp(-z))


def features(entry: Entry, share: float, asked: Asked, me: str, places: frozenset[str],
             people: set[str]) -> tuple[float, ...]:  # fmt: skip
    """The values of ``FEATURES`` for one fact."""
    best, best_form = _best(entry.asked, asked)
    fact, focus, names = entry.fact, asked.focus, entry.names
    made = ".self." in fact.id or fact.id.startswith("common.")
    if not fact.asked and not made:
        best = max(best, UNLISTED * min(1.0, share / TEXT_SHARE))
    named = not asked.names.isdisjoint(names)
    can = not (
        (focus == "person" and not named and people.isdisjoint(names))
        or (focus == "place" and places.isdisjoint(names))
    )
    what = not asked.solid and focus in _WHAT and not asked.names.isdisjoint(entry.opens)
    apart = entry.owner != me if asked.self else ".self." in fact.id
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
        float(fact.id.startswith("common.where.") and focus != "place"),
        fact.importance,
        float(not asked.solid),
    )


def _any(entry: Entry, parts: Sequence[Part]) -> bool:
    """Whether a fact has any of the words that say what a question is about."""
    fact, words = entry.fact.id, entry.words
    return any(fact in p.facts or not p.kin.keys().isdisjoint(words) for p in parts)


def _best(ways: Sequence[Way], asked: Asked) -> tuple[float, float]:
    """How like the question the likest of a fact's own questions is; the same, by what it is after.

    Twice what both share over what both have (Dice 1945); words that fit any matter count little.
    """
    best = best_form = 0.0
    weight, heavy, focus = asked.weight, asked.heavy, asked.focus
    for way in ways:
        shared: dict[int, float] = {}
        for word in way.words.keys() & weight.keys():
            part, share = weight[word]
            share *= way.words[word]
            if share > shared.get(part, 0.0):
                shared[part] = share
        if not shared:
            continue
        alike = 2.0 * sum([heavy[p] * s for p, s in shared.items()]) / (asked.total + way.total)
        if way.form == focus:
            best_form = max(best_form, alike)
        elif focus not in _ANY and (way.form or not asked.solid):
            alike *= OFF_FORM
        best = max(best, alike)
    return min(1.0, best), min(1.0, best_form)
