"""What NPCs have learned, from a save; and what simulated players would teach them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

HAMLET = Path(__file__).parents[1] / "play" / "data" / "hamlet"
NPC = min(f.stem for f in (HAMLET / "npcs").glob("*.yaml"))


@pytest.fixture
def save(run: Callable[..., Result], tmp_path: Path) -> Path:
    """A save in which greeting one NPC was rewarded ten times."""
    folder = tmp_path / "store"
    talk = "Hello!\n/reward 0.5\n" * 10 + "/save evening\n"
    result = run("chat", str(HAMLET), "--seed", "5", "--store", str(folder), typed=talk)
    assert result.exit_code == 0, result.output
    return next(folder.rglob("*.npcsave"))


def test_a_report_says_who_was_rewarded_for_what(run: Callable[..., Result], save: Path) -> None:
    result = run("learn", "report", str(save))
    assert result.exit_code == 0, result.output
    assert f"({NPC}): 10 turns, 10 rewarded, mean +0.50" in result.output
    assert "liked: 10, mean +0.50" in result.output
    assert "as written: SNIPS +0.50" in result.output


def test_json_holds_what_the_page_says(run: Callable[..., Result], save: Path) -> None:
    tree = orjson.loads(run("learn", "report", str(save), "--npc", NPC, "--json").output)
    assert tree["npc"] == NPC
    assert tree["kinds"] == [["liked", 10, 0.5]]
    assert [v["policy"] for v in tree["values"]] == ["as written", "as learned"]


def test_nobody_of_that_name_is_said_so(run: Callable[..., Result], save: Path) -> None:
    result = run("learn", "report", str(save), "--npc", "nobody")
    assert result.exit_code != 0
    assert "nobody" in result.output


def test_simulated_players_teach_and_it_comes_out_the_same_again(
    run: Callable[..., Result],
) -> None:
    args = ("learn", "simulate", str(HAMLET), "--players", "3", "--turns", "20", "--json")
    first, again = run(*args), run(*args)
    assert first.exit_code == 0, first.output
    assert first.output == again.output
    curves = orjson.loads(first.output)
    assert {len(curve) for curve in curves.values()} == {20}
    assert run(*args, "--seed", "8").output != first.output


def test_the_plot_shows_both_lives(run: Callable[..., Result]) -> None:
    result = run("learn", "simulate", str(HAMLET), "--players", "2", "--turns", "10")
    assert "● learning  ○ frozen" in result.output
    assert "second half, mean reward learning and frozen" in result.output
    assert "what the players liked and did not" in result.output
    assert NPC in result.output
