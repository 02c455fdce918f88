"""What people say to each other: in turns, not for ever, and nothing twice."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.changes import ClockMoved
from personagen_npc.errors import Conflict
from personagen_npc.world import agenda, roster
from personagen_npc.world.deeds.happen import admit_event, happen
from personagen_npc.world.talking import chatter, talk
from personagen_npc.world.talking.chatter import LINES

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

    Step = Callable[..., Any]


def _post(world: World, step: Step, kind: str, *witnesses: str, **fields: Any) -> None:
    event = {"type": kind, "witnesses": witnesses, **fields}
    step(world, lambda w: happen(w, [admit_event(w, event, "event")]))


def _clock(world: World, at: float) -> None:
    """Let time pass in which nobody does anything."""
    world.do(ClockMoved(at))


@pytest.fixture
def gossips(village: World, step: Step) -> World:
    """Berta and Odo at the inn, each of whom has seen something that the other has not."""
    for npc in ("berta", "odo"):
        step(village, roster.set_npc, npc, {"place": "drowned_bell"})
    step(village, roster.set_player, "ash", {"name": "Ash", "place": "forge"})
    _post(village, step, "theft", "berta", actor="ash", target="edda")
    _post(village, step, "fire", "odo", actor="rafe", place="mill")
    _post(village, step, "gift", "berta", actor="ash", target="wick")
    return village


def test_lines_alternate_and_the_talk_ends(gossips: World, step: Step) -> None:
    said = step(gossips, chatter.converse, "berta", "odo", "").said
    assert 3 <= len(said) <= LINES
    assert all(a.npc != b.npc for a, b in pairwise(said))
    assert all(s.to != s.npc and s.to in {"berta", "odo"} for s in said)
    assert said[-1].act in {"farewell", "react_news", "doubt"}
    assert len({s.turn for s in said}) == len(said)


def test_topics_run_out_and_no_tale_is_told_twice(gossips: World, step: Step) -> None:
    tales: list[tuple[str, str]] = []
    for day in range(1, 15):
        for hour in (10, 15):
            said = step(gossips, chatter.converse, "berta", "odo", "").said
            assert 0 < len(said) <= LINES
            tales += [(s.npc, s.text) for s in said if s.act == "gossip"]
            step(gossips, _clock, day * 86400.0 + hour * 3600.0)
    assert len(set(tales)) == len(tales)
    assert len(tales) <= 4


def test_nothing_new_is_two_words_in_passing(village: World, step: Step) -> None:
    for npc in ("berta", "odo"):
        step(village, roster.set_npc, npc, {"place": "drowned_bell"})
    said = step(village, chatter.converse, "berta", "odo", "").said
    assert len(said) == 2
    assert [s.npc for s in said] == ["berta", "odo"]
    assert not any("stranger" in s.text.lower() for s in said)  # they have known each other long


def test_a_word_that_is_passed_on_is_answered(gossips: World, step: Step) -> None:
    told = step(gossips, lambda w: chatter.exchange(w, w.npcs["berta"], w.npcs["odo"], "t.1"))
    assert [s.npc for s in told] == ["berta", "odo"]
    assert told[0].act == "gossip"
    assert told[1].act in {"react_news", "doubt", "deflect"}


def test_a_player_talks_to_either_meanwhile(gossips: World, step: Step) -> None:
    step(gossips, chatter.converse, "berta", "odo", "")
    assert step(gossips, talk.say, ["odo"], "ash", "Hello.").replies[0].text
    said = step(gossips, chatter.converse, "berta", "odo", "").said
    assert len(said) <= LINES


def test_a_script_keeps_people_out_of_it(gossips: World, step: Step) -> None:
    step(gossips, roster.set_npc, "odo", {"locked": True})
    for one, other in (("berta", "odo"), ("odo", "berta")):
        with pytest.raises(Conflict):
            chatter.converse(gossips, one, other, "")
    for hour in range(1, 49):
        said = step(gossips, agenda.tick, hour * 3600.0).said
        assert "odo" not in {s.npc for s in said} | {s.to for s in said}
