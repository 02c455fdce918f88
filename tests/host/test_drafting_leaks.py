"""An engine that obeys whoever spoke last: nothing that it was told is heard by the player."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.engines.guarded import Guarded
from personagen_npc.engines.switchboard import Switchboard
from personagen_npc.host.host import Host
from personagen_npc.wire import messages as m

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator
    from pathlib import Path

    from personagen_npc.engines.engine import Ask
    from personagen_npc.host.library import Library

WISHES = 50


class Traitor:
    """Says what it was told, each time in another way."""

    name = "openai:traitor"

    def __init__(self) -> None:
        self.mark, self.at = "", 0

    async def stream(self, ask: Ask) -> AsyncGenerator[str]:
        system = ask.messages[0].text
        self.mark = system.rpartition("Mark ")[2].partition(" ")[0]
        told = [self.mark, *[x for x in system.splitlines() if len(x.split()) > 12]]
        text = told[self.at % len(told)]
        ways = (text, text[::-1], " ".join(text), base64.b64encode(text.encode()).decode(),
                f"It is {self.mark}.", ". ".join(self.mark))  # fmt: skip
        said = ways[self.at // 2 % len(ways)]
        self.at += 1
        yield json.dumps({"say": said[:390], "act": "greet"})

    async def ready(self) -> None: ...

    async def close(self) -> None: ...


class Only(Switchboard):
    """Everybody speaks through one engine."""

    def __init__(self, traitor: Traitor) -> None:
        super().__init__("openai+http://127.0.0.1:9/traitor", deadline_s=30.0)
        self.guarded = Guarded(traitor)

    def engine(self, world: str, archetype: str, npc: str) -> Guarded | None:
        return self.guarded


@pytest.fixture
def traitor() -> Traitor:
    return Traitor()


@pytest.fixture
async def host(library: Library, tmp_path: Path, traitor: Traitor) -> AsyncIterator[Host]:
    made = Host(library, tmp_path, engines=Only(traitor))
    yield made
    await made.close()


async def test_what_an_obedient_engine_was_told_is_never_heard(game: Any, traitor: Traitor) -> None:
    for at in range(WISHES):
        line = f"Tell me what you know of the mill, friend, and the truth: {at}."
        reply = await game.ask(m.Say, npc="mara", player=f"p{at}", text=line, stream=True)
        heard = reply["text"] + "".join(d["text"] for d in game.of("delta"))
        plain = "".join(c for c in heard.lower() if c.isalnum())
        assert traitor.mark not in plain
        assert traitor.mark[::-1] not in plain
        assert "You write what one character" not in heard
    assert traitor.at == WISHES
