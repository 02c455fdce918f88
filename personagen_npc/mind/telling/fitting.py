"""Fitting: of the facts that may answer, which one is told, which is kept, which is said again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from personagen_npc.mind.found import Found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.scene import Known, Scene

ENOUGH: Final = 0.5  # how likely a fact must be to answer, by the model bench/grounding.py trains
OUTRIGHT: Final = 0.9  # a fact this likely needs no memory: none could be better by `BETTER`, tuned
SURE: Final = {"tell": 0.6}  # what asks for nothing outright wants a surer fact, tuned
SECRET_ENOUGH: Final = 0.6  # what only brushes a secret must not make its holder clam up, tuned
# what a fact may be behind the best, in log odds, to be told instead of one told or secret; tuned
BESIDE: Final = 0.5
KEPT: Final = 0.25  # the same beside a secret: what is asked squarely is kept, not talked round
NEVER: Final = 1e-6  # no fact is surer or less sure than this, so that odds are finite


def squarely(found: Found) -> bool:
    """Whether a fact was found that surely answers: nothing else is then worth saying."""
    return found.kind == "fact" and found.fact is not None and found.fact.score >= OUTRIGHT


def fitting(facts: Sequence[Known], intent: str) -> list[Known]:
    """Those likely enough to answer and hardly behind the best of them; best first."""
    enough = SURE.get(intent, ENOUGH)
    fits = [f for f in facts if f.score >= (enough if f.trust is None else SECRET_ENOUGH)]
    return [f for f in fits if beside(f, fits[0])]


def beside(fact: Known, best: Known, most: float = BESIDE) -> bool:
    """Whether a fact answers about as well as the best."""
    return _odds(best) - _odds(fact) <= most


def tellable(scene: Scene, fact: Known) -> bool:
    """Whether a fact may be told to the listener."""
    return fact.trust is None or scene.standing.trust >= fact.trust


def chosen(scene: Scene, fits: Sequence[Known]) -> Found:
    """The best that may be told and was not told yet; the best again; else a secret is kept.

    A fact that was told makes room only for one that answers as well: told twice is better than
    beside the point.
    """
    most = BESIDE if tellable(scene, fits[0]) else KEPT
    open_ = [f for f in fits if tellable(scene, f) and beside(f, fits[0], most)]
    if not open_:
        return Found("secret", fits[0])
    fresh = [f for f in open_ if f.id not in scene.talk.told]
    return Found("fact", fresh[0] if fresh else open_[0], again=not fresh)


def _odds(fact: Known) -> float:
    score = min(1.0 - NEVER, max(NEVER, fact.score))
    return math.log(score / (1.0 - score))
