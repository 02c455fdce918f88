from __future__ import annotations

import pytest

from personagen_npc.mind.reading.names import Names

NAMES = (
    ("mara", "npc", "Mara Holt"),
    ("will", "npc", "Will Ames"),
    ("ash", "player", "Ash O'Dell"),
    ("mill", "place", "Marl's mill"),
    ("mill", "place", "mill"),
    ("wood", "place", "Hangerwood"),
    ("rakers", "faction", "the Rakers"),
    ("knife", "thing", "belt knife"),
)


@pytest.mark.parametrize(("text", "left"), [
    ("Mara Holt burned the mill", "burned the mill"),
    ("Holt's brother met MARA", "brother met"),
    ("the Rakers of Hangerwood hid a belt knife", "the of hid a belt knife"),
    ("Marl's mill is lost, ash", "is lost"),
    ("a fire, mara, a fire!", "a fire a fire"),
    ("", ""),
])  # fmt: skip
def test_proper_names_are_taken_out_and_what_describes_stays(text: str, left: str) -> None:
    assert Names(NAMES).without(text) == left


def test_an_everyday_word_goes_only_where_it_is_written_as_a_name() -> None:
    names = Names(NAMES)
    names.common = frozenset({"will"})
    assert names.without("I will see Will there") == "I will see there"


def test_whoever_comes_or_goes_is_taken_out_or_not_from_then_on() -> None:
    names = Names(NAMES)
    assert names.without("Dorian came") == "Dorian came"
    names.add("d", "player", "Dorian Gray")
    assert names.without("Dorian came") == "came"
    names.remove("d")
    assert names.without("Dorian came") == "Dorian came"


def test_what_somebody_does_is_no_name() -> None:
    names = Names([("crew", "faction", "the Catch")])
    assert not names.find(["what", "does", "the", "net", "catch"])
    assert [f.id for f in names.find(["who", "runs", "the", "catch"])] == ["crew"]
    assert [f.id for f in names.find(["who", "does", "the", "Catch", "owe"])] == ["crew"]
