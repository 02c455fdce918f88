"""Comparison: what came to a mind, and what went, between two saves; one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from personagen_npc.authoring.dossiers.dossier import dossiers
from personagen_npc.authoring.dossiers.edits import differences, dotted, told
from personagen_npc.world.state import snapshot
from personagen_npc.world.state.blocks import take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from personagen_npc.authoring.dossiers.dossier import Dossier
    from personagen_npc.world.world import World

LEAST = 0.005  # of an axis or a share that is a difference: what two digits show


class Difference(NamedTuple):
    """One line. ``npc`` is "" for the world; ``kind``: learned, forgot, feels, believes, ..."""

    npc: str
    kind: str
    text: str


def compared(
    one: World, other: World, npcs: Sequence[str] = (), done: Callable[[], object] = lambda: None
) -> list[Difference]:
    """What is other in ``other``; ``npcs`` narrows it to some, ``done`` is called after each."""
    found = [] if npcs else list(_world(one, other))
    everybody = npcs or list(dict.fromkeys((*one.npcs, *other.npcs)))
    for who in everybody:
        if who not in one.npcs or who not in other.npcs:
            there = "is only in the second" if who in other.npcs else "is only in the first"
            found.append(Difference(who, "is gone" if who in one.npcs else "is new", there))
    both = [w for w in everybody if w in one.npcs and w in other.npcs and _differs(one, other, w)]
    for a, b in zip(dossiers(one, both), dossiers(other, both), strict=True):
        for name, lines in _PARTS.items():
            found += (Difference(a.id, name, text) for text in lines(a, b))
        done()
    if not found and not npcs and take(one)[1] != take(other)[1]:
        found.append(Difference("", "beneath", "counters and weights that no dossier shows"))
    return found


def _differs(one: World, other: World, who: str) -> bool:
    """Whether anything of a dossier can differ; most people of a town did nothing for an hour."""
    return (
        one.now != other.now
        or one.happenings.text != other.happenings.text
        or one.relations.to_tree_of(who) != other.relations.to_tree_of(who)
        or snapshot.npc_bytes(one.npcs[who]) != snapshot.npc_bytes(other.npcs[who])
    )


def _world(one: World, other: World) -> Iterator[Difference]:
    if one.now != other.now:
        yield Difference("", "time", f"{one.dates.date(one.now)} -> {other.dates.date(other.now)}")
    for edit in differences(one.variables, other.variables):
        yield Difference("", "variable", f"{dotted(edit.path)}: {told(edit.was)} -> "
                         f"{told(edit.now)}")  # fmt: skip
    for who in dict.fromkeys((*one.players, *other.players)):
        if (who in one.players) != (who in other.players):
            yield Difference("", "player", f"{who} {'left' if who in one.players else 'came'}")


def _learned(a: Dossier, b: Dossier) -> Iterator[str]:
    had = {m.mark: m.text for m in a.memories}
    for m in sorted(b.memories, key=lambda m: m.at):
        if m.mark not in had:
            yield f"{m.text} ({m.source}, {m.ago})"
        elif had[m.mark] != m.text:
            yield f"{m.mark} reads now: {m.text}"


def _forgot(a: Dossier, b: Dossier) -> Iterator[str]:
    has = {m.mark for m in b.memories}
    return (m.text for m in sorted(a.memories, key=lambda m: m.at) if m.mark not in has)


def _feels(a: Dossier, b: Dossier) -> Iterator[str]:
    if a.mood != b.mood or _moved(a.axes, b.axes):
        yield f"{a.mood} -> {b.mood} (pleasure {a.axes[0]:+.2f} -> {b.axes[0]:+.2f})"
    had = {e for e, _ in a.feelings}
    for emotion, intensity in b.feelings:
        if emotion not in had:
            yield f"{emotion} {intensity:.2f}"


def _believes(a: Dossier, b: Dossier) -> Iterator[str]:
    had = {c.key: c for c in a.beliefs}
    for c in b.beliefs:
        if c.key not in had:
            yield f"{c.text} ({c.source})"
        elif abs(c.sure - had[c.key].sure) >= LEAST:
            yield f"{c.text}: sure {had[c.key].sure:.2f} -> {c.sure:.2f}"


def _doubts(a: Dossier, b: Dossier) -> Iterator[str]:
    has = {c.key for c in b.beliefs}
    return (c.text for c in a.beliefs if c.key not in has)


def _stands(a: Dossier, b: Dossier) -> Iterator[str]:
    had = {r.other: r for r in a.relations}
    for r in b.relations:
        old = had.pop(r.other, None)
        if old is None:
            yield f"{r.name}: {r.text} (affinity {r.affinity:+.2f}, trust {r.trust:+.2f})"
            continue
        moves = [
            f"{n} {getattr(old, n):+.2f} -> {getattr(r, n):+.2f}"
            for n in ("affinity", "trust", "fear", "familiarity")
            if abs(getattr(old, n) - getattr(r, n)) >= LEAST
        ]
        if moves:
            yield f"{r.name}: {', '.join(moves)}"
    for old in had.values():
        yield f"{old.name}: no relation any more"


def _goals(a: Dossier, b: Dossier) -> Iterator[str]:
    had = {g.id: g for g in a.goals}
    for g in b.goals:
        old = had.get(g.id, g)
        if abs(old.likelihood - g.likelihood) >= LEAST:
            yield f"{g.text}: seems {old.likelihood:.2f} -> {g.likelihood:.2f} likely"


def _is(a: Dossier, b: Dossier) -> Iterator[str]:
    for name in ("place", "state"):
        if getattr(a, name) != getattr(b, name):
            yield f"{name}: {getattr(a, name)} -> {getattr(b, name)}"


def _new(part: str) -> Callable[[Dossier, Dossier], Iterator[str]]:
    """Sentences that stand in the second only."""

    def lines(a: Dossier, b: Dossier) -> Iterator[str]:
        had = set(getattr(a, part))
        return (line for line in getattr(b, part) if line not in had)

    return lines


def _over(a: Dossier, b: Dossier) -> Iterator[str]:
    has = set(b.open)
    return (line for line in a.open if line not in has)


def _moved(was: Sequence[float], now: Sequence[float]) -> bool:
    return any(abs(x - y) >= LEAST for x, y in zip(was, now, strict=True))


_PARTS: Mapping[str, Callable[[Dossier, Dossier], Iterator[str]]] = {
    "is": _is, "learned": _learned, "forgot": _forgot, "feels": _feels, "believes": _believes,
    "no longer believes": _doubts, "stands to": _stands, "expects": _goals,
    "became": _new("moved"), "policy": _new("learned"), "open": _new("open"), "closed": _over,
    "noted": _new("notes"),
}  # fmt: skip
