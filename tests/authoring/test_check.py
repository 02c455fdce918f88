"""A check names every mistake of a pack with file, line and what is allowed, in one run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personagen_npc.authoring.check import check_pack

PACKS = Path(__file__).parent.parent / "packs"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKS / "good", tmp_path / "good"))


def put(pack: Path, name: str, text: str) -> None:
    file = pack / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("name", ["good", "mod"])
def test_nothing_is_found_in_a_good_pack(name: str) -> None:
    assert check_pack(PACKS / name).problems == ()


def test_every_mistake_of_the_bad_pack_is_found() -> None:
    """`tests/packs/bad.report` is what a designer reads; change it with care and by hand."""
    report = check_pack(PACKS / "bad")
    expected = (PACKS / "bad.report").read_text(encoding="utf-8").rstrip("\n")
    assert report.text() == expected
    assert not report.ok
    assert len(report.errors) + len(report.warnings) == len(report.problems)


def test_what_cannot_be_read_does_not_hide_the_rest(pack: Path) -> None:
    put(pack, "npcs/ann.yaml", "name: Ann\nage: old\nplace: nowhere\n")
    put(pack, "npcs/bob.yaml", "name: Bob\nplace: nowhere\nties: {ann: {}}\n")
    put(pack, "npcs/cid.yaml", "name: [\n")
    put(pack, "voice/x.yaml", "- {act: greet}\n- {act: gret, lines: [a]}\n")
    rows = [str(p) for p in check_pack(pack).errors]
    assert [row.split(": ")[0] for row in rows] == [
        "npcs/ann.yaml:2", "npcs/bob.yaml:2", "npcs/cid.yaml:2", "voice/x.yaml:1", "voice/x.yaml:2",
    ]  # fmt: skip
    assert not any('"ann"' in row for row in rows)


def test_a_spoilt_world_still_reports(pack: Path) -> None:
    put(pack, "world.yaml", "id: good\nnmae: Good\n")
    rows = [str(p) for p in check_pack(pack).errors]
    assert any("nmae: is no field here (did you mean name?)" in row for row in rows)
    assert any("name: is missing" in row for row in rows)
    put(pack, "world.yaml", "id: good\nname: Good\ntime_scale: fast\nplaces: 3\n")
    rows = [str(p) for p in check_pack(pack).errors]
    assert any('place: there is no place "forge"' in row for row in rows)


def test_what_is_no_pack_is_one_mistake(tmp_path: Path) -> None:
    report = check_pack(tmp_path / "nowhere")
    assert len(report.problems) == 1
    assert "is no folder" in report.text()


def test_a_mod_is_checked_on_top_of_what_it_extends(tmp_path: Path) -> None:
    shutil.copytree(PACKS / "mod", tmp_path / "mod")
    alone = check_pack(tmp_path / "mod")
    assert alone.ok
    assert "not beside this one" in alone.text()
    shutil.copytree(PACKS / "good", tmp_path / "base")
    assert check_pack(tmp_path / "mod", below=[tmp_path / "base"]).problems == ()
    put(tmp_path / "mod", "npcs/x.yaml", "name: X\nplace: mod:wel\n")
    found = check_pack(tmp_path / "mod", below=[tmp_path / "base"])
    assert [str(p) for p in found.errors] == [
        'npcs/x.yaml:2: place: there is no place "mod:wel" (did you mean mod:well?)'
    ]


def test_json_files_have_lines_too(pack: Path) -> None:
    put(pack, "npcs/ann.json", '{\n  "name": "Ann",\n  "place": "yarrd"\n}\n')
    (problem,) = check_pack(pack).errors
    assert str(problem).startswith("npcs/ann.json:3: place: there is no place")


words = st.sampled_from(["", "{", "}", "[", "]", "|", "{a}", "{#x}", "a", ">=", "..", "!", "0.5"])
text = st.lists(words, max_size=6).map("".join)


@given(line=text, when=text, name=text)
@settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60
)
def test_any_line_condition_and_name_give_a_report(
    pack: Path, line: str, when: str, name: str
) -> None:
    rule = (
        f"- {{act: greet, lines: ['{line} .'], when: {{turns: '{when}', '{name}x': '{when}'}}}}\n"
    )
    put(pack, "voice/x.yaml", rule)
    put(pack, "lore/x.yaml", f"- {{id: x, text: T, says: ['{line}'], about: ['{name}']}}\n")
    assert check_pack(pack).pack == "good"
