"""The same curves as ``plot.py`` draws in characters, as a picture. The only door to matplotlib."""

from __future__ import annotations

from typing import TYPE_CHECKING

from personagen_npc.errors import PersonagenError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

DPI = 120
INCHES = (8.0, 4.5)  # of one row of curves


def picture(
    file: Path, rows: Mapping[str, Mapping[str, Sequence[float]]], *, across: str, up: str,
    every: int = 1,
) -> None:  # fmt: skip
    """Write a PNG, or what else the file's ending says, with a row of curves for each title.

    Args:
        file: where to.
        rows: title -> name of a curve -> its values over equal steps.
        across: what the steps are.
        up: what the values are.
        every: how many of what ``across`` names one step is.

    Raises:
        PersonagenError: matplotlib is not installed, or the file cannot be written.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise PersonagenError(
            "a picture needs matplotlib: pip install 'personagen-npc[plot]'"
        ) from None
    figure = Figure(figsize=(INCHES[0], INCHES[1] * len(rows)), layout="constrained")
    FigureCanvasAgg(figure)
    for at, (title, curves) in enumerate(rows.items(), 1):
        axes = figure.add_subplot(len(rows), 1, at)
        for name, values in curves.items():
            axes.plot(range(every, every * len(values) + 1, every), values, marker=".", label=name)
        axes.set(title=title, xlabel=across, ylabel=up)
        axes.locator_params(axis="x", integer=True)
        axes.axhline(0.0, color="0.8", linewidth=1.0, zorder=0.0)
        axes.grid(visible=True, alpha=0.3)
        axes.legend(frameon=False)
    try:
        figure.savefig(file, dpi=DPI)
    except (OSError, ValueError) as e:
        raise PersonagenError(f"the picture could not be written to {file}: {e}") from None
