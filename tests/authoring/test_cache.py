"""The second open of an unchanged pack reads no YAML, and no cache can break an open."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from personagen_npc.authoring import cache, reader
from personagen_npc.authoring.cache import load_builtin_voice, load_pack, load_packs
from personagen_npc.errors import BadPack

PACKS = Path(__file__).parent.parent / "packs"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKS / "good", tmp_path / "good"))


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept"


def no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> None:
        raise AssertionError("the folder was read")

    monkeypatch.setattr(reader, "read_folder", refuse)
    monkeypatch.setattr(reader, "builtin_voice", refuse)


def test_the_second_open_is_the_same_pack_without_reading(
    pack: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_pack(pack, kept)
    no_reading(monkeypatch)
    again = load_pack(pack, kept)
    assert again == first
    assert again.model_fields_set == first.model_fields_set
    assert again.model_dump_json() == first.model_dump_json()


@pytest.mark.parametrize("change", ["world.yaml", "npcs/new.yaml", "voice/mara.yaml"])
def test_any_change_is_seen(pack: Path, kept: Path, change: str) -> None:
    load_pack(pack, kept)
    file = pack / change
    text = file.read_text(encoding="utf-8") if file.exists() else "name: New\n"
    file.write_text(text + "# changed\n", encoding="utf-8")
    load_pack(pack, kept)
    assert len(list(kept.iterdir())) == 2


@pytest.mark.parametrize("torn", [b"", b"{}", b"x" * 200])
def test_a_torn_cache_is_read_over(pack: Path, kept: Path, torn: bytes) -> None:
    first = load_pack(pack, kept)
    (file,) = kept.iterdir()
    file.write_bytes(torn)
    assert load_pack(pack, kept) == first
    assert len(file.read_bytes()) > 200


def test_without_a_place_for_the_cache_the_pack_opens_all_the_same(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="utf-8")
    assert load_pack(pack, blocked / "kept").id == "good"
    monkeypatch.setattr(cache, "cache_folder", lambda: None)
    assert load_pack(pack).id == "good"


def test_a_bad_pack_is_not_kept(pack: Path, kept: Path) -> None:
    (pack / "npcs/bad.yaml").write_text("name: [", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(BadPack):
            load_pack(pack, kept)
    assert not kept.exists()


def test_old_packs_go_when_there_are_many(pack: Path, kept: Path) -> None:
    kept.mkdir()
    for i in range(cache.KEPT + 10):
        (kept / f"{i}.json").write_bytes(b"old")
    load_pack(pack, kept)
    assert len(list(kept.iterdir())) == cache.KEPT


def test_a_mod_needs_what_it_extends_before_it(kept: Path) -> None:
    good, mod = PACKS / "good", PACKS / "mod"
    for _ in range(2):  # the second time from the cache
        assert load_packs([good, mod], kept).coin.name == "groat"
        with pytest.raises(BadPack, match="open good before it"):
            load_packs([mod], kept)


def test_built_in_lines_are_kept_too(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = tmp_path / "lines"
    lines.mkdir()
    (lines / "greet.yaml").write_text("- {act: greet, lines: [Hello.]}\n", encoding="utf-8")
    first = load_builtin_voice(lines, kept)
    no_reading(monkeypatch)
    assert load_builtin_voice(lines, kept) == first
