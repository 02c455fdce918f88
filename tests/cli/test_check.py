from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

PACKS = Path(__file__).parents[1] / "packs"
EMBERFALL = Path(__file__).parents[2] / "examples" / "emberfall"


def test_a_good_pack_ends_with_nothing_to_say(run: Callable[..., Result]) -> None:
    result = run("check", str(EMBERFALL))
    assert result.exit_code == 0
    assert "emberfall: 0 errors" in result.output


def test_mistakes_are_named_with_file_and_line_and_end_with_1(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "world.yaml").write_text("id: p\nname: P\nplaecs: {}\n", encoding="utf-8")
    result = run("check", str(tmp_path))
    assert result.exit_code == 1
    assert "world.yaml" in result.output
    assert "3  error" in result.output
    assert "did you mean places?" in result.output
    plain = run("check", "--plain", str(tmp_path))
    assert "world.yaml:3: plaecs" in plain.output


def test_warnings_count_when_asked_to(run: Callable[..., Result], tmp_path: Path) -> None:
    world = "id: p\nname: P\nformat: 1\nplaces:\n  a: {name: A, near: [b]}\n  b: {name: B}\n"
    (tmp_path / "world.yaml").write_text(world, encoding="utf-8")
    assert run("check", str(tmp_path)).exit_code == 0
    assert run("check", "--strict", str(tmp_path)).exit_code == 1


def test_the_bad_example_is_bad(run: Callable[..., Result]) -> None:
    assert run("check", str(PACKS / "bad")).exit_code == 1
