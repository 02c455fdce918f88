"""A page: a whole save as one HTML file, to read, search and print; it loads nothing else."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from personagen_npc.authoring.dossiers.drawing import (
    key,
    mood_line,
    relation_map,
    share_bar,
    signed_bar,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from personagen_npc.authoring.dossiers.dossier import Dossier
    from personagen_npc.world.world import World

ROWS: Final = 40  # memories and beliefs of one person on a page, [D]
_STYLE: Final = Path(__file__).parent / "data" / "page.css"
# nothing may be loaded and nothing run, whatever stands in a save
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def html(world: World, header: Mapping[str, Any], people: Sequence[Dossier]) -> str:
    """The page of a save.

    Args:
        world: the save's.
        header: the save's.
        people: who is on it, in this order.
    """
    title = escape(f"{world.pack.name}, {header.get('date', '')}")
    cards = "".join(_person(d) for d in people)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE.read_text('utf-8')}</style></head><body>"
        '<a class="skip" href="#people">To the people</a>'
        f"{_cover(world, header, people)}<main>{_map(people)}{_contents(people)}"
        f'<div id="people">{cards}</div></main>'
        "<footer>Made by personagen-npc from a save. Nothing on this page is loaded from elsewhere."
        "</footer></body></html>\n"
    )


def _cover(world: World, header: Mapping[str, Any], people: Sequence[Dossier]) -> str:
    players = ", ".join(p.name or p.id for p in world.players.values()) or "nobody"
    rows = {
        "People": str(len(people)), "Players": players,
        "Memories": f"{sum(len(d.memories) for d in people):,}",
        "Turns": f"{sum(d.turns for d in people):,}",
        "Branch, step": f"{world.branch}, {world.step}", "Seed": str(world.seed),
        "Note": str(header.get("note", "")),
    }  # fmt: skip
    facts = "".join(
        f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in rows.items() if v
    )
    date = escape(str(world.dates.date(world.now)))
    return (
        f'<header class="cover"><h1>{escape(world.pack.name)}</h1>'
        f'<p>{escape(world.name)} on {date}</p><dl class="facts">{facts}</dl></header>'
    )


def _map(people: Sequence[Dossier]) -> str:
    if not any(d.relations for d in people):
        return ""
    drawn, left = relation_map(people)
    more = f'<p class="more">{left} with fewer ties or none are not on the map.</p>' if left else ""
    return (
        f'<div class="sheet map"><h3>Who likes whom</h3>{drawn}<ul class="key">{key()}</ul>{more}'
        "</div>"
    )


def _contents(people: Sequence[Dossier]) -> str:
    rows = "".join(
        f'<li><a href="#{escape(d.id)}">{escape(d.name)}</a> <span>{escape(d.mood)}</span></li>'
        for d in sorted(people, key=lambda d: d.name)
    )
    return f'<nav class="sheet" aria-label="People"><h3>People</h3><ul>{rows}</ul></nav>'


def _person(d: Dossier) -> str:
    left = (
        _section("Traits", _table(_trait(t.name, t.written, t.now) for t in d.traits))
        + _section(
            "Wants, and how likely it seems",
            _table(_goal(g.text, g.utility, g.likelihood) for g in d.goals),
        )
        + _section("Stands to", _table(_relations(d)))
    )
    right = (
        _section("Open", _lines([(t, "", "open") for t in d.open]))
        + _section("Remembers", _lines([_memory(m) for m in d.memories]))
        + _section("Believes", _lines([(b.text, f"{b.source}, {b.sure:.0%} sure", "")
                                       for b in d.beliefs]))
        + _section("Became", _lines([(t, "", "") for t in d.moved]))
        + _section("Learned", _lines([(t, "", "") for t in d.learned]))
        + _section("Notes", _lines([(t, "", "") for t in d.notes]))
    )  # fmt: skip
    return (
        f'<article class="sheet person" id="{escape(d.id)}">{_head(d)}'
        f'<div class="columns"><div>{left}</div><div>{right}</div></div></article>'
    )


def _head(d: Dossier) -> str:
    state = "" if d.state == "alive" else f", {d.state}"
    about = escape(f"{d.role or d.archetype}, {d.age}")
    felt = "".join(f'<span class="chip">{escape(e)} {i:.2f}</span>' for e, i in d.feelings)
    rest = f"at rest {d.rest}" if d.rest != d.mood else "at rest"
    line = mood_line(d.moods, f"Pleasure over the last {len(d.moods)} turns")
    line += f"<small>pleasure, last {len(d.moods)} turns</small>" if line else ""
    return (
        f'<div class="who"><div><h2>{escape(d.name)}</h2><p>{about} · {escape(d.place)}'
        f"{escape(state)} · <code>{escape(d.id)}</code></p>"
        f'<p class="story">{escape(d.background)}</p></div><div class="mood">'
        f"<b>{escape(d.mood)}</b><small>{escape(rest)}</small>{line}{felt}</div></div>"
    )


def _section(name: str, inner: str) -> str:
    return f"<section><h3>{name}</h3>{inner}</section>" if inner else ""


def _table(rows: Iterable[str]) -> str:
    inner = "".join(rows)
    return f"<table>{inner}</table>" if inner else ""


def _row(head: str, remark: str, bar: str, figure: str, kind: str = "") -> str:
    small = f"<small>{escape(remark)}</small>" if remark else ""
    return (
        f'<tr><th scope="row" class="{kind}">{escape(head)}{small}</th><td class="bar">{bar}</td>'
        f'<td class="n">{figure}</td></tr>'
    )


def _trait(name: str, written: float, now: float) -> str:
    moved = now != written
    remark = f"written {written:.2f}" if moved else ""
    bar = share_bar(now, written if moved else None)
    return _row(name.replace("_", " "), remark, bar, f"{now:.2f}")


def _goal(text: str, utility: float, likelihood: float) -> str:
    weight = "wants" if utility >= 0 else "fears"
    return _row(text, f"{weight} it {abs(utility):.1f}", share_bar(likelihood), f"{likelihood:.0%}")


def _relations(d: Dossier) -> Iterable[str]:
    for r in sorted(d.relations, key=lambda r: (not r.player, -abs(r.affinity), r.name)):
        kind = "player" if r.player else ""
        yield _row(
            r.name, r.text, signed_bar(r.affinity), f"{r.affinity:+.2f}".replace("-", "−"), kind
        )


def _memory(m: Any) -> tuple[str, str, str]:
    felt = f", {m.emotion}" if m.emotion else ""
    return m.text, f"{m.source}, {m.ago} ({m.date}), {m.kept}{felt}", m.kept.split(" ")[0]


def _lines(rows: Sequence[tuple[str, str, str]]) -> str:
    if not rows:
        return ""
    inner = "".join(
        f'<li class="{kind}">{escape(text)}' + (f"<small>{escape(remark)}</small>" * bool(remark))
        + "</li>"
        for text, remark, kind in rows[:ROWS]
    )  # fmt: skip
    left = len(rows) - ROWS
    more = f'<p class="more">and {left} more</p>' if left > 0 else ""
    return f'<ul class="lines">{inner}</ul>{more}'
