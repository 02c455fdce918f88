"""Where a model is, in one line."""

from __future__ import annotations

import pytest

from personagen_npc.engines.address import Address, parse
from personagen_npc.errors import BadField


@pytest.mark.parametrize(
    ("text", "kind", "url", "model"),
    [
        ("ollama://localhost/llama3.2", "ollama", "http://localhost:11434", "llama3.2"),
        ("ollama://[::1]:9/qwen3:4b", "ollama", "http://[::1]:9", "qwen3:4b"),
        ("ollama://box/hf.co/a/b:Q4_K_M", "ollama", "http://box:11434", "hf.co/a/b:Q4_K_M"),
        ("openai+http://127.0.0.1:8080/m", "openai", "http://127.0.0.1:8080/v1", "m"),
        ("openai+https://x.test/api/v1/gpt", "openai", "https://x.test/api/v1", "gpt"),
        ("openai+http://h:1234/v1?model=a/b", "openai", "http://h:1234/v1", "a/b"),
        ("openai+http://h:1234/v1/", "openai", "http://h:1234/v1", ""),
        ("gguf:models/a b.gguf", "gguf", "models/a b.gguf", ""),
    ],
)
def test_addresses(text: str, kind: str, url: str, model: str) -> None:
    assert parse(text) == Address(kind, url, model)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["off", ""])
def test_none(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    "text",
    ["llama3", "http://x/m", "ollama://box", "ollama:///m", "gguf:", "ollama://h:99999/m",
     "openai+http:///m", "ollama://h/a b", "ftp+openai://h/m", "ollama://["],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(BadField) as fault:
        parse(text)
    assert fault.value.field == "llm"
    assert "gguf:FILE" in fault.value.allowed


def test_a_key_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(BadField) as fault:
        parse("openai+https://me:secret@host/m")
    assert "secret" not in str(fault.value.as_fields())
