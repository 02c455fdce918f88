"""Drawings of a page, as inline SVG: who likes whom, a line of moods, bars."""

from __future__ import annotations

from html import escape
from math import cos, pi, sin
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from personagen_npc.authoring.dossiers.dossier import Dossier

MOST: Final = 40  # people on a map; more cannot be read, [D]
LINKS: Final = 160  # of the strongest on it, [D]
LEAST: Final = 0.12  # of a liking that is drawn: what is neutral is not (bands.BANDS)
MET: Final = 0.02  # the same of a player's, who is the one looked for, [D]
_W, _H, _R, _BEND = 820, 690, 235, 0.35


class Node(NamedTuple):
    """Somebody on the map."""

    id: str
    name: str
    group: str
    player: bool


class Link(NamedTuple):
    """Two people; likings in both directions, None where one has none."""

    one: str
    other: str
    there: float | None
    back: float | None

    @property
    def mean(self) -> float:
        """Of the two, or the one that is there."""
        both = [x for x in (self.there, self.back) if x is not None]
        return sum(both) / len(both)


def relation_map(people: Sequence[Dossier]) -> tuple[str, int]:
    """Everybody on a ring, neighbours in place beside each other; and how many are left out."""
    nodes = _nodes(people)
    links = _links(people, {n.id for n in nodes})
    weight = dict.fromkeys((n.id for n in nodes), 0.0)
    for link in links:
        weight[link.one] += abs(link.mean)
        weight[link.other] += abs(link.mean)
    tied = [n for n in nodes if n.player or weight[n.id]]
    kept = sorted(tied, key=lambda n: (not n.player, -weight[n.id]))[:MOST]
    kept.sort(key=lambda n: (n.player, n.group, n.name))
    at = {n.id: k for k, n in enumerate(kept)}
    plays = {n.id for n in kept if n.player}
    shown = [x for x in links if x.one in at and x.other in at and _drawn(x, plays)]
    shown = sorted(sorted(shown, key=lambda x: -abs(x.mean))[:LINKS], key=lambda x: abs(x.mean))
    names = {n.id: n.name for n in kept}
    curves = [_curve(x, at, names) for x in shown]
    dots = [_dot(n, k, len(kept)) for k, n in enumerate(kept)]
    title = f"Who likes whom: {len(kept)} people, {len(shown)} likings and dislikings"
    drawn = (
        f'<svg viewBox="0 0 {_W} {_H}" role="img" aria-label="{title}">{"".join(curves)}'
        f"{''.join(dots)}</svg>"
    )
    return drawn, len(nodes) - len(kept)


def _nodes(people: Sequence[Dossier]) -> list[Node]:
    nodes = {d.id: Node(d.id, d.name, d.place, player=False) for d in people}
    for d in people:
        for r in d.relations:
            nodes.setdefault(r.other, Node(r.other, r.name, "", r.player))
    return list(nodes.values())


def _links(people: Sequence[Dossier], known: set[str]) -> list[Link]:
    likes = {(d.id, r.other): r.affinity for d in people for r in d.relations if r.other in known}
    pairs = dict.fromkeys((min(pair), max(pair)) for pair in likes)
    return [Link(a, b, likes.get((a, b)), likes.get((b, a))) for a, b in pairs if a != b]


def _drawn(link: Link, plays: set[str]) -> bool:
    met = link.one in plays or link.other in plays
    return abs(link.mean) >= (MET if met else LEAST)


def _spot(k: int, count: int, radius: float = _R) -> tuple[float, float]:
    angle = 2 * pi * k / max(1, count) - pi / 2
    return _W / 2 + radius * cos(angle), _H / 2 + radius * sin(angle)


