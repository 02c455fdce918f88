"""What was learned in one world as a file that another starts from: shared levels only.

Readable: act by act, feature by feature, ``[expected reward, variance]``, three digits each. What
is of single NPCs or players never leaves a save this way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field

from personagen_npc.frozen import Frozen
from personagen_npc.learn.features import NAMES
from personagen_npc.learn.levels import WIDE, Scales, spread_of
from personagen_npc.learn.policy import FORMULA

if TYPE_CHECKING:
    from personagen_npc.learn.levels import Floats
    from personagen_npc.learn.policy import Policy

LEARNED_FORMAT: Final = 1
DIGITS = 3  # far finer than what any reward is known to
TELLING = 0.9  # of the variance it began with: a slope surer than that is worth a line, [D]
FAINT = 0.002  # expected reward of a slope that is not, [D]
Mean = Annotated[float, Field(ge=-8.0, le=8.0)]
Variance = Annotated[float, Field(ge=1e-12, le=WIDE)]
Name = Annotated[str, Field(max_length=64)]
if TYPE_CHECKING:
    Feature = str
else:
    Feature = Literal[NAMES]
# act -> feature -> mean, variance; the bounds keep a file below 1 MB, [D]
Weights = Annotated[
    dict[Annotated[str, Field(min_length=1, max_length=64)], dict[Feature, tuple[Mean, Variance]]],
    Field(max_length=64),
]


Heeds = Annotated[
    tuple[Annotated[float, Field(ge=0.0, le=1e6)], ...], Field(max_length=len(NAMES) - 1)
]


class Reach(Frozen):
    """How far each level reaches: variances of rewards, biases and slopes.

    ``heeds``: how much each feature matters to the world and to archetypes; empty: all alike.
    ``hint``, ``doubt``: how far authored weights tell what pays, and how unsure that is.
    """

    noise: Variance
    hint: Mean
    doubt: Variance
    heeds: tuple[Heeds, Heeds]
    world: tuple[Variance, Variance]
    archetype: tuple[Variance, Variance]
    npc: Variance
    player: Variance


class Learned(Frozen):
    """What all NPCs of a world, and those of each archetype, have learned."""

    format: Literal[1] = LEARNED_FORMAT
    formula: Annotated[int, Field(ge=FORMULA, le=FORMULA)]  # of another one: learn anew
    rewards: Annotated[int, Field(ge=0)] = 0
    reach: Reach
    world: Weights = Field(default_factory=dict)
    archetypes: Annotated[dict[Name, Weights], Field(max_length=64, default_factory=dict)]


def learned(policy: Policy) -> Learned:
    """The shared levels of a policy."""
    tree, scales = policy.to_tree(), policy.scales
    reach = Reach(
        noise=_short(scales.noise), world=_pair(scales.world), archetype=_pair(scales.archetype),
        npc=_short(scales.npc), player=_short(scales.player), hint=_short(scales.hint),
        doubt=_short(scales.doubt), heeds=(_all(scales.heeds[0]), _all(scales.heeds[1])),
    )  # fmt: skip
    return Learned(
        formula=FORMULA, rewards=scales.count, reach=reach,
        world=_weights(tree["world"], spread_of(scales.world, scales.heeds[0], len(NAMES))),
        archetypes={k: _weights(rows, spread_of(scales.archetype, scales.heeds[1], len(NAMES)))
                    for k, rows in tree["archetypes"] if rows},
    )  # fmt: skip


def levels(prior: Learned) -> dict[str, Any]:
    """A prior as ``Policy.adopt`` takes it."""
    scales, reach = Scales(), prior.reach
    scales.noise, scales.npc, scales.player = reach.noise, reach.npc, reach.player
    scales.world, scales.archetype = reach.world, reach.archetype
    scales.hint, scales.doubt, scales.heeds = reach.hint, reach.doubt, reach.heeds
    ours, kinds = (
        spread_of(prior_, heed, len(NAMES)).tolist()
        for prior_, heed in zip((reach.world, reach.archetype), reach.heeds, strict=True)
    )
    return {
        "scales": scales.to_tree(),
        "world": _rows(prior.world, ours),
        "archetypes": [[k, _rows(w, kinds)] for k, w in prior.archetypes.items()],
        "npcs": [],
        "players": [],
    }


def _weights(rows: list[list[Any]], spread: Floats) -> Weights:
    found: Weights = {}
    for act, mean, var in rows:
        row = {
            name: _pair((m, v))
            for at, (name, m, v) in enumerate(zip(NAMES, mean, var, strict=True))
            if at == 0 or abs(m) >= FAINT or v < TELLING * spread[at]
        }
        found[act] = row
    return found


def _rows(weights: Weights, spread: list[float]) -> list[list[Any]]:
    rows = []
    for act, known in weights.items():
        pairs = [known.get(n, (0.0, spread[at])) for at, n in enumerate(NAMES)]
        rows.append([act, [m for m, _ in pairs], [v for _, v in pairs]])
    return rows


def _all(values: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(map(_short, values))


def _pair(pair: tuple[float, float]) -> tuple[float, float]:
    return _short(pair[0]), _short(pair[1])


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
