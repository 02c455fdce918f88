"""The leanings: what is looked up by number is what was trained by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from personagen_npc.errors import BadField
from personagen_npc.events import INTENTS
from personagen_npc.mind.reading.hearing import Reader
from personagen_npc.mind.reading.leaning import Leanings, features, load, pack
from personagen_npc.mind.reading.lexicon import Lexicon
from personagen_npc.mind.reading.names import Names
from personagen_npc.tables import table

if TYPE_CHECKING:
    from pathlib import Path

LINES = (
    "Where is the mill?", "Oswin, I need a rope and twenty coins!", "hello", "xyzzy plugh frotz",
    "Did the cook ever come back?", "I don't know what you mean.", "*waves* well: go",
)  # fmt: skip
NAMES = (("oswin", "npc", "Oswin"), ("mill", "place", "the mill"))


def trained(weights: dict[str, int]) -> Leanings:
    rows = np.zeros((len(weights), len(INTENTS)), np.int8)
    rows[:, 3] = list(weights.values())
    return Leanings(list(weights), rows, [0.0] * len(INTENTS), {})


def test_every_feature_counts_once_by_number_as_by_name() -> None:
    lexicon = Lexicon(table("mind/data/intents.yaml"))
    for text in LINES:
        sentence = Reader(lexicon, Names(NAMES)).read(text)[0]
        names = features(sentence, "p:only", "greet")
        weights = {name: i % 7 + 1 for i, name in enumerate(dict.fromkeys(names))}
        model = trained(weights)
        again = Reader(lexicon, Names(NAMES), model).read(text)[0]
        odds = model.of(again, "p:only", "greet", {})
        assert odds[3] == sum(weights[n] for n in names)


def test_words_that_were_never_met_say_nothing() -> None:
    lexicon, model = Lexicon(table("mind/data/intents.yaml")), trained({"b c": 9, "~@noun b": 9})
    sentence = Reader(lexicon, Names(), model).read("blorp glonk")[0]
    assert set(model.of(sentence, "p:only", "tell", {})) == {0.0}


def test_a_model_for_other_intents_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "leanings.bin"
    rows = np.zeros((1, len(INTENTS)), np.int8)
    packed = pack(["hello"], rows, [0.0] * len(INTENTS), {}, rows, [0.0] * len(INTENTS))
    path.write_bytes(packed.replace(b"greet", b"grunt"))
    with pytest.raises(BadField):
        load(path)
