"""Pages: a readable transcript for people, one JSON object a line for programs.

A transcript has the name on the left, the line beside it, and under it in grey how the line came
about. Without a terminal the same comes out as plain text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TextIO

import orjson
from rich.box import ASCII, ROUNDED
from rich.console import Console, Group
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

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

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import RenderableType

NAMES: Final = 10  # columns for who speaks; a longer first name is cut
WIDEST: Final = 96  # a line of print wider than this is hard to read [D]
COLOURS: Final = ("cyan", "yellow", "green", "magenta", "blue", "red")
GREY: Final = "bright_black"
MASK: Final = "…"  # instead of a time in a transcript that is kept
SHOWN_FACTS: Final = 2

# recall's kinds as a reader understands them
RECALLED: Final = {
    "fact": "knows",
    "secret": "keeps to itself",
    "opinion": "has its own view",
    "memory": "remembers",
    "source": "knows from where",
    "news": "has news",
}


def console_for(out: TextIO, width: int | None = None) -> Console:
    """A console on a stream; what its encoding cannot write becomes a question mark."""
    reconfigure = getattr(out, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    console = Console(file=out, highlight=False, emoji=False, width=width)
    return console if width else Console(
        file=out, highlight=False, emoji=False, width=min(console.width, WIDEST)
    )  # fmt: skip


class Transcript:
    """A page for people.

    Args:
        console: where it is printed.
        masked: leave times out, so that two runs print the same.
    """

    def __init__(self, console: Console, *, masked: bool = False) -> None:
        self._console, self._masked = console, masked
        self._wide = fits(console.encoding)
        self._colours: dict[str, str] = {}

    def show(self, beat: Beat) -> None:
        """Print one beat."""
        made = _DRAW[type(beat)](self, beat)
        self._console.print(made, soft_wrap=False)

    def _dot(self) -> str:
        """What stands between remarks."""
        return " · " if self._wide else ", "

    def _heading(self, beat: Heading) -> RenderableType:
        title = Text.assemble((beat.title, "bold"), f"  {beat.place}, {beat.date}" if beat.place
                              else f"  {beat.date}")  # fmt: skip
        rule = Rule(title, align="left", style=GREY, characters="─" if self._wide else "-")
        return Padding(rule, (1, 0, 0, 0))

    def _note(self, beat: Note) -> RenderableType:
        return Padding(Text(beat.text, style="italic"), (0, 0, 0, 2))

    def _walked(self, beat: Walked) -> RenderableType:
        return Padding(Text(beat.text, style=GREY), (1, 0, 0, 2))

    def _said(self, beat: Said) -> RenderableType:
        return Padding(self._row(beat.player, Text(beat.text, style="bold"), "bold"), (1, 0, 0, 0))

    def _replied(self, beat: Replied) -> RenderableType:
        line = Text(beat.text)
        remarks = Text(self._dot().join(self._remarks(beat)), style=GREY)
        rows: list[RenderableType] = [self._row(beat.name, line, self._colour(beat.npc)),
                                      self._row("", remarks)]  # fmt: skip
        for action in beat.actions:
            args = ", ".join(f"{k}: {v}" for k, v in action["args"].items())
            rows.append(self._row("", Text(f"asks the game: {action['name']} ({args})", "green")))
        return Group(*rows)

    def _remarks(self, beat: Replied) -> list[str]:
        return [*remarks(beat), f"{MASK if self._masked else format(beat.ms, '.1f')}ms"]

    def _overheard(self, beat: Overheard) -> RenderableType:
        to = f" to {beat.to}" if beat.to else ""
        text = Text.assemble((f"{beat.name}{to}: ", self._colour(beat.npc)), beat.text)
        return self._row("", Text.assemble(("(overheard) ", GREY), text))

    def _did(self, beat: Did) -> RenderableType:
        return self._row("", Text.assemble((f"[{beat.what}] ", "yellow"), beat.text))

    def _listed(self, beat: Listed) -> RenderableType:
        table = Table(title=beat.title, title_justify="left", show_header=False,
                      box=ROUNDED if self._wide else ASCII, border_style=GREY)  # fmt: skip
        for row in beat.rows or (("nothing",),):
            table.add_row(*(Text(cell) for cell in row))
        return table

    def _refused(self, beat: Refused) -> RenderableType:
        return self._row("", Text.assemble((f"[{beat.code}] ", "red"), beat.text))

    def _figures(self, beat: Figures) -> RenderableType:
        times = "" if self._masked else (
            f", {beat.median_ms:.1f} ms a line (median), {beat.worst_ms:.1f} ms at worst"
        )  # fmt: skip
        text = (
            f"{beat.turns} lines answered among {beat.npcs} people{times}; {beat.memories} memories"
            f" of {beat.happenings} happenings, {beat.overheard} lines overheard, "
            f"{beat.actions} actions asked for, {beat.rewards} rewards"
        )
        return Padding(Text(text), (1, 0, 0, 0))

    def _colour(self, npc: str) -> str:
        return self._colours.setdefault(npc, COLOURS[len(self._colours) % len(COLOURS)])

    def _row(self, name: str, text: Text, style: str = "") -> RenderableType:
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=NAMES, no_wrap=True, overflow="crop")
        grid.add_column(ratio=1)
        grid.add_row(Text(name, style=style), text)
        return grid


_DRAW: Final[dict[type, Callable[[Transcript, Any], RenderableType]]] = {
    Heading: Transcript._heading,
    Note: Transcript._note,
    Walked: Transcript._walked,
    Said: Transcript._said,
    Replied: Transcript._replied,
    Overheard: Transcript._overheard,
    Did: Transcript._did,
    Listed: Transcript._listed,
    Refused: Transcript._refused,
    Figures: Transcript._figures,
}


class Lines:
    """A page for programs: each beat a JSON object in a line of its own."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def show(self, beat: Beat) -> None:
        """Print one beat."""
        row = {"beat": type(beat).__name__.lower(), **beat._asdict()}
        self._out.write(orjson.dumps(row).decode() + "\n")
        self._out.flush()


class Both:
    """Several pages that show the same."""

    def __init__(self, pages: Sequence[Transcript | Lines]) -> None:
        self._pages = tuple(pages)

    def show(self, beat: Beat) -> None:
        """Print one beat on all of them."""
        for page in self._pages:
            page.show(beat)


def remarks(beat: Replied) -> list[str]:
    """How an answer came about: mood, act, what came to mind."""
    act = beat.act if beat.pattern < 0 else f"{beat.act} (own pattern {beat.pattern})"
    recalled = RECALLED.get(beat.recalled)
    return [beat.mood, act, *([recalled + _matter(beat)] if recalled is not None else [])]


def _matter(beat: Replied) -> str:
    if beat.recalled == "memory" and beat.memories:
        return f': "{beat.memories[0]}"'
    if beat.recalled in {"fact", "secret"} and beat.facts:
        return ": " + ", ".join(beat.facts[:SHOWN_FACTS])
    return ""


def fits(encoding: str) -> bool:
    """Whether a stream can print more than ASCII."""
    try:
        "─·…".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
