from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

HAMLET = str(Path(__file__).parents[1] / "play" / "data" / "hamlet")


def test_one_question_to_several(run: Callable[..., Result], tmp_path: Path) -> None:
    asked = ("ask", "What happened at the well?", "--npcs", "all", "--pack", HAMLET)
    result = run(*asked)
    assert result.exit_code == 0, result.output
    assert result.output.startswith("## What happened at the well?\n")
    assert run(*asked).output == result.output, "the same seed, the same answers"
    out = tmp_path / "asked.md"
    assert run(*asked, "--out", str(out)).exit_code == 0
    assert out.read_text("utf-8") == result.output


def test_an_unknown_npc_is_said_so(run: Callable[..., Result]) -> None:
    result = run("ask", "Hello!", "--npcs", "nobody", "--pack", HAMLET)
    assert result.exit_code == 2
    assert "no NPC nobody" in result.output


def test_questions_may_come_from_a_file(run: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "questions.txt"
    file.write_text("# to everybody\nHello!\n\nGoodbye.\n", encoding="utf-8")
    result = run("ask", "--from", str(file), "--npcs", "ida", "--pack", HAMLET)
    assert result.exit_code == 0, result.output
    assert [row for row in result.output.splitlines() if row.startswith("## ")] == [
        "## Hello!",
        "## Goodbye.",
    ]
    assert run("ask", "--npcs", "ida", "--pack", HAMLET).exit_code == 2
