"""Senses: vectors of texts by another package's table, the same on every machine."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from personagen_npc.words.senses import PACKAGE, PIECES, SAME, SCALE, Senses, senses

TABLE = senses()
pytestmark = pytest.mark.skipif(TABLE is None, reason=f"{PACKAGE} is not installed here")
TEXTS = ("who mends shoes", "Is the dam safe?", "a cobbler", "", "Öfen, o'clock & quibblesnatcher")


def _table() -> Senses:
    assert TABLE is not None
    return TABLE


def test_words_are_cut_as_the_tables_own_tokenizer_cuts_them() -> None:
    from tokenizers import Tokenizer

    spec = find_spec(PACKAGE)
    assert spec is not None
    assert spec.submodule_search_locations
    own = Tokenizer.from_file(str(Path(spec.submodule_search_locations[0]) / PIECES))
    for word in ("the", "unmoored", "charcoal", "ysolt", "o'clock", "xylophonists", "thole's"):
        assert _table().pieces(word) == own.encode(word, add_special_tokens=False).ids


def test_a_text_has_the_same_vector_alone_and_among_others() -> None:
    together = _table().vectors(TEXTS * 60)
    for row, text in zip(together, TEXTS, strict=False):
        assert (_table().vectors((text,))[0] == row).all()


def test_vectors_are_whole_numbers_whose_products_float32_holds() -> None:
    rows = _table().vectors(TEXTS)
    assert (rows == np.rint(rows)).all()
    sizes = (rows.astype(np.float64) ** 2).sum(axis=1)
    assert sizes.max() <= SAME
    assert (np.sqrt(sizes[[0, 1, 2, 4]]) > SCALE * 0.99).all()
    assert sizes[3] == 0.0  # nothing said


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("physician", "the doctor", "the mountain"),
        ("is anybody hiring", "have you got any work", "have you got a brother"),
        ("purchase supplies", "where can I buy something", "where are the trees"),
    ],
)
def test_what_means_the_same_is_near(text: str, near: str, far: str) -> None:
    asked, one, other = _table().vectors((text, near, far))
    assert asked @ one > asked @ other
