from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

HAMLET = Path(__file__).parents[1] / "play" / "data" / "hamlet"


def test_one_can_talk_with_a_packs_people(run: Callable[..., Result]) -> None:
    typed = "What happened at the well?\n/go per\nGood day.\n"
    result = run("chat", str(HAMLET), "--npc", "ida", "--seed", "5", typed=typed)
    assert result.exit_code == 0, result.output
    assert "brothers" in result.output
    assert "Here: Per Stone" in result.output


def test_people_remember_when_the_world_is_kept(run: Callable[..., Result], tmp_path: Path) -> None:
    flags = ("chat", str(HAMLET), "--npc", "ida", "--seed", "5", "--store", str(tmp_path / "s"))
    run(*flags, typed="/event rescue target=ida place=inn\n/tick 1d\n")
    again = run(*flags, typed="Do you remember me?\n")
    assert "remembers" in again.output
    assert "out of the well" in " ".join(again.output.split())


def test_a_pack_that_is_not_there_is_said_so(run: Callable[..., Result]) -> None:
    result = run("chat", "nowhere")
    assert result.exit_code == 2
    assert "no such folder" in result.output
