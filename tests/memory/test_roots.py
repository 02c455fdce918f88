"""Families of words, and kinds."""

from __future__ import annotations

import pytest

from personagen_npc.memory.roots import Roots, kinds, root
from personagen_npc.words.stem import stem
from personagen_npc.words.tokens import Vocabulary


@pytest.mark.parametrize(
    "family",
    ["baker baked baking", "musician music musical", "adoption adopted", "celebration celebrate",
     "education educator", "friendship friend", "counselor counseling", "artist art"],
)  # fmt: skip
def test_a_family_has_one_root(family: str) -> None:
    assert len({root(stem(word)) for word in family.split()}) == 1


@pytest.mark.parametrize("pair", ["mill miller's-wife", "ford fire", "water wood", "bell bread"])
def test_strangers_have_not(pair: str) -> None:
    first, second = pair.split()
    assert root(stem(first)) != root(stem(second))


def test_what_is_asked_for_has_members() -> None:
    assert stem("dog") in kinds()[stem("pets")]
    assert stem("purchased") in kinds()[stem("buy")]
    assert stem("pet") not in kinds().get(stem("dog"), ())
    assert all(word not in others for word, others in kinds().items())


def test_words_that_come_later_join_their_family() -> None:
    vocabulary, roots = Vocabulary(), Roots()
    vocabulary.intern([stem("baker"), "ford"])
    assert roots.family(stem("bake"), vocabulary) == [0]
    vocabulary.intern([stem("baked")])
    assert roots.family(stem("bake"), vocabulary) == [0, 2]
    assert roots.family("wolf", vocabulary) == []
