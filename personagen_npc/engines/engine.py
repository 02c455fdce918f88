"""What a language model is to this house: a prompt in, pieces of text out, until told to stop.

An engine only ever improves a line that exists already, so it may be slow, wrong or dead; what that
means for a reply is for ``guarded`` to know. Closing the stream frees the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Protocol

from personagen_npc.errors import ServerFault

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

TOKENS: Final = 160  # of an answer at most: four spoken sentences and what stands around them, [D]


class EngineFailed(ServerFault):
    """A language model gave nothing that can be used.

    Attributes:
        passing: whether asking again may help; an unknown model or a refused key stays as it is.
    """

    code = "engine_failed"

    def __init__(self, message: str, *, passing: bool = True, **kw: Any) -> None:
        super().__init__(message, **kw)
        self.passing = passing


class Said(NamedTuple):
    """One message of a prompt."""

    role: Literal["system", "user", "assistant"]
    text: str


class Ask(NamedTuple):
    """What a model is asked.

    Attributes:
        messages: the prompt; what stays the same for an NPC comes first, byte for byte, so that a
            server can keep what it made of it.
        schema: JSON Schema of the answer, enforced by the server where it can; None for free text.
        tokens: most tokens of the answer.
        temperature: 0 is the likeliest word always.
        seed: the same one gives the same answer, on servers that keep to it.
    """

    messages: tuple[Said, ...]
    schema: Mapping[str, Any] | None = None
    tokens: int = TOKENS
    temperature: float = 0.8
    seed: int = 0


class Engine(Protocol):
    """A language model behind some server.

    Attributes:
        name: how it is called in logs, statistics and ``why``.
    """

    name: str

    def stream(self, ask: Ask) -> AsyncGenerator[str]:
        """Pieces of the answer as they come; raises EngineFailed. Ending it early cancels."""
        ...

    async def ready(self) -> None:
        """Whether it can be asked; raises EngineFailed with what to do about it."""
        ...

    async def close(self) -> None:
        """Let go of connections and processes."""
        ...
