"""What is said to somebody whom a script holds waits, in order, and is said when it lets go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.host.parking import PER_NPC
from personagen_npc.wire import messages as m

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.host.host import Host

HELLO = {"npc": "mara", "player": "ash", "text": "Hello."}


@pytest.fixture
async def scene(game: Any) -> Any:
    """A script holds Mara."""
    await game.ask(m.NpcSet, npc="mara", locked=True)
    return game


async def _let_go(seat: Any) -> None:
    await seat.ask(m.NpcSet, npc="mara", locked=False)


async def test_a_line_waits_and_is_answered_when_the_script_lets_go(
    host: Host, scene: Any, settle: Callable[..., Any]
) -> None:
    says = [scene.send(m.Say, **{**HELLO, "text": t}) for t in ("Hello.", "Any news?", "Bye.")]
    await settle()
    assert not [a for re in says for a in scene.answers(re)]
    before = host.rooms["w"].world.step
    await scene.ask(m.Tick, time=60.0)  # the world goes on meanwhile
    await _let_go(scene)
    turns = [(await scene.answer(re))["turn"] for re in says]
    steps = [int(t.partition(".s")[2]) for t in turns]
    assert steps == sorted(steps)
    assert steps[0] > before + 2
    assert len(host.rooms["w"].parking) == 0


async def test_what_waits_is_no_step_and_changes_nothing(host: Host, scene: Any) -> None:
    world = host.rooms["w"].world
    step = world.step
    scene.send(m.Say, **HELLO)
    await scene.ask(m.Ask, what="stats")
    assert world.step == step
    assert "ash" not in world.players


async def test_another_is_not_held(scene: Any) -> None:
    scene.send(m.Say, **HELLO)
    reply = await scene.ask(m.Say, npc="tomas", player="ash", text="Hello.")
    assert reply["npc"] == "tomas"


async def test_what_would_be_refused_is_refused_at_once(scene: Any) -> None:
    fault = await scene.refused(m.Say, npc="mara", player="tomas", text="Hello.")
    assert (fault["code"], fault["field"]) == ("conflict", "player")
    fault = await scene.refused(m.Say, to=("mara", "nobody"), player="ash", text="Hello.")
    assert (fault["code"], fault["field"]) == ("unknown", "to.1")


async def test_too_many_are_refused_by_name(scene: Any) -> None:
    for _ in range(PER_NPC):
        scene.send(m.Say, **HELLO)
    fault = await scene.refused(m.Say, **HELLO)
    assert (fault["code"], fault["field"], fault["got"]) == ("conflict", "npc", str(PER_NPC))
    assert "mara" in fault["message"]


async def test_cancel_takes_a_waiting_line_back(
    host: Host, scene: Any, settle: Callable[..., Any]
) -> None:
    kept, dropped = scene.send(m.Say, **HELLO), scene.send(m.Say, **HELLO)
    assert (await scene.ask(m.Cancel, target=dropped))["data"] == {
        "target": dropped, "cancelled": True,
    }  # fmt: skip
    assert (await scene.answer(dropped))["data"] == {"cancelled": True}
    assert (await scene.ask(m.Cancel, target=dropped))["data"]["cancelled"] is False
    await _let_go(scene)
    assert (await scene.answer(kept))["type"] == "reply"
    await settle()
    assert len(scene.answers(dropped)) == 1
    scene.send(m.Say, again=dropped, **HELLO)  # sent again: the stored answer, not a new line
    assert (await scene.answer(dropped, nth=1))["data"] == {"cancelled": True}
    assert host.rooms["w"].world.talks["mara", "ash"].turns == 1


async def test_nobody_takes_back_anothers_line(scene: Any, sit: Callable[..., Any]) -> None:
    mine = scene.send(m.Say, **HELLO)
    other = sit()
    await other.ask(m.WorldOpen, name="w")
    assert (await other.ask(m.Cancel, target=mine))["data"]["cancelled"] is False
    await _let_go(other)
    assert (await scene.answer(mine))["type"] == "reply"


async def test_a_deadline_that_passes_is_told_and_nothing_was_said(host: Host, scene: Any) -> None:
    fault = await scene.refused(m.Say, **HELLO, deadline_ms=20)
    assert (fault["code"], fault["field"]) == ("expired", "deadline_ms")
    await _let_go(scene)
    assert ("mara", "ash") not in host.rooms["w"].world.talks


async def test_a_line_to_several_waits_for_the_last_and_holds_its_place(scene: Any) -> None:
    await scene.ask(m.NpcSet, npc="mara", place="forge")
    await scene.ask(m.NpcSet, npc="tomas", place="forge", locked=True)
    group = scene.send(m.Say, to=("mara", "tomas"), player="ash", text="Hello, you two.")
    later = scene.send(m.Say, **HELLO)
    await _let_go(scene)
    assert not scene.answers(group)
    assert not scene.answers(later)  # said after the other, so it is not heard before it
    await scene.ask(m.NpcSet, npc="tomas", locked=False)
    assert (await scene.answer(group))["type"] == "reply"
    assert (await scene.answer(later))["type"] == "reply"


async def test_who_dies_while_held_answers_nothing(scene: Any) -> None:
    waits = scene.send(m.Say, **HELLO)
    await scene.ask(m.NpcSet, npc="mara", state="dead", locked=False)
    assert (await scene.answer(waits))["code"] == "conflict"


async def test_a_load_leaves_what_waits_behind_a_save_does_not_hold_it(
    host: Host, game: Any
) -> None:
    await game.ask(m.Save, name="free")
    await game.ask(m.NpcSet, npc="mara", locked=True)
    waits = game.send(m.Say, **HELLO)
    await game.ask(m.Save, name="held")
    await game.ask(m.Load, name="free")
    assert (await game.answer(waits))["code"] == "expired"
    await game.ask(m.Load, name="held")
    await _let_go(game)
    assert ("mara", "ash") not in host.rooms["w"].world.talks


async def test_a_lost_connection_loses_nothing(
    host: Host, scene: Any, settle: Callable[..., Any]
) -> None:
    waits = scene.send(m.Say, **HELLO)
    scene.link.outbox = None
    script = host.begin("game", "")
    host.join(script, host.rooms["w"])
    host.deliver(script, m.NpcSet(id=1, npc="mara", locked=False))
    await settle()
    missed = host.missed(scene.link, 0)
    assert [g["type"] for g in missed if g.get("re") == waits] == ["reply"]


async def test_a_line_sent_again_waits_once(
    host: Host, scene: Any, settle: Callable[..., Any]
) -> None:
    waits = scene.send(m.Say, **HELLO)
    scene.send(m.Say, again=waits, **HELLO)
    await _let_go(scene)
    await scene.answer(waits)
    await settle()
    assert len(scene.answers(waits)) == 1


async def test_who_leaves_takes_his_lines_along(host: Host, scene: Any) -> None:
    waits = scene.send(m.Say, **HELLO)
    await scene.ask(m.Bye)
    assert (await scene.answer(waits))["code"] == "closing"
    assert len(host.rooms["w"].parking) == 0


async def test_a_line_that_waits_when_the_journal_fails_is_told_once(
    host: Host, held: Callable[[], Any], sit: Callable[..., Any], settle: Callable[..., Any]
) -> None:
    seat = sit()
    await seat.ask(m.WorldOpen, name="doomed", packs=("good",), seed=7)
    await seat.ask(m.NpcSet, npc="mara", locked=True)
    re = seat.send(m.Say, **HELLO, deadline_ms=40)
    await settle()
    held().fail()
    assert (await seat.answer(re))["code"] == "journal_failed"
    await settle(30)
    assert len(seat.answers(re)) == 1
    assert len(host.rooms["doomed"].parking) == 0
