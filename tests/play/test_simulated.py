"""What a designer reads of two simulated lives."""

from __future__ import annotations

from personagen_npc.play.simulate import Paid, cast_of
from personagen_npc.play.simulated import compared, shifts, wishes


def life(jokes: int, of: int = 100, npc: str = "ida") -> list[Paid]:
    """So many of the turns were jokes, each worth .5; the rest were greetings, worth nothing."""
    return [
        Paid(npc, "player1", "joke" if k % of < jokes else "greet", 0.5 * (k % of < jokes))
        for k in range(2 * of)
    ]


def test_what_is_done_clearly_more_often_is_named_and_chance_is_not() -> None:
    told = [s.text() for s in shifts(life(40), life(10))]
    assert told == ["greets less (90 -> 60 %)", "jokes more (10 -> 40 %)"]
    assert shifts(life(12), life(10)) == []


def test_everybody_and_each_have_a_line_with_what_learning_brought() -> None:
    everybody, ida = compared(life(40), life(10))
    assert everybody.split()[:3] == ["everybody", "+0.20", "+0.05"]
    assert "+0.15 \u00b1 0.06  greets less" in ida


def test_players_are_told_apart_by_what_they_liked_of_what_they_met_with() -> None:
    one, other = cast_of(7, 2)
    said = wishes([one, other], life(40))
    assert f"jokes {one.taste('joke'):+.1f}" in said[0]
    assert said[1].endswith("met with too little")
