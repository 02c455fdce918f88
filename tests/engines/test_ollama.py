"""The Ollama door against a server of our own that speaks its protocol on a local port."""

from __future__ import annotations

import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from personagen_npc.engines.ollama import BATCH, OllamaEmbedder, manner_of
from personagen_npc.errors import NoVectors

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH = 12


class Fake(ThreadingHTTPServer):
    """Answers version, tags and embed; what was asked is in ``asked``."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.version = "0.20.0"
        self.models = {"tiny:latest": "a" * 64, "nomic-embed-text:latest": "b" * 64}
        self.asked: list[list[str]] = []
        self.fault: tuple[int, bytes] | None = None
        self.vectors: Any = None
        self.hang = threading.Event()
        self.hang.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def embed(self, texts: list[str]) -> Any:
        self.asked.append(texts)
        if self.vectors is not None:
            return self.vectors
        return [[float(len(t)), *(float(ord(c)) for c in t.ljust(WIDTH)[: WIDTH - 1])]
                for t in texts]  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    server: Fake

    def do_GET(self) -> None:
        if self.path == "/api/version":
            self._send({"version": self.server.version})
        else:
            self._send({"models": [{"model": m, "name": m, "digest": d}
                                   for m, d in self.server.models.items()]})  # fmt: skip

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.hang.wait(10)
        if self.server.fault is not None:
            status, data = self.server.fault
            self._send(data, status)
        else:
            self._send({"model": body["model"], "embeddings": self.server.embed(body["input"])})

    def _send(self, answer: Any, status: int = 200) -> None:
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Nothing on standard error."""


@pytest.fixture
def fake() -> Iterator[Fake]:
    server = Fake()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.hang.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_texts_become_vectors_in_requests_of_bounded_size(fake: Fake) -> None:
    embedder = OllamaEmbedder.open("tiny", fake.url)
    fake.asked.clear()
    texts = [f"line {n}" for n in range(2 * BATCH + 3)]
    made = embedder.embed(texts)
    assert made.dtype == np.int8
    assert made.shape == (len(texts), WIDTH)
    assert [len(a) for a in fake.asked] == [BATCH, BATCH, 3]
    assert [t for batch in fake.asked for t in batch] == texts
    assert embedder.source == f"ollama:tiny@{'a' * 12}/{WIDTH}"
    assert not embedder.quick


def test_a_model_gets_its_prefixes_and_its_vectors_are_cut_where_it_bears_that(fake: Fake) -> None:
    fake.vectors = [[1.0] * 768]
    embedder = OllamaEmbedder.open("nomic-embed-text", fake.url)
    assert embedder.dim == 256
    assert embedder.embed(["a fire"]).shape == (1, 256)
    assert fake.asked[-1] == ["search_document: a fire"]
    assert manner_of("library/nomic-embed-text:v1.5").query == "search_query: "
    assert manner_of("all-minilm").dim == 0


def test_a_line_is_known_at_once_only_after_it_was_asked_before(fake: Fake) -> None:
    embedder = OllamaEmbedder.open("nomic-embed-text", fake.url)
    assert embedder.at_once("where is my ring") is None
    embedder.embed(["something else that happened"])
    assert fake.asked[-1] == ["search_query: where is my ring"]
    known = embedder.at_once("where is my ring")
    assert known is not None
    assert known.shape == (embedder.dim,)


def test_a_model_that_was_not_pulled_is_named_with_the_command(fake: Fake) -> None:
    with pytest.raises(NoVectors, match="ollama pull mistral") as refused:
        OllamaEmbedder.open("mistral", fake.url)
    assert not refused.value.passing
    assert "tiny" in refused.value.allowed


def test_no_server_is_a_passing_fault() -> None:
    with pytest.raises(NoVectors, match="ollama serve") as refused:
        OllamaEmbedder.open("tiny", "http://127.0.0.1:9")
    assert refused.value.passing


def test_a_server_that_hangs_is_given_up_in_time(fake: Fake) -> None:
    embedder = OllamaEmbedder.open("tiny", fake.url, timeout_s=0.2)
    fake.hang.clear()
    with pytest.raises(NoVectors) as refused:
        embedder.embed(["a"])
    assert refused.value.passing


@pytest.mark.parametrize(
    ("status", "body", "passing"),
    [
        (500, b'{"error": "out of memory"}', True),
        (404, b'{"error": "model not found"}', False),
        (200, b"<html>", False),
        (200, b'{"embeddings": "none"}', False),
        (200, b'{"embeddings": []}', False),
        (200, b'{"embeddings": [[]]}', False),
        (200, b'{"embeddings": [[1.0, 2.0]]}', False),
        (200, b'{"embeddings": [[' + b"1e999," * (WIDTH - 1) + b"1]]}", False),
    ],
)
def test_what_is_no_vector_is_refused_with_a_reason(
    fake: Fake, status: int, body: bytes, passing: bool
) -> None:
    embedder = OllamaEmbedder.open("tiny", fake.url)
    fake.fault = (status, body)
    with pytest.raises(NoVectors) as refused:
        embedder.embed(["a"])
    assert refused.value.passing is passing
    assert refused.value.message


@pytest.mark.parametrize(("version", "warned"), [("0.17.0", True), ("0.9.6", True),
                                                 ("0.17.1", False), ("0.20.1-rc2", False),
                                                 ("1.0", False), ("dev", False)])  # fmt: skip
def test_a_server_with_known_holes_is_warned_of(
    fake: Fake, caplog: pytest.LogCaptureFixture, version: str, warned: bool
) -> None:
    fake.version = version
    with caplog.at_level(logging.WARNING):
        OllamaEmbedder.open("tiny", fake.url)
    assert ("CVE-2026-7482" in caplog.text) is warned
