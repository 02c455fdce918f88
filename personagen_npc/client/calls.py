"""The way of every call: a checked request, its answer in time or the error it was refused with."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from personagen_npc.client.answers import Each, One

if TYPE_CHECKING:
    from personagen_npc.client.session import Session
    from personagen_npc.wire.messages import Ok, Reply, Request

TIMEOUT_S: Final = 30.0  # seconds that a call may take, reconnecting included [D]


class Calls:
    """What ``Talk`` and ``Worlds`` call with.

    Attributes:
        timeout_s: seconds after which a call raises TimeoutError; None waits for ever.
    """

    timeout_s: float | None = TIMEOUT_S
    _session: Session
    _player: str | None

    async def call(self, kind: type[Request], /, **fields: Any) -> dict[str, Any]:
        """Send any request and give the data of its ``ok``; None fields are left out.

        Raises:
            PersonagenError: of the class that the server's ``error`` names; Lost when the
                connection went and did not come back.
            TimeoutError: no answer within ``timeout_s``; a write may have been done all the same.
        """
        one = One()
        answer: Ok = await self._wait(kind, fields, one)
        return answer.data

    async def _replies(self, kind: type[Request], fields: dict[str, Any]) -> tuple[Reply, ...]:
        each = Each()
        replies: tuple[Reply, ...] = await self._wait(kind, fields, each)
        return replies

    async def _wait(self, kind: type[Request], fields: dict[str, Any], waiter: One | Each) -> Any:
        self._session.post(kind, given(fields), waiter)
        try:
            async with asyncio.timeout(self.timeout_s):
                return await waiter.future
        except (asyncio.CancelledError, TimeoutError):
            self._session.give_up(waiter)
            raise


def given(fields: dict[str, Any]) -> dict[str, Any]:
    """Without what is None; lists as the tuples that messages hold."""
    return {n: tuple(v) if isinstance(v, list) else v for n, v in fields.items() if v is not None}
