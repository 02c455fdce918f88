"""Replaying: a journal's inputs through the minds of today, row by row, against what it holds.

What was decided by the world (what was said, moved, learned) is decided again; what came from
outside it (a save that was loaded, vectors, a fit) is taken as it stands. So a session that went
wrong can be looked at, and a change of code that moves a single byte is found with its row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgpack

from personagen_npc.changes import to_plain
from personagen_npc.errors import PersonagenError
from personagen_npc.host import translate
from personagen_npc.host.bases import BASES, CHECKPOINT, Base, live
from personagen_npc.host.commands import COMMANDS
from personagen_npc.world.state import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from personagen_npc.store.journal import Journal
    from personagen_npc.store.rows import Row
    from personagen_npc.world.remembering.meaning import Embedder
    from personagen_npc.world.world import World

AROUND = 60  # bytes shown before and behind the first that differs
Plain = dict[str, Any]


class Differs(NamedTuple):
    """Where two tellings of a row part.

    Attributes:
        seq, kind, turn: which row.
        part: ``changes``, ``outputs``, ``state``, ``input`` or ``refused``.
        at: the first byte that differs; as text, the list place and values around it.
        was, now: what the journal holds there, and what came out.
    """

    seq: int
    kind: str
    turn: str
    part: str
    at: str
    was: str
    now: str


class Replay(NamedTuple):
    """Rows lived through again, those taken as they stood, and the first difference, if any."""

    again: int
    taken: int
    differs: Differs | None


def replayed(
    journal: Journal, embedder: Embedder | None = None,
    tell: Callable[[int], None] = lambda _: None,
) -> Replay:  # fmt: skip
    """Live through all that a journal keeps, from its first base.

    Args:
        journal: closed, or one that nobody prunes meanwhile.
        embedder: the source of vectors of its time; without it, rows of a world with vectors are
            taken as they stand.
        tell: gets the number of each row.
    """
    first = min((Base(journal, r) for r in journal.rows_of(BASES)), key=lambda b: b.since)
    world = first.world()
    states: dict[int, Base] = {
        b.since: b for r in journal.rows_of(frozenset({CHECKPOINT})) if (b := Base(journal, r))
    }
    again = taken = 0
    for row in journal.rows(first.since):
        tell(row.seq)
        if row.kind in BASES - {CHECKPOINT}:
            world, taken = Base(journal, row).world(), taken + 1
        elif _again(row) and row.step == world.step + 1 and _can(world, embedder):
            world.embedder = embedder
            again += 1
            differs = _lived(world, row)
            if differs is not None:
                return Replay(again, taken, differs)
        else:
            taken += 1
            live(world, row)
        if row.seq in states and (differs := _other_state(world, states[row.seq], row)):
            return Replay(again, taken, differs)
    return Replay(again, taken, None)


def _again(row: Row) -> bool:
    """Whether a row is a step that its input alone leads to; an engine's words come from aside."""
    return row.kind in COMMANDS and "opened" not in msgpack.unpackb(row.input)


def _can(world: World, embedder: Embedder | None) -> bool:
    return not world.vectors.source or embedder is not None


def _lived(world: World, row: Row) -> Differs | None:
    """One step again; the world goes on from what came out, which is the same or the end."""
    request: Plain = msgpack.unpackb(row.input)
    world.begin()
    try:
        outcome = COMMANDS[row.kind](world, request)
        changes = msgpack.packb(to_plain(world.end()))
    except PersonagenError as fault:
        return _differs(row, "refused", b"", str(fault).encode())
    if changes != row.changes:
        return _differs(row, "changes", row.changes, changes)
    answer = translate.answers(
        outcome, request["id"], row.seq, stream=bool(request.get("stream")),
        why=bool(request.get("why")),
    )  # fmt: skip
    kept = [a for a in answer if a["type"] != "delta"]
    said = [(translate.spoke(s, row.seq), s.not_for) for s in outcome.said]
    noted = [translate.changed(n, row.seq) for n in outcome.noted]
    outputs = msgpack.packb((kept, said, noted))
    return None if outputs == row.outputs else _differs(row, "outputs", row.outputs, outputs)


def _other_state(world: World, base: Base, row: Row) -> Differs | None:
    """A checkpoint is what its journal says: the state of a row."""
    was, now = snapshot.dump(base.world()), snapshot.dump(world)
    return None if was == now else _differs(row, "state", was, now)


def compared(journal: Journal, other: Journal) -> Differs | None:
    """The first row by which two journals differ in input, changes or answers.

    Sessions have names of chance, which are not compared.
    """
    rows, others = iter(journal.rows()), iter(other.rows())
    for row in rows:
        against = next(others, None)
        if against is None:
            return _differs(row, "input", row.input, b"")
        if (row.seq, row.kind) != (against.seq, against.kind):
            return _differs(row, "kind", f"{row.seq} {row.kind}".encode(),
                            f"{against.seq} {against.kind}".encode())  # fmt: skip
        for part in ("input", "changes", "outputs"):
            was, now = getattr(row, part), getattr(against, part)
            if was != now:
                return _differs(row, part, was, now)
    rest = next(others, None)
    return None if rest is None else _differs(rest, "input", b"", rest.input)


def _differs(row: Row, part: str, was: bytes, now: bytes) -> Differs:
    length = min(len(was), len(now))
    at = next((k for k in range(length) if was[k] != now[k]), length)
    where = f"byte {at}"
    if part in ("changes", "outputs", "input"):
        path, old, new = next(
            _paths(_value(was), _value(now), ()), ((), _cut(was, at), _cut(now, at))
        )
        where += f", at {'.'.join(map(str, path))}" if path else ""
        return Differs(row.seq, row.kind, f"b{row.branch}.s{row.step}", part, where,
                       _short(old), _short(new))  # fmt: skip
    return Differs(row.seq, row.kind, f"b{row.branch}.s{row.step}", part, where,
                   _short(_cut(was, at)), _short(_cut(now, at)))  # fmt: skip


def _value(data: bytes) -> Any:
    return msgpack.unpackb(data) if data else None


def _paths(was: Any, now: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any, Any]]:
    """Where two values differ, in their order."""
    if isinstance(was, dict) and isinstance(now, dict) and was.keys() == now.keys():
        for key in was:
            yield from _paths(was[key], now[key], (*path, key))
    elif isinstance(was, list) and isinstance(now, list):
        for k, (a, b) in enumerate(zip(was, now, strict=False)):
            yield from _paths(a, b, (*path, k))
        if len(was) != len(now):
            longer = was if len(was) > len(now) else now
            k = min(len(was), len(now))
            yield (*path, k), *((longer[k], None) if longer is was else (None, longer[k]))
    elif was != now or type(was) is not type(now):
        yield path, was, now


def _cut(data: bytes, at: int) -> bytes:
    return data[max(0, at - AROUND) : at + AROUND]


def _short(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "backslashreplace")
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 2 * AROUND else text[: 2 * AROUND] + "..."
