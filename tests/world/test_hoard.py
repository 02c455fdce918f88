"""What a talkative player leaves behind: things said once each, however often he says them.

Two stored lines are near-duplicates if the same person said both to the same NPC and their sets of
words overlap by three fifths (Jaccard index, all words counted); an item that has an older
near-duplicate is junk. An audit of another memory found 97.8 % of it to be restated prompts,
greetings and recalled words of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from personagen_npc.words.tokens import tokens
from personagen_npc.world.remembering.past import Remembered
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from personagen_npc.world.world import World

LINES = [
    line
    for line in (Path(__file__).parent / "data" / "talk-500.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
ALIKE = 0.6
MOST = 0.10  # of stored items that may be near-duplicates


def junk(world: World, npc: str) -> tuple[int, int]:
    """(near-duplicates, all) of what an NPC holds."""
    held = world.npcs[npc].memories.happening
    seen: list[tuple[str, frozenset[str]]] = []
    double = 0
    for happening in held:
        h = world.happenings[happening]
        words = frozenset(tokens(h.text))
        double += any(
            who == h.actor and len(words & w) >= ALIKE * len(words | w) for who, w in seen
        )
        seen.append((h.actor, words))
    return double, len(held)


def talked(village: World, step: Callable[..., Any]) -> None:
    assert len(LINES) == 500
    for line in LINES:
        step(village, talk.say, ["berta"], "ash", line)


def test_five_hundred_lines_leave_each_thing_once(village: World, step: Callable[..., Any]) -> None:
    talked(village, step)
    for npc in ("berta", "rafe"):  # the one spoken to, and one who overheard it all
        double, stored = junk(village, npc)
        assert stored >= 60  # as many things as he had to say
        assert double <= MOST * stored, f"{npc}: {double} of {stored}"


def test_without_the_rule_most_of_it_were_junk(
    village: World, step: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Remembered, "again", lambda *_: -1)
    monkeypatch.setattr("personagen_npc.mind.remember.repeats", lambda *_: False)
    talked(village, step)
    double, stored = junk(village, "berta")
    assert double > 0.7 * stored


def test_what_was_restated_counts_as_told_so_often(
    village: World, step: Callable[..., Any]
) -> None:
    talked(village, step)
    berta = village.npcs["berta"].memories
    times = [m.times for m in berta if "wolves" in village.happenings[m.happening].text]
    assert len(times) == 1
    assert times[0] > 0.6 * sum("wolves" in line for line in LINES)  # some are no plain statements
