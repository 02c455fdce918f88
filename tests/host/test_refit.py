"""Re-fits as numbered inputs: seen, entered, on top what came later; journalled, saved, refused."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import msgpack
import pytest

from personagen_npc.errors import ServerFault
from personagen_npc.host.fitting import main
from personagen_npc.host.host import Host
from personagen_npc.host.learning import Learning
from personagen_npc.host.refitting import Refitting
from personagen_npc.learn.policy import Policy
from personagen_npc.wire import messages as m

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from personagen_npc.host.library import Library
    from personagen_npc.world.world import World

pytest.importorskip("torch", reason="the extra `train` is not installed")

Game = Any


async def live(game: Game, turns: int, first: int = 0) -> None:
    """Some turns, each with a reward."""
    for k in range(first, first + turns):
        player = ("ann", "bob")[k % 2]
        reply = await game.ask(
            m.Say, npc="mara", player=player, text=("Hello!", "Any news?")[k % 3 % 2]
        )
        value = 0.6 if reply["act"] == "greet" else -0.3
        await game.ask(m.Reward, turn=reply["turn"], value=value, kind="liked", key=f"k{k}")


def odds(world: World) -> list[Any]:
    """What everybody would do now, to the last bit."""
    return odds_of(world.policy)


def odds_of(policy: Policy) -> list[Any]:
    tree = policy.to_tree()
    return [tree[k] for k in ("scales", "noises", "world", "archetypes", "npcs", "players")]


class Gate:
    """Lets a fit wait before it enters."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.fitted, self.open = asyncio.Event(), asyncio.Event()
        run, gate = Refitting._run, self

        async def held(refitting: Refitting, job: Path, result: Path) -> None:
            await run(refitting, job, result)
            gate.fitted.set()
            await gate.open.wait()

        monkeypatch.setattr(Refitting, "_run", held)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fitting process's work in a thread of this one, without its start of some seconds."""

    async def inside(_: Refitting, job: Path, result: Path) -> None:
        await asyncio.to_thread(main, job, result)

    monkeypatch.setattr(Refitting, "_run", inside)


async def test_a_fit_is_made_in_a_process_of_its_own_and_enters(host: Host, game: Game) -> None:
    had = "torch" in sys.modules
    await live(game, 12)
    world = host.rooms["w"].world
    before, step = odds(world), world.step
    told = (await game.ask(m.Refit))["data"]
    assert told["branch"] == 1
    assert (told["step"], told["lessons"], told["later"]) == (step, 12, 0)
    assert world.step == step  # no dice depend on when it came
    assert odds(world) != before
    assert ("torch" in sys.modules) == had


@pytest.mark.usefixtures("quick")
async def test_later_rewards_count_on_top_exactly(
    host: Host, game: Game, monkeypatch: pytest.MonkeyPatch
) -> None:
    await live(game, 10)
    gate = Gate(monkeypatch)
    asked = game.send(m.Refit)
    await gate.fitted.wait()
    await live(game, 7, first=10)
    world = host.rooms["w"].world
    gate.open.set()
    told = (await game.answer(asked))["data"]
    assert (told["lessons"], told["later"]) == (10, 7)
    fit = _entered(host)
    twin = Policy()
    twin.adopt(fit["levels"], count=10)
    for turn, paid in world.ledger.later(fit["number"]):
        twin.learn(turn, paid.value, paid.weight)
    assert odds_of(twin) == odds_of(world.policy)


def _entered(host: Host) -> dict[str, Any]:
    journal = host.rooms["w"].journal
    journal.flush()
    row = next(r for r in journal.rows() if r.kind == "refit")
    (change,) = msgpack.unpackb(row.changes)
    fit: dict[str, Any] = change[4]
    return fit


@pytest.mark.usefixtures("quick")
async def test_journal_and_save_hold_it_to_the_last_bit(
    host: Host, game: Game, library: Library, tmp_path: Path
) -> None:
    await live(game, 10)
    await game.ask(m.Refit)
    await live(game, 4, first=10)
    now = odds(host.rooms["w"].world)
    await game.ask(m.Save, name="one")
    await live(game, 4, first=14)
    await game.ask(m.Load, name="one")
    assert odds(host.rooms["w"].world) == now
    await host.close()
    again = Host(library, tmp_path)
    try:
        room = await again.open("w")
        assert odds(room.world) == now
    finally:
        await again.close()


