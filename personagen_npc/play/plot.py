"""A plot of a few curves, in characters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HEIGHT: Final = 12
MARKS: Final = "●○▲△■□"  # one for each curve


def plot(curves: Mapping[str, Sequence[float]], *, across: str = "") -> str:
    """Curves over equal steps, the first mark on top where two meet, with a scale and a legend.

    Args:
        curves: name -> values; not all empty.
        across: what the steps are, under the axis.

    Raises:
        ValueError: there is no value to plot.
    """
    values = [v for curve in curves.values() for v in curve]
    if not values:
        raise ValueError("nothing to plot")
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    wide = max(len(curve) for curve in curves.values())
    grid = [[" "] * wide for _ in range(HEIGHT)]
    for mark, curve in reversed(list(zip(MARKS, curves.values(), strict=False))):
        for x, value in enumerate(curve):
            grid[round((high - value) / span * (HEIGHT - 1))][x] = mark
    rows = []
    for at, row in enumerate(grid):
        named = at in (0, HEIGHT // 2, HEIGHT - 1)
        scale = f"{high - span * at / (HEIGHT - 1):+.2f}" if named else ""
        rows.append(f"{scale:>6} │{''.join(f'{cell} ' for cell in row).rstrip()}")
    legend = "  ".join(f"{m} {name}" for m, name in zip(MARKS, curves, strict=False))
    return "\n".join([*rows, f"       └{'──' * wide} {across}".rstrip(), f"        {legend}"])
