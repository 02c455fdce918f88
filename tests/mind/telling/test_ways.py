"""A culture, compiled, changes what its people take hard and says nothing to anybody else."""

from __future__ import annotations

from typing import Any

import pytest

from personagen_npc.mind.telling.ways import NO_WAYS, Ways, ways_of, words_of
from personagen_npc.persona.culture import Culture
from personagen_npc.persona.profile import Voice

TAGS = {"insult": ("honour",), "accuse": ("honour", "candour"), "gift": ("hospitality",)}


def _ways(**fields: Any) -> Ways:
    tree = {"id": "hill", "name": "the hill folk", **fields}
    return ways_of(Culture.model_validate(tree, strict=False), TAGS)


def test_a_kinds_own_regard_goes_before_its_tags() -> None:
    got = _ways(regards={"#honour": {"times": 2.0}, "accuse": {"times": 0.5, "benefit": -0.1}})
    assert got.regards["insult"] == (2.0, 0.0, 0.0, 0.0)
    assert got.regards["accuse"] == (0.5, -0.1, 0.0, 0.0)
    assert "gift" not in got.regards


@pytest.mark.parametrize(
    ("said", "named", "touched"),
    [
        (("burn", "dead"), (), "dead"), (("stack", "warm"), (), None),
        (("stack", "cold"), (), "cold"), (("cold", "stack", "number", "five"), (), "cold"),
        ((), ("wolf",), "beast"), (("dog",), ("dog",), None),
    ],
)  # fmt: skip
def test_a_taboo_is_touched_by_a_word_a_whole_phrase_or_a_name(
    said: tuple[str, ...], named: tuple[str, ...], touched: str | None
) -> None:
    hush = ["Hush."]
    ways = _ways(
        taboos={
            "dead": {"words": ["the dead"], "lines": hush},
            "cold": {"words": ["cold stack"], "lines": hush},
            "beast": {"about": ["wolf"], "lines": hush},
        }
    )
    got = ways.touched(said, named)
    assert (got.id if got else None) == touched


def test_without_a_culture_nothing_is_taboo() -> None:
    assert NO_WAYS.touched(("dead",), ("wolf",)) is None


def test_ones_own_words_come_oftener_than_ones_peoples() -> None:
    ways = _ways(oaths=["turf and ember"], address=["guest"])
    got = words_of(Voice(oaths=("ash and ale",)), ways)
    assert got.oaths.count("ash and ale") > got.oaths.count("turf and ember") > 0
    assert got.address == ("guest",)
    assert words_of(Voice(), NO_WAYS).oaths == ()
