"""One fit, from lessons to what a world takes up: levels, and a network where it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.learn.lessons import lessons as columns_of
from personagen_npc.learn.levels import DECAY, Scales
from personagen_npc.learn.noise import Noises
from personagen_npc.train.actor import train
from personagen_npc.train.refit import best_device, levels, refit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.learn.lessons import Lesson

WIRED = "cpu"  # where the network is trained: it is small, and the same again only there


def work(
    rows: Sequence[Lesson], before: dict[str, Any], copies: Mapping[str, str],
    now: dict[str, Any], *, network: bool, device: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Fit all levels to all lessons.

    Args:
        rows: (turn, reward, weight), oldest first; at least one.
        before: levels that were known before them.
        copies: who was given what another alone had learned.
        now: ``scales`` and ``noises`` as they stand at the moment of the fit.
        network: whether the policy network is trained too.
        device: where; a GPU where there is one, when absent.

    Returns:
        ``levels``, ``network`` (or None), ``lessons`` (their number) and ``device``.

    Raises:
        ValueError: there are no lessons.
    """
    where = device or best_device()
    columns = columns_of(rows)
    start = Scales.from_tree(now["scales"]) if "scales" in now else None
    noises = Noises(now.get("noises"))
    fit = refit(columns, start, device=where, before=before, noises=noises)
    found = levels(fit, columns, before)
    found["noises"] = now.get("noises", [])
    _copy(found, copies, [turn.npc for turn, _, _ in rows])
    trained = train(columns, device=WIRED) if network else None
    return {"levels": found, "network": trained, "lessons": len(rows), "device": where}


def _copy(found: dict[str, Any], copies: Mapping[str, str], lived: Sequence[str]) -> None:
    """What another has learned alone, faded by what its new owner has lived through since."""
    npcs: dict[str, list[Any]] = dict(found["npcs"])
    for npc, source in copies.items():
        faded = DECAY ** lived.count(npc)
        sums = {act: [act, e * faded, t * faded] for act, e, t in npcs.get(source, ())}
        for act, evidence, total in npcs.get(npc, ()):
            row = sums.setdefault(act, [act, 0.0, 0.0])
            row[1], row[2] = row[1] + evidence, row[2] + total
        npcs[npc] = list(sums.values())
    found["npcs"] = [[npc, rows] for npc, rows in npcs.items()]
