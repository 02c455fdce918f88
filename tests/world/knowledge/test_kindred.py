"""Words that stand for each other: the table is sound, and used one word at a time."""

from __future__ import annotations

from personagen_npc.tables import table
from personagen_npc.words.stem import stem
from personagen_npc.world.knowledge.kindred import ASSOCIATIONS, NEAR, SAME, Kindred


def test_every_entry_of_the_table_is_a_word() -> None:
    data = table(ASSOCIATIONS)
    for row in (*data["rows"], *data["near"]):
        assert all(isinstance(word, str) and word.strip() for word in row), row


def test_a_word_means_itself_first_and_others_less() -> None:
    kin = Kindred({}).of(stem("innkeeper"))
    assert kin[stem("innkeeper")] == 1.0
    assert kin[stem("landlord")] == SAME > NEAR


def test_the_packs_own_synonyms_count_in_full() -> None:
    kindred = Kindred({"trivet": ["legs"]})
    assert kindred.of(stem("legs"))[stem("trivet")] == 1.0
    assert kindred.own(stem("legs")) == (stem("trivet"),)


def test_a_word_of_no_table_means_itself() -> None:
    assert Kindred({}).of("xyzzy") == {"xyzzy": 1.0}
