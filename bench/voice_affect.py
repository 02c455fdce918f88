"""Affect: does what shows have the sign of what was felt, and do moods fade as fast as declared?

Kind and unkind lines go to a cast at rest. A line is judged where it moved the mood's pleasure by
more than a trifle; what is expressed is the emotion's own pleasure (the ALMA and GAMYGDALA tables
behind ``events.EMOTIONS``). Half-life: every persona declares its own, in its ``temper``; measured
is the share of a mood's distance from rest that is left after so long, which should be one half.
Controls: the emotions shown dealt out anew among the lines, and a half-life twice the declared one.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple

from bench.voice_cast import join, personas, say, world_of
from personagen_npc.changes import ClockMoved
from personagen_npc.events import EMOTIONS
from personagen_npc.mind.feel import mood_now
from personagen_npc.persona.profile import Temper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.world import World

TRIFLE = 0.02  # of pleasure
LINES = (
    "You fool, you know nothing.", "Thank you, you have been very kind.",
    "I'll burn your house down.",
    "You are wonderful at what you do.", "You stink and you are ugly.", "I'd like to help you.",
    "I am sorry for what I said.", "You are a liar and a thief.", "I love the way you work.",
    "Give me your purse or die.",
)  # fmt: skip


class Affect(NamedTuple):
    """Judged lines, share with the right sign, largest error of a half-life; and both controls."""

    judged: int
    signs: float
    half_life_error: float
    signs_control: float
    half_life_control: float


def affect(pack: str, count: int, seed: int = 9) -> Affect:
    """Each of a cast hears every line, long enough apart to be at rest again."""
    world = world_of(pack, seed)
    moved: list[float] = []
    shown: list[float] = []
    errors: list[float] = []
    control: list[float] = []
    cast = [
        p.model_copy(update={"temper": Temper(mood_half_life_s=30.0 + 10.0 * n)})
        for n, p in enumerate(personas(count, seed))
    ]
    for declared, npc in zip(cast, join(world, cast), strict=True):
        for number, text in enumerate(LINES):
            _said(world, npc, text, f"a{number}_{npc.id}", moved, shown)
        half = declared.temper.mood_half_life_s or 0.0
        errors += _errors(world, npc, half)
        control += _errors(world, npc, 2 * half)
    dealt = Random(seed).sample(shown, len(shown))
    return Affect(
        len(moved), _same(moved, shown), max(errors, default=0.0), _same(moved, dealt),
        min(control, default=0.0),
    )  # fmt: skip


def _said(
    world: World, npc: Npc, text: str, player: str, moved: list[float], shown: list[float]
) -> None:
    """One line to one at rest; taken down if it moved the mood and something showed."""
    world.begin()
    world.do(ClockMoved(world.now + 3 * 86_400.0))
    world.end()
    felt = say(world, npc.id, text, player)
    before, after = felt.why["felt"]["mood_before"], felt.why["felt"]["mood_after"]
    emotion = EMOTIONS.get(felt.emotion["label"])
    if abs(after[0] - before[0]) >= TRIFLE and emotion is not None:
        moved.append(after[0] - before[0])
        shown.append(emotion[0])


def _same(moved: Sequence[float], shown: Sequence[float]) -> float:
    """Share of lines of which mood and emotion have the same sign."""
    same = sum((a > 0) == (b > 0) for a, b in zip(moved, shown, strict=True))
    return same / max(1, len(moved))


def _errors(world: World, npc: Npc, half_life_s: float) -> list[float]:
    """How far off one half of the mood is left after so many seconds of a scene, axis by axis."""
    scale = world.pack.time_scale
    start = mood_now(npc, world.now, scale)
    then = mood_now(npc, world.now + half_life_s * scale, scale)
    left = [
        abs(t - r) / abs(s - r)
        for s, t, r in zip(start, then, npc.rest, strict=True)
        if abs(s - r) > TRIFLE
    ]
    return [abs(share - 0.5) / 0.5 for share in left]
