"""Moments: any point of a world's kept past, by turn, row or game time, and the tree of them.

Branches follow each other in the journal and none is gone on with once it was left, so its rows
are in order of (branch, step), and a turn is found by halving.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgpack

from personagen_npc.errors import BadField, Expired, Unknown
from personagen_npc.host.bases import BASES, CHECKPOINT, REWINDS, Base
from personagen_npc.host.history import Moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from personagen_npc.store.journal import Journal
    from personagen_npc.store.rows import Row
    from personagen_npc.world.world import World

TURN: Final = re.compile(r"(?:b(\d{1,15})\.s)?(\d{1,15})(?:-\d+)?")
ALLOWED: Final = "a turn (812, b2.s812), seq:ROW, or day:DAY, day:DAY.HH:MM of the game, from 0"
_SEQ: Final = re.compile(r"seq:(\d{1,15})")
_DAY: Final = re.compile(r"day:(\d{1,9})(?:\.(\d{1,2}):(\d{2}))?")
_SHOWN: Final = BASES - {CHECKPOINT} | {"save"}
Plain = dict[str, Any]


class Point(NamedTuple):
    """A place in the history that one may want to go back to.

    Attributes:
        kind: ``world.open``, ``save``, ``load``, ``load.undo``, ``load.at``, ``pack.reload``, or
            ``day`` for the first row of a game day.
        parent: for what begins a branch, the branch and step that it comes from; (0, 0) else.
    """

    seq: int
    branch: int
    step: int
    kind: str
    name: str
    day: int
    parent: tuple[int, int]


def named(text: str, journal: Journal, world: World) -> int:
    """The row that a moment ends with.

    Args:
        text: as in ``ALLOWED``; a turn or a day without a branch is one on the way to now.
        journal: the world's.
        world: as it is now, or as it was at the journal's end.

    Raises:
        BadField: no such way to name one.
        Unknown: never was.
        Expired: was, and is not kept any more.
    """
    newest = journal.last_seq
    if found := _SEQ.fullmatch(text):
        seq = int(found[1])
        if not 1 <= seq <= newest:
            raise Unknown("no such row in the journal", field="at", got=text,
                          allowed=f"seq:{first(journal)} to seq:{newest}")  # fmt: skip
    elif found := _DAY.fullmatch(text):
        day, hour, minute = (int(n or 0) for n in found.groups())
        seq = _of_time(journal, world, _seconds(world, day, hour, minute), text)
    elif found := TURN.fullmatch(text):
        step = int(found[2])
        branch = int(found[1]) if found[1] else _branch_of(world, step)
        seq = _of_step(journal, branch, step, newest, text)
    else:
        raise BadField("no such way to name a moment", field="at", got=text, allowed=ALLOWED)
    if seq < first(journal):
        raise Expired("that is further back than the journal is kept", field="at", got=text,
                      allowed=f"seq:{first(journal)} or later")  # fmt: skip
    return seq


def as_of(journal: Journal, seq: int) -> World:
    """The world as it was once a row was done. Raises JournalFailed, Expired."""
    if seq < first(journal):
        raise Expired("that is further back than the journal is kept", field="at", got=seq,
                      allowed=f"seq:{first(journal)} or later")  # fmt: skip
    return _base(journal, seq).lived(until=seq)


def _base(journal: Journal, seq: int) -> Base:
    """The nearest base at or before a row: by what it holds, not by when it was written."""
    held = [Base(journal, row) for row in journal.rows_of(BASES)]
    return max((b for b in held if b.since <= seq), key=lambda b: (b.since, -b.seq))


def first(journal: Journal) -> int:
    """The first row whose outcome can be built."""
    rows = journal.rows_of(BASES)
    if not rows:
        raise Expired("the journal holds no state", field="at", allowed="a journal of a world")
    return min(Base(journal, row).since for row in rows)


# --- turns ------------------------------------------------------------------------------------


def _branch_of(world: World, step: int) -> int:
    return next((b for b, last in world.ancestry if step <= last), world.branch)


def _of_step(journal: Journal, branch: int, step: int, newest: int, text: str) -> int:
    """The last row that is not behind a step."""
    low, high = journal.first, newest
    while low < high:
        middle = (low + high + 1) // 2
        row = journal.row(middle)
        if row is not None and (row.branch, row.step) <= (branch, step):
            low = middle
        else:
            high = middle - 1
    row = journal.row(low)
    if row is None or (row.branch, row.step) > (branch, step):
        raise Expired("that is further back than the journal is kept", field="at", got=text,
                      allowed=f"seq:{first(journal)} or later")  # fmt: skip
    if row.branch != branch or row.step < step:
        upto = f"on branch {row.branch}: up to b{row.branch}.s{row.step}"
        raise Unknown("no such turn", field="at", got=text, allowed=upto)
    return low


# --- game time --------------------------------------------------------------------------------


def _seconds(world: World, day: int, hour: int, minute: int) -> float:
    """Game second at which a minute of a day begins; day 0 is the one in which it all began."""
    began = world.dates.date(0.0)
    return (day * 24 + hour - began.hour) * 3600.0 + (minute - began.minute) * 60.0


def _of_time(journal: Journal, world: World, second: float, text: str) -> int:
    """The last row on the way to now before the clock passed a time."""
    here = Moment(journal.last_seq, world.branch, world.step, tuple(world.ancestry))
    since, until = 0, journal.last_seq
    for row, now in _clock(journal):
        if here.holds(row.branch, row.step):
            if now > second:
                until = row.seq - 1
                break
            since = row.seq
    if not since or second > world.now:
        raise Unknown("no such moment on the way to now", field="at", got=text,
                      allowed="a day that has been, and is kept")  # fmt: skip
    rows = journal.rows(since, until=until)
    return max((r.seq for r in rows if here.holds(r.branch, r.step)), default=since)


def _clock(journal: Journal) -> Iterator[tuple[Row, float]]:
    """Every row that may have moved the clock, and where it stood then."""
    now = 0.0
    for row in journal.rows_of(_SHOWN - {"save"} | {"tick"}):
        if row.kind == "tick":
            now = max(now, float(msgpack.unpackb(row.input)["time"]))
        else:
            now = Base(journal, row).now
        yield row, now


# --- the tree ---------------------------------------------------------------------------------


def points(journal: Journal, world: World) -> list[Point]:
    """Every point that is kept, in order."""
    out: list[Point] = []
    day, now = -1, 0.0
    saves = journal.rows_of(frozenset({"save"}))
    moved = dict(_clock(journal))
    for row in sorted([*moved, *saves]):
        now = moved.get(row, now)
        today, parent = world.dates.date(now).day, (0, 0)
        if row.kind != "tick" or today != day:
            given = msgpack.unpackb(row.input)
            if row.kind in REWINDS:
                parent = Base(journal, row).came_from
            kind = "day" if row.kind == "tick" else row.kind
            name = str(given.get("name") or given.get("at") or "")
            out.append(Point(row.seq, row.branch, row.step, kind, name, today, parent))
        day = today
    return out
