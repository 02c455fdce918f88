"""Dossiers on a screen: one person of a save at a time, and what differs between two saves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from personagen_npc.play.page import GREY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from personagen_npc.authoring.dossiers.comparison import Difference
    from personagen_npc.authoring.dossiers.dossier import Dossier

ROWS: Final = 12  # memories and beliefs of one person on a screen, [D]
_COLOURS: Final = {
    "learned": "green", "believes": "green", "open": "green", "forgot": "red",
    "no longer believes": "red", "closed": "red", "is gone": "red", "feels": "magenta",
    "stands to": "yellow", "policy": "cyan", "became": "cyan",
}  # fmt: skip


def page(d: Dossier, *, plain: bool = False, rows: int = ROWS) -> Group:
    """One person; ``plain`` for a screen that shows ASCII only."""
    title = Text.assemble(
        (d.name, "bold"), f"  {d.role or d.archetype}, {d.age}", (f"  {d.id}", GREY)
    )
    parts: list[RenderableType] = [
        Padding(
            Rule(title, align="left", style=GREY, characters="-" if plain else "─"), (1, 0, 0, 0)
        ),
        Padding(
            Text(f"{d.place} · {d.state} · {_mood(d)}".replace("·", "," if plain else "·")), (0, 2)
        ),
    ]
    for name, lines in _sections(d, rows):
        if lines:
            grid = Table.grid(padding=(0, 1))
            grid.add_column(width=11, style="cyan")
            grid.add_column(ratio=1)
            for n, line in enumerate(lines):
                grid.add_row(Text("" if n else name), line)
            parts.append(Padding(grid, (0, 0, 0, 2)))
    return Group(*parts)


def lines(differences: Iterable[Difference]) -> Iterable[Text]:
    """What differs, a line each."""
    for d in differences:
        yield Text.assemble((f"{d.npc or 'world'} ", "bold"), (d.kind, _COLOURS.get(d.kind, GREY)),
                            f": {d.text}")  # fmt: skip


def _mood(d: Dossier) -> str:
    felt = ", ".join(f"{emotion} {intensity:.2f}" for emotion, intensity in d.feelings)
    rest = "" if d.rest == d.mood else f" (at rest {d.rest})"
    return f"{d.mood}{rest}" + (f", feels {felt}" if felt else "")


def _sections(d: Dossier, rows: int) -> Iterable[tuple[str, list[Text]]]:
    traits = [f"{t.name} {t.now:.2f}" + _drift(t.written, t.now) for t in d.traits]
    yield "traits", [Text(", ".join(traits))] if traits else []
    yield "moved", _plain(d.moved)
    yield (
        "wants",
        [_said(g.text, f"{g.utility:+.1f}, seems {g.likelihood:.0%} likely") for g in d.goals],
    )
    yield (
        "relations",
        [_said(r.name, r.text, f"{r.affinity:+.2f}", player=r.player) for r in d.relations],
    )
    yield (
        "remembers",
        _cut([_said(m.text, f"{m.source}, {m.ago}, {m.kept}") for m in d.memories], rows),
    )
    yield (
        "believes",
        _cut([_said(b.text, f"{b.source}, {b.sure:.0%} sure") for b in d.beliefs], rows),
    )
    yield "learned", _plain(d.learned)
    yield "open", _plain(d.open)
    yield "notes", _plain(d.notes)


def _drift(written: float, now: float) -> str:
    return f" (written {written:.2f})" if now != written else ""


def _plain(texts: Sequence[str]) -> list[Text]:
    return [Text(t) for t in texts]


def _said(text: str, remark: str, figure: str = "", *, player: bool = False) -> Text:
    head = (text, "bold") if player else text
    return Text.assemble(head, f"  {figure}" if figure else "", (f"  {remark}", GREY))


def _cut(rows: list[Text], most: int) -> list[Text]:
    more = len(rows) - most
    return rows if more <= 0 else [*rows[:most], Text(f"and {more} more", style=GREY)]
