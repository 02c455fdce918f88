"""Lessons: rewarded turns as columns, to learn from all of them at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable

    from personagen_npc.learn.credit import Turn

Floats = NDArray[np.float64]
Indexes = NDArray[np.int64]
Lesson = tuple["Turn", float, float]  # a turn, its reward, and its share of the credit


class Lessons(NamedTuple):
    """``n`` rewarded turns, oldest first.

    Attributes:
        x: what each was chosen on, float64 (n, width), the first column 1.
        act: index into ``acts``, int64 (n,); likewise ``archetype``, ``npc``, ``player``.
        reward: float64 (n,), in [-1, 1].
        weight: its share of the reward's credit, float64 (n,), in (0, 1].
        offset: what the authored policy expected of the act, float64 (n,).
        p: with what probability it was chosen, float64 (n,), in (0, 1].
        menu: authored share of each act on that occasion, float64 (n, acts), 0 where it was not to
            be chosen; a turn that does not say counts as if all acts were on it, all alike.
    """

    x: Floats
    act: Indexes
    archetype: Indexes
    npc: Indexes
    player: Indexes
    reward: Floats
    weight: Floats
    offset: Floats
    p: Floats
    menu: Floats
    acts: tuple[str, ...]
    archetypes: tuple[str, ...]
    npcs: tuple[str, ...]
    players: tuple[str, ...]


def lessons(rows: Iterable[Lesson]) -> Lessons:
    """Columns of (turn, reward, weight), in the order given."""
    turns, rewards, weights = [], [], []
    for turn, reward, weight in rows:
        turns.append(turn)
        rewards.append(reward)
        weights.append(weight)
    acts, act = _indexed([t.act for t in turns])
    kinds, kind = _indexed([t.archetype for t in turns])
    npcs, npc = _indexed([t.npc for t in turns])
    players, player = _indexed([t.player for t in turns])
    width = len(turns[0].x) if turns else 0
    return Lessons(
        np.array([t.x for t in turns], dtype=np.float64).reshape(len(turns), width),
        act, kind, npc, player, np.array(rewards, dtype=np.float64),
        np.array(weights, dtype=np.float64), np.array([t.offset for t in turns], dtype=np.float64),
        np.array([t.p for t in turns], dtype=np.float64), _menus(turns, acts), acts, kinds, npcs,
        players,
    )  # fmt: skip


def _menus(turns: list[Turn], acts: tuple[str, ...]) -> Floats:
    place = {act: at for at, act in enumerate(acts)}
    menus = np.zeros((len(turns), len(acts)))
    for row, turn in zip(menus, turns, strict=True):
        for act, share in turn.menu:
            if act in place:
                row[place[act]] = share
        if not turn.menu:
            row[:] = 1.0 / max(1, len(acts))
    return menus


def _indexed(names: list[str]) -> tuple[tuple[str, ...], Indexes]:
    found: dict[str, int] = {}
    column = [found.setdefault(name, len(found)) for name in names]
    return tuple(found), np.array(column, dtype=np.int64)
