"""What breaks inside costs one request: it is said clearly, undone whole, and the world goes on."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.changes import VariableSet
from personagen_npc.errors import Conflict
from personagen_npc.host.commands import COMMANDS
from personagen_npc.wire import messages as m
from personagen_npc.world import world as world_module
from personagen_npc.world.state import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.host.host import Host
    from personagen_npc.world.world import World

    Sit = Callable[..., Any]
    Settle = Callable[..., Any]

HELLO = {"npc": "mara", "player": "ash", "text": "Hello."}


def _half_done(world: World, _request: Any) -> Any:
    world.do(VariableSet("gate_open", True))
    raise ZeroDivisionError("a mind went wrong")


def _refused_late(world: World, _request: Any) -> Any:
    world.do(VariableSet("gate_open", True))
    raise Conflict("too late to say so", field="type")


@pytest.mark.parametrize("broken", [_half_done, _refused_late])
async def test_a_step_that_breaks_is_undone_whole(
    host: Host, game: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    broken: Any,
) -> None:  # fmt: skip
    await game.ask(m.Say, npc="mara", player="ash", text="My name is Ash.")
    await game.ask(m.Save, name="one")
    before = snapshot.dump(host.rooms["w"].world)
    rows = host.rooms["w"].journal.last_seq
    monkeypatch.setitem(COMMANDS, "perform", broken)
    with caplog.at_level(logging.CRITICAL):
        found = await game.refused(m.Perform, npc="mara", text="Hm.")
    assert found["code"] == "server_fault"
    assert "went wrong" not in str(found)  # what broke is for the log
    assert snapshot.dump(host.rooms["w"].world) == before
    assert host.rooms["w"].journal.last_seq == rows
    reply = await game.ask(m.Say, npc="mara", player="ash", text="What is my name?")
    assert "Ash" in reply["text"]
    await game.ask(m.Load, name="one")


async def test_a_step_that_breaks_at_its_end_is_undone_whole(
    host: Host, game: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Claims are judged and budgets held after the command: what breaks there is no less whole."""
    before = snapshot.dump(host.rooms["w"].world)

    def broken(*_: object) -> None:
        raise ZeroDivisionError("a judgement went wrong")

    with caplog.at_level(logging.CRITICAL), monkeypatch.context() as patched:
        patched.setattr(world_module, "settle", broken)
        found = await game.refused(m.Say, **HELLO)
    assert found["code"] == "server_fault"
    assert snapshot.dump(host.rooms["w"].world) == before
    assert (await game.ask(m.Say, **HELLO))["text"]


