"""What all benches share: a clock, a median, a table for people, one line of JSON for machines.

A bench is ``python -m bench.TOPIC [--quick]``. It prints tables, and as its last line one JSON
object of its figures. Ratios are taken from pairs run one after the other, because a machine that
is slow now is slow for both.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import statistics
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class Timing(NamedTuple):
    """One run of some operations.

    Attributes:
        ops: how many.
        cpu_s: CPU seconds of the whole process, all its threads.
        wall_s: seconds on the wall.
    """

    ops: int
    cpu_s: float
    wall_s: float

    @property
    def cpu_us(self) -> float:
        """CPU microseconds an operation."""
        return self.cpu_s / self.ops * 1e6

    @property
    def per_cpu_s(self) -> float:
        """Operations a CPU second."""
        return self.ops / max(self.cpu_s, 1e-9)

    @property
    def per_s(self) -> float:
        """Operations a second on the wall."""
        return self.ops / max(self.wall_s, 1e-9)


def parser_for(description: str) -> argparse.ArgumentParser:
    """The command line that every bench has: ``--quick``."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, rougher figures")
    return parser


def options(description: str) -> argparse.Namespace:
    """What the command line says: ``.quick``, a bool."""
    return parser_for(description).parse_args()


def once(work: Callable[[], object], ops: int) -> Timing:
    """Time ``work``, which does ``ops`` operations, once; the garbage is collected before."""
    gc.collect()
    enabled = gc.isenabled()
    gc.disable()
    try:
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        return Timing(ops, time.process_time() - cpu, time.perf_counter() - wall)
    finally:
        if enabled:
            gc.enable()


def measure(work: Callable[[], object], ops: int, *, rounds: int = 5) -> Timing:
    """The run of ``rounds`` with the median CPU time."""
    runs = sorted((once(work, ops) for _ in range(rounds)), key=lambda run: run.cpu_s)
    return runs[len(runs) // 2]


def paired(
    ours: Callable[[], Timing], limit: Callable[[], Timing], *, rounds: int = 5
) -> tuple[list[Timing], list[Timing]]:
    """Run two measurements by turns, the order swapped each round; the runs of each."""
    mine: list[Timing] = []
    theirs: list[Timing] = []
    for index in range(rounds):
        steps = [(mine, ours), (theirs, limit)]
        for runs, take in steps if index % 2 else reversed(steps):
            runs.append(take())
    return mine, theirs


def ratio(ours: Sequence[float], limit: Sequence[float]) -> float:
    """Median over pairs of ours / limit."""
    return statistics.median(a / b for a, b in zip(ours, limit, strict=True))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0..1) of the values lie, nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def laps(work: Callable[[int], object], times: int) -> list[float]:
    """CPU microseconds of this thread for each of ``times`` calls ``work(index)``."""
    clock = time.thread_time_ns
    found = []
    for index in range(times):
        start = clock()
        work(index)
        found.append((clock() - start) / 1000)
    return found


def number(value: object) -> str:
    """A figure with as many digits as mean something."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if value and abs(value) < 100:
        return f"{value:.3g}"
    return f"{value:,.0f}"


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table: first column to the left, the others to the right unless they are words."""
    cells = [list(head), *([number(cell) for cell in row] for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(head))]
    print(f"\n{title}")
    for index, line in enumerate(cells):
        shown = [
            cell.rjust(width)
            if at and index and _is_number(rows[index - 1][at])
            else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        print("  " + "  ".join(shown).rstrip())
        if index == 0:
            print("  " + "  ".join("-" * width for width in widths))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def verdict(value: float, target: float, *, at_most: bool = False) -> str:
    """Where a figure stands against its target, in words for a table."""
    good = value <= target if at_most else value >= target
    return f"{'meets' if good else 'MISSES'} {'<=' if at_most else '>='} {number(target)}"


def finish(figures: Mapping[str, float | int | str | bool | None]) -> None:
    """Print the last line: one JSON object, floats to four digits that mean something."""
    print(json.dumps({name: _short(value) for name, value in figures.items()}), flush=True)


def _short(value: float | str | None) -> float | int | str | None:
    if isinstance(value, float):
        return float(f"{value:.4g}") if math.isfinite(value) else None
    return value
