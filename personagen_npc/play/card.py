"""A persona on show: as a card for people, and as the file that a pack would hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.box import ASCII, ROUNDED
from rich.table import Table
from rich.text import Text

from personagen_npc.authoring.written import as_yaml

if TYPE_CHECKING:
    from personagen_npc.persona.profile import PersonaProfile

__all__ = ["as_yaml", "card"]

BAR = 20  # characters of a full bar
ROWS = 4  # of patterns, knowledge and goals


def card(persona: PersonaProfile, *, plain: bool = False) -> Table:
    """The persona at a glance; ``plain`` for a screen that shows ASCII only."""
    title = f"{persona.name}, {persona.role or persona.archetype}, {persona.age}"
    box = ASCII if plain else ROUNDED
    made = Table(box=box, show_header=False, title=title, title_justify="left")
    made.add_column(style="cyan", no_wrap=True)
    made.add_column()
    for name, text in _rows(persona, "#" if plain else "█"):
        made.add_row(name, Text(text))
    return made


def _rows(persona: PersonaProfile, block: str) -> list[tuple[str, str]]:
    nodes = sorted(persona.knowledge_graph.values(), key=lambda n: -n.importance)
    rows: list[tuple[str, Any]] = [
        ("background", [persona.background]),
        ("appearance", [persona.appearance]),
        *((t.name, [_bar(t.value, block)]) for t in persona.personality_traits),
        ("wants", [g.description or g.id for g in persona.goals[:ROWS]]),
        (
            "does",
            [f"{p.trigger}: {p.response_template}" for p in persona.behavioral_patterns[:ROWS]],
        ),
        ("knows", [n.content for n in nodes[:ROWS]]),
        ("keeps secret", list(persona.secrets)),
    ]
    return [(name, "\n".join(texts)) for name, texts in rows if any(texts)]


def _bar(value: float, block: str) -> str:
    return f"{block * round(value * BAR):<{BAR}} {value:.2f}"
