"""A small world with a hidden truth, to hold learners against: who likes what, from whom, and when.

200 NPCs of 8 archetypes choose among 12 acts towards 40 players. What an act is worth is

    m = clip(world_a + archetype_ka + npc_ia + taste_p . manner_a
             + tanh(context . hidden) . use_a + taste_p' bend_a context, -1, 1)

so it has what a learner with a level for each can find (sums), what it can find only in part (the
nonlinear and the bilinear term), and what none can (noise). A reward is +1 or -1 with the mean m,
or m with noise, clipped; it comes 0 to 20 of the NPC's own turns late, and one in twenty never.
In the middle all tastes turn by 60 degrees. Scales are tuned so that the sources weigh about
alike; they are not a learner's priors (those were set beforehand, see ``learn/levels.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

Floats = NDArray[np.float64]

NPCS, ARCHETYPES, ARMS, PLAYERS, WIDTH = 200, 8, 12, 40, 64
TASTES, HIDDEN, HEEDED = 5, 6, 12  # dimensions of taste, of hidden units, of context that matters
LATEST, LOST = 20, 0.05
TURN = np.pi / 3.0  # by how much tastes turn
LEVELS = {"world": 0.14, "archetype": 0.2, "npc": 0.16, "taste": 0.2, "use": 0.16, "bend": 0.12}
HINT = 0.25  # how far authored weights follow what is true of the archetype


class Occasion(NamedTuple):
    """One turn to come: who, towards whom, what is known of it, and what fate has in store."""

    npc: int
    player: int
    x: tuple[float, ...]
    roll: float
    luck: float
    delay: int  # in own turns; -1: lost


class Truth:
    """What every act is worth to every player from every NPC in every context."""

    def __init__(self, seed: int, *, npcs: int = NPCS, strangers: int = 0) -> None:
        rng, own = np.random.default_rng(seed), np.random.default_rng([seed, strangers])
        scale = LEVELS
        self.npcs = npcs
        self.world = rng.normal(0, scale["world"], ARMS)
        self.archetype = rng.normal(0, scale["archetype"], (ARCHETYPES, ARMS))
        self.manner = rng.normal(0, 1, (TASTES, ARMS)) / np.sqrt(TASTES)
        self.hidden = rng.normal(0, 1, (HEEDED, HIDDEN))
        self.use = rng.normal(0, scale["use"], (HIDDEN, ARMS)) / np.sqrt(HIDDEN / 2)
        self.bend = rng.normal(0, scale["bend"], (TASTES, HEEDED, ARMS)) / np.sqrt(TASTES * 4)
        true = self.world + self.archetype
        hints = HINT * true / true.std() + np.sqrt(1 - HINT**2) * rng.normal(0, 1, true.shape)
        self.weights = np.exp(hints)
        self.npc = own.normal(0, scale["npc"], (npcs, ARMS))
        taste = own.normal(0, scale["taste"] * np.sqrt(TASTES), (2, PLAYERS, TASTES))
        taste /= np.sqrt(TASTES)
        self.before, self.after = taste[0], _turned(taste[0], taste[1])

    def kind(self, npc: int) -> int:
        """Archetype of an NPC."""
        return npc % ARCHETYPES

    def worth(self, occasion: Occasion, late: bool) -> Floats:
        """Mean reward of each act, shape (12,)."""
        taste = (self.after if late else self.before)[occasion.player]
        heeded = np.array(occasion.x[1 : 1 + HEEDED])
        m = self.world + self.archetype[self.kind(occasion.npc)] + self.npc[occasion.npc]
        m = m + taste @ self.manner + np.tanh(heeded @ self.hidden) @ self.use
        worth: Floats = np.clip(m + taste @ np.tensordot(self.bend, heeded, (1, 0)), -1, 1)
        return worth


def _turned(taste: Floats, other: Floats) -> Floats:
    """Each taste turned by ``TURN`` towards a random direction, its strength kept."""
    size = np.linalg.norm(taste, axis=1, keepdims=True)
    aside = other - taste * ((other * taste).sum(1, keepdims=True) / size**2)
    aside *= size / np.linalg.norm(aside, axis=1, keepdims=True)
    turned: Floats = taste * np.cos(TURN) + aside * np.sin(TURN)
    return turned


def rounds(truth: Truth, seed: int, turns: int) -> Iterator[list[Occasion]]:
    """``turns`` times every NPC once, in a random order, each with a player at random."""
    rng = np.random.default_rng([seed, 77])
    for _ in range(turns):
        x = rng.uniform(-1, 1, (truth.npcs, WIDTH - 1))
        rolls, luck = rng.random(truth.npcs), rng.random((truth.npcs, 2))
        players = rng.integers(0, PLAYERS, truth.npcs)
        delays = rng.integers(0, LATEST + 1, truth.npcs)
        yield [
            Occasion(
                int(i), int(players[i]), (1.0, *x[i].tolist()), float(rolls[i]),
                float(luck[i, 0]), -1 if luck[i, 1] < LOST else int(delays[i]),
            )
            for i in rng.permutation(truth.npcs)
        ]  # fmt: skip


def paid(mean: float, occasion: Occasion) -> float:
    """The reward that comes of an act worth ``mean``: for odd NPCs +-1, for even ones a noisy m."""
    if occasion.npc % 2:
        return 1.0 if occasion.luck < (1.0 + mean) / 2.0 else -1.0
    return float(np.clip(mean + (occasion.luck - 0.5) * 2.0, -1.0, 1.0))
