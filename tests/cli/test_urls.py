"""A designer's hand on a world that a server runs: the ``learn`` commands with a URL."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from personagen_npc.build import connect
from personagen_npc.cli.child import server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result

    from personagen_npc.cli.child import Listening

    Done = Callable[..., str]

HAMLET = Path(__file__).parents[1] / "play" / "data" / "hamlet"
ROUNDS = 12


async def lived(listening: Listening) -> None:
    """A world in which greeting Ida was rewarded; it stays open when the game leaves."""
    game = await connect(listening.url, token=listening.token, player="ash")
    async with game:
        await game.open("hamlet", packs=["hamlet"], seed=5)
        for k in range(ROUNDS):
            reply = await game.say("ida", "Hello!", player="ash")
            await game.reward(0.5, turn=reply.turn, kind="liked", key=f"k{k}")


@pytest.fixture(scope="module")
def listening() -> Iterator[Listening]:
    with server(["--packs", str(HAMLET), "--embeddings", "off"]) as found:
        asyncio.run(lived(found))
        yield found


@pytest.fixture
def done(run: Callable[..., Result], listening: Listening, tmp_path: Path) -> Done:
    """``done("policy", "freeze", "--npc", "ida")`` on that server, with its token."""
    token = tmp_path / "token"
    token.write_text(listening.token, encoding="utf-8")

    def made(*args: str) -> str:
        at = 2 if args[0] == "policy" else 1
        line = ("learn", *args[:at], listening.url, "--token", str(token), *args[at:])
        result = run(*line)
        assert result.exit_code == 0, result.output
        return result.output

    return made


async def learning(listening: Listening) -> dict[str, Any]:
    async with await connect(listening.url, token=listening.token, world="hamlet") as game:
        return await game.ask("learning")


def test_a_report_of_a_running_world(done: Done) -> None:
    assert f"{ROUNDS} turns, {ROUNDS} rewarded, mean +0.50" in done("report", "--npc", "ida")
    tree = orjson.loads(done("report", "--npc", "ida", "--json"))
    assert tree["kinds"] == [["liked", ROUNDS, 0.5]]


def test_a_running_world_is_fitted(done: Done) -> None:
    pytest.importorskip("torch", reason="the extra `train` is not installed")
    assert f"fitted to {ROUNDS} rewards on" in done("refit")


def test_a_running_world_s_learning_is_taken_hold_of(done: Done, listening: Listening) -> None:
    done("policy", "freeze", "--npc", "ida")
    assert asyncio.run(learning(listening))["frozen"] == ("ida",)
    done("policy", "unfreeze", "--npc", "ida")
    assert asyncio.run(learning(listening))["frozen"] == ()
    done("policy", "pin", "--npc", "ida", "--act", "greet")
    assert asyncio.run(learning(listening))["pinned"] == {"ida": ("greet",)}
    done("policy", "unpin", "--npc", "ida", "--act", "greet")


def test_what_a_running_world_s_people_became(done: Done) -> None:
    assert "ida:" in done("proposals")


def test_a_wrong_token_a_wrong_world_and_a_wrong_proposal_are_said(
    run: Callable[..., Result], listening: Listening, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    token.write_text("wrong", encoding="utf-8")
    refused = run("learn", "report", listening.url, "--token", str(token))
    assert refused.exit_code != 0
    assert "token" in refused.output
    token.write_text(listening.token, encoding="utf-8")
    asked_ = ("--token", str(token))
    other = run("learn", "report", listening.url, *asked_, "--world", "nowhere")
    assert other.exit_code != 0
    assert "nowhere" in other.output
    none = run("learn", "accept", listening.url, *asked_, "--npc", "ida", "--proposal", "9:greet")
    assert none.exit_code != 0
    assert "no pattern '9:greet' is proposed for ida" in none.output
