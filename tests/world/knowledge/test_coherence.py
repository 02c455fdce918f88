"""Two hundred lines to a whole village: nobody contradicts persona, knowledge or what was said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from personagen_npc.changes import Believed, ClockMoved, Related, VariableSet
from personagen_npc.mind import turn
from personagen_npc.mind.statements.claims import PLAIN, Stance
from personagen_npc.tables import table
from personagen_npc.world.knowledge.coherence import Watch
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    import pytest

    from personagen_npc.mind.recall import Found
    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.world import World

ROWS: list[Any] = table(Path(__file__).parents[1] / "data" / "two_hundred_lines.yaml")["rows"]
ALLOWED = 0.001  # share of claims


def _moved(world: World, row: dict[str, Any]) -> None:
    if "set" in row:
        world.do(VariableSet(row["set"], row["to"]))
    elif "tell" in row:
        who, fact, sure = row["tell"], row["fact"], row["sure"]
        world.do(Believed(who, fact, "told", row["teller"], 1, sure, world.now))
    elif "wait" in row:
        world.do(ClockMoved(world.now + row["wait"]))
    else:
        world.do(Related(row["trust"], "ash", 0.5, 0.95, 0.0, 0.6, "", 1, world.now))


def _played(world: World) -> Watch:
    watch = Watch(world)
    for row in ROWS:
        world.begin()
        replies: tuple[Reply, ...] = ()
        if isinstance(row, list):
            replies = talk.say(world, [row[0]], "ash", row[1]).replies
        else:
            _moved(world, row)
        world.end()
        for reply in replies:
            watch.turn(reply)
    return watch


def test_two_hundred_lines_hold_together(village: World) -> None:
    assert sum(isinstance(r, list) for r in ROWS) >= 200
    watch = _played(village)
    assert watch.claims >= 100
    assert watch.lies >= 4  # Joss, Wick, Corm have what they would rather not say
    assert watch.share <= ALLOWED, watch.conflicts


def test_the_measure_catches_minds_that_do_not_weigh_what_they_say(
    village: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def heedless(
        _npc: object, _scene: object, _heard: object, found: Found, _names: object
    ) -> tuple[Found, Stance]:
        return found, PLAIN

    monkeypatch.setattr(turn, "weighed", heedless)
    watch = _played(village)
    assert watch.share > 0.1
    assert {"own", "graph"} <= {c.kind for c in watch.conflicts}


def test_a_word_against_the_persona_is_caught(village: World, step: Any) -> None:
    reply = step(village, talk.say, ["edda"], "ash", "Hello.").replies[0]
    watch = Watch(village)
    assert not watch.turn(reply._replace(text="I'm a smith, and I live at the water forge."))
    found = watch.turn(reply._replace(text="Me? I'm a baker. I've never held a hammer."))
    assert [c.kind for c in found] == ["persona", "own"]
