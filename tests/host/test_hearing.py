"""Who hears what: by role, by place, by what a session asked to watch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.wire import messages as m

if TYPE_CHECKING:
    from collections.abc import Callable

    Sit = Callable[..., Any]
    Settle = Callable[..., Any]


@pytest.fixture
async def seats(game: Any, sit: Sit) -> dict[str, Any]:
    """A game, two players at the forge and in the yard, an observer."""
    found = {"game": game, "ash": sit("player", "ash"), "bob": sit("player", "bob"),
             "eye": sit("observer")}  # fmt: skip
    for seat in (found["ash"], found["bob"], found["eye"]):
        await seat.ask(m.WorldOpen, name="w")
    await game.ask(m.PlayerSet, player="ash", place="forge")
    await game.ask(m.PlayerSet, player="bob", place="yard")
    return found


def _heard(seats: dict[str, Any]) -> set[str]:
    return {name for name, seat in seats.items() if seat.of("spoke")}


async def _theft(game: Any) -> None:
    await game.ask(m.PostEvent, event=m.Happening(type="theft", actor="ash", target="mara"))


async def test_the_game_hears_all_a_player_what_is_near_him_an_observer_nothing_unasked(
    seats: dict[str, Any], settle: Settle
) -> None:
    await _theft(seats["game"])  # Mara at the forge cries out
    await settle()
    assert _heard(seats) == {"game", "ash"}


async def test_a_line_meant_for_a_player_reaches_him_wherever_he_is(
    seats: dict[str, Any], settle: Settle
) -> None:
    await seats["game"].ask(m.Perform, npc="mara", text="Bob! Come here!", player="bob")
    await settle()
    assert _heard(seats) == {"game", "ash", "bob"}


async def test_a_whisper_is_heard_by_nobody_else(seats: dict[str, Any], settle: Settle) -> None:
    await seats["game"].ask(
        m.Perform, npc="mara", text="Between us: run.", player="bob", whisper=True
    )
    await settle()
    assert "ash" not in _heard(seats)
    assert "bob" in _heard(seats)


@pytest.mark.parametrize(
    ("watch", "hears"),
    [
        ({"places": ("forge",)}, True), ({"places": ("yard",)}, False),
        ({"npcs": ("mara",)}, True), ({"npcs": ("tomas",)}, False),
        ({"players": ("ash",)}, True), ({"players": ("bob",)}, False),
        ({"everything": True}, True),
    ],
)  # fmt: skip
async def test_a_watcher_hears_what_it_watches(
    seats: dict[str, Any], settle: Settle, watch: dict[str, Any], hears: bool
) -> None:
    await seats["eye"].ask(m.Subscribe, **watch)
    await _theft(seats["game"])
    await settle()
    assert ("eye" in _heard(seats)) == hears


async def test_a_game_that_watches_one_place_is_spared_the_rest(
    seats: dict[str, Any], settle: Settle
) -> None:
    await seats["game"].ask(m.Subscribe, places=("yard",))
    await _theft(seats["game"])
    await settle()
    assert "game" not in _heard(seats)
    await seats["game"].ask(m.Subscribe)  # nothing in particular: as at first
    await _theft(seats["game"])
    await settle()
    assert "game" in _heard(seats)


async def test_what_changed_is_told_to_those_who_watch_it(
    seats: dict[str, Any], settle: Settle
) -> None:
    await seats["eye"].ask(m.Subscribe, npcs=("mara",))
    await seats["game"].ask(m.NpcSet, npc="mara", place="yard")
    await seats["game"].ask(m.NpcSet, npc="tomas", place="forge")
    await seats["game"].ask(m.Say, npc="mara", player="ash", text="You fool!")
    await settle()
    changed = seats["eye"].of("changed")
    assert {c["id"] for c in changed} == {"mara"}
    assert changed[0]["fields"] == {"place": "yard"}
    assert changed[-1]["fields"]["mood"]
    assert seats["ash"].of("changed") == []
    assert seats["game"].of("changed") == []


async def test_a_session_that_is_gone_is_sent_nothing_and_costs_nothing(
    seats: dict[str, Any], settle: Settle
) -> None:
    seats["ash"].link.outbox = None
    await _theft(seats["game"])
    await settle()
    assert _heard(seats) == {"game"}


async def test_of_a_players_talk_the_other_here_hears_the_reply_once(
    seats: dict[str, Any], settle: Settle
) -> None:
    await seats["game"].ask(m.PlayerSet, player="bob", place="forge")
    reply = await seats["ash"].ask(m.Say, npc="mara", player="ash", text="Hello.")
    await settle()
    assert [s["text"] for s in seats["bob"].of("spoke")] == [reply["text"]]
    assert [s["text"] for s in seats["game"].of("spoke")] == [reply["text"]]
    assert seats["ash"].of("spoke") == []
