from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from personagen_npc.errors import BadField
from personagen_npc.play.demo import STEPS
from personagen_npc.play.script import VERBS, read_script

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "packs: [p]\nseed: 1\nplayer: {id: ash, name: Ash}\nscenes:\n- title: T\n  place: inn\n"


def test_the_demo_is_a_lawful_script() -> None:
    script = read_script()
    assert script.packs == ("emberfall",)
    said = {s.fields["to"] for scene in script.scenes for s in scene.steps if s.verb == "say"}
    assert len(said) >= 8, "the demo shows people of different temper"


def test_every_verb_can_be_played() -> None:
    assert set(VERBS) == set(STEPS)


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ("- {shout: hello}", "scene 1, step 1: no such verb"),
        ("- {say: hello, at: ida}", "say has no at"),
        ("- {tick: soon}", "no span of time"),
    ],
)
def test_a_mistake_is_named_by_scene_and_step(tmp_path: Path, steps: str, found: str) -> None:
    file = tmp_path / "script.yaml"
    file.write_text(f"{HEAD}  steps:\n  {steps}\n", encoding="utf-8")
    with pytest.raises(BadField, match=found):
        read_script(file)


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    file = tmp_path / "script.yaml"
    file.write_text("packs: [p]\nseed: 1\n", encoding="utf-8")
    with pytest.raises(BadField, match="player"):
        read_script(file)
