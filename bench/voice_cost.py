"""What a line costs: choosing its words and checking them, a whole turn, and a match among rules.

CPU time of one thread. ``line``: slots, rules, grammar, style and the checks of one line, as a turn
calls them. ``turn``: hearing, remembering and all else of one answer, without frames or journal.
``match``: the best rules among 10,000 synthetic ones of 20 acts and 25 archetypes, with one to nine
criteria over a query of 40 names, after Left 4 Dead 2's counts (9,014 rules, 9 criteria each).
The control idles for so long in each line, which the figure has to show.
"""

from __future__ import annotations

import gc
import time
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.harness import laps, percentile
from bench.voice_cast import join, lines, personas, say, world_of
from personagen_npc.mind import turn
from personagen_npc.voice.book import RuleBook
from personagen_npc.world.pack import VoiceRule

if TYPE_CHECKING:
    from collections.abc import Iterator

RULES, ACTS, KINDS, NAMES = 10_000, 20, 25, 40


class Cost(NamedTuple):
    """Microseconds, and lines a second on one core."""

    line_p50: float
    line_p99: float
    turn_p50: float
    turn_p99: float
    match_p50: float
    match_p99: float

    lines_per_s: float


def cost(pack: str, turns: int, seed: int = 13, *, idle_us: float = 0.0) -> Cost:
    """Time so many turns of a cast, and as many matches; ``idle_us``: the control."""
    world = world_of(pack, seed)
    cast = join(world, personas(20, seed))
    bank, dice = lines(), Random(seed)
    spoken: list[float] = []
    plain = turn._checked_line

    def timed(*given: Any) -> Any:
        start = time.thread_time_ns()
        made = plain(*given)
        until = time.thread_time_ns() + 1000 * idle_us
        while idle_us and time.thread_time_ns() < until:
            pass
        spoken.append((time.thread_time_ns() - start) / 1000)
        return made

    def answer(index: int) -> None:
        npc = cast[index // 8 % len(cast)]
        say(world, npc.id, dice.choice(bank), f"p{index // 40}")

    laps(answer, turns // 4)  # lines are compiled and matched for the first time
    gc.collect()
    gc.freeze()
    turn._checked_line = timed  # type: ignore[assignment]
    try:
        turns_us = laps(answer, turns)
    finally:
        turn._checked_line = plain
        gc.unfreeze()
    matches = match_us(turns)
    return Cost(
        percentile(spoken, 0.5), percentile(spoken, 0.99), percentile(turns_us, 0.5),
        percentile(turns_us, 0.99), percentile(matches, 0.5), percentile(matches, 0.99),
        1e6 * len(spoken) / sum(spoken),
    )  # fmt: skip


def match_us(count: int, seed: int = 1) -> list[float]:
    """Microseconds of each of so many matches."""
    dice = Random(seed)
    book = RuleBook.compile(_rules(dice))
    asked = [
        (f"act{dice.randrange(ACTS)}", f"kind{dice.randrange(KINDS)}", _query(dice))
        for _ in range(count)
    ]
    for act, kind, query in asked[: count // 4]:  # partitions are merged when first asked for
        book.match(act, "npc", kind, query)
    return laps(lambda i: book.match(asked[i][0], "npc", asked[i][1], asked[i][2]), count)


def _rules(dice: Random) -> Iterator[VoiceRule]:
    for number in range(RULES):
        names = dice.sample(range(NAMES), dice.randint(1, 9))
        yield VoiceRule(
            id=f"rule{number}", act=f"act{dice.randrange(ACTS)}",
            archetype="" if dice.random() < 0.2 else f"kind{dice.randrange(KINDS)}",
            when={f"name{n}": f">={dice.randint(0, 8) / 10}" for n in names},
            lines=("A line.",),
        )  # fmt: skip


def _query(dice: Random) -> dict[str, object]:
    return {f"name{n}": dice.random() for n in range(NAMES)}
