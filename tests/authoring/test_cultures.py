"""Cultures are read from files of their own or the world's, and what they name must be there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from personagen_npc.authoring.check import check_pack
from personagen_npc.authoring.merge import merge_packs
from personagen_npc.authoring.reader import read_pack

if TYPE_CHECKING:
    from pathlib import Path

WORLD = "id: dell\nname: The Dell\nplaces: {inn: {name: the inn}}\n"
HILL = 'name: the hill folk\nsays: {farewell: ["Go low."]}\n'
MARA = "name: Mara\nplace: inn\nculture: hill\n"


def _pack(path: Path, **files: str) -> Path:
    named = {"world": WORLD, "npcs/mara": MARA, "cultures/hill": HILL} | {
        name.replace("__", "/"): text for name, text in files.items()
    }
    for name, text in named.items():
        file = path / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return path


def test_a_culture_has_a_file_of_its_own_or_a_place_in_the_worlds(tmp_path: Path) -> None:
    river = "cultures: {river: {name: the river folk, oaths: [mud and mercy]}}\n"
    two = "- {id: town, name: the townsfolk}\n- {id: coast, name: the coast people}\n"
    pack = read_pack(_pack(tmp_path, world=WORLD + river, cultures__others=two))
    assert sorted(pack.cultures) == ["coast", "hill", "river", "town"]
    assert pack.cultures["hill"].says == {"farewell": ("Go low.",)}


def test_the_same_culture_in_two_files_is_a_mistake(tmp_path: Path) -> None:
    again = "cultures: {hill: {name: again}}\n"
    text = check_pack(_pack(tmp_path, world=WORLD + again)).text()
    assert "hill stands twice" in text


def test_a_mod_overrides_a_culture(tmp_path: Path) -> None:
    base = read_pack(_pack(tmp_path / "dell"))
    files = {"cultures__hill": "name: the high people\n", "npcs__mara": "{name: Mara}\n"}
    mod = read_pack(_pack(tmp_path / "mod", world="id: mod\nname: Mod\n", **files))
    assert merge_packs([base, mod]).cultures["hill"].name == "the high people"


def test_a_sound_pack_has_nothing_to_mend(tmp_path: Path) -> None:
    assert check_pack(_pack(tmp_path)).problems == ()


@pytest.mark.parametrize(
    ("file", "text", "wrong"),
    [
        ("npcs__mara", MARA.replace("hill", "hil"),
         'culture: there is no culture "hil" (did you mean hill?)'),
        ("cultures__hill", HILL + "regards: {insults: {times: 2}}\n", "did you mean insult?"),
        ("cultures__hill", HILL + 'regards: {"#honor": {times: 2}}\n', "did you mean #honour?"),
        ("cultures__hill", HILL + "regards: {insult: {times: 7}}\n", "0 to 4"),
        ("cultures__hill", HILL + 'taboos: {dead: {words: [the], lines: ["Hush."]}}\n',
         "too common a word"),
        ("cultures__hill", HILL + 'taboos: {dead: {lines: ["Hush."]}}\n', "nothing touches it"),
        ("cultures__hill", HILL + 'taboos: {dead: {about: [inm], lines: ["Hush."]}}\n',
         "did you mean inn?"),
        ("cultures__hill", HILL + "taboos: {dead: {words: [grave]}}\n", "lines"),
        ("cultures__hill", HILL.replace("farewell", "farwell"), "did you mean farewell?"),
        ("cultures__hill", HILL + 'refused: ["Pah."]\n', "never said"),
        ("cultures__hill", HILL + 'ungreeted: ["You {plaer}."]\n', "no slot {plaer}"),
        ("cultures__hill", HILL + "greeting: [Hello.]\n", "greeting"),
        ("voice__all", '- {act: greet, when: {culture: hil}, lines: ["Ho."]}\n', "hill"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_what_was_meant(
    tmp_path: Path, file: str, text: str, wrong: str
) -> None:
    report = check_pack(_pack(tmp_path, **{file: text}))
    assert any(wrong in str(problem) for problem in report.problems), report.text()


def test_where_a_pack_has_no_cultures_the_word_is_free(tmp_path: Path) -> None:
    pack = _pack(tmp_path)
    (pack / "cultures" / "hill.yaml").unlink()
    assert check_pack(pack).problems == ()
