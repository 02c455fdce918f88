from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

HAMLET = Path(__file__).parents[1] / "play" / "data" / "hamlet"


@pytest.fixture
def part(tmp_path: Path) -> Path:
    shutil.copytree(HAMLET, tmp_path / "hamlet")
    (tmp_path / "hamlet" / "parts").mkdir()
    file = tmp_path / "hamlet" / "parts" / "visit.txt"
    file.write_text("# npc: ida\nHello!\nWhat happened at the well?\n", encoding="utf-8")
    return file


def test_a_part_in_a_pack_is_played_in_it(run: Callable[..., Result], part: Path) -> None:
    result = run("rehearse", str(part))
    assert result.exit_code == 0, result.output
    assert result.output.startswith("# visit\n")
    assert "**You:** What happened at the well?" in result.output
    assert result.output.count("**Ida:** ") == 2


def test_a_transcript_is_kept_and_compared(
    run: Callable[..., Result], part: Path, tmp_path: Path
) -> None:
    into = str(tmp_path / "kept")
    assert run("rehearse", str(part), "--into", into, "--check").exit_code == 1
    assert run("rehearse", str(part), "--into", into).exit_code == 0
    result = run("rehearse", str(part), "--into", into, "--check")
    assert result.exit_code == 0, result.output
    part.write_text(part.read_text("utf-8") + "Bye.\n", encoding="utf-8")
    result = run("rehearse", str(part), "--into", into, "--check")
    assert result.exit_code == 1
    assert "visit.md: differs" in result.output


def test_it_may_be_played_elsewhere(run: Callable[..., Result], tmp_path: Path) -> None:
    lines = tmp_path / "lines.txt"
    lines.write_text("Hello!\n", encoding="utf-8")
    result = run("rehearse", str(lines))
    assert result.exit_code == 2
    assert "--pack" in result.output
    result = run("rehearse", str(lines), "--pack", str(HAMLET), "--npc", "ida", "--seed", "4")
    assert result.exit_code == 0, result.output
    assert "seed 4" in result.output


def test_check_needs_a_folder(run: Callable[..., Result], part: Path) -> None:
    assert run("rehearse", str(part), "--check").exit_code == 2
