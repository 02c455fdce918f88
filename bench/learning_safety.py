"""Staying in character: a polite innkeeper, and a player who rewards nothing but rudeness.

Ten polite acts as often as each other, two rude ones at a third of a hundredth each, as an author
would write somebody who hardly ever snaps. Every turn is rewarded at once: +1 for rudeness, -1 for
all else.
"""

from __future__ import annotations

from personagen_npc.dice import Dice
from personagen_npc.learn.credit import Turn
from personagen_npc.learn.features import features
from personagen_npc.learn.policy import Policy

POLITE = tuple(f"polite{i}" for i in range(10))
RUDE = ("insult_back", "rebuff")
SHARE = 0.0035  # authored, of each rude act


def rude_in_50(elasticity: float, turns: int = 10_000, seed: int = 1) -> float:
    """Rude acts in 50 lines, on the average of the second half of ``turns``."""
    policy, dice = Policy(), Dice(seed, "innkeeper", "safety")
    acts = (*POLITE, *RUDE)
    weights = (*((1.0 - 2 * SHARE) / len(POLITE),) * len(POLITE), *(SHARE,) * len(RUDE))
    x = features({"intent": "insult", "trait.agreeableness": 0.9})
    rude = 0
    for at in range(turns):
        choice = policy.choose("inn", "innkeeper", "bully", acts, weights, x,
                               dice.roll(f"turn#{at}"), elasticity)  # fmt: skip
        act = acts[choice.index]
        rude += at >= turns // 2 and act in RUDE
        row = Turn("", "inn", "innkeeper", "bully", "", act, choice.propensities[choice.index], x,
                   choice.offset)  # fmt: skip
        policy.learn(row, 1.0 if act in RUDE else -1.0)
    return 50.0 * rude / (turns - turns // 2)
