"""What finding a fact is fed with: words that go together, listed and development questions."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest

from bench.voice_cast import PACKS, world_of
from personagen_npc.tables import table
from personagen_npc.words.stem import stem, stop_words

ASSOCIATIONS = table("mind/data/associations.yaml")
DEV = table(Path(__file__).parent.parent / "bench" / "data" / "grounding_dev.yaml")["rows"]


@pytest.mark.parametrize("kind", ["rows", "near"])
def test_a_row_of_associations_says_something(kind: str) -> None:
    for row in ASSOCIATIONS[kind]:
        assert all(isinstance(w, str) and w == w.lower() for w in row), row
        assert len({stem(w) for w in row}) > 1, row


def test_no_association_is_with_a_word_that_is_never_looked_at() -> None:
    words = set(chain.from_iterable([*ASSOCIATIONS["rows"], *ASSOCIATIONS["near"]]))
    assert words & stop_words() == set()


def test_no_row_stands_twice() -> None:
    rows = [tuple(sorted(row)) for row in ASSOCIATIONS["rows"]]
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("name", PACKS)
def test_development_questions_are_of_known_facts_and_in_other_words_than_the_pack(
    name: str,
) -> None:
    world = world_of(name, 5)
    pack, known = world.pack, world.lore
    listed = {q.lower() for fact in pack.facts.values() for q in fact.asked}
    for _, facts, question in (row for row in DEV if row[0] == name):
        assert question.lower() not in listed
        assert all(f in known for f in facts.split("/") if f), facts