def _curve(link: Link, at: dict[str, int], names: dict[str, str]) -> str:
    (x1, y1), (x2, y2) = (_spot(at[who], len(at)) for who in (link.one, link.other))
    cx, cy = _W / 2 + (x1 + x2 - _W) / 2 * _BEND, _H / 2 + (y1 + y2 - _H) / 2 * _BEND
    way = "up" if link.mean > 0 else "down"
    dash = "" if link.mean > 0 else ' stroke-dasharray="7 5"'
    told = "; ".join(
        f"{names[a]} to {names[b]} {value:+.2f}"
        for a, b, value in (
            (link.one, link.other, link.there), (link.other, link.one, link.back),
        ) if value is not None
    )  # fmt: skip
    return (
        f'<path class="{way}" d="M{x1:.1f} {y1:.1f} Q{cx:.1f} {cy:.1f} {x2:.1f} {y2:.1f}"'
        f' stroke-width="{0.8 + 4 * abs(link.mean):.2f}" stroke-opacity="'
        f'{0.3 + 0.6 * abs(link.mean):.2f}"{dash}><title>{escape(told)}</title></path>'
    )


def _dot(node: Node, k: int, count: int) -> str:
    x, y = _spot(k, count)
    tx, ty = _spot(k, count, _R + 16)
    degrees = 360 * k / max(1, count) - 90
    left = 90 < degrees < 270
    turn = degrees + 180 if left else degrees
    anchor = "end" if left else "start"
    mark = (
        f'<rect class="dot plays" x="{x - 6:.1f}" y="{y - 6:.1f}" width="12" height="12"'
        f' transform="rotate(45 {x:.1f} {y:.1f})"/>'
        if node.player
        else f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="6"/>'
    )
    return (
        f'<a href="#{escape(node.id)}">{mark}<text x="{tx:.1f}" y="{ty:.1f}"'
        f' text-anchor="{anchor}" dominant-baseline="central"'
        f' transform="rotate({turn:.1f} {tx:.1f} {ty:.1f})">{escape(node.name)}</text></a>'
    )


def mood_line(moods: Sequence[float], label: str) -> str:
    """Pleasure over the last turns, [-1, 1]; "" with fewer than two."""
    if len(moods) < 2:
        return ""
    step = 180 / (len(moods) - 1)
    dots = [(6 + step * k, 24 - 19 * m) for k, m in enumerate(moods)]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
    x, y = dots[-1]
    return (
        f'<svg viewBox="0 0 192 48" role="img" aria-label="{escape(label)}">'
        f'<title>{escape(label)}</title><line class="soft" x1="6" x2="186" y1="24" y2="24"'
        f' stroke-dasharray="2 4"/><polyline class="trace" points="{points}"/>'
        f'<circle class="fill" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/></svg>'
    )


def share_bar(value: float, mark: float | None = None) -> str:
    """A share of 1, with a tick where it was written."""
    tick = f'<rect class="tick" x="{90 * (mark or 0) - 1:.1f}" width="2" height="12"/>'
    return (
        '<svg viewBox="0 0 90 12" aria-hidden="true"><rect class="rail" y="3" width="90" height="6"'
        f' rx="3"/><rect class="fill" y="3" width="{90 * value:.1f}" height="6" rx="3"/>'
        f"{tick if mark is not None else ''}</svg>"
    )


def signed_bar(value: float) -> str:
    """A value in [-1, 1] to the right or left of the middle."""
    wide = 44 * abs(value)
    x = 45.0 if value >= 0 else 45 - wide
    return (
        '<svg viewBox="0 0 90 12" aria-hidden="true"><rect class="rail" y="3" width="90" height="6"'
        f' rx="3"/><rect class="{"good" if value >= 0 else "bad"}" x="{x:.1f}" y="3"'
        f' width="{wide:.1f}" height="6"/><rect class="tick" x="44.5" width="1" height="12"/></svg>'
    )


def key() -> str:
    """What the map's marks mean."""
    rows: Iterable[tuple[str, str]] = (
        ('<path class="up" d="M0 5H36" stroke-width="3"/>', "likes"),
        ('<path class="down" d="M0 5H36" stroke-width="3" stroke-dasharray="7 5"/>', "dislikes"),
        ('<circle class="dot" cx="18" cy="5" r="4"/>', "NPC"),
        ('<rect class="dot plays" x="14" y="1" width="8" height="8" transform="rotate(45 18 5)"/>',
         "player"),
    )  # fmt: skip
    return "".join(
        f'<li><svg viewBox="0 0 36 10" aria-hidden="true">{mark}</svg>{word}</li>'
        for mark, word in rows
    )
