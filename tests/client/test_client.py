"""What a game's programmer does with a client."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc import build, connect
from personagen_npc.errors import BadField, BadSave, Conflict, Denied, Lost, Unknown
from personagen_npc.wire.messages import Delta, Happening, Reply

if TYPE_CHECKING:
    from personagen_npc.client.client import Client

PACKS = Path(__file__).parents[1] / "packs"


async def test_a_reply_is_typed(game: Client) -> None:
    reply = await game.say("mara", "Hello, who are you?", why=True)
    assert isinstance(reply, Reply)
    assert (reply.npc, reply.player) == ("mara", "P1")
    assert reply.text == " ".join(p.text for p in reply.parts)
    assert reply.why


async def test_a_group_may_be_spoken_to(game: Client) -> None:
    await game.set_npc("tomas", place="forge")
    replies = await game.say_to(["mara", "tomas"], "Hello, both of you!")
    assert replies
    assert {r.npc for r in replies} <= {"mara", "tomas"}
    assert [r.last for r in replies] == [False] * (len(replies) - 1) + [True]


async def test_a_stream_gives_pieces_that_make_the_line(game: Client) -> None:
    pieces = [p async for p in game.stream("mara", "Tell me about the forge.")]
    reply = pieces.pop()
    assert isinstance(reply, Reply)
    assert "".join(p.text for p in pieces) == reply.text
    assert all(isinstance(p, Delta) for p in pieces)
    assert (await game.stream("mara", "And the yard?").reply()).text


async def test_refusals_are_the_errors_of_that_name(game: Client) -> None:
    with pytest.raises(Unknown) as unknown:
        await game.say("nobody", "Hello?")
    assert unknown.value.field == "npc"
    await game.tick(5.0)
    with pytest.raises(Conflict):
        await game.tick(1.0)
    with pytest.raises(Unknown):
        await game.load("never-saved")


async def test_what_no_server_would_take_is_refused_before_it_is_sent(game: Client) -> None:
    with pytest.raises(BadField) as told:
        await game.event("theft", importance=7)
    assert told.value.field == "event.importance"
    with pytest.raises(BadField) as told:
        await game.events([{"type": "theft"}, {"type": "theft", "colour": 1}])
    assert told.value.field == "events.1.colour"
    with pytest.raises(BadField):
        await game.tick(float("nan"))
    assert (await game.ask("stats"))["happenings"] == 0


async def test_who_speaks_must_be_known(server: build.Running) -> None:
    async with await connect(server.ready.url, token=server.token) as game:
        await game.open("w", packs=["good"], seed=1)
        with pytest.raises(BadField, match="who speaks"):
            await game.say("mara", "Hello!")


async def test_events_are_taken_whole_or_refused_whole(game: Client) -> None:
    await game.set_player(name="Robin", place="yard")
    theft = {"type": "theft", "actor": "P1", "target": "mara"}
    await game.event("theft", actor="P1", target="mara", place="forge")
    await game.events([theft, Happening(type="theft", actor="P1", target="tomas")])
    with pytest.raises(Unknown) as refused:
        await game.events([theft, theft, {"type": "wedding"}])
    assert refused.value.field == "events.2.type"
    assert (await game.ask("stats"))["happenings"] == 3


async def test_a_save_can_be_kept_by_the_game_and_given_back(game: Client) -> None:
    await game.say("mara", "Hello!")
    await game.save("s1", note="a note")
    kept = await game.export_save("s1")
    await game.say("mara", "Hello again!")
    await game.import_save("s2", kept)
    assert {s["name"] for s in await game.saves()} == {"s1", "s2"}
    await game.load("s2")
    assert (await game.ask("stats"))["turns"] == 1
    await game.load_undo()
    assert (await game.ask("stats"))["turns"] == 2
    with pytest.raises(BadSave):
        await game.import_save("s3", kept[:-1] + bytes([kept[-1] ^ 1]))


async def test_every_call_reaches_its_handler(game: Client) -> None:
    assert (await game.worlds())["packs"]
    assert [n["id"] for n in await game.npcs()] == ["mara", "tomas"]
    assert (await game.npc("mara"))["name"] == "Mara Holt"
    await game.set_world(variables={"gate_open": True}, quests={"hammer": "offered"})
    spawned = await game.spawn(entry="mara", npc="mara-2", place="yard")
    await game.set_npc(spawned, state="asleep", traits={"extraversion": 0.9})
    await game.remove_npc(spawned)
    themed = await game.spawn(theme="a grumpy fisherman", place="forge")
    await game.converse("mara", themed)
    await game.bark("mara", "idle")
    turn = (await game.perform("mara", "Mind the fire.", player="P1"))["turn"]
    await game.shown(turn, "Mind the")
    await game.tell_fact("tomas", text="The bridge is out.", teller="P1")
    reply = await game.say("tomas", "Hello!")
    await game.reward(0.5, turn=reply.turn, kind="liked", key="k1")
    await game.reward(-0.5, npc="tomas", player="P1")
    await game.policy("freeze", npc="mara")
    await game.policy("copy", npc="tomas", source="mara")
    await game.pause()
    await game.pause(on=False)
    assert await game.ask("memories", "tomas", query="the bridge")
    assert await game.ask("beliefs", "tomas")
    assert await game.ask("relations", "tomas", player="P1")
    assert await game.ask("learning", "tomas")
    assert await game.ask("why", turn=reply.turn)
    assert await game.cancel(1) is False
    await game.ping()
    await game.reload_packs()
    await game.forget_player("P1")
    await game.close_world()
    assert game.world is None


async def test_many_calls_at_once_each_get_their_own_answer(game: Client) -> None:
    names = [f"player-{k}" for k in range(200)]
    replies = await asyncio.gather(*(game.say("mara", "Hello!", player=n) for n in names))
    assert [r.player for r in replies] == names
    assert len({r.turn for r in replies}) == 200
    assert (await game.ask("stats"))["turns"] == 200


async def test_pushed_lines_are_heard_by_every_reader_in_order(game: Client) -> None:
    one, two = game.spoke(), game.pushed()
    for k in range(3):
        await game.perform("mara", f"Line {k}.")
    first = [await anext(one) for _ in range(3)]
    assert [s.text for s in first] == ["Line 0.", "Line 1.", "Line 2."]
    assert [await anext(two) for _ in range(3)] == first
    one.close()
    assert [s async for s in one] == []


async def test_changes_come_to_whom_subscribed(game: Client) -> None:
    await game.subscribe(npcs=["mara"])
    pushed = game.pushed()
    await game.set_npc("mara", place="yard")
    async with asyncio.timeout(10):
        changed = await anext(pushed)
    assert changed.type == "changed"


async def test_closing_ends_everything_that_waits(game: Client) -> None:
    spoke = game.spoke()
    say = [asyncio.create_task(game.say("mara", "Hello?")) for _ in range(5)]
    heard = asyncio.create_task(anext(spoke, None))
    await asyncio.sleep(0)
    await game.close()
    assert game.closed
    assert await heard is None
    for task in say:
        assert (await task).npc == "mara"
    with pytest.raises(Lost):
        await game.ping()
    await game.close()


async def test_a_call_that_takes_too_long_gives_up(game: Client, road: Any) -> None:
    game.timeout_s = 0.05
    road.closed = True
    road.cut()
    with pytest.raises(TimeoutError):
        await game.say("mara", "Hello?")
    road.closed = False
    game.timeout_s = 10.0
    assert (await game.say("mara", "Hello!")).npc == "mara"


async def test_a_wrong_token_is_denied_and_no_server_is_lost(server: build.Running) -> None:
    with pytest.raises(Denied):
        await connect(server.ready.url, token="wrong")
    with pytest.raises(Lost, match="nobody answers"):
        await connect("ws://127.0.0.1:1", token="x")
    with pytest.raises(BadField):
        await connect("http://127.0.0.1:1")


async def test_a_program_that_holds_the_server_inside_hears_the_same(
    server: build.Running, tmp_path: Path
) -> None:
    said = ["Hello!", "What do you sell?", "I give you thirty pence for the kettle.", "Bye."]

    async def play(game: Client) -> list[object]:
        await game.set_player("P1", name="Robin")
        heard: list[object] = [await game.say("mara", t, player="P1", why=True) for t in said]
        await game.tick(3600.0)
        heard.append(await game.ask("memories", "mara"))
        return heard

    async with await connect(server.ready.url, token=server.token) as game:
        await game.open("good", packs=["good"], seed=5)
        by_socket = await play(game)
    async with await connect(f"local:{PACKS / 'good'}", seed=5) as game:
        inside = await play(game)
    assert inside[-1] == by_socket[-1]
    same = {"re": 0}
    for one, other in zip(by_socket[:-1], inside[:-1], strict=True):
        assert isinstance(one, Reply)
        assert isinstance(other, Reply)
        assert one.model_copy(update=same) == other.model_copy(update=same)


async def test_a_world_inside_is_kept_where_it_was_told(tmp_path: Path) -> None:
    address = f"local:{PACKS / 'good'}"
    async with await connect(address, store=tmp_path / "kept", player="P1") as game:
        await game.say("mara", "Hello!")
    async with await connect(address, store=tmp_path / "kept", player="P1") as game:
        assert (await game.ask("stats"))["turns"] == 1


async def test_a_folder_that_is_no_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadField):
        await connect(f"local:{tmp_path / 'missing'}")
    with pytest.raises(Unknown):
        await connect(f"local:{tmp_path}", world="w")
