"""A journal that is played on for long stays small, and the world does not notice."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from personagen_npc.host.compacting import DAY_S, Keep
from personagen_npc.host.history import Moment, of_journal
from personagen_npc.host.host import Host
from personagen_npc.wire import messages as m
from personagen_npc.world.state import snapshot

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from personagen_npc.host.library import Library
    from personagen_npc.host.room import Room


async def _say(game: Any, text: str = "Hello.") -> Any:
    return await game.ask(m.Say, npc="mara", player="ash", text=text)


def _small(host: Host, **keep: float) -> Room:
    room = host.rooms["w"]
    room.compacting.every_rows, room.compacting.share, room.compacting.least_rows = 5, 0, 0
    room.compacting.keep = Keep(**keep)  # type: ignore[arg-type]
    return room


async def _settled(room: Room) -> None:
    while room._tasks:
        await asyncio.wait(set(room._tasks))
        await asyncio.sleep(0)
    room.journal.flush()


async def _played(game: Any, room: Room, rows: int) -> None:
    for k in range(rows):
        await _say(game, f"My name is Ash{k}.")
        await _settled(room)


async def test_old_rows_go_and_the_world_reopens_as_it_was(
    host: Host, game: Any, library: Library, tmp_path: Path
) -> None:
    room = _small(host, days=0.0)
    await _played(game, room, 30)
    assert room.journal.first > 10
    reply = await _say(game, "What is my name?")
    assert "Ash29" in reply["text"]
    left = snapshot.dump(room.world)
    await host.close()
    second = Host(library, tmp_path)
    again = await second.open("w")
    assert snapshot.dump(again.world) == left
    assert again.journal.first > 10
    await second.close()


async def test_within_the_days_that_are_kept_nothing_goes(host: Host, game: Any) -> None:
    room = _small(host, days=7.0)
    await _played(game, room, 20)
    assert room.journal.first == 1
    assert room.journal.last_of(frozenset({"checkpoint"})) is not None
    assert room.compacting.played is not None
    room.compacting.played += 8 * DAY_S  # a week later
    await _played(game, room, 12)
    assert room.journal.first > 10


async def test_days_of_play_are_counted_over_a_restart_and_not_while_nothing_goes_on(
    host: Host, game: Any, library: Library, tmp_path: Path
) -> None:
    room = _small(host)
    await _played(game, room, 6)
    room.compacting.played = 5000.0
    now = room._loop.time() + 100_000.0
    room.compacting.wrote("say", 1, now)  # after a night: a minute counts
    assert 5000.0 < room.compacting.played <= 5060.0
    room.compacting.wrote("say", 1, now - 50_000.0)  # a clock that goes back takes nothing
    assert room.compacting.played <= 5060.0
    await _played(game, room, 6)
    await host.close()
    second = Host(library, tmp_path)
    again = await second.open("w")
    assert again.compacting._played_before() > 5000.0
    await second.close()


async def test_too_many_bytes_go_however_young(host: Host, game: Any) -> None:
    room = _small(host, days=7.0, mb=0)
    await _played(game, room, 20)
    assert room.journal.first > 5


async def test_beyond_the_horizon_a_resume_is_told_to_look_anew_and_a_moment_is_refused(
    host: Host, game: Any
) -> None:
    room = _small(host, days=0.0)
    await _played(game, room, 30)
    assert host.missed(game.link, 2)[0]["type"] == "resync"
    room.compacting.every_rows = 10**9
    await _played(game, room, 3)
    assert host.missed(game.link, room.journal.last_seq - 1)[0]["type"] == "reply"
    found = await game.refused(m.LoadAt, at="seq:3")
    assert (found["code"], found["field"]) == ("expired", "at")
    first = (await game.ask(m.SaveLog))["data"]["first"]
    assert found["allowed"].startswith(f"seq:{first} ")
    await game.ask(m.LoadAt, at=f"seq:{first}")
    assert await _say(game)


async def test_what_the_last_load_left_outlives_the_rows(host: Host, game: Any) -> None:
    await game.ask(m.Save, name="one")
    await _say(game, "My name is Birch.")
    await game.ask(m.Load, name="one")
    room = _small(host, days=0.0)
    await _played(game, room, 20)
    assert room.journal.first > 5
    await game.ask(m.LoadUndo)
    assert "Birch" in (await _say(game, "What is my name?"))["text"]


async def test_a_load_while_a_checkpoint_is_made_leaves_none_behind(
    host: Host, game: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from personagen_npc.host import saving

    await game.ask(m.Save, name="one")
    room, write = host.rooms["w"], saving.write

    async def slow(*given: Any) -> Any:
        done = await write(*given)
        room.newest_branch += 1
        return done

    monkeypatch.setattr(saving, "write", slow)
    assert not await room.compacting.checkpoint()
    assert room.journal.last_of(frozenset({"checkpoint"})) is None


async def test_what_was_learned_is_known_from_the_first_base_that_is_kept(
    host: Host, game: Any
) -> None:
    room = _small(host, days=0.0)
    for _ in range(12):
        reply = await _say(game)
        await game.ask(m.Reward, turn=reply["turn"], value=1.0)
        await _settled(room)
    world = room.world
    moment = Moment(room.journal.last_seq, world.branch, world.step, tuple(world.ancestry))
    history = of_journal(room.journal, moment)
    known = history.before["scales"]
    assert 0 < len(history.lessons()) < 12
    assert known != type(world)("x", world.pack, 1).policy.to_tree()["scales"]


async def test_a_journal_of_the_version_before_is_taken_up(host: Host, game: Any) -> None:
    """Blobs that were stored as they are stay readable beside packed ones."""
    room = host.rooms["w"]
    room.journal.flush()
    base = room.journal.last_of(frozenset({"world.open"}))
    assert base is not None
    import msgpack

    digest = msgpack.unpackb(base.changes)["state"]
    data = room.journal.blob(digest)
    room.journal._writer._db.execute("UPDATE blobs SET data = ? WHERE digest = ?", (data, digest))
    assert room.journal.blob(digest) == data


async def test_a_clock_that_jumps_back_changes_nothing(
    host: Host, game: Any, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Order is the journal's numbers; the wall clock is in no row and decides nothing."""
    await _say(game, "My name is Ash.")
    monkeypatch.setattr("time.time", lambda: 0.0)
    monkeypatch.setattr("time.time_ns", lambda: 0)
    await _say(game, "What do you sell?")
    left = snapshot.dump(host.rooms["w"].world)
    await host.close()
    second = Host(library, tmp_path)
    assert snapshot.dump((await second.open("w")).world) == left
    await second.close()
