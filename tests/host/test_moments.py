"""Any kept moment can be opened, as a new branch or as a save, and brings nothing of what came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.host.host import Host
from personagen_npc.host.saving import Kept
from personagen_npc.wire import messages as m
from personagen_npc.world.state import snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from personagen_npc.host.library import Library


def _state(host: Host) -> dict[str, Any]:
    tree = snapshot.to_tree(host.rooms["w"].world)
    return {k: v for k, v in tree.items() if k not in {"branch", "step", "ancestry", "name"}}


async def _say(game: Any, text: str = "Hello.") -> Any:
    return await game.ask(m.Say, npc="mara", player="ash", text=text)


async def _three_days(host: Host, game: Any) -> dict[str, Any]:
    """Some life on three days; the state after each of its rows, by what names it."""
    states: dict[str, Any] = {}
    for day in range(3):
        await game.ask(m.Tick, time=day * 86400.0 + 3600.0)
        reply = await _say(game, f"My name is Ash{day}.")
        await game.ask(m.Reward, turn=reply["turn"], value=0.5)
        world = host.rooms["w"].world
        states[f"seq:{host.rooms['w'].journal.last_seq}"] = _state(host)
        states[f"b{world.branch}.s{world.step}"] = _state(host)
    return states


async def test_every_way_to_name_a_moment_leads_to_it(host: Host, game: Any) -> None:
    states = await _three_days(host, game)
    for at, state in states.items():
        data = (await game.ask(m.LoadAt, at=at))["data"]
        assert _state(host) == state, at
        assert data["branch"] == host.rooms["w"].world.branch
        await game.ask(m.LoadUndo)
    world = host.rooms["w"].world
    assert world.branch == 1 + 2 * len(states)
    step = next(a for a in states if a.startswith("b1.")).partition(".s")[2]
    await game.ask(m.LoadAt, at=step)  # without a branch: the one on the way to now
    assert _state(host) == states[f"b1.s{step}"]


async def test_a_day_is_the_last_moment_before_the_clock_passed_it(host: Host, game: Any) -> None:
    states = list((await _three_days(host, game)).values())
    hour = host.rooms["w"].world.dates.date(0.0).hour
    await game.ask(m.LoadAt, at=f"day:1.{hour + 1:02d}:00")
    assert _state(host) == states[2]
    assert (await game.refused(m.LoadAt, at="day:9"))["code"] == "unknown"


async def test_an_abandoned_future_can_be_named_and_is_no_part_of_the_new_branch(
    host: Host, game: Any
) -> None:
    await game.ask(m.Save, name="one")
    told = await _say(game, "My name is Ash.")
    left = _state(host)
    seq = host.rooms["w"].journal.last_seq
    await game.ask(m.Load, name="one")
    await _say(game, "My name is Birch.")
    await game.ask(m.LoadAt, at=f"seq:{seq}")
    assert _state(host) == left
    assert "Ash" in (await _say(game, "What is my name?"))["text"]
    await game.ask(m.LoadAt, at="seq:1")
    assert "Ash" not in (await _say(game, "What is my name?"))["text"]
    found = await game.refused(m.Reward, turn=told["turn"], value=1.0)
    assert found["code"] in {"unknown", "expired"}


@pytest.mark.parametrize(
    ("at", "code"),
    [("b7.s1", "unknown"), ("99999", "unknown"), ("seq:0", "unknown"), ("seq:999", "unknown"),
     ("yesterday", "bad_field"), ("day:5", "unknown")],
)  # fmt: skip
async def test_what_never_was_is_refused_by_name(host: Host, game: Any, at: str, code: str) -> None:
    await _say(game)
    before = _state(host)
    found = await game.refused(m.LoadAt, at=at)
    assert (found["code"], found["field"], found["got"]) == (code, "at", at)
    assert _state(host) == before


async def test_a_moment_becomes_a_save_and_the_world_is_not_touched(
    host: Host, game: Any, tmp_path: Path
) -> None:
    states = await _three_days(host, game)
    at, state = next(iter(states.items()))
    before = snapshot.dump(host.rooms["w"].world)
    data = (await game.ask(m.SaveAt, at=at, name="then"))["data"]
    assert snapshot.dump(host.rooms["w"].world) == before
    kept = Kept((tmp_path / "w" / "saves" / "then.npcsave").read_bytes())
    assert (kept.header["step"], kept.header["seq"]) == (data["step"], data["at"])
    await game.ask(m.Load, name="then")
    assert _state(host) == state


async def test_the_log_is_a_tree_of_saves_loads_and_days(host: Host, game: Any) -> None:
    await _three_days(host, game)
    await game.ask(m.Save, name="one")
    await _say(game)
    await game.ask(m.Load, name="one")
    await game.ask(m.LoadAt, at="seq:2")
    data = (await game.ask(m.SaveLog))["data"]
    rows = [(p["kind"], p["name"], p["branch"]) for p in data["points"]]
    assert rows == [
        ("world.open", "w", 1), ("day", "", 1), ("day", "", 1), ("save", "one", 1),
        ("load", "one", 2), ("load.at", "seq:2", 3),
    ]  # fmt: skip
    assert [list(p["parent"]) for p in data["points"][-2:]] == [[1, 10], [1, 2]]
    assert (data["branch"], data["first"]) == (3, 1)


async def test_reopened_from_disk_an_opened_moment_stays_and_can_be_undone(
    host: Host, game: Any, library: Library, tmp_path: Path
) -> None:
    states = await _three_days(host, game)
    left = _state(host)
    at = next(iter(states))
    await game.ask(m.LoadAt, at=at)
    await host.close()
    second = Host(library, tmp_path)
    room = await second.open("w")
    tree = snapshot.to_tree(room.world)
    assert {k: tree[k] for k in states[at]} == states[at]
    game.host, game.link = second, second.begin("game", "")
    game.link.outbox = game
    await game.ask(m.WorldOpen, name="w")
    await game.ask(m.LoadUndo)
    assert _state(second) == left
    await second.close()
