"""A table of static vectors and a language model, both small enough to be made here."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from bench import tinymodel
from personagen_npc.engines.distil import write_table
from personagen_npc.engines.llamaserver import PROGRAM

FETCHED = Path("~/.cache/personagen-npc/engines/bin/llama-server")  # by tools/get-engine

MEANINGS = (
    ("fire", "burn", "burned", "flames"),
    ("ring", "jewel", "necklace"),
    ("dog", "hound", "puppy"),
    ("mill", "miller"),
)
WORDS = ("[UNK]", "the", "a", *(w for group in MEANINGS for w in group))


def tokenizer() -> str:
    return json.dumps({
        "version": "1.0", "truncation": {"max_length": 2, "strategy": "LongestFirst", "stride": 0,
                                         "direction": "Right"},
        "padding": None, "added_tokens": [], "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None,
        "model": {"type": "WordLevel", "vocab": {w: i for i, w in enumerate(WORDS)},
                  "unk_token": "[UNK]"},
    })  # fmt: skip


def vectors() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    table = np.zeros((len(WORDS), 8))
    table[1:3, 7] = 0.01  # "the" and "a" say next to nothing, the unknown nothing at all
    for number, group in enumerate(MEANINGS):
        for place, word in enumerate(group):
            table[WORDS.index(word), number] = 1.0
            table[WORDS.index(word), 4 + place % 3] = 0.2
    return table


@pytest.fixture
def distilled() -> SimpleNamespace:
    """The table as model2vec gives one."""
    return SimpleNamespace(embedding=vectors(), tokenizer=SimpleNamespace(to_str=tokenizer))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "tiny"
    made.mkdir()
    write_table(made, "tiny", vectors(), tokenizer(), {"license": "none"})
    return made


@pytest.fixture(scope="session")
def llama_server() -> str:
    """A real llama-server; skips where there is none."""
    found = os.environ.get(PROGRAM) or shutil.which("llama-server") or str(FETCHED.expanduser())
    if not Path(found).is_file():
        pytest.skip("no llama-server: tools/get-engine llama, or install llama.cpp")
    return found


@pytest.fixture(scope="session")
def noise(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that says noise."""
    return tinymodel.write(tmp_path_factory.mktemp("model") / "noise.gguf")


@pytest.fixture
def at_llama(llama_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own starts of a server take the one found."""
    monkeypatch.setenv(PROGRAM, llama_server)
