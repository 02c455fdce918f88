"""Golden conversations: a plan's transcript, read by somebody, found good, kept beside it.

``NAME.expected`` beside ``NAME.plan`` is the page as people see it, times masked. A plan that has
one fails where the conversation comes out otherwise.
"""

from __future__ import annotations

import io
import re
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from rich.console import Console

from personagen_npc.errors import BadField
from personagen_npc.play.page import Transcript
from personagen_npc.play.plan import Failure
from personagen_npc.play.transcript import WIDTH, trimmed

if TYPE_CHECKING:
    from pathlib import Path

_PACK: Final = re.compile(r"(?:#|//)\s*pack:\s*(\S+)")


class GoldenPage(Transcript):
    """A page whose text can be had as a whole."""

    def __init__(self) -> None:
        self._out = io.StringIO()
        super().__init__(
            Console(file=self._out, highlight=False, emoji=False, width=WIDTH, color_system=None),
            masked=True,
        )

    @property
    def text(self) -> str:
        """Everything shown so far."""
        return trimmed(self._out.getvalue())


def expected_of(plan: Path) -> Path:
    """Where a plan's kept conversation stands."""
    return plan.with_suffix(".expected")


def keep(plan: Path, text: str) -> None:
    """Keep a conversation as the one expected from now on."""
    expected_of(plan).write_text(text, encoding="utf-8", newline="\n")


def compare(plan: Path, text: str) -> list[Failure]:
    """The first line that differs from the kept conversation, if there is one and one differs."""
    file = expected_of(plan)
    if not file.is_file():
        return []
    wanted = file.read_text(encoding="utf-8").splitlines()
    for number, (was, now) in enumerate(zip_longest(wanted, text.splitlines()), 1):
        if was != now:
            where = f"{file.parent.name}/{file.name}:{number}"
            return [Failure(where, f"was {_line(was)}, is {_line(now)}; --keep keeps it as it is")]
    return []


def _line(line: str | None) -> str:
    return "the end" if line is None else repr(line.strip())


def pack_of(plan: Path, otherwise: Path) -> Path:
    """The pack that a plan's first line names, as seen from the plan. Raises BadField."""
    with plan.open(encoding="utf-8-sig") as lines:
        named = _PACK.match(lines.readline().strip())
    if named is None:
        return otherwise
    pack = (plan.parent / named[1]).resolve()
    if not pack.is_dir():
        raise BadField(f"{plan.name}:1: no pack at {named[1]}", field="pack", got=named[1])
    return pack
