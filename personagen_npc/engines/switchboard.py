"""Which model writes for whom: one address for all, others for a world, an archetype, an NPC.

The narrowest wish counts. Every address is opened once, however many speak through it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from personagen_npc.engines.address import parse
from personagen_npc.engines.engine import EngineFailed
from personagen_npc.engines.guarded import SLOTS, Guarded
from personagen_npc.errors import BadField

if TYPE_CHECKING:
    from collections.abc import Iterable

    from personagen_npc.engines.address import Address
    from personagen_npc.engines.engine import Engine

log = logging.getLogger(__name__)

SCOPES: Final = ("npc", "archetype", "world")  # the narrowest first
DEADLINE_S: Final = 4.0  # of a reply, where the client sets none, [D]


class Switchboard:
    """The engines of one server.

    Args:
        everywhere: address for everybody; "" or ``off`` leaves all to the embedded voice.
        rules: ``SCOPE:NAME=ADDRESS`` each, scope npc, archetype or world.
        slots: how many requests each model is asked at a time.
        deadline_s: seconds of a reply, where the client sets none.

    Raises BadField for an address or rule that is none.
    """

    def __init__(
        self, everywhere: str = "", rules: Iterable[str] = (), slots: int = SLOTS,
        deadline_s: float = DEADLINE_S,
    ) -> None:  # fmt: skip
        self.deadline_s, self._slots = deadline_s, slots
        self._everywhere = parse(everywhere)
        self._rules = dict(map(_rule, rules))
        self._open: dict[Address, Guarded] = {}

    @property
    def off(self) -> bool:
        """Whether nobody ever speaks through a model."""
        return self._everywhere is None and not any(self._rules.values())

    def engine(self, world: str, archetype: str, npc: str) -> Guarded | None:
        """The engine that writes for an NPC, opened if need be; None for the embedded voice."""
        names = {"npc": npc, "archetype": archetype, "world": world}
        for scope in SCOPES:
            if (scope, names[scope]) in self._rules:
                return self._at(self._rules[scope, names[scope]])
        return self._at(self._everywhere)

    def stats(self) -> list[dict[str, Any]]:
        """Where each model stands that was asked so far."""
        return [guarded.stats() for guarded in self._open.values()]

    async def close(self) -> None:
        """End everything under way and let go of all models."""
        opened, self._open = self._open, {}
        for guarded in opened.values():
            await guarded.close()

    def _at(self, address: Address | None) -> Guarded | None:
        if address is None:
            return None
        if address not in self._open:
            try:
                self._open[address] = Guarded(_engine(address, self._slots), self._slots)
            except EngineFailed as fault:
                log.error("%s: %s; NPCs speak with their own voice", address, fault.message)
                self._rules = {k: None if a == address else a for k, a in self._rules.items()}
                self._everywhere = None if self._everywhere == address else self._everywhere
                return None
        return self._open[address]


def _rule(text: str) -> tuple[tuple[str, str], Address | None]:
    whom, _, address = text.partition("=")
    scope, _, name = whom.partition(":")
    if scope not in SCOPES or not name or not address:
        allowed = "npc:ID=ADDRESS, archetype:ID=ADDRESS or world:NAME=ADDRESS"
        raise BadField("llm_for: no rule", field="llm_for", got=text, allowed=allowed)
    return (scope, name), parse(address)


def _engine(address: Address, slots: int) -> Engine:
    if address.kind == "ollama":
        from personagen_npc.engines.chat import OllamaChat

        return OllamaChat(address)
    if address.kind == "gguf":
        from personagen_npc.engines.llamaserver import LlamaServer

        return LlamaServer(address.url, slots)
    from personagen_npc.engines.compatible import Compatible

    return Compatible(address)
