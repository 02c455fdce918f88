"""Data files: read once, kept as JSON, and never worse off for a bad cache."""

from __future__ import annotations

from pathlib import Path

import pytest

from personagen_npc import tables


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PERSONAGEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(tables, "_read", {})
    return tmp_path / "cache"


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "words.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def again(path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """The table as the next process would read it."""
    monkeypatch.setattr(tables, "_read", {})
    return tables.table(path)


def kept(cache: Path) -> list[Path]:
    return sorted(cache.rglob("*.json"))


def test_a_shipped_table_is_found_by_its_place_in_the_package() -> None:
    assert "the" in tables.table("words/data/stop_words.yaml")["articles and pointers"]


def test_the_same_table_is_read_once(tmp_path: Path, cache: Path) -> None:
    path = written(tmp_path, "a: [1, 2.5, é, null]")
    assert tables.table(path) is tables.table(path)


def test_a_second_start_does_not_parse_yaml(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "a: [1, 2.5, é, null]")
    first = tables.table(path)
    monkeypatch.setattr(tables, "_parse", lambda _: pytest.fail("parsed again"))
    assert again(path, monkeypatch) == first == {"a": [1, 2.5, "é", None]}


def test_a_changed_file_is_read_anew(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tables.table(written(tmp_path, "a: 1")) == {"a": 1}
    assert again(written(tmp_path, "a: 2"), monkeypatch) == {"a": 2}


@pytest.mark.parametrize("harm", [b"", b"{}", b"\xff" * 200, None])
def test_a_torn_cache_costs_only_time(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, harm: bytes | None
) -> None:
    path = written(tmp_path, "a: 1")
    tables.table(path)
    (file,) = kept(cache)
    file.write_bytes(file.read_bytes()[:-1] if harm is None else harm)
    assert again(path, monkeypatch) == {"a": 1}


@pytest.mark.parametrize("text", ["1: one", "day: 2024-05-01", "[.nan]", f"[{2**70}]"])
def test_what_json_would_bend_is_not_kept(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    path = written(tmp_path, text)
    first = tables.table(path)
    assert kept(cache) == []
    assert repr(again(path, monkeypatch)) == repr(first)


def test_a_cache_folder_that_cannot_be_made_is_no_failure(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.write_text("a file stands where the folder would be")
    assert tables.table(written(tmp_path, "a: 1")) == {"a": 1}


def test_no_home_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError

    for variable in ("PERSONAGEN_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    monkeypatch.setattr(tables, "_read", {})
    assert tables.cache_folder() is None
    assert tables.table(written(tmp_path, "a: 1")) == {"a": 1}


def test_a_missing_table_is_said() -> None:
    with pytest.raises(FileNotFoundError):
        tables.table("words/data/no_such.yaml")
