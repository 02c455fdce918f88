"""A language model of an Ollama server, by Ollama's own client.

Protocol: https://docs.ollama.com/api/chat (streamed chat, ``format`` as JSON Schema, keep_alive).
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from personagen_npc.engines.engine import EngineFailed
from personagen_npc.engines.ollama import SAFE, older

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from personagen_npc.engines.address import Address
    from personagen_npc.engines.engine import Ask

log = logging.getLogger(__name__)

KEEP_ALIVE: Final = "30m"  # the model stays loaded between two visits to the inn, [D]
IDLE_S: Final = 60.0  # between two pieces; the first one may load the model, [D]


class OllamaChat:
    """A model behind ``/api/chat``.

    Attributes:
        name: how it is called in statistics.
        prompted: tokens that the server had to read of all prompts so far.
    """

    def __init__(self, address: Address) -> None:
        import httpx
        import ollama

        self.name = str(address)
        self.prompted = 0
        self._model = address.model
        self._refused: type[Any] = ollama.ResponseError
        self._broken = (ConnectionError, httpx.HTTPError)
        timeout = httpx.Timeout(IDLE_S, connect=2.0)
        self._client: Any = ollama.AsyncClient(address.url, timeout=timeout)

    async def stream(self, ask: Ask) -> AsyncGenerator[str]:
        """Pieces of the answer; ending it early closes the request, which stops the server."""
        try:
            flow = await self._client.chat(**self._request(ask))
            try:
                async for part in flow:
                    if part.message.content:
                        yield part.message.content
                    if part.done:
                        self.prompted += part.prompt_eval_count or 0
            finally:
                await flow.aclose()
        except self._refused as fault:
            raise self._told(fault) from None
        except self._broken as fault:
            raise self._silent(fault) from None
        except ValueError as fault:  # a line that is no JSON, or JSON of another shape
            raise EngineFailed(f"no answer of Ollama's: {fault}", field="llm") from None

    async def ready(self) -> None:
        """Whether the server runs and has the model. Raises EngineFailed with what to do."""
        try:
            version = (await self._client._request_raw("GET", "/api/version")).json()
            there = (await self._client.list()).models
        except self._refused as fault:
            raise self._told(fault) from None
        except self._broken as fault:
            raise self._silent(fault) from None
        except ValueError as fault:
            raise EngineFailed(f"that is no Ollama server: {fault}", passing=False) from None
        if older(version, SAFE):
            log.warning("Ollama %s is older than %s and has known holes: update it",
                        version.get("version"), ".".join(map(str, SAFE)))  # fmt: skip
        names = {m.model for m in there if m.model}
        if not names & {self._model, f"{self._model}:latest"}:
            raise EngineFailed(
                f"Ollama has no model {self._model!r}: ollama pull {self._model}", passing=False,
                field="llm", got=self._model, allowed=", ".join(sorted(names)) or "a pulled model",
            )  # fmt: skip

    async def close(self) -> None:
        """Close what connections are kept open."""
        await self._client._client.aclose()

    def _request(self, ask: Ask) -> dict[str, Any]:
        return {
            "model": self._model, "stream": True, "keep_alive": KEEP_ALIVE, "think": False,
            "messages": [{"role": m.role, "content": m.text} for m in ask.messages],
            "format": None if ask.schema is None else dict(ask.schema),
            "options": {
                "temperature": ask.temperature, "seed": ask.seed, "num_predict": ask.tokens,
            },
        }  # fmt: skip

    def _told(self, fault: Any) -> EngineFailed:
        missing = fault.status_code == 404
        hint = f": ollama pull {self._model}" if missing else ""
        return EngineFailed(
            f"Ollama refuses: {fault.error}{hint}", field="llm", got=self.name,
            passing=fault.status_code >= 500 or fault.status_code in (-1, 408, 429),
        )  # fmt: skip

    def _silent(self, fault: BaseException) -> EngineFailed:
        return EngineFailed(
            f"Ollama does not answer ({type(fault).__name__}); is `ollama serve` running?",
            field="llm", got=self.name,
        )  # fmt: skip
