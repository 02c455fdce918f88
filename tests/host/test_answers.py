"""An answer leaves when its row is safe, and no write happens twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.host.host import Host
from personagen_npc.wire import messages as m
from personagen_npc.world.state import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from personagen_npc.host.library import Library

    Sit = Callable[..., Any]
    Settle = Callable[..., Any]

HELLO = {"npc": "mara", "player": "ash", "text": "Hello."}


@pytest.fixture
async def slow(held: Callable[..., Any], sit: Sit) -> Any:
    """A game whose journal says nothing until it is released."""
    seat = sit()
    await seat.ask(m.WorldOpen, name="w", packs=("good",), seed=7)
    seat.journal = held()
    seat.journal.hold()
    return seat


async def test_nothing_is_said_before_it_is_safe(host: Host, slow: Any, settle: Settle) -> None:
    first, second = (slow.send(m.Say, **HELLO) for _ in range(2))
    look = slow.send(m.Ask, what="stats")
    await settle()
    assert host.rooms["w"].world.step == 3  # the world went on
    assert not [a for re in (first, second, look) for a in slow.answers(re)]
    slow.journal.release()
    for re in (first, second, look):
        assert (await slow.answer(re))["type"] in {"reply", "ok"}
    assert [g["re"] for g in slow.got if g.get("re", 0) >= first] == [first, second, look]


async def test_others_hear_of_it_no_earlier(slow: Any, sit: Sit, settle: Settle) -> None:
    other = sit("player", "bob")
    slow.journal.release()
    await other.ask(m.WorldOpen, name="w")
    await slow.ask(m.PlayerSet, player="bob", place="forge")
    slow.journal.hold()
    say = slow.send(m.Say, **HELLO)
    await settle()
    assert not other.of("spoke")
    slow.journal.release()
    reply = await slow.answer(say)
    await settle()
    assert [s["text"] for s in other.of("spoke")] == [reply["text"]]


async def test_streamed_pieces_come_before_the_reply_and_make_it_up(game: Any) -> None:
    reply = await game.ask(m.Say, stream=True, **HELLO)
    pieces = [g for g in game.of("delta") if g["re"] == reply["re"]]
    assert "".join(p["text"] for p in pieces) == reply["text"]
    assert [p["index"] for p in pieces] == list(range(len(pieces)))
    assert game.got.index(pieces[-1]) < game.got.index(reply)


async def test_the_why_is_told_only_if_it_was_asked_for(game: Any) -> None:
    assert (await game.ask(m.Say, **HELLO))["why"] is None
    reply = await game.ask(m.Say, why=True, **HELLO)
    assert reply["why"]["perceived"]["intent"] == "greet"
    later = (await game.ask(m.Ask, what="why", turn=reply["turn"]))["data"]
    assert later["perceived"]["intent"] == "greet"


# --- sent again ----------------------------------------------------------------------------------


async def test_a_write_sent_again_gets_the_same_answer_and_happens_once(
    host: Host, game: Any
) -> None:
    say = game.send(m.Say, **HELLO)
    first = await game.answer(say)
    step = host.rooms["w"].world.step
    await game.ask(m.Tick, time=100.0)
    game.send(m.Say, again=say, **HELLO)
    assert await game.answer(say, 1) == first
    assert host.rooms["w"].world.step == step + 1
    assert host.rooms["w"].world.npcs["mara"].turns == 1


async def test_sent_again_while_under_way_it_joins(host: Host, slow: Any, settle: Settle) -> None:
    say = slow.send(m.Say, **HELLO)
    slow.send(m.Say, again=say, **HELLO)
    await settle()
    slow.journal.release()
    await slow.answer(say)
    await settle()
    assert len(slow.answers(say)) == 1
    assert host.rooms["w"].world.npcs["mara"].turns == 1


@pytest.mark.parametrize(("kind", "branch"), [(m.Save, 1), (m.Load, 2)])
async def test_a_file_request_sent_again_while_under_way_joins(
    host: Host, slow: Any, settle: Settle, kind: type[Any], branch: int
) -> None:
    slow.journal.release()
    await slow.ask(m.Save, name="one")
    slow.journal.hold()
    seq = host.rooms["w"].journal.last_seq
    request = slow.send(kind, name="one")
    slow.send(kind, again=request, name="one")
    await settle(40)
    assert slow.answers(request) == []
    slow.journal.release()
    assert (await slow.answer(request))["type"] == "ok"
    await settle()
    assert host.rooms["w"].journal.last_seq == seq + 1
    assert host.rooms["w"].world.branch == branch


async def test_an_undo_sent_again_goes_back_once(host: Host, game: Any) -> None:
    await game.ask(m.Save, name="one")
    await game.ask(m.Say, **HELLO)
    await game.ask(m.Load, name="one")
    undo = game.send(m.LoadUndo)
    game.send(m.LoadUndo, again=undo)
    first = await game.answer(undo)
    await game.ask(m.Ping)
    count = len(game.answers(undo))
    game.send(m.LoadUndo, again=undo)
    assert (await game.answer(undo, count))["data"] == first["data"]
    assert host.rooms["w"].world.branch == 3


async def test_the_stored_answer_outlives_a_load(host: Host, game: Any) -> None:
    await game.ask(m.Save, name="one")
    say = game.send(m.Say, **HELLO)
    first = await game.answer(say)
    await game.ask(m.Load, name="one")
    before = snapshot.dump(host.rooms["w"].world)
    game.send(m.Say, again=say, **HELLO)
    assert await game.answer(say, 1) == first
    assert snapshot.dump(host.rooms["w"].world) == before


async def test_a_refusal_is_not_stored_so_it_may_be_mended(game: Any) -> None:
    tick = game.send(m.Tick, time=100.0)
    await game.answer(tick)
    bad = game.send(m.Tick, time=50.0)
    assert (await game.answer(bad))["code"] == "conflict"
    game.send(m.Tick, again=bad, time=200.0)
    assert (await game.answer(bad, 1))["data"]["time"] == 200.0


async def test_reads_run_again(game: Any) -> None:
    look = game.send(m.Ask, what="stats")
    first = await game.answer(look)
    await game.ask(m.Tick, time=100.0)
    game.send(m.Ask, again=look, what="stats")
    again = await game.answer(look, 1)
    assert (first["data"]["time"], again["data"]["time"]) == (0.0, 100.0)


# --- coming back ---------------------------------------------------------------------------------


async def test_what_a_session_missed_is_sent(host: Host, game: Any, sit: Sit) -> None:
    ash = sit("player", "ash")
    await ash.ask(m.WorldOpen, name="w")
    await ash.ask(m.Say, **HELLO)
    seen = host.rooms["w"].journal.last_seq
    ash.link.outbox = None  # the line is cut
    lost = ash.send(m.Say, npc="mara", player="ash", text="Are you there?")
    await game.ask(m.PostEvent, event=m.Happening(type="theft", actor="ash", target="mara"))
    again = await host.resume(ash.link.name, "w", "player", "ash")
    assert again is ash.link
    missed = host.missed(again, seen)
    assert [g["type"] for g in missed] == ["reply", "spoke"]
    assert missed[0]["re"] == lost
    assert missed[1]["text"] == "Thief!"
    assert host.missed(again, host.rooms["w"].journal.last_seq) == []


async def test_a_player_coming_back_hears_nothing_that_was_not_for_him(
    host: Host, game: Any, sit: Sit
) -> None:
    bob = sit("player", "bob")
    await bob.ask(m.WorldOpen, name="w")
    seen = host.rooms["w"].journal.last_seq
    bob.link.outbox = None
    await game.ask(m.Say, **HELLO)
    await game.ask(m.Say, npc="mara", player="ash", text="A secret.", whisper=True)
    assert host.missed(bob.link, seen) == []


async def test_who_spoke_is_not_sent_his_own_reply_as_overheard(
    host: Host, game: Any, settle: Settle
) -> None:
    await game.ask(m.PlayerSet, player="bob", place="forge")
    seen = host.rooms["w"].journal.last_seq
    await game.ask(m.Say, **HELLO)
    await settle()
    live = [g["type"] for g in game.got if g.get("seq", 0) > seen]
    assert [g["type"] for g in host.missed(game.link, seen)] == live == ["reply"]


async def test_a_load_by_another_is_a_resync_live_and_later(
    host: Host, game: Any, sit: Sit, settle: Settle
) -> None:
    other = sit()
    await other.ask(m.WorldOpen, name="w")
    await game.ask(m.Save, name="one")
    seen = host.rooms["w"].journal.last_seq
    await game.ask(m.Load, name="one")
    await settle()
    (live,) = other.of("resync")
    assert live["reason"] == "loaded"
    assert host.missed(other.link, seen) == [live]
    assert game.of("resync") == []


async def test_what_is_gone_is_a_resync(host: Host, game: Any) -> None:
    newest = host.rooms["w"].journal.last_seq
    (found,) = host.missed(game.link, newest + 5)  # a seq that this journal never had
    assert (found["type"], found["reason"], found["seq"]) == ("resync", "gone", newest)


async def test_a_session_of_an_earlier_process_is_found_in_the_journal(
    library: Library, tmp_path: Path, host: Host, game: Any
) -> None:
    say = game.send(m.Say, **HELLO)
    first = await game.answer(say)
    state = snapshot.dump(host.rooms["w"].world)
    await host.close()
    second = Host(library, tmp_path)
    link = await second.resume(game.link.name, "w", "game", "")
    assert link is not None
    game.host, game.link = second, link
    link.outbox = game
    game.send(m.Say, again=say, **HELLO)
    assert await game.answer(say, 1) == first
    assert snapshot.dump(second.rooms["w"].world) == state
    assert await second.resume("nobody-knows-me", "w", "game", "") is None
    await second.close()


async def test_nobody_takes_over_a_session_as_somebody_else(host: Host, sit: Sit) -> None:
    ash = sit("player", "ash")
    assert await host.resume(ash.link.name, None, "player", "bob") is None
    assert await host.resume(ash.link.name, None, "game", "") is None
    assert await host.resume(ash.link.name, None, "player", "ash") is ash.link
