from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.words.saying import Party, in_numbers, is_many, said, worded

EDDA, ME, YOU = Party("Edda"), Party("Edda", 1), Party("Edda", 2)
ZU = Party("Zu")


@pytest.mark.parametrize(
    ("relation", "third", "first"),
    [
        ("sells", "Edda sells Zu.", "I sell Zu."),
        ("sworn_to", "Edda is sworn to Zu.", "I am sworn to Zu."),
        ("afraid_of", "Edda is afraid of Zu.", "I am afraid of Zu."),
        ("uncle_of", "Edda is an uncle of Zu.", "I am an uncle of Zu."),
        ("live_in", "Edda lives in Zu.", "I live in Zu."),
        ("stole", "Edda stole Zu.", "I stole Zu."),
        ("was_seen_at", "Edda was seen at Zu.", "I was seen at Zu."),
        ("never_trusts", "Edda never trusts Zu.", "I never trust Zu."),
        ("can_read", "Edda can read Zu.", "I can read Zu."),
        ("favourite_song", "Edda's favourite song is Zu.", "My favourite song is Zu."),
    ],
)
def test_an_unknown_relation_is_worded_from_its_own_name(
    relation: str, third: str, first: str
) -> None:
    assert said(worded(relation), EDDA, [ZU]) == third
    assert said(worded(relation), ME, [ZU]) == first


def test_a_template_agrees_with_who_speaks_and_who_listens() -> None:
    template = "{subject} {owes} {object} forty stamps."
    assert said(template, ME, [ZU]) == "I owe Zu forty stamps."
    assert said(template, EDDA, [Party("Zu", 1)]) == "Edda owes me forty stamps."
    assert said(template, YOU, [Party("Zu", 1)]) == "You owe me forty stamps."
    assert said("{subject} {is} {object.poss} child.", EDDA, [Party("James", 2)]) == (
        "Edda is your child."
    )
    assert said("{subject} {blames} {object}.", ME, [ME]) == "I blame myself."


def test_several_objects_articles_plurals_and_numbers() -> None:
    objects = [Party("bread"), Party("ale"), Party(in_numbers("3 pies"))]
    many = Party("the Smiths", 3, is_many("the Smiths"))
    assert said(worded("sells"), many, objects) == "The Smiths sell bread, ale and three pies."
    assert said("{subject} {has} {object.a}.", EDDA, [Party("axe"), Party("the key")]) == (
        "Edda has an axe and the key."
    )
    assert in_numbers("40 stamps, 1.5 pints, A7") == "forty stamps, 1.5 pints, A7"
    assert not any(map(is_many, ("James", "the glass", "the Cross", "Edda", "the bus")))


@given(st.from_regex(r"[a-z]{1,8}(_[a-z]{1,8}){0,3}", fullmatch=True), st.sampled_from([1, 2, 3]))
def test_any_relation_is_one_sentence_with_both_ends(relation: str, person: int) -> None:
    text = said(worded(relation), Party("Mara", person), [ZU])
    assert text[0].isupper()
    assert text.endswith("Zu.")
    assert "{" not in text
    assert text.startswith({1: ("I ", "My "), 2: ("You ", "Your "), 3: ("Mara",)}[person])
