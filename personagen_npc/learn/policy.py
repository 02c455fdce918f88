"""Which act pays: a hierarchical Bayesian bandit that stays in character.

A reward is taken to be ``x'(W_a + K_ka) + b_ia + c_pa + noise`` for act ``a``, world ``W``,
archetype ``k``, NPC ``i`` and player ``p``; so the tenth merchant starts wise, each becomes its
own, and what works on one player need not work on another. Every formula is elementwise float64 in
a fixed order: the same rewards give the same bytes.

How far an NPC may leave what was written is its elasticity in [0, 1], see ``character.bounds``.
Below 1 the written policy explores and what was learned tilts it, so an NPC that has learned
nothing behaves as written; at 1 Thompson sampling explores.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from personagen_npc.errors import BadField, BadSave
from personagen_npc.events import ACTS
from personagen_npc.learn.character import drawn, in_character, written
from personagen_npc.learn.credit import clipped
from personagen_npc.learn.features import FORMULA as FEATURES
from personagen_npc.learn.features import WIDTH
from personagen_npc.learn.levels import BLANK, Own, Scales, Shared, bias, weighed
from personagen_npc.learn.noise import Noises

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from personagen_npc.learn.credit import Turn

Floats = NDArray[np.float64]

VERSION = 1
LEAST = 1e-6  # weight of a reward: below it rounding eats what it would teach
FORMULA = 100 * FEATURES + 3  # names features and update; a journal's reward is replayed by it


class Choice(NamedTuple):
    """What was chosen and why.

    Attributes:
        index: of the chosen arm.
        propensities: with what probability each arm would have been, exactly.
        learned: reward that is expected of each arm beyond what was written; 0 if not consulted.
        prior: the written policy.
        offset: what the written policy expects of the chosen arm: belongs into its ``Turn``.
    """

    index: int  # type: ignore[assignment]  # nobody searches a Choice as a tuple
    propensities: tuple[float, ...]
    learned: tuple[float, ...]
    prior: tuple[float, ...]
    offset: float


class Policy:
    """What all NPCs of one world have learned.

    ``choose`` only reads; ``learn``, ``freeze``, ``pin``, ``reset`` and the ``forget`` methods
    change, so they alone belong into ``apply``.
    """

    __slots__ = (
        "_archetypes", "_arms", "_columns", "_frozen", "_names", "_noises", "_npcs", "_pinned",
        "_players", "_scales", "_sets", "_width", "_world",
    )  # fmt: skip

    def __init__(self, width: int = WIDTH, scales: Scales | None = None) -> None:
        """``width``: numbers that an occasion is described with, the first of them always 1."""
        self._width = width
        self._names: list[str] = ["", *ACTS]
        self._arms = {name: arm for arm, name in enumerate(self._names)}
        self._columns = len(self._names) + 13  # a little room for acts that patterns bring
        self._scales = scales or Scales()
        self._world = Shared(self._scales.world, width, self._columns)
        self._archetypes: dict[str, Shared] = {}
        self._npcs: dict[str, Own] = {}
        self._players: dict[str, Own] = {}
        self._noises = Noises()
        self._frozen: dict[str, None] = {}
        self._pinned: dict[str, dict[str, None]] = {}
        self._sets: dict[tuple[str, ...], NDArray[np.intp]] = {}

    def choose(  # noqa: PLR0913 - who, with whom, what may be done, how freely
        self,
        npc: str,
        archetype: str,
        player: str,
        arms: Sequence[str],
        weights: Sequence[float],
        x: Sequence[float],
        u: float,
        elasticity: float = 0.5,
        frozen: bool = False,
        pinned: Collection[str] = (),
    ) -> Choice:
        """Draw one of ``arms``.

        Args:
            npc: who acts.
            archetype: of that NPC, "" for none.
            player: with whom, "" for nobody.
            arms: acts that may be done now, at least one, no two alike.
            weights: authored weight of each, above 0; what is forbidden must not be among them.
            x: ``features.features(query)``.
            u: a roll in [0, 1).
            elasticity: of the persona, in [0, 1].
            frozen: act as written this time, as for an NPC that ``freeze`` froze.
            pinned: acts that are done exactly as often as written, as those that ``pin`` pinned.

        Raises:
            ValueError: a weight is not above 0, or there is no arm.
        """
        prior, offset = written(tuple(weights))
        learned = np.zeros(len(prior))
        p = prior
        if elasticity > 0.0 and not frozen and npc not in self._frozen and len(prior) > 1:
            who = (npc, archetype, player)
            learned, spread = self._expected(*who, tuple(arms), x, wide=elasticity >= 1.0)
            hint = offset * self._scales.hint
            if elasticity >= 1.0 and offset.any():
                spread = spread * self._scales.curious()
            p = self._tilted(npc, arms, pinned, (prior, hint, learned, spread), elasticity)
        shares = p.tolist()
        index = drawn(shares, u)
        return Choice(
            index, tuple(shares), tuple(learned.tolist()), tuple(prior.tolist()),
            float(offset[index]),
        )  # fmt: skip

    def learn(self, row: Turn, reward: float, weight: float = 1.0) -> bool:
        """Credit a turn with a reward, clipped to [-1, 1]; ``weight`` in [0, 1] is its share.

        Returns:
            False if nothing was learned: a frozen NPC or next to no weight.

        Raises:
            BadField: the reward or weight is no number, or the row is of other features.
        """
        reward, weight = clipped(reward), min(1.0, clipped(weight))
        if len(row.x) != self._width:
            raise BadField("other features", field="x", got=len(row.x), allowed=self._width)
        if weight < LEAST or row.npc in self._frozen:
            return False
        arm = self._arm(row.act)
        self._update(arm, row, np.array(row.x), reward, weight)
        return True

    def expected(
        self, npc: str, archetype: str, player: str, act: str, x: Sequence[float]
    ) -> float:
        """Reward expected of an act beyond what was written, for reports."""
        return float(self._expected(npc, archetype, player, (act,), x)[0][0])

    @property
    def scales(self) -> Scales:
        """How far each level reaches, as estimated so far."""
        return self._scales

    def freeze(self, npc: str, on: bool = True) -> None:
        """A frozen NPC acts as written and neither learns nor teaches."""
        if on:
            self._frozen[npc] = None
        else:
            self._frozen.pop(npc, None)

    def frozen(self, npc: str) -> bool:
        """Whether an NPC is frozen."""
        return npc in self._frozen

    def pin(self, npc: str, act: str, on: bool = True) -> None:
        """A pinned act is done exactly as often as written."""
        if on:
            self._pinned.setdefault(npc, {})[act] = None
        elif npc in self._pinned:
            self._pinned[npc].pop(act, None)
            if not self._pinned[npc]:
                del self._pinned[npc]

    def pinned(self, npc: str) -> tuple[str, ...]:
        """The acts that are pinned, in the order of pinning."""
        return tuple(self._pinned.get(npc, ()))

    def reset(self, npc: str) -> None:
        """An NPC forgets what it alone has learned; what it taught others stays theirs."""
        self._npcs.pop(npc, None)
        self._noises.forget(npc)

    def copy(self, source: str, npc: str) -> None:
        """An NPC takes what another alone has learned in place of its own."""
        self.reset(npc)
        own = self._npcs.get(source)
        if own is not None:
            twin = self._npcs[npc] = Own(self._columns)
            twin.evidence[:], twin.total[:] = own.evidence, own.total

    def forget_npc(self, npc: str) -> None:
        """Drop everything that is an NPC's own: bias, freeze, pins."""
        self.reset(npc)
        self._frozen.pop(npc, None)
        self._pinned.pop(npc, None)

    def forget_player(self, player: str) -> None:
        """Drop what was learned of one player."""
        self._players.pop(player, None)

    def to_tree(self) -> dict[str, Any]:
        """Plain lists for a save; floats as they are, so JSON brings back the same bits."""
        names = self._names
        return {
            "v": VERSION,
            "formula": FORMULA,
            "acts": names[1 + len(ACTS) :],
            "scales": self._scales.to_tree(),
            "world": self._world.to_tree(names),
            "archetypes": [[k, s.to_tree(names)] for k, s in self._archetypes.items()],
            "npcs": [[i, own.to_tree(names)] for i, own in self._npcs.items()],
            "players": [[p, own.to_tree(names)] for p, own in self._players.items()],
            "noises": self._noises.to_tree(),
            "frozen": list(self._frozen),
            "pinned": [[npc, list(acts)] for npc, acts in self._pinned.items()],
        }

    @classmethod
    def from_tree(cls, tree: dict[str, Any], width: int = WIDTH) -> Policy:
        """The inverse of ``to_tree``. Raises BadSave on another version or formula."""
        if (tree.get("v"), tree.get("formula")) != (VERSION, FORMULA):
            got = (tree.get("v"), tree.get("formula"))
            raise BadSave("policy of another version", got=got, allowed=(VERSION, FORMULA))
        self = cls(width)
        for act in tree["acts"]:
            self._arm(act)
        self._scales = Scales.from_tree(tree["scales"])
        _refuse_other(self._scales, width)
        self._world.rescale(self._scales.world, self._scales.heeds[0])
        self._read_shared(self._world, tree["world"])
        for archetype, rows in tree["archetypes"]:
            self._read_shared(self._archetype(archetype), rows)
        for name, owners in (("npcs", self._npcs), ("players", self._players)):
            for owner, rows in tree[name]:
                own = owners[owner] = Own(self._columns)
                for act, evidence, total in rows:
                    arm = self._arm(act)
                    own.evidence[arm], own.total[arm] = evidence, total
        self._noises = Noises(tree["noises"])
        self._frozen = dict.fromkeys(tree["frozen"])
        self._pinned = {npc: dict.fromkeys(acts) for npc, acts in tree["pinned"]}
        return self

    def adopt(
        self, levels: dict[str, Any], later: Iterable[tuple[Turn, float, float]] = (),
        count: int | None = None,
    ) -> None:  # fmt: skip
        """Take levels that were fitted elsewhere, as ``train.refit`` gives them.

        Args:
            levels: ``scales``, ``world``, ``archetypes``, ``npcs``, ``players`` and, as of the
                fit's beginning, ``noises``, as in ``to_tree``. Freezes and pins stay.
            later: (turn, reward, weight) of what was learned since the fit began, in its order; it
                is learned again on top, also of those who are frozen by now.
            count: rewards that were heard when the fit began; as many as by now when absent.

        Raises:
            BadSave: the levels are of other features.
        """
        count = self._scales.count if count is None else count
        taken = Policy.from_tree({**self.to_tree(), "noises": [], **levels}, self._width)
        for name in ("_names", "_arms", "_columns", "_world", "_archetypes", "_npcs", "_players",
                     "_scales", "_noises"):  # fmt: skip
            setattr(self, name, getattr(taken, name))
        self._sets.clear()
        self._scales.count = count
        for row, reward, weight in later:
            self._update(self._arm(row.act), row, np.array(row.x), reward, min(1.0, weight))

    def _read_shared(self, shared: Shared, rows: list[list[Any]]) -> None:
        for act, mean, var in rows:
            if len(mean) != self._width or len(var) != self._width:
                raise BadSave("policy: other features", got=len(mean), allowed=self._width)
            arm = self._arm(act)
            shared.mean[arm], shared.var[arm] = mean, var

    def _expected(
        self, npc: str, archetype: str, player: str, arms: tuple[str, ...], x: Sequence[float],
        wide: bool = False,
    ) -> tuple[Floats, Floats]:  # fmt: skip
        """Mean beyond what was written, and if ``wide`` standard deviation, of each arm."""
        columns = self._sets.get(arms)
        if columns is None:
            columns = self._columns_of(arms)
        row = np.fromiter(x, np.float64, len(x))
        shared = self._archetypes.get(archetype) or self._blank()
        expected = weighed((self._world.mean, shared.mean), columns, row)
        spread = weighed((self._world.var, shared.var), columns, row * row) if wide else expected
        for own, prior in (
            (self._npcs.get(npc), self._scales.npc),
            (self._players.get(player), self._scales.player),
        ):
            if own is not None:
                precision = own.evidence.take(columns, mode="clip") + 1.0 / prior
                expected += own.total.take(columns, mode="clip") / precision
            if wide:
                spread += prior if own is None else 1.0 / precision
        return expected, np.sqrt(spread) if wide else spread

    def _tilted(
        self,
        npc: str,
        arms: Sequence[str],
        pinned: Collection[str],
        columns: tuple[Floats, Floats, Floats, Floats],
        elasticity: float,
    ) -> Floats:
        """The policy over all arms, with the pinned ones as written and the rest within bounds."""
        pins = self._pinned.get(npc)
        if not pins and not pinned:
            return in_character(*columns, elasticity)
        free = [i for i, a in enumerate(arms) if a not in pinned and (not pins or a not in pins)]
        p = columns[0].copy()
        if len(free) > 1:
            mass = sum(p[free].tolist())
            prior, offset, learned, spread = (c[free] for c in columns)
            p[free] = in_character(prior / mass, offset, learned, spread, elasticity) * mass
        return p

    def _update(self, arm: int, row: Turn, x: Floats, reward: float, weight: float) -> None:
        archetype = self._archetype(row.archetype)
        npc, player = self._own(self._npcs, row.npc), self._own(self._players, row.player)
        scales, noise = self._scales, self._noises.of(row.npc, self._scales)
        levels = (self._world, archetype)
        gains = [level.var[arm] * x for level in levels]
        own = [bias(npc, arm, scales.npc), bias(player, arm, scales.player)]
        den = noise / weight + own[0][1] + own[1][1] + scales.doubt * row.offset * row.offset
        miss = reward - scales.hint * row.offset - own[0][0] - own[1][0]
        for level, gain in zip(levels, gains, strict=True):
            den += float(np.add.reduce(gain * x))
            miss -= float(np.add.reduce(level.mean[arm] * x))
        for level, gain in zip(levels, gains, strict=True):
            level.learn(arm, gain, miss / den, 1.0 / den)
        scales.hinted(row.offset, miss / den, 1.0 / den)
        self._noises.heard(row.npc, scales, miss * miss * noise / weight / den, weight)
        for owner, (mean, var) in ((npc, own[0]), (player, own[1])):
            if owner is not None:  # what is left for it when all other levels have had their say
                owner.learn(arm, 1.0 / (den - var), miss + mean)
        if scales.heard():
            scales.estimate(self._world, self._archetypes.values(), self._npcs.values(),
                            self._players.values())  # fmt: skip

    def _archetype(self, name: str) -> Shared:
        found = self._archetypes.get(name)
        if found is None:
            found = self._archetypes[name] = self._blank()
        return found

    def _blank(self) -> Shared:
        return Shared(self._scales.archetype, self._width, self._columns, self._scales.heeds[1])

    def _own(self, owners: dict[str, Own], name: str) -> Own | None:
        if not name:
            return None
        found = owners.get(name)
        if found is None:
            found = owners[name] = Own(self._columns)
        return found

    def _columns_of(self, arms: tuple[str, ...]) -> NDArray[np.intp]:
        if len(self._sets) >= 4096:  # a memo: emptied, it only costs time
            self._sets.clear()
        columns = np.array([self._arms.get(a, BLANK) for a in arms], dtype=np.intp)
        self._sets[arms] = columns
        return columns

    def _arm(self, act: str) -> int:
        arm = self._arms.setdefault(act, len(self._names))
        if arm == len(self._names):
            self._names.append(act)
            self._sets.clear()
            if arm >= self._columns:
                self._columns *= 2
                for grown in (self._world, *self._archetypes.values()):
                    grown.grow(self._columns)
                for own in (*self._npcs.values(), *self._players.values()):
                    own.grow(self._columns)
        return arm


def _refuse_other(scales: Scales, width: int) -> None:
    for heed in scales.heeds:
        if heed and len(heed) != width - 1:
            raise BadSave("policy: other features", got=len(heed) + 1, allowed=width)
