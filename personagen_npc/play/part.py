"""Parts: what one player says to one NPC in an evening, a file of lines as they are typed in chat.

A line is said aloud; one that begins with a slash is a command (``/tick 14h``, ``/event gift
target=berta``, ``/reward 1``); ``#`` begins a comment. Comments at the top say how it is played::

    # title: A curious traveller at the Drowned Bell
    # npc: berta
    # player: ash
    # seed: 7

A pack's parts lie in its ``parts`` folder, so the pack is the folder above. Any part can be played
with any NPC of any pack; these are only its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.errors import BadField, PersonagenError
from personagen_npc.play.chat import Chat

if TYPE_CHECKING:
    from pathlib import Path

    from personagen_npc.play.stage import Stage

_HEAD: Final = re.compile(r"#\s*(title|npc|player|seed):\s*(.+)")
SEED: Final = 7  # where a part names none, [D]


class Part(NamedTuple):
    """Somebody's lines of an evening, in order; ``npc`` whom they were written for."""

    title: str
    npc: str
    player: str
    seed: int
    lines: tuple[str, ...]

    @property
    def said(self) -> int:
        """How many of the lines are said aloud."""
        return sum(not line.startswith("/") for line in self.lines)


def read_part(file: Path) -> Part:
    """A part. Raises BadField when it says nothing, or its seed is no number."""
    rows = [row.strip() for row in file.read_text(encoding="utf-8-sig").splitlines()]
    head = {found[1]: found[2] for row in rows if (found := _HEAD.fullmatch(row))}
    lines = tuple(row for row in rows if row and not row.startswith("#"))
    if not lines:
        raise BadField(f"no lines in {file.name}", field="part", got=file.name)
    seed = head.get("seed", str(SEED))
    if not seed.isdecimal():
        raise BadField(f"{file.name}: no seed", field="seed", got=seed, allowed="a whole number")
    title = head.get("title", file.stem.replace("_", " "))
    return Part(title, head.get("npc", ""), head.get("player", "you"), int(seed), lines)


async def play_part(stage: Stage, part: Part, npc: str = "") -> None:
    """Play a part with its NPC, or with another. Raises BadField naming a line that is refused."""
    chat = Chat(stage, npc or part.npc)
    await chat.begin()
    for line in part.lines:
        if not chat.over:
            await _typed(chat, line)


async def _typed(chat: Chat, line: str) -> None:
    last = chat.stage.last
    if line.startswith("/result") and not (last and last.actions):
        return  # a deal that was not struck has no result
    try:
        await chat.obey(line)
    except PersonagenError as fault:
        raise BadField(f"{line}: {fault.message}", field=fault.field or "line", got=line,
                       allowed=fault.allowed) from fault  # fmt: skip
