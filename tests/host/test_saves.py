"""Save, load, undo, reload, export, import: what comes back is what was, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.host.host import Host
from personagen_npc.host.library import Library
from personagen_npc.wire import messages as m
from personagen_npc.world.state import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Sit = Callable[..., Any]


def _state(host: Host, world: str = "w") -> dict[str, Any]:
    """What a load rewinds: all but branch, step and where they came from."""
    tree = snapshot.to_tree(host.rooms[world].world)
    return {k: v for k, v in tree.items() if k not in {"branch", "step", "ancestry", "name"}}


async def _some_life(game: Any) -> None:
    for text in ("My name is Ash.", "You old fool!", "What do you sell?"):
        reply = await game.ask(m.Say, npc="mara", player="ash", text=text)
        await game.ask(m.Reward, turn=reply["turn"], value=0.5)
    await game.ask(m.PostEvent, event=m.Happening(type="theft", actor="ash", target="mara"))
    await game.ask(m.Tick, time=50000.0)


async def test_a_load_brings_the_moment_of_the_save_back(host: Host, game: Any) -> None:
    await _some_life(game)
    before = _state(host)
    saved = (await game.ask(m.Save, name="one", note="after the theft"))["data"]
    await game.ask(m.Tick, time=90000.0)
    await game.ask(m.Say, npc="tomas", player="ash", text="Goodbye.")
    assert _state(host) != before
    loaded = (await game.ask(m.Load, name="one"))["data"]
    assert _state(host) == before
    assert loaded["branch"] == saved["branch"] + 1
    assert loaded["step"] == saved["step"] + 1
    assert (loaded["time"], loaded["pack_changed"]) == (50000.0, False)


async def test_after_the_load_the_same_npc_does_not_remember(game: Any) -> None:
    await game.ask(m.Save, name="one")
    await game.ask(m.Say, npc="mara", player="ash", text="My name is Ash.")
    reply = await game.ask(m.Say, npc="mara", player="ash", text="What is my name?")
    assert "Ash" in reply["text"]
    await game.ask(m.Load, name="one")
    reply = await game.ask(m.Say, npc="mara", player="ash", text="What is my name?")
    assert "Ash" not in reply["text"]


async def test_an_undo_returns_to_the_future_that_was_left_and_back_again(
    host: Host, game: Any
) -> None:
    await game.ask(m.Save, name="one")
    saved = _state(host)
    await _some_life(game)
    left = _state(host)
    await game.ask(m.Load, name="one")
    undone = (await game.ask(m.LoadUndo))["data"]
    assert _state(host) == left
    assert undone["branch"] == 3
    assert (await game.ask(m.LoadUndo))["data"]["branch"] == 4
    assert _state(host) == saved


async def test_turns_of_the_left_branch_are_refused_by_name_and_good_again_after_the_undo(
    game: Any,
) -> None:
    await game.ask(m.Save, name="one")
    reply = await game.ask(m.Say, npc="mara", player="ash", text="Hello.")
    await game.ask(m.Tick, time=10.0)
    await game.ask(m.Load, name="one")
    found = await game.refused(m.Reward, turn=reply["turn"], value=1.0)
    assert found["code"] in {"unknown", "expired"}
    await game.ask(m.LoadUndo)
    assert (await game.ask(m.Reward, turn=reply["turn"], value=1.0))["data"]["counted"]


async def test_an_older_slot_is_overwritten_a_list_tells_what_there_is(game: Any) -> None:
    await game.ask(m.Save, name="one", note="first")
    await game.ask(m.Tick, time=500.0)
    await game.ask(m.Save, name="one", note="second")
    await game.ask(m.Save, name="two")
    rows = (await game.ask(m.SaveList))["data"]["saves"]
    assert [(r["name"], r["note"], r["time"]) for r in rows] == [
        ("one", "second", 500.0), ("two", "", 500.0),
    ]  # fmt: skip
    assert all(r["bytes"] > 0 and r["world"] == "w" and not r["problem"] for r in rows)


async def test_a_new_world_can_begin_with_a_save_of_its_name(
    host: Host, game: Any, sit: Sit, library: Library, tmp_path: Path
) -> None:
    await _some_life(game)
    await game.ask(m.Save, name="one")
    state = _state(host)
    await host.close()
    for file in (tmp_path / "w").glob("journal.db*"):
        file.unlink()
    second = Host(library, tmp_path)
    await second.open("w", save="one")
    assert _state(second) == state
    await second.close()


async def test_a_save_of_another_world_is_refused(
    host: Host, game: Any, sit: Sit, tmp_path: Path
) -> None:
    await game.ask(m.Save, name="one")
    other = sit()
    await other.ask(m.WorldOpen, name="v", packs=("good",), seed=7)
    blob = (tmp_path / "w" / "saves" / "one.npcsave").read_bytes()
    (tmp_path / "v" / "saves" / "one.npcsave").write_bytes(blob)
    before = snapshot.dump(host.rooms["v"].world)
    found = await other.refused(m.Load, name="one")
    assert (found["code"], found["got"], found["allowed"]) == ("bad_save", "w", "v")
    assert snapshot.dump(host.rooms["v"].world) == before


@pytest.mark.parametrize("harm", ["flip", "cut", "empty", "foreign"])
async def test_a_harmed_file_is_refused_and_the_world_stays(
    host: Host, game: Any, tmp_path: Path, harm: str
) -> None:
    await _some_life(game)
    await game.ask(m.Save, name="one")
    path = tmp_path / "w" / "saves" / "one.npcsave"
    blob = bytearray(path.read_bytes())
    if harm == "flip":
        blob[len(blob) // 2] ^= 0x10
    path.write_bytes({"cut": bytes(blob[:-100]), "empty": b"", "foreign": b"PK\3\4" * 50}.get(
        harm, bytes(blob)))  # fmt: skip
    before = snapshot.dump(host.rooms["w"].world)
    found = await game.refused(m.Load, name="one")
    assert found["code"] == "bad_save"
    assert snapshot.dump(host.rooms["w"].world) == before
    rows = (await game.ask(m.SaveList))["data"]["saves"]
    assert [r["name"] for r in rows] == ["one"]
    assert await game.ask(m.Say, npc="mara", player="ash", text="Hello.")


# --- out and in again ----------------------------------------------------------------------------


async def _exported(seat: Any, name: str, size: int = 1000) -> bytes:
    data: dict[str, Any] = {"last": False}
    blob = b""
    while not data["last"]:
        data = (await seat.ask(m.SaveExport, name=name, offset=len(blob), size=size))["data"]
        assert data["offset"] == len(blob)
        blob += data["data"]
    assert len(blob) == data["total"]
    return blob


def _pieces(blob: bytes, size: int = 1000) -> list[dict[str, Any]]:
    return [
        {"offset": k, "total": len(blob), "data": blob[k : k + size],
         "last": k + size >= len(blob)}
        for k in range(0, len(blob), size)
    ]  # fmt: skip


async def test_a_save_goes_out_in_pieces_and_comes_in_again(host: Host, game: Any) -> None:
    await _some_life(game)
    await game.ask(m.Save, name="one")
    state = _state(host)
    blob = await _exported(game, "one")
    for piece in _pieces(blob):
        data = (await game.ask(m.SaveImport, name="copy", **piece))["data"]
        assert data["offset"] == piece["offset"] + len(piece["data"])
        assert data["done"] == piece["last"]
    await game.ask(m.Tick, time=1e6)
    await game.ask(m.Load, name="copy")
    assert _state(host) == state


async def test_a_piece_sent_again_does_no_harm_a_missing_one_is_named(game: Any) -> None:
    await game.ask(m.Save, name="one")
    pieces = _pieces(await _exported(game, "one"))
    await game.ask(m.SaveImport, name="copy", **pieces[0])
    await game.ask(m.SaveImport, name="copy", **pieces[1])
    await game.ask(m.SaveImport, name="copy", **pieces[1])
    found = await game.refused(m.SaveImport, name="copy", **pieces[3])
    assert (found["code"], found["field"], found["allowed"]) == ("conflict", "offset", "2000")
    for piece in pieces[2:]:
        await game.ask(m.SaveImport, name="copy", **piece)
    assert "copy" in [r["name"] for r in (await game.ask(m.SaveList))["data"]["saves"]]


async def test_an_import_that_is_no_save_becomes_no_slot(game: Any) -> None:
    found = await game.refused(
        m.SaveImport, name="bad", offset=0, total=9, data=b"not a one", last=True
    )
    assert found["code"] == "bad_save"
    assert (await game.ask(m.SaveList))["data"]["saves"] == []


async def test_a_save_replaced_while_it_goes_out_is_noticed(game: Any) -> None:
    await game.ask(m.Save, name="one")
    await game.ask(m.SaveExport, name="one", offset=0, size=100)
    await game.ask(m.Tick, time=10.0)
    await game.ask(m.Save, name="one")
    found = await game.refused(m.SaveExport, name="one", offset=100, size=100)
    assert found["code"] == "expired"


# --- packs and journals --------------------------------------------------------------------------


@pytest.fixture
def own_pack(tmp_path: Path) -> Path:
    folder = tmp_path / "packs" / "mine"
    (folder / "npcs").mkdir(parents=True)
    (folder / "lore").mkdir()
    (folder / "world.yaml").write_text("id: mine\nname: Mine\nplaces:\n  inn: {name: the inn}\n")
    (folder / "npcs" / "ada.yaml").write_text(
        "name: Ada\nplace: inn\nknowledge_graph:\n  scar: I got my scar at the ford.\n"
    )
    return folder


async def test_a_reloaded_pack_is_there_at_once_and_memories_stay(
    own_pack: Path, tmp_path: Path
) -> None:
    from tests.host.conftest import Seat

    host = Host(Library([own_pack.parent]), tmp_path / "root")
    game = Seat(host)
    await game.ask(m.WorldOpen, name="w", packs=("mine",), seed=1)
    await game.ask(m.Say, npc="ada", player="ash", text="My name is Ash.")
    (own_pack / "npcs" / "ada.yaml").write_text(
        "name: Ada\nplace: inn\nknowledge_graph:\n  dam: My dam leaks at night.\n"
    )
    (own_pack / "npcs" / "bel.yaml").write_text("name: Bel\nplace: inn\n")
    data = (await game.ask(m.PackReload))["data"]
    assert data["changed"] == ["ada", "bel"]
    assert (await game.ask(m.NpcList))["data"]["npcs"][1]["id"] == "bel"
    world = host.rooms["w"].world
    assert world.relations.get(world.npcs["ada"].profile, "ash").name == "Ash"
    for query, found in (("the dam", True), ("the scar", False)):
        items = (await game.ask(m.Ask, what="beliefs", npc="ada", query=query))["data"]["items"]
        assert bool([i for i in items if i["fact"].startswith("ada.")]) == found, items
    live = snapshot.dump(world)
    await host.close()
    second = Host(Library([own_pack.parent]), tmp_path / "root")
    room = await second.open("w")
    assert snapshot.dump(room.world) == live
    await second.close()


async def test_a_pack_with_a_mistake_is_not_taken(own_pack: Path, tmp_path: Path) -> None:
    from tests.host.conftest import Seat

    host = Host(Library([own_pack.parent]), tmp_path / "root")
    game = Seat(host)
    await game.ask(m.WorldOpen, name="w", packs=("mine",), seed=1)
    before = snapshot.dump(host.rooms["w"].world)
    (own_pack / "npcs" / "ada.yaml").write_text("name: [unclosed\n")
    assert (await game.refused(m.PackReload))["code"] == "bad_pack"
    assert snapshot.dump(host.rooms["w"].world) == before
    assert (await game.ask(m.Say, npc="ada", player="ash", text="Hello."))["text"]
    await host.close()


@pytest.mark.parametrize("with_load", [False, True])
async def test_reopened_from_disk_it_is_the_state_that_was_left(
    host: Host, game: Any, library: Library, tmp_path: Path, with_load: bool
) -> None:
    await _some_life(game)
    if with_load:
        await game.ask(m.Save, name="one")
        await game.ask(m.Tick, time=60000.0)
        await game.ask(m.Load, name="one")
        await game.ask(m.Say, npc="tomas", player="ash", text="Hello.")
    left = snapshot.dump(host.rooms["w"].world)
    await host.close()
    second = Host(library, tmp_path)
    room = await second.open("w")
    assert snapshot.dump(room.world) == left
    game.host, game.link = second, second.begin("game", "")
    game.link.outbox = game
    await game.ask(m.WorldOpen, name="w")
    if with_load:
        assert (await game.ask(m.LoadUndo))["data"]["time"] == 60000.0
        reply = await game.ask(m.Say, npc="mara", player="ash", text="What is my name?")
        assert reply["turn"].startswith("b3.")
        assert "Ash" in reply["text"]
    await second.close()
