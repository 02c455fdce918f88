"""Ollama's chat against a server of our own that speaks its documented protocol.

What it does follows https://docs.ollama.com/api/chat (NDJSON stream, final object with ``done`` and
counts), https://docs.ollama.com/api/errors (status, ``{"error": ...}``, an error line within a
stream that began with 200) and https://docs.ollama.com/api/tags.
"""

from __future__ import annotations

import json
import logging
import threading
from contextlib import aclosing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.engines.address import Address
from personagen_npc.engines.chat import OllamaChat
from personagen_npc.engines.engine import Ask, EngineFailed, Said
from personagen_npc.engines.spoken import Answer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

LINE = json.dumps({"say": "The mill burned. Nobody saw it.", "act": "answer"})
SCHEMA = {"type": "object", "properties": {"say": {"type": "string"}}, "required": ["say"]}


class Fake(ThreadingHTTPServer):
    """Answers ``/api/version``, ``/api/tags`` and ``/api/chat``; keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.version = "0.20.0"
        self.models = ["tiny:latest", "big:70b"]
        self.asked: list[dict[str, Any]] = []
        self.refusal: tuple[int, str] | None = None
        self.lines: list[bytes] | None = None
        self.hold = threading.Event()
        self.gone = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Fake

    def do_GET(self) -> None:
        models = [{"name": m, "model": m, "digest": "0" * 64} for m in self.server.models]
        self._whole({"version": self.server.version} if "version" in self.path else
                    {"models": models})  # fmt: skip

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append(body)
        if self.server.refusal is not None:
            status, text = self.server.refusal
            return self._whole({"error": text}, status)
        self.send_response(200)
        self.send_header("content-type", "application/x-ndjson")
        self.end_headers()
        try:
            for line in self.server.lines or streamed(body["model"]):
                self.wfile.write(line + b"\n")
                self.wfile.flush()
            while self.server.hold.is_set():
                self.wfile.write(streamed(body["model"])[0] + b"\n")
        except OSError:
            self.server.gone.set()
        return None

    def _whole(self, answer: Any, status: int = 200) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Nothing on standard error."""


def streamed(model: str) -> list[bytes]:
    at = "2026-01-01T00:00:00Z"
    parts = [
        {"model": model, "created_at": at, "done": False,
         "message": {"role": "assistant", "content": LINE[k : k + 9]}}
        for k in range(0, len(LINE), 9)
    ]  # fmt: skip
    end = {"model": model, "created_at": at, "done": True, "done_reason": "stop",
           "message": {"role": "assistant", "content": ""}, "total_duration": 5,
           "prompt_eval_count": 41, "eval_count": 17}  # fmt: skip
    return [json.dumps(p).encode() for p in (*parts, end)]


@pytest.fixture
def fake() -> Iterator[Fake]:
    with Fake() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.hold.clear()
        server.shutdown()
        thread.join()


@pytest.fixture
async def chat(fake: Fake) -> AsyncGenerator[OllamaChat]:
    engine = OllamaChat(Address("ollama", fake.url, "tiny"))
    yield engine
    await engine.close()


ASK = Ask((Said("system", "You are Berta."), Said("user", "Who burned it?")), SCHEMA, 90, 0.5, 7)


async def read(engine: OllamaChat) -> Answer:
    answer = Answer()
    async with aclosing(engine.stream(ASK)) as pieces:
        async for piece in pieces:
            answer.take(piece)
    return answer


async def test_a_line_comes_in_pieces_and_the_request_says_all_it_must(
    fake: Fake, chat: OllamaChat
) -> None:
    assert (await read(chat)).whole() == json.loads(LINE)
    (asked,) = fake.asked
    assert asked["format"] == SCHEMA
    assert asked["stream"] is True
    assert asked["keep_alive"] == "30m"
    assert asked["options"] == {"temperature": 0.5, "seed": 7, "num_predict": 90}
    assert [m["role"] for m in asked["messages"]] == ["system", "user"]
    assert chat.prompted == 41


async def test_a_model_that_was_not_pulled_is_told_how(fake: Fake) -> None:
    engine = OllamaChat(Address("ollama", fake.url, "llama3.2"))
    with pytest.raises(EngineFailed, match=r"ollama pull llama3\.2") as fault:
        await engine.ready()
    assert "big:70b" in fault.value.allowed
    assert not fault.value.passing
    await engine.close()


@pytest.mark.parametrize(
    ("status", "passing"), [(404, False), (400, False), (429, True), (500, True), (503, True)]
)
async def test_refusals_say_whether_they_may_pass(
    fake: Fake, chat: OllamaChat, status: int, passing: bool
) -> None:
    fake.refusal = (status, "model 'tiny' not found")
    with pytest.raises(EngineFailed, match="refuses") as fault:
        await read(chat)
    assert fault.value.passing is passing
    assert ("ollama pull" in fault.value.message) == (status == 404)


async def test_an_error_in_the_middle_of_a_stream_is_one(fake: Fake, chat: OllamaChat) -> None:
    fake.lines = [streamed("tiny")[0], b'{"error": "an error was encountered while running"}']
    with pytest.raises(EngineFailed, match="an error was encountered"):
        await read(chat)


async def test_half_a_stream_is_no_answer(fake: Fake, chat: OllamaChat) -> None:
    fake.lines = streamed("tiny")[:3]
    with pytest.raises(EngineFailed, match="no JSON"):
        (await read(chat)).whole()


async def test_lines_that_are_no_json_are_refused(fake: Fake, chat: OllamaChat) -> None:
    fake.lines = [b"<html>proxy</html>"]
    with pytest.raises(EngineFailed):
        await read(chat)


async def test_nobody_there_is_told_so() -> None:
    engine = OllamaChat(Address("ollama", "http://127.0.0.1:9", "tiny"))
    with pytest.raises(EngineFailed, match="ollama serve"):
        await engine.ready()
    with pytest.raises(EngineFailed, match="ollama serve"):
        await read(engine)
    await engine.close()


async def test_ending_early_hangs_up(fake: Fake, chat: OllamaChat) -> None:
    fake.hold.set()
    async with aclosing(chat.stream(ASK)) as pieces:
        async for _ in pieces:
            break
    assert fake.gone.wait(5), "the server was left talking"


async def test_an_old_server_is_warned_about(
    fake: Fake, chat: OllamaChat, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        await chat.ready()
        assert not caplog.records
        fake.version = "0.16.9"
        await chat.ready()
    assert "0.17.1" in caplog.text
