"""A page in Markdown: conversations to be kept, read and compared; it holds no times.

Every line of dialogue stands by itself, what it came from under it in small print, so that two
versions of a transcript differ only where something is said otherwise.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from personagen_npc.play.beats import (
    Beat,
    Did,
    Figures,
    Heading,
    Listed,
    Note,
    Overheard,
    Refused,
    Replied,
    Said,
    Walked,
)
from personagen_npc.play.page import remarks

if TYPE_CHECKING:
    from collections.abc import Callable

DOT: Final = " · "
_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>|])")


class Markdown:
    """A page whose ``text`` is Markdown."""

    def __init__(self) -> None:
        self._blocks: list[str] = []

    @property
    def text(self) -> str:
        """Everything shown so far."""
        return "\n\n".join(self._blocks) + "\n"

    def show(self, beat: Beat) -> None:
        """Write one beat."""
        self._blocks.append(_WRITTEN[type(beat)](beat))

    def title(self, text: str, about: str = "") -> None:
        """Head the page."""
        self._blocks += [f"# {plain(text)}", *([about] if about else [])]

    def part(self, text: str) -> None:
        """Head what follows."""
        self._blocks.append(f"## {plain(text)}")


def plain(text: str) -> str:
    """A text in which no sign means anything to Markdown."""
    return _SPECIAL.sub(r"\\\1", text)


def _reply(beat: Replied) -> str:
    """An answer and how it came about."""
    rows = [f"**{plain(beat.name)}:** {plain(beat.text)}"]
    for action in beat.actions:
        args = ", ".join(f"{k}: {v}" for k, v in action["args"].items())
        rows.append(f"*asks the game: {plain(action['name'])} ({plain(args)})*")
    rows.append(f"<sub>{plain(DOT.join(remarks(beat)))}</sub>")
    return "  \n".join(rows)


def _heading(beat: Heading) -> str:
    return f"## {plain(beat.title)}\n\n*{plain(beat.place)}, {plain(beat.date)}*"


def _told(beat: Note | Walked) -> str:
    return f"*{plain(beat.text)}*"


def _said(beat: Said) -> str:
    return f"**{plain(beat.player)}:** {plain(beat.text)}"


def _overheard(beat: Overheard) -> str:
    to = f" to {beat.to}" if beat.to else ""
    return f"*overheard* **{plain(beat.name + to)}:** {plain(beat.text)}"


def _did(beat: Did) -> str:
    return f"*[{plain(beat.what)}] {plain(beat.text)}*"


def _listed(beat: Listed) -> str:
    rows = [f"- {plain(' — '.join(cell.strip() for cell in row))}" for row in beat.rows]
    return "\n".join([*([f"*{plain(beat.title)}*", ""] if beat.title else []), *rows])


def _refused(beat: Refused) -> str:
    return f"*[{plain(beat.code)}] {plain(beat.text)}*"


def _figures(beat: Figures) -> str:
    return (
        f"*{beat.turns} lines answered, {beat.overheard} overheard, {beat.actions} actions asked "
        f"for, {beat.rewards} rewards; {beat.memories} memories of {beat.happenings} happenings.*"
    )


_WRITTEN: Final[dict[type, Callable[[Any], str]]] = {
    Heading: _heading,
    Note: _told,
    Walked: _told,
    Said: _said,
    Replied: _reply,
    Overheard: _overheard,
    Did: _did,
    Listed: _listed,
    Refused: _refused,
    Figures: _figures,
}
