"""Deciding: whether the best that was found answers at all, where no fact is certain by its words.

Ranking compares facts; of a question that nobody can answer one is still the nearest. Here what the
question holds is looked for in that one fact, word by word and by sense: a colour, a birthday or a
stranger's name that has nothing like it in the fact is what was asked and is not told.
Weights are fitted by ``python -m bench.grounding --train decide``; without them nothing changes.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

import numpy as np

from personagen_npc.mind.reading.form import LIGHT
from personagen_npc.tables import table
from personagen_npc.words.senses import SAME, senses
from personagen_npc.words.stem import stem, stems
from personagen_npc.words.tokens import tokens
from personagen_npc.world.knowledge.entry import TEXT_SHARE
from personagen_npc.world.knowledge.index import held

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from personagen_npc.world.knowledge.entry import Entry
    from personagen_npc.world.knowledge.index import Part
    from personagen_npc.world.knowledge.ranking import Asked

SIGNS: Final = ("odds", "grasped", "head", "strange", "named", "bare", "words")
_TABLE = table("world/data/ranking.yaml").get("answers")  # left out: ranking decides alone
WEIGHTS: Final = tuple(float(_TABLE["weights"][name]) if _TABLE else 0.0 for name in SIGNS)
BIAS: Final = float(_TABLE["bias"]) if _TABLE else 0.0
DECIDES: Final = _TABLE is not None
NOTHING: Final = 0.7  # how well the words of a question without any are found, [D]
MANY: Final = 4  # words of a question that say what is asked; more make no difference, [D]
NEVER: Final = 1e-6
READ: Final = 256  # facts whose words are remembered with their vectors: 10 MB, [D]
# a name in mid-sentence
_STRANGE: Final = re.compile(r"(?<=[a-z,;'] )[A-Z][a-z]+")

_read: dict[tuple[str, tuple[str, ...]], NDArray[np.float32]] = {}


def decided(found: list[tuple[float, str]], best: Entry, asked: Asked, text: str
            ) -> list[tuple[float, str]]:  # fmt: skip
    """What was found (likelihoods below nought), as likely as the first of it is to answer."""
    odds = _odds(-found[0][0])
    values = (odds, *signs(best, asked, text))
    shift = BIAS + sum([w * v for w, v in zip(WEIGHTS, values, strict=True)]) - odds
    return [(-1.0 / (1.0 + math.exp(-_odds(-likely) - shift)), fact) for likely, fact in found]


def _odds(likely: float) -> float:
    likely = min(1.0 - NEVER, max(NEVER, likely))
    return math.log(likely / (1.0 - likely))


def signs(entry: Entry, asked: Asked, text: str) -> tuple[float, ...]:
    """The values of ``SIGNS`` for a fact, all but the odds of it."""
    named = [_share(entry, p) for p in asked.parts if p.named]
    said = {s: t for t in reversed(tokens(text)) for s in (stem(t), *stems(t))}
    solid = [(p, said.get(p.key, p.key)) for p in asked.solid]
    found = _grasped(entry, solid)
    total = sum([p.weight for p, _ in solid])
    whole = sum([p.weight * f for (p, _), f in zip(solid, found, strict=True)])
    strangers = {w.lower() for w in _STRANGE.findall(text)}
    return (
        whole / total if total else NOTHING,
        found[0] if found else NOTHING,
        float(any(not p.facts and word in strangers for p, word in solid)),
        min(named, default=0.0),
        float(not solid),
        min(len(solid), MANY) / MANY,
    )


def _grasped(entry: Entry, solid: Iterable[tuple[Part, str]]) -> list[float]:
    """How well each word of a question is found in a fact: itself, what stands for it, its like."""
    solid = list(solid)
    found = [min(1.0, _share(entry, part) / TEXT_SHARE) for part, _ in solid]
    open_ = [i for i, share in enumerate(found) if share < 1.0]
    rows, table_ = _words(entry), senses()
    if table_ is not None and open_ and len(rows):
        alike = rows @ table_.words([solid[i][1] for i in open_]).T
        for i, near in zip(open_, (alike.max(axis=0) / SAME).tolist(), strict=True):
            found[i] = max(found[i], near)
    return found


def _share(entry: Entry, part: Part) -> float:
    facts: Mapping[str, float] = part.facts
    return facts.get(entry.fact.id) or held(entry, part)


def _words(entry: Entry) -> NDArray[np.float32]:
    """The vectors of the words of a fact and of what it lists."""
    fact, known = entry.fact, senses()
    if known is None:
        return np.zeros((0, 0), np.float32)
    key = (fact.text, fact.asked)
    rows = _read.get(key)
    if rows is None:
        if len(_read) >= READ:
            _read.clear()
        said = dict.fromkeys(w for t in (fact.text, *fact.asked, *fact.topics) for w in tokens(t))
        rows = _read[key] = known.words([w for w in said if (s := stems(w)) and not {*s} <= LIGHT])
    return rows
