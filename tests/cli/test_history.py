"""``save log``, ``save at``, ``save load`` and ``replay``: from files, and from a running world."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgpack
import pytest

from personagen_npc.build import connect
from personagen_npc.cli.history import tree
from personagen_npc.host.host import Host
from personagen_npc.host.library import Library
from personagen_npc.host.replaying import compared, replayed
from personagen_npc.host.saving import Kept
from personagen_npc.store.reading import Reading
from personagen_npc.store.rows import from_columns, to_columns
from personagen_npc.wire import messages as m

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.testing import Result

    from personagen_npc.host.link import Link
    from personagen_npc.host.room import Room

PACKS = Path(__file__).resolve().parents[1] / "packs"


async def _played(store: Path) -> None:
    """A session: three days, a save, a future that a load left, and a checkpoint."""
    async with await connect(f"local:{PACKS / 'good'}", store=store, seed=7, world="w") as game:
        await game.set_player("ash", name="Ash", place="forge")
        for day in range(3):
            await game.tick(day * 86400.0)
            reply = await game.say("mara", "What do you sell?", player="ash")
            await game.reward(turn=reply.turn, value=0.5)
        await game.save("one")
        await game.say("mara", "My name is Birch.", player="ash")
        await game.load("one")
        await game.say("mara", "What is my name?", player="ash")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("played") / "store"
    asyncio.run(_played(folder))
    return folder


def test_the_log_of_a_folder_shows_branches_saves_loads_and_days(
    run: Callable[..., Result], store: Path
) -> None:
    done = run("save", "log", str(store / "w"))
    assert done.exit_code == 0, done.output
    lines = [line.strip() for line in done.output.splitlines()]
    assert lines[0] == "branch 1"
    assert any("saved as one" in line for line in lines)
    assert any("day 2" in line for line in lines)
    inner = lines.index("branch 2, now")
    assert "loaded one" in lines[inner + 1]
    assert lines[-1].endswith("now")
    points = json.loads(run("save", "log", str(store / "w"), "--json").output)
    assert points["branch"] == 2


def test_branches_stand_under_the_turn_that_they_go_on_from() -> None:
    def point(seq: int, branch: int, step: int, kind: str, parent: tuple[int, int] = (0, 0)) -> Any:
        return {"seq": seq, "branch": branch, "step": step, "kind": kind, "name": "", "day": 0,
                "parent": parent}  # fmt: skip

    rows = tree({
        "points": [
            point(1, 1, 1, "world.open"), point(5, 1, 5, "save"), point(9, 1, 9, "save"),
            point(10, 2, 6, "load", (1, 5)), point(12, 3, 10, "load.undo", (1, 9)),
        ],
        "branch": 3, "step": 12, "first": 4,
    })  # fmt: skip
    assert [(len(r) - len(r.lstrip())) // 2 for r in rows] == [0, 1, 1, 1, 2, 1, 1, 2, 2]
    assert "no longer kept" in rows[1]
    assert "no longer kept" not in rows[2]


def test_a_moment_of_a_folder_becomes_a_save(
    run: Callable[..., Result], store: Path, tmp_path: Path
) -> None:
    out = tmp_path / "then.npcsave"
    before = (store / "w" / "journal.db").read_bytes()
    done = run("save", "at", str(store / "w"), "day:1", "--out", str(out))
    assert done.exit_code == 0, done.output
    kept = Kept(out.read_bytes())
    assert kept.world(kept.pack()).now < 86400.0
    assert (store / "w" / "journal.db").read_bytes() == before
    assert run("save", "check", str(out)).exit_code == 0


def test_a_way_back_that_is_none_is_refused(run: Callable[..., Result], store: Path) -> None:
    assert run("save", "load", "ws://127.0.0.1:1", "one", "--undo").exit_code == 2
    assert run("save", "at", str(store / "w"), "b9.s1", "--out", "x").exit_code == 2
    assert run("save", "log", str(store)).exit_code == 2


# --- replay ---------------------------------------------------------------------------------------


def test_a_session_replays_to_the_byte(run: Callable[..., Result], store: Path) -> None:
    done = run("replay", str(store / "w"))
    assert done.exit_code == 0, done.output
    assert "the same: 12 steps lived again" in done.output


def _changed(path: Path, change: Callable[[Any], Any], kind: str) -> int:
    """A journal whose last row of a kind says something else, its checksum in order."""
    with sqlite3.connect(path) as db:
        columns = db.execute(
            "SELECT seq, client_id, crc, session, kind, body FROM journal WHERE kind = ? "
            "ORDER BY seq DESC LIMIT 1", (kind,)
        ).fetchone()  # fmt: skip
        row = change(from_columns(columns))
        _, _, crc, _, _, body = to_columns(row)
        db.execute("UPDATE journal SET crc = ?, body = ? WHERE seq = ?", (crc, body, row.seq))
    db.close()
    return int(row.seq)


def _moved(row: Any) -> Any:
    """A reward that was worth more than it was."""
    request = msgpack.unpackb(row.input)
    return row._replace(input=msgpack.packb(request | {"value": 0.25}))


def test_the_first_row_that_comes_out_otherwise_is_named(
    run: Callable[..., Result], store: Path, tmp_path: Path
) -> None:
    shutil.copytree(store / "w", tmp_path / "w")
    seq = _changed(tmp_path / "w" / "journal.db", _moved, "reward")
    done = run("replay", str(tmp_path / "w"))
    assert done.exit_code == 1
    assert f"row {seq} (reward, b1.s" in done.output
    assert "differs in changes: byte " in done.output
    assert "0.5" in done.output
    assert "0.25" in done.output
    found = json.loads(run("replay", str(tmp_path / "w"), "--json").output)["differs"]
    assert (found["seq"], found["part"]) == (seq, "changes")


def test_two_journals_are_compared_row_by_row(
    run: Callable[..., Result], store: Path, tmp_path: Path
) -> None:
    shutil.copytree(store / "w", tmp_path / "w")
    journal = str(store / "w" / "journal.db")
    assert run("replay", journal, "--against", str(tmp_path / "w")).exit_code == 0
    seq = _changed(tmp_path / "w" / "journal.db", _moved, "reward")
    done = run("replay", journal, "--against", str(tmp_path / "w"))
    assert done.exit_code == 1
    assert f"row {seq} (reward" in done.output
    assert "differs in input" in done.output


def test_a_journal_that_goes_on_longer_differs_where_the_other_ends(
    store: Path, tmp_path: Path
) -> None:
    shutil.copytree(store / "w", tmp_path / "w")
    with sqlite3.connect(tmp_path / "w" / "journal.db") as db:
        last = db.execute("SELECT max(seq) FROM journal").fetchone()[0]
        db.execute("DELETE FROM journal WHERE seq = ?", (last,))
    db.close()
    with Reading(store / "w" / "journal.db") as one, Reading(tmp_path / "w" / "journal.db") as two:
        found = compared(one, two)
        assert found is not None
        assert found.seq == last


async def test_checkpoints_are_held_to_what_comes_out(tmp_path: Path) -> None:
    """A journal that was compacted replays from its first base, and each state must agree."""
    host = Host(Library([PACKS]), tmp_path)
    room = await host.open("w", ("good",), seed=7)
    link = host.begin("game", "")
    room.compacting.every_rows = 10**9
    for k in range(12):
        _say(host, link, room, k)
        if k % 4 == 3:
            assert await room.compacting.checkpoint()
    await host.close()
    with Reading(tmp_path / "w" / "journal.db") as journal:
        done = replayed(journal)
        assert done.differs is None
        assert done.again == 12


def _say(host: Host, link: Link, room: Room, k: int) -> None:
    host.join(link, room)
    host.deliver(link, m.Say(id=k + 1, npc="mara", player="ash", text=f"My name is Ash{k}."))
