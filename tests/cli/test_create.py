from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result


def test_the_same_theme_and_seed_give_the_same_persona(run: Callable[..., Result]) -> None:
    one = run("create", "a gruff old smith", "--seed", "7")
    assert one.output == run("create", "a gruff old smith", "--seed", "7").output
    assert one.output != run("create", "a gruff old smith", "--seed", "8").output


def test_the_yaml_alone_can_be_read_back(run: Callable[..., Result]) -> None:
    persona = yaml.safe_load(run("create", "a nervous young herbalist", "--yaml").output)
    assert persona["name"]
    assert {t["name"] for t in persona["personality_traits"]} >= {"openness", "neuroticism"}


def test_it_can_be_put_into_a_pack(run: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "pack" / "npcs" / "smith.yaml"
    result = run("create", "a gruff old smith", "--out", str(file))
    assert "written to" in result.output
    assert yaml.safe_load(file.read_text("utf-8"))["role"] == "the smith"


def test_one_can_talk_with_it_at_once(run: Callable[..., Result]) -> None:
    typed = "Good morning!\n/npcs\n/quit\n"
    result = run("create", "a cheerful smuggler", "--interactive", typed=typed)
    assert result.exit_code == 0, result.output
    assert "greet" in result.output
    assert "the porch" in result.output
