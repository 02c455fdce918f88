"""A fact compiled: its words, what it is about, and the questions it answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.world.knowledge.entry import DEFINES, FIRST, OBJECT, SUBJECT, sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.knowledge.entry import Entry
    from personagen_npc.world.world import World


def entry(hamlet: Callable[..., World], **fact: Any) -> Entry:
    world = hamlet(
        npcs={"ada": {}, "bel": {}}, places={"dam": {"name": "the dam"}}, facts={"it": fact}
    )
    return world.lore.entry("it")


def test_the_subject_counts_more_than_what_else_is_named(hamlet: Callable[..., World]) -> None:
    found = entry(hamlet, text="Ada owns it.", triple=("ada", "owns", "dam"), about=["bel"])
    assert (found.names["ada"], found.names["dam"]) == (SUBJECT, OBJECT)
    first = entry(hamlet, text="The dam leaks on Bel.", about=["dam", "bel"])
    assert first.names["dam"] == FIRST > first.names["bel"]


def test_what_says_what_something_is_defines_it(hamlet: Callable[..., World]) -> None:
    assert DEFINES in entry(hamlet, text="The dam is a wall of turf.", about=["dam"]).foci
    assert DEFINES not in entry(hamlet, text="Bel fell off the dam.", about=["dam"]).foci


def test_a_listed_question_is_kept_by_its_words_and_what_it_is_after(
    hamlet: Callable[..., World],
) -> None:
    found = entry(hamlet, text="Bel fell.", about=["bel", "dam"], asked=["who fell off the dam"])
    way = found.asked[0]
    assert way.form == "person"
    assert "dam" in way.words
    assert "person" in found.forms


def test_a_text_gets_its_stop_once() -> None:
    assert [sentence(t) for t in ("It leaks", "It leaks.", "Does it?")] == [
        "It leaks.", "It leaks.", "Does it?",
    ]  # fmt: skip
