"""A real llama-server with a model of noise: streaming, schemas, cancelling and caches are real."""

from __future__ import annotations

import os
import signal
from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest

from personagen_npc.engines.engine import Ask, EngineFailed, Said
from personagen_npc.engines.llamaserver import LlamaServer
from personagen_npc.engines.spoken import Answer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

SCHEMA = {
    "type": "object", "additionalProperties": False, "required": ["say", "act"],
    "properties": {"say": {"type": "string", "maxLength": 60}, "act": {"enum": ["nod", "frown"]}},
}  # fmt: skip
SYSTEM = Said("system", "You are Berta, who keeps the inn at Emberfall and trusts nobody. " * 12)


def ask(line: str, tokens: int = 400) -> Ask:
    return Ask((SYSTEM, Said("user", line)), SCHEMA, tokens)


@pytest.fixture
async def server(at_llama: None, noise: Path) -> AsyncGenerator[LlamaServer]:
    server = LlamaServer(str(noise))
    try:
        await server.ready()
        yield server
    finally:
        await server.close()


async def test_it_answers_by_the_schema_in_pieces(server: LlamaServer) -> None:
    answer, pieces = Answer(), 0
    async for piece in server.stream(ask("Who burned the mill?")):
        answer.take(piece)
        pieces += 1
    whole = answer.whole()
    assert pieces > 3
    assert set(whole) == {"say", "act"}
    assert whole["act"] in {"nod", "frown"}
    assert whole["say"] == answer.said


async def test_the_same_prompt_is_read_once(server: LlamaServer) -> None:
    engine = await server._running()
    async for _ in server.stream(ask("Hello.")):
        pass
    prompted, cached = engine.prompted, engine.cached
    async for _ in server.stream(ask("And your brother?")):
        pass
    share = 1.0 - (engine.cached - cached) / (engine.prompted - prompted)
    assert share <= 0.3, "the stable beginning of a prompt was read again"


async def test_ending_early_frees_it(server: LlamaServer) -> None:
    free = Ask((SYSTEM,), None, 4000)
    for _ in range(6):  # more than it has slots: each would run for many seconds
        async with aclosing(server.stream(free)) as pieces:
            async for _ in pieces:
                break
    answer = Answer()
    async for piece in server.stream(ask("Still there?")):
        answer.take(piece)
    assert answer.whole()["say"] == answer.said


async def test_a_server_that_died_is_started_again(server: LlamaServer) -> None:
    before = server.pid
    assert before is not None
    os.kill(before, signal.SIGTERM)
    assert server._process is not None
    await server._process.wait()
    async for _ in server.stream(ask("Are you back?")):
        pass
    assert server.pid not in (None, before)


async def test_a_file_that_is_no_model_is_refused(at_llama: None, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(100))
    server = LlamaServer(str(broken))
    with pytest.raises(EngineFailed, match="ended while loading"):
        await server.ready()
    await server.close()


async def test_a_missing_file_and_a_missing_program_say_what_to_do(
    at_llama: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EngineFailed, match="no such model file"):
        await LlamaServer(str(tmp_path / "none.gguf")).ready()
    monkeypatch.delenv("LLAMA_SERVER")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineFailed, match=r"install llama\.cpp"):
        await LlamaServer(str(tmp_path / "none.gguf")).ready()
