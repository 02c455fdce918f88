"""Restating: the same said again is known for the same, and what only looks alike is not."""

from __future__ import annotations

import pytest

from personagen_npc.memory.episodes import Memories
from personagen_npc.memory.happening import Happenings
from personagen_npc.memory.restating import alike, gist, hollow, repeats, restated

SAME = [
    ("The bridge is down since morning.", "As I told you, the bridge is down since this morning."),
    ("I saw three wolves by the mill last night.", "Last night by the mill I saw three wolves!"),
    ("My brother drowned at the ferry.", "You know, my brother, he drowned at the ferry."),
    ("Salt has gone up to nine pence.", "Again: salt went up to nine pence in the end."),
    ("Garrick took the ring from the chapel.", "I swear, Garrick took the ring from the chapel."),
    ("The old bell lies in the river.", "The bell lies in the river, the old one."),
    ("I have walked all day and my feet hurt.", "I walked all day. My feet hurt."),
    ("I am looking for my sister Maud.", "I told you, I'm looking for my sister Maud."),
]
OTHER = [
    ("The bridge is down since morning.", "The bridge is up again."),
    ("I did not kill him at the mill.", "I killed him at the mill."),
    ("I didn't take the ring from the chapel.", "I took the ring from the chapel."),
    ("I saw three wolves by the mill.", "I saw five wolves by the mill."),
    ("I owe you ten pence for the kettle.", "You owe me ten pence for the kettle."),
    ("I saw a wolf by the mill.", "I saw a bear by the mill."),
    ("I sold my boat at the ferry.", "I sold my mule at the ferry."),
    ("I came from Dunmarrow on foot.", "I am going to Dunmarrow on foot."),
    ("The miller was drunk at noon.", "The miller was sober at noon."),
    ("I like eel pie.", "I never liked eel pie."),
    ("My brother drowned at the ferry.", "My brother drowned at the ferry in the flood year."),
    ("The lamp was lit.", "The lamp was out."),
]


@pytest.mark.parametrize(("first", "later"), SAME)
def test_the_same_in_nearly_the_same_words(first: str, later: str) -> None:
    assert alike(gist(later), gist(first))


@pytest.mark.parametrize(("first", "later"), OTHER)
def test_what_only_looks_alike(first: str, later: str) -> None:
    assert not alike(gist(later), gist(first))


def _mind(*lines: tuple[str, str, tuple[str, ...]]) -> tuple[Memories, Happenings]:
    memories, world = Memories(), Happenings()
    for actor, text, names in lines:
        memories.hold(world.add(f"{{actor}} said: {text}", "tell", actor, names=names), "said")
    return memories, world


TELL = frozenset({"tell"})
NOBODY: frozenset[str] = frozenset()


def test_the_memory_of_the_same_words_is_found_among_many() -> None:
    lines = [("ash", f"The {w} was sold at the fair for a song.", ()) for w in ("cow", "hen", "ox")]
    lines += [("ash", f"I counted {k} boats on the water.", ()) for k in range(200)]
    memories, world = _mind(*lines)
    assert restated(memories, world, "As I said, the hen was sold at the fair for a song.", "ash",
                    NOBODY, TELL) == 1  # fmt: skip
    assert restated(memories, world, "I counted 77 boats on the water.", "ash", NOBODY, TELL) == 80
    assert restated(memories, world, "The moon is full of mice.", "ash", NOBODY, TELL) == -1


def test_the_same_words_of_another_are_news() -> None:
    memories, world = _mind(("ash", "The mill will burn again.", ()))
    text = "The mill will burn again."
    assert restated(memories, world, text, "ash", NOBODY, TELL) == 0
    assert restated(memories, world, text, "bo", NOBODY, TELL) == -1
    assert restated(memories, world, text, "ash", NOBODY, frozenset({"confess"})) == -1
    assert restated(Memories(), world, text, "ash", NOBODY, TELL) == -1


def test_the_same_of_somebody_else_is_new() -> None:
    memories, world = _mind(("ash", "Garrick took the silver ring from the chapel.", ("garrick",)))
    text = "Berta took the silver ring from the chapel."
    assert restated(memories, world, text, "ash", frozenset({"berta"}), TELL) == -1


def test_a_word_that_it_was_said_before_says_nothing() -> None:
    assert hollow("As I said before.")
    assert hollow("I told you that.")
    assert not hollow("As I said, the mill burned.")
    assert not hollow("I did it.")


def test_what_the_npc_itself_said_is_not_new_to_it() -> None:
    spoken = ["It's in the river, that bell, and has been since the Brown Winter."]
    assert repeats("You said the bell is in the river since the Brown Winter.", spoken)
    assert repeats("So the bell has been in the river since the Brown Winter.", spoken)
    assert not repeats("The bell was never in the river this winter.", spoken)
    assert not repeats("I threw the bell into the river in the Brown Winter.", spoken)
    assert not repeats("The bell hangs in Dunmarrow.", spoken)
    assert not repeats("The river.", spoken)
