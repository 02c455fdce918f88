"""Generated people and towns are packs that a designer could have written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from personagen_npc.authoring.check import check_pack
from personagen_npc.authoring.fitting import fitted, pack_around, setting_of
from personagen_npc.authoring.written import as_yaml, write_town
from personagen_npc.errors import Conflict
from personagen_npc.persona.generate import generate
from personagen_npc.persona.town import found

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("genre", ["village", "modern", "space"])
def test_a_town_is_a_pack_without_mistakes(tmp_path: Path, genre: str) -> None:
    folder = tmp_path / "town"
    write_town(found(16, 5, genre, 3), folder)
    report = check_pack(folder)
    assert report.ok, report.text()
    assert not report.warnings, report.text()


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(Conflict):
        write_town(found(4, 1), tmp_path)


def test_a_person_takes_a_culture_that_the_pack_has(tmp_path: Path) -> None:
    folder = tmp_path / "town"
    write_town(found(6, 5, "village", 1), folder)
    for i, theme in enumerate(("a desert poet", "an orc smith", "a space pilot")):
        file = folder / "npcs" / f"new{i}.yaml"
        pack = pack_around(file)
        assert pack is not None
        file.write_text(as_yaml(fitted(generate(theme, 5, i, setting_of(pack)), pack, theme)))
    assert check_pack(folder).ok, check_pack(folder).text()


def test_without_a_pack_no_culture_is_named(tmp_path: Path) -> None:
    assert pack_around(tmp_path / "npcs" / "x.yaml") is None
    assert fitted(generate("an orc"), None, "an orc").culture == ""