@pytest.mark.usefixtures("quick")
async def test_a_fit_of_a_future_that_was_left_is_refused_by_name(
    host: Host, game: Game, monkeypatch: pytest.MonkeyPatch
) -> None:
    await live(game, 4)
    await game.ask(m.Save, name="early")
    await live(game, 4, first=4)
    gate = Gate(monkeypatch)
    asked = game.send(m.Refit)
    await gate.fitted.wait()
    await game.ask(m.Load, name="early")
    before = odds(host.rooms["w"].world)
    gate.open.set()
    error = await game.answer(asked)
    assert (error["type"], error["code"]) == ("error", "expired")
    assert "branch 1" in error["message"]
    assert odds(host.rooms["w"].world) == before


@pytest.mark.usefixtures("quick")
async def test_after_a_load_behind_it_a_fit_still_enters(
    host: Host, game: Game, monkeypatch: pytest.MonkeyPatch
) -> None:
    await live(game, 6)
    gate = Gate(monkeypatch)
    asked = game.send(m.Refit)
    await gate.fitted.wait()
    await live(game, 2, first=6)
    await game.ask(m.Save, name="late")
    await live(game, 2, first=8)
    await game.ask(m.Load, name="late")
    gate.open.set()
    assert (await game.answer(asked))["data"]["later"] == 2


@pytest.mark.usefixtures("quick")
async def test_who_is_forgotten_meanwhile_does_not_come_back_with_a_fit(
    host: Host, game: Game, monkeypatch: pytest.MonkeyPatch
) -> None:
    await live(game, 6)
    gate = Gate(monkeypatch)
    asked = game.send(m.Refit)
    await gate.fitted.wait()
    await game.ask(m.PlayerForget, player="ann")
    gate.open.set()
    assert (await game.answer(asked))["code"] == "expired"
    told = (await game.ask(m.Refit))["data"]
    assert told["lessons"] == 3
    players = host.rooms["w"].world.policy.to_tree()["players"]
    assert [name for name, _ in players] == ["bob"]


@pytest.mark.usefixtures("quick")
async def test_only_what_led_here_is_learned_from(host: Host, game: Game) -> None:
    await live(game, 4)
    await game.ask(m.Save, name="early")
    await live(game, 6, first=4)
    await game.ask(m.Load, name="early")
    await live(game, 2, first=20)
    assert (await game.ask(m.Refit))["data"]["lessons"] == 6


@pytest.mark.usefixtures("quick")
async def test_reset_and_copy_hold_after_a_fit(host: Host, game: Game) -> None:
    await live(game, 6)
    await game.ask(m.Policy, op="copy", npc="tomas", source="mara")
    world = host.rooms["w"].world
    owners = dict(world.policy.to_tree()["npcs"])
    assert owners["tomas"] == owners["mara"]
    await game.ask(m.Policy, op="reset", npc="mara")
    await game.ask(m.Refit)
    assert "mara" not in dict(world.policy.to_tree()["npcs"])


async def test_nothing_to_fit_is_said(game: Game) -> None:
    error = await game.refused(m.Refit)
    assert "nothing was rewarded" in error["message"]


async def test_a_process_that_dies_is_told_and_the_world_goes_on(
    game: Game, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    await live(game, 2)
    assert (await game.refused(m.Refit))["code"] == ServerFault.code
    await live(game, 1, first=2)


@pytest.mark.usefixtures("quick")
async def test_a_fit_comes_by_itself_after_so_many_rewards(
    library: Library, tmp_path: Path, sit: Callable[..., Any]
) -> None:
    host = Host(library, tmp_path / "own", learning=Learning(refit_every=5))
    try:
        seat = type(sit())(host)
        await seat.ask(m.WorldOpen, name="w", packs=("good",), seed=7)
        await live(seat, 11)
        await asyncio.gather(*host.rooms["w"]._tasks)
        journal = host.rooms["w"].journal
        journal.flush()
        assert [r.kind for r in journal.rows()].count("refit") >= 1
    finally:
        await host.close()


@pytest.mark.usefixtures("quick")
async def test_a_world_can_choose_by_the_network(host: Host, game: Game) -> None:
    await live(game, 10)
    await game.ask(m.Policy, op="learner", learner="network")
    assert (await game.ask(m.Refit))["data"]["network"] is True
    reply = await game.ask(m.Say, npc="mara", player="ann", text="Hello!", why=True)
    chosen = reply["why"]["chosen"]
    assert chosen["learner"] == "network"
    shares = {act: (prior, p) for act, prior, _, p in chosen["shares"]}
    assert sum(p for _, p in shares.values()) == pytest.approx(1.0)
    assert 0.0 <= chosen["roll"] < 1.0
    world = host.rooms["w"].world
    trained = world.network.to_tree()
    await game.ask(m.Save, name="one")
    await game.ask(m.Load, name="one")
    world = host.rooms["w"].world
    assert (world.learns_by, world.network.to_tree()) == ("network", trained)
