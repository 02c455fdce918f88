"""Any server that speaks OpenAI's chat protocol: llama.cpp, LM Studio, vLLM, or a hosted one.

The only door of ``openai``. The client's own retries are off: whether there is time for another try
is known to ``guarded`` alone.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from personagen_npc.engines.engine import EngineFailed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from personagen_npc.engines.address import Address
    from personagen_npc.engines.engine import Ask

KEY: Final = "PERSONAGEN_LLM_KEY"
CONNECT_S: Final = 2.0  # to a server on this machine or near it, [D]
IDLE_S: Final = 30.0  # between two pieces; the first one waits for the whole prompt, [D]
INSTALL: Final = "pip install 'personagen-npc[llm]'"


class Compatible:
    """A model behind a chat endpoint.

    Args:
        address: where it is.
        key: its secret, else what the environment says.

    Attributes:
        name: how it is called in statistics.
        prompted: tokens of all prompts so far, where the server tells.
        cached: those of them that it had kept from an earlier prompt.
    """

    def __init__(self, address: Address, key: str = "") -> None:
        try:
            import openai
        except ModuleNotFoundError:
            raise EngineFailed(
                f"the client for OpenAI-compatible servers is not installed: {INSTALL}",
                passing=False, field="llm", got=str(address), allowed=INSTALL,
            ) from None  # fmt: skip
        self.name = str(address)
        self.prompted = self.cached = 0
        self._faults = openai
        self._model, self._url = address.model, address.url
        key = key or os.environ.get(KEY) or os.environ.get("OPENAI_API_KEY") or "none"
        limits = openai.Timeout(IDLE_S, connect=CONNECT_S)
        self._client = openai.AsyncOpenAI(
            base_url=address.url, api_key=key, max_retries=0, timeout=limits
        )

    async def stream(self, ask: Ask) -> AsyncGenerator[str]:
        """Pieces of the answer; ending it early closes the request, which stops the server."""
        try:
            flow = await self._client.chat.completions.create(**self._request(ask))
            try:
                async for chunk in flow:
                    self._count(chunk)
                    if chunk.choices and (piece := chunk.choices[0].delta.content):
                        yield piece
            finally:
                await flow.close()
        except self._faults.APIError as fault:
            raise self._told(fault) from None

    async def ready(self) -> None:
        """Ask for the server's models. Raises EngineFailed."""
        try:
            there = [m.id async for m in await self._client.models.list()]
        except self._faults.APIError as fault:
            raise self._told(fault) from None
        if not self._model and there:
            self._model = there[0]
        if len(there) > 1 and self._model not in there:
            raise EngineFailed(
                f"{self._url} has no model {self._model!r}", passing=False, field="llm",
                got=self._model, allowed=", ".join(sorted(there)),
            )  # fmt: skip

    async def close(self) -> None:
        """Close what connections are kept open."""
        await self._client.close()

    def _request(self, ask: Ask) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": self._model or "default", "stream": True, "seed": ask.seed,
            "messages": [{"role": m.role, "content": m.text} for m in ask.messages],
            "max_tokens": ask.tokens, "temperature": ask.temperature,
            "stream_options": {"include_usage": True},
        }  # fmt: skip
        if ask.schema is not None:
            request["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "line", "strict": True, "schema": dict(ask.schema)},
            }
        return request

    def _count(self, chunk: Any) -> None:
        if chunk.usage is not None:
            self.prompted += chunk.usage.prompt_tokens
            kept = chunk.usage.prompt_tokens_details
            self.cached += (kept.cached_tokens or 0) if kept is not None else 0

    def _told(self, fault: Any) -> EngineFailed:
        """A client's fault as ours: what went wrong, and whether it may pass."""
        status = getattr(fault, "status_code", 0)
        if status in (401, 403):
            why = f"the server wants a key: set {KEY}"
        elif status:
            why = f"the server answers {status}: {fault.message}"
        elif isinstance(fault, self._faults.APIConnectionError):
            why = f"{self._url} does not answer ({type(fault).__name__})"
        else:
            why = f"the server breaks off: {fault.message}"
        passing = not 400 <= status < 500 or status in (408, 429)
        return EngineFailed(why, passing=passing, field="llm", got=self.name)