async def test_the_log_names_world_and_step(
    host: Host, game: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(COMMANDS, "perform", _half_done)
    await game.refused(m.Perform, npc="mara", text="Hm.")
    (record,) = [r for r in caplog.records if r.exc_info]
    assert "w" in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError


async def test_a_broken_file_request_is_answered_and_holds_nobody(
    host: Host, game: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("a disk went wrong")

    monkeypatch.setattr(host.rooms["w"].saves, "read", broken)
    assert (await game.refused(m.Load, name="one"))["code"] == "server_fault"
    assert (await game.ask(m.Say, **HELLO))["text"]


async def test_a_save_that_cannot_be_written_says_so_each_time_it_is_asked(
    host: Host, game: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from personagen_npc.errors import ServerFault

    def full(*_: Any) -> Any:
        raise ServerFault("save one could not be written: no space left", field="name", got="one")

    with monkeypatch.context() as patched:
        patched.setattr(host.rooms["w"].saves, "write_blocks", full)
        save = game.send(m.Save, name="one")
        assert (await game.answer(save))["type"] == "error"
        game.send(m.Save, again=save, name="one")
        assert (await game.answer(save, 1))["type"] == "error"
    assert (await game.ask(m.SaveList))["data"]["saves"] == []
    assert (await game.ask(m.Save, name="one"))["data"]["bytes"] > 0


async def test_a_question_that_breaks_is_answered_and_holds_nobody(
    game: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from personagen_npc.host import reads

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("a question went wrong")

    monkeypatch.setitem(reads.ASK, "stats", broken)
    with caplog.at_level(logging.CRITICAL):
        assert (await game.refused(m.Ask, what="stats"))["code"] == "server_fault"
    assert (await game.ask(m.Say, **HELLO))["text"]


async def test_refusals_come_with_field_got_and_allowed(host: Host, game: Any) -> None:
    before = snapshot.dump(host.rooms["w"].world)
    for kind, fields, code, field in (
        (m.Say, {**HELLO, "npc": "nobody"}, "unknown", "npc"),
        (m.Say, {**HELLO, "place": "moon"}, "unknown", "place"),
        (m.Reward, {"turn": "b1.s99", "value": 1.0}, "unknown", "turn"),
        (m.ActionResult, {"action": "b1.s1.a0", "result": "done"}, "unknown", "action"),
        (m.NpcGet, {"npc": "nobody"}, "unknown", "npc"),
        (m.NpcSpawn, {"entry": "mara"}, "conflict", "npc"),
        (m.NpcSpawn, {"profile": {"id": "x", "name": ""}}, "bad_field", "profile.name"),
        (m.Load, {"name": "never"}, "unknown", "name"),
        (m.LoadUndo, {}, "conflict", "type"),
        (m.FactTell, {"npc": "mara", "fact": "no_fact"}, "unknown", "fact"),
        (m.WorldSet, {"variables": {"x": 1}}, "unknown", "variables.x"),
    ):
        found = await game.refused(kind, **fields)
        assert (found["code"], found["field"]) == (code, field), found
    assert snapshot.dump(host.rooms["w"].world) == before


# --- the journal ---------------------------------------------------------------------------------


@pytest.fixture
async def doomed(held: Callable[..., Any], sit: Sit) -> Any:
    """A game whose journal is about to fail."""
    seat = sit()
    await seat.ask(m.WorldOpen, name="w", packs=("good",), seed=7)
    await seat.ask(m.Save, name="one")
    seat.journal = held()
    seat.journal.hold()
    return seat


async def test_when_the_journal_fails_nothing_is_acknowledged(doomed: Any, settle: Settle) -> None:
    """Writes under way, a load, and reads that waited for them: each gets one clear error."""
    waiting = [
        doomed.send(m.Say, **HELLO), doomed.send(m.Tick, time=10.0),
        doomed.send(m.Ask, what="stats"),
    ]  # fmt: skip
    await settle()
    doomed.journal.fail()
    for re in waiting:
        found = await doomed.answer(re)
        assert (found["type"], found["code"]) == ("error", "journal_failed"), found
    await settle()
    assert all(len(doomed.answers(re)) == 1 for re in waiting)
    assert not doomed.of("reply")


async def test_a_load_under_way_is_not_acknowledged_either(doomed: Any, settle: Settle) -> None:
    load = doomed.send(m.Load, name="one")
    await settle(40)
    doomed.journal.fail()
    assert (await doomed.answer(load))["code"] == "journal_failed"


async def test_after_it_every_request_is_told_why(doomed: Any) -> None:
    doomed.journal.fail()
    await doomed.ask(m.Ping)
    for kind, fields in ((m.Say, HELLO), (m.Tick, {"time": 10.0}), (m.Ask, {"what": "stats"}),
                         (m.Save, {"name": "two"}), (m.Load, {"name": "one"})):  # fmt: skip
        found = await doomed.refused(kind, **fields)
        assert found["code"] == "journal_failed", (kind, found)


async def test_another_world_goes_on(doomed: Any, host: Host, sit: Sit) -> None:
    other = sit()
    doomed.journal.release()
    await other.ask(m.WorldOpen, name="v", packs=("good",), seed=7)
    host.rooms["w"].broken(_fault())
    await doomed.ask(m.Ping)
    assert (await doomed.refused(m.Say, **HELLO))["code"] == "journal_failed"
    assert (await other.ask(m.Say, **HELLO))["text"]


def _fault() -> Any:
    from personagen_npc.errors import JournalFailed

    return JournalFailed("the disk is gone", field="journal")


async def test_a_failed_world_reopens_as_it_was_last_acknowledged(
    host: Host, game: Any, library: Any, tmp_path: Any
) -> None:
    from personagen_npc.host.host import Host as Maker

    await game.ask(m.Say, npc="mara", player="ash", text="My name is Ash.")
    state = snapshot.dump(host.rooms["w"].world)
    host.rooms["w"].broken(_fault())
    await game.ask(m.Ping)
    await game.refused(m.Tick, time=10.0)
    await host.close()
    second = Maker(library, tmp_path)
    room = await second.open("w")
    assert snapshot.dump(room.world) == state
    await second.close()


async def test_a_damaged_journal_is_refused_and_stays_as_it_is(
    host: Host, game: Any, library: Any, tmp_path: Any
) -> None:
    await game.ask(m.Say, **HELLO)
    await host.close()
    path = tmp_path / "w" / "journal.db"
    path.write_bytes(b"no journal at all, but long enough for SQLite to look at it " * 20)
    kept = path.read_bytes()
    found = await game.refused(m.WorldOpen, name="w")
    assert found["code"] == "journal_failed"
    assert path.read_bytes() == kept
    assert not host.rooms
