from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personagen_npc.engines.static import FILES, META, StaticEmbedder, look
from personagen_npc.errors import NoVectors

if TYPE_CHECKING:
    from pathlib import Path


def cosine(a: np.ndarray[tuple[int], np.dtype[np.int8]],
           b: np.ndarray[tuple[int], np.dtype[np.int8]]) -> float:  # fmt: skip
    x, y = a.astype(float), b.astype(float)
    return float(x @ y / (np.linalg.norm(x) * np.linalg.norm(y)))


def test_what_means_the_same_is_near_and_what_does_not_is_far(folder: Path) -> None:
    embedder = StaticEmbedder.load(folder)
    ring, jewel, hound = embedder.embed(["the ring", "a jewel", "the hound"])
    assert cosine(ring, jewel) > 0.9
    assert cosine(ring, hound) < 0.3
    assert (ring.dtype, ring.shape) == (np.int8, (embedder.dim,))


def test_a_long_text_is_read_to_its_end_whatever_the_tokenizer_was_told(folder: Path) -> None:
    embedder = StaticEmbedder.load(folder)
    long, short = embedder.embed(["the the the the ring", "the the"])
    assert cosine(long, embedder.at_once("ring")) > 0.9
    assert cosine(short, embedder.at_once("ring")) < 0.3


def test_a_text_of_unknown_words_has_a_vector_of_nothing(folder: Path) -> None:
    embedder = StaticEmbedder.load(folder)
    assert not embedder.embed(["", "xyzzy plugh", "!?"]).any()
    assert embedder.embed([]).shape == (0, embedder.dim)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=40), max_size=6))
def test_a_text_has_the_same_vector_alone_and_in_company(folder: Path, texts: list[str]) -> None:
    embedder = StaticEmbedder.load(folder)
    together = embedder.embed(texts)
    for row, text in zip(together, texts, strict=True):
        assert row.tobytes() == embedder.at_once(text).tobytes()


def test_the_source_names_the_table_and_changes_with_it(folder: Path) -> None:
    table = look(folder)
    assert StaticEmbedder.load(folder).source == table.source
    assert table.source.startswith("static:tiny@")
    assert (table.dim, table.tokens) == (8, len(np.load(folder / "vectors.npy")))


@pytest.mark.parametrize("file", [*FILES, META])
@pytest.mark.parametrize("harm", ["gone", "changed"])
def test_a_damaged_folder_is_refused_by_the_name_of_the_file(
    folder: Path, file: str, harm: str
) -> None:
    if harm == "gone":
        (folder / file).unlink()
    else:
        (folder / file).write_bytes((folder / file).read_bytes()[:-3] + b"abc")
    with pytest.raises(NoVectors) as refused:
        StaticEmbedder.load(folder)
    assert str(folder) in refused.value.message
    assert file == META or file in refused.value.message
    assert "embeddings build" in refused.value.allowed


def test_without_the_tokenizer_the_message_says_what_to_install(folder: Path) -> None:
    code = f"""
import sys
sys.modules["tokenizers"] = None
from personagen_npc.engines.static import StaticEmbedder
from personagen_npc.errors import NoVectors
try:
    StaticEmbedder.load({str(folder)!r})
except NoVectors as fault:
    print(fault.message)
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'personagen-npc[semantic]'" in out.stdout


def test_embedding_needs_nothing_heavy(folder: Path) -> None:
    code = f"""
import sys
from personagen_npc.engines.static import StaticEmbedder
StaticEmbedder.load({str(folder)!r}).embed(["a fire"])
print([m for m in ("torch", "faiss", "model2vec", "transformers", "ollama") if m in sys.modules])
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
