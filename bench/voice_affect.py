"""Affect: does what shows have the sign of what was felt, and do moods fade as fast as declared?

Kind and unkind lines go to a cast at rest. A line is judged where it moved the mood's pleasure by
more than a trifle; what is expressed is the emotion's own pleasure (the ALMA and GAMYGDALA tables
behind ``events.EMOTIONS``). Half-life: every persona declares its own, in its ``temper``; measured
is the share of a mood's distance from rest that is left after so long, which should be one half.
"""

from __future__ import annotations

from typing import NamedTuple

from bench.voice_cast import join, personas, say, world_of
from personagen_npc.changes import ClockMoved
from personagen_npc.events import EMOTIONS
from personagen_npc.mind.feel import mood_now
from personagen_npc.persona.profile import Temper

TRIFLE = 0.02  # of pleasure
LINES = (
    "You fool, you know nothing.", "Thank you, you have been very kind.",
    "I'll burn your house down.",
    "You are wonderful at what you do.", "You stink and you are ugly.", "I'd like to help you.",
    "I am sorry for what I said.", "You are a liar and a thief.", "I love the way you work.",
    "Give me your purse or die.",
)  # fmt: skip


class Affect(NamedTuple):
    """Judged lines, share with the right sign, largest error of a half-life."""

    judged: int
    signs: float
    half_life_error: float


def affect(pack: str, count: int, seed: int = 9) -> Affect:
    """Each of a cast hears every line, long enough apart to be at rest again."""
    world = world_of(pack, seed)
    judged = right = 0
    errors = []
    cast = [
        p.model_copy(update={"temper": Temper(mood_half_life_s=30.0 + 10.0 * n)})
        for n, p in enumerate(personas(count, seed))
    ]
    for declared, npc in zip(cast, join(world, cast), strict=True):
        for number, text in enumerate(LINES):
            world.begin()
            world.do(ClockMoved(world.now + 3 * 86_400.0))
            world.end()
            felt = say(world, npc.id, text, f"a{number}_{npc.id}")
            before, after = felt.why["felt"]["mood_before"], felt.why["felt"]["mood_after"]
            moved = after[0] - before[0]
            shown = EMOTIONS.get(felt.emotion["label"])
            if abs(moved) < TRIFLE or shown is None:
                continue
            judged += 1
            right += (shown[0] > 0) == (moved > 0)
        scale = world.pack.time_scale
        now, half = world.now, (declared.temper.mood_half_life_s or 0.0) * scale
        start, then = mood_now(npc, now, scale), mood_now(npc, now + half, scale)
        gone = [abs(t - r) / abs(s - r) for s, t, r in zip(start, then, npc.rest, strict=True)
                if abs(s - r) > TRIFLE]  # fmt: skip
        errors += [abs(share - 0.5) / 0.5 for share in gone]
    return Affect(judged, right / max(1, judged), max(errors, default=0.0))
