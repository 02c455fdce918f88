"""Consolidation: which of one NPC's old memories come down to one, and what the one would hold.

Pure: it reads memories and says what belongs together; texts, statements and the dropping are the
world's (world/remembering/sleep.py). Together go memories of the same doer, the same one it was
done to and the
same class of deed, all of them old and of little weight. What mattered, what moved, what is private
or evidence stays word for word; of what goes together, the strongest stays too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from personagen_npc.memory.fading import DAY_S, worth
from personagen_npc.memory.index import view

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

    from personagen_npc.memory.episodes import Memories
    from personagen_npc.memory.happening import Happenings

INSISTED = 2  # times said: what somebody says again is what he wants remembered, [D]
WEIGHTY = 0.7  # importance from which a memory stays word for word, [D]
MOVED = 0.75  # intensity of feeling from which it does, [D]
GROUPS = 16  # groups of one NPC in one night: bounds its work, the rest comes the next night, [D]
LIFT = 0.05  # importance of a summary over the weightiest that it holds, [D]
MOST = 0.65  # importance of a summary: what stays word for word weighs more, [D]


class Class(NamedTuple):
    """How memories of one class go together.

    Attributes:
        name: of the class; kinds with the same one go together.
        days: age in game days from which they do.
        least: how many there must be.
        keep: how many of the strongest stay word for word.
        talks: whether what counts is in how many talks, not how often.
    """

    name: str
    days: float
    least: int
    keep: int
    talks: bool = False


class Group(NamedTuple):
    """Memories that come down to one, oldest first by holding.

    Attributes:
        actor: id of who did it all.
        target: id of to whom, "" for nobody.
        name: class of the deeds.
        hearsay: whether the NPC only heard of it.
        members: happenings, those kept among them.
        kept: the strongest, which stay, strongest first.
        times: how often it was, those left out that an earlier summary has counted.
        first: game second of the first.
        last: game second of the last.
        importance: of the summary.
        names: ids that the memories name most, most frequent first.
        place: id of where, "" if not all were at one place.
    """

    actor: str
    target: str
    name: str
    hearsay: bool
    members: tuple[int, ...]
    kept: tuple[int, ...]
    times: int
    first: float
    last: float
    importance: float
    names: tuple[str, ...]
    place: str


def groups(
    memories: Memories, happenings: Happenings, classes: Mapping[str, Class], now: float,
    keep: Collection[int] = (), counted: Collection[int] = (),
) -> list[Group]:  # fmt: skip
    """Groups of old memories that go together, in holding order of their first.

    Args:
        memories: whose.
        happenings: the world's.
        classes: kind of happening -> how its kind goes together; kinds left out never do.
        now: game seconds.
        keep: happenings that stay as they are, such as evidence.
        counted: happenings that stayed beside an earlier summary.
    """
    if not len(memories) or not classes:
        return []
    mellow = _mellow(memories, happenings, classes, now, keep)
    if not len(mellow.rows):
        return []
    _, first, inverse, count = np.unique(
        mellow.keys, return_index=True, return_inverse=True, return_counts=True
    )
    found: list[Group] = []
    value = worth(memories, happenings, now)
    enough = np.flatnonzero(count > min(c.least for c in classes.values()))
    for key in enough[np.argsort(first[enough], kind="stable")]:
        rows = mellow.rows[inverse == key]
        kind = classes[happenings.name(happenings.kind[memories.happening[rows[0]]])]
        if len(rows) >= kind.least + kind.keep and len(found) < GROUPS:
            found.append(_group(memories, happenings, kind, rows, value[rows], counted))
    return found


class _Mellow(NamedTuple):
    """Rows that may go together, in order, and the key of each."""

    rows: NDArray[np.intp]
    keys: NDArray[np.int64]


def _mellow(
    memories: Memories, happenings: Happenings, classes: Mapping[str, Class], now: float,
    keep: Collection[int],
) -> _Mellow:  # fmt: skip
    held = view(memories.happening)
    old, number = _by_kind(happenings, classes)
    kind = view(happenings.kind).take(held)
    age = now - np.frombuffer(happenings.at).take(held)
    fits = age >= old.take(kind)
    fits &= np.frombuffer(happenings.importance).take(held) < WEIGHTY
    fits &= np.frombuffer(memories.intensity) < MOVED
    fits &= np.frombuffer(happenings.twist, np.int8).take(held) == 0
    fits &= ~np.isin(held, np.fromiter(sorted(keep), np.int32, len(keep)))
    fits &= ~(_words(happenings, classes).take(kind) & (view(memories.times) >= INSISTED))
    rows = np.flatnonzero(fits)
    names = happenings.names_given
    there = held[rows]
    keys = view(happenings.actor).take(there).astype(np.int64) * names
    keys = (keys + view(happenings.target).take(there)) * names + number.take(kind[rows])
    hearsay = np.frombuffer(memories.hops, np.int16)[rows] > 0
    return _Mellow(rows, keys * 2 + hearsay)


def _words(happenings: Happenings, classes: Mapping[str, Class]) -> NDArray[np.bool_]:
    """By number of kind: whether it is something said, of which the words matter."""
    said = np.zeros(happenings.names_given, np.bool_)
    for kind, its in classes.items():
        at = happenings.name_number(kind)
        if at >= 0:
            said[at] = its.talks
    return said


def _by_kind(
    happenings: Happenings, classes: Mapping[str, Class]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """By number of kind: age in game seconds from which it goes, and number of its class."""
    age = np.full(happenings.names_given, np.inf)
    number = np.zeros(happenings.names_given, np.int64)
    order = {c.name: k for k, c in enumerate(classes.values())}
    for kind, its in classes.items():
        at = happenings.name_number(kind)
        if at >= 0:
            age[at], number[at] = its.days * DAY_S, order[its.name]
    return age, number


def _group(
    memories: Memories, happenings: Happenings, kind: Class, rows: NDArray[np.intp],
    value: NDArray[np.float64], counted: Collection[int],
) -> Group:  # fmt: skip
    strongest = rows[np.lexsort((rows, -value))][: kind.keep]
    members = [memories.happening[r] for r in rows]
    one = happenings[members[0]]
    places = {happenings.place[h] for h in members}
    at = [happenings.at[h] for h in members]
    weight = max(happenings.importance[h] for h in members)
    fresh = [r for r in rows if memories.happening[r] not in counted]
    return Group(
        one.actor, one.target, kind.name, memories.hops[rows[0]] > 0, tuple(members),
        tuple([memories.happening[r] for r in strongest]),
        _times(memories, kind, fresh), min(at), max(at), min(MOST, weight + LIFT),
        _named(happenings, members), one.place if len(places) == 1 else "",
    )  # fmt: skip


def _times(memories: Memories, kind: Class, rows: Sequence[int]) -> int:
    if kind.talks:
        return len({memories.episode[r] for r in rows})
    return sum(memories.times[r] for r in rows)


def _named(happenings: Happenings, members: Sequence[int]) -> tuple[str, ...]:
    """Who and what several of them name, most frequent first, ties by first mention."""
    counts: dict[str, int] = {}
    for happening in members:
        for name in happenings[happening].names:
            counts[name] = counts.get(name, 0) + 1
    often = sorted((n for n in counts if counts[n] > 1), key=lambda n: -counts[n])
    return tuple(often)
