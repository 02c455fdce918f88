from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result


def test_a_person_is_written(run: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "npcs" / "smith.yaml"
    theme = ("--theme", "a bitter dwarf locksmith who lost a son")
    result = run("generate", "person", *theme, "--complexity", "9", "--out", str(file))
    assert result.exit_code == 0, result.output
    made = yaml.safe_load(file.read_text("utf-8"))
    assert made["role"] == "the locksmith"
    assert len(made["behavioral_patterns"]) > 15


def test_one_can_talk_in_a_generated_town(run: Callable[..., Result], tmp_path: Path) -> None:
    folder = tmp_path / "town"
    made = run("generate", "town", "--size", "8", "--seed", "7", "--out", str(folder))
    assert made.exit_code == 0, made.output
    assert "8 people" in made.output
    assert run("check", str(folder)).exit_code == 0
    talked = run("chat", str(folder), "--seed", "1", typed="Good morning!\n/quit\n")
    assert talked.exit_code == 0, talked.output


def test_a_full_folder_is_refused(run: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    result = run("generate", "town", "--size", "4", "--out", str(tmp_path))
    assert result.exit_code == 2
    assert "something in this folder" in result.output
