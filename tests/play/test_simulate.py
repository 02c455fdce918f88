"""Simulated players: tastes that stay, and NPCs that find them out."""

from __future__ import annotations

from pathlib import Path

import pytest

from personagen_npc.build import connect
from personagen_npc.play.plot import plot
from personagen_npc.play.simulate import Paid, Player, curve, lived

EMBERFALL = Path(__file__).resolve().parents[2] / "examples" / "emberfall"


def test_a_player_keeps_its_tastes() -> None:
    same, again, other = Player(7, 1), Player(7, 1), Player(7, 2)
    assert same.tastes == again.tastes != other.tastes
    assert all(-1.0 <= taste <= 1.0 for taste in same.tastes.values())
    assert abs(same.pleased("greet", 3) - same.tastes["greet"]) <= 0.3
    assert same.line(4, "Orle", ()) == again.line(4, "Orle", ())


def test_a_line_names_whom_and_what_is_there() -> None:
    said = {Player(7, n).line(t, "Orle", ("salt",)) for n in range(20) for t in range(40)}
    assert any("salt" in line for line in said)
    assert not any("{" in line for line in said)
    assert not any("{" in Player(7, n).line(t, "Orle", ()) for n in range(20) for t in range(40))


async def test_learning_pays_and_freezing_does_not() -> None:
    means = {}
    for learning in (True, False):
        async with await connect(f"local:{EMBERFALL}", seed=7) as game:
            paid = await lived(game, 7, 4, 150, learning=learning)
        half = [p.worth for p in paid[len(paid) // 2 :]]
        means[learning] = sum(half) / len(half)
    assert means[True] > means[False] + 0.05


def test_a_curve_is_means_of_equal_parts() -> None:
    paid = [Paid("n", "p", "greet", float(i)) for i in range(10)]
    assert curve(paid, 5) == [0.5, 2.5, 4.5, 6.5, 8.5]
    assert curve(paid[:2], 5) == [0.0, 1.0]


def test_a_plot_has_its_highest_on_top_and_says_what_is_what() -> None:
    rows = plot({"up": [0.0, 0.5, 1.0], "flat": [0.0, 0.0, 0.0]}, across="days").splitlines()
    assert rows[0].startswith(" +1.00 │")
    assert rows[0].index("●") > rows[-3].index("●")
    assert rows[-2].endswith("days")
    assert rows[-1].strip() == "● up  ○ flat"
    with pytest.raises(ValueError, match="nothing to plot"):
        plot({"none": []})
