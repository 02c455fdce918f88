"""Notes: small facts that a line leaves behind, for conditions of lines to come.

A rule's ``set: {told_joke: 1}`` is ``said.told_joke`` to the one who heard it, ``{self.sang: 1}``
is ``said.self.sang`` whoever listens. A note may last for a time only; "+1" counts on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from personagen_npc.criteria import Scalar
    from personagen_npc.mind.npc import Npc
    from personagen_npc.voice.speak import Note

Mark = tuple[str, str, "Scalar", float]  # of whom ("" of anyone), name, value, until (0: for good)

OWN = "self."
MOST = 64  # notes on one listener, oldest dropped first, [D]: a pack's rules rarely name ten


def marks(npc: Npc, listener: str, notes: Iterable[Note], now: float) -> tuple[Mark, ...]:
    """The notes as they are to be kept; those on a listener need one."""
    out: list[Mark] = []
    for note in notes:
        own = note.name.startswith(OWN)
        if not own and listener in {"", npc.id}:
            continue  # said to nobody
        who, name = "" if own else listener, note.name.removeprefix(OWN)
        until = now + note.lasts if note.lasts > 0 else 0.0
        out.append((who, name, _counted(npc, who, name, note.value, now), until))
    return tuple(out)


def _counted(npc: Npc, who: str, name: str, value: Scalar, now: float) -> Scalar:
    """A value as it stands; "+1" and "-1" go on from the number that is in force."""
    if not (isinstance(value, str) and value[:1] in {"+", "-"} and value[1:].isdigit()):
        return value
    held = npc.notes.get(who, {}).get(name)
    before = held[0] if held is not None and _lasts(held[1], now) else 0
    return int(value) + (int(before) if isinstance(before, (int, float)) else 0)


def put(npc: Npc, kept: Iterable[Mark]) -> None:
    """Keep them."""
    for who, name, value, until in kept:
        held = npc.notes.setdefault(who, {})
        held.pop(name, None)  # the newest stands last
        held[name] = (value, until)
        if len(held) > MOST:
            del held[next(iter(held))]


def in_force(npc: Npc, listener: str, now: float) -> dict[str, Any]:
    """What conditions may ask of them: ``said.NAME`` and ``said.self.NAME``."""
    out: dict[str, Any] = {}
    for who, lead in (("", "said.self."), (listener, "said.")):
        for name, (value, until) in npc.notes.get(who, {}).items():
            if _lasts(until, now) and (who or lead != "said."):
                out[lead + name] = value
    return out


def _lasts(until: float, now: float) -> bool:
    return until <= 0.0 or now < until
