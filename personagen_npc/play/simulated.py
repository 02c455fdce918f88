"""What came of simulated players, for a designer to read: who earns more, by doing what, for whom.

Two lives are held side by side, one with learning and one without. Only what is well beyond chance
is told as a change of behaviour.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from personagen_npc.play.simulate import Paid, Player

SHOWN: Final = 3  # changes of one NPC's behaviour, the largest
SURE: Final = 2.0  # standard errors that a change must be from none, about 95 %
TASTES: Final = 3  # of a player, at either end
FEWEST: Final = 5  # times that a player must have met with an act for its taste to matter here
_ACTS: Mapping[str, str] = table("learn/data/words.yaml")["acts"]


class Shift(NamedTuple):
    """An act that an NPC does more or less often than without learning; shares of its turns."""

    act: str
    was: float
    now: float

    def text(self) -> str:
        """As in "jokes more (4 -> 11 %)"."""
        way = "more" if self.now > self.was else "less"
        doing = _ACTS.get(self.act, self.act)
        return f"{doing} {way} ({100 * self.was:.0f} -> {100 * self.now:.0f} %)"


def mean(paid: Sequence[Paid]) -> tuple[float, float]:
    """Mean worth and its standard error."""
    count = max(1, len(paid))
    middle = sum(p.worth for p in paid) / count
    square = sum((p.worth - middle) ** 2 for p in paid) / max(1, count - 1)
    return middle, sqrt(square / count)


def shifts(learned: Sequence[Paid], frozen: Sequence[Paid]) -> list[Shift]:
    """What is done more or less often, the largest changes first."""
    found = []
    for act in sorted({p.act for p in (*learned, *frozen)} - {""}):
        now, was = (sum(p.act == act for p in part) / len(part) for part in (learned, frozen))
        error = sqrt(now * (1 - now) / len(learned) + was * (1 - was) / len(frozen))
        if abs(now - was) > SURE * error:
            found.append(Shift(act, was, now))
    return sorted(found, key=lambda s: (-abs(s.now - s.was), s.act))[:SHOWN]


def compared(learned: Sequence[Paid], frozen: Sequence[Paid]) -> list[str]:
    """The last half of both lives, a line for everybody together and for each NPC."""
    half = len(learned) // 2
    later, plain = learned[half:], frozen[half:]
    both = sorted({p.npc for p in later} & {p.npc for p in plain})
    rows = [
        _row(npc, [p for p in later if p.npc == npc], [p for p in plain if p.npc == npc])
        for npc in both
    ]
    return [_row("everybody", later, plain), *rows]


def _row(name: str, learned: Sequence[Paid], frozen: Sequence[Paid]) -> str:
    (ours, a), (theirs, b) = mean(learned), mean(frozen)
    words = "; ".join(shift.text() for shift in shifts(learned, frozen)) or "-"
    gain = f"{ours - theirs:+.2f} \u00b1 {SURE * sqrt(a * a + b * b):.2f}"
    return f"{name:>12} {ours:+.2f} {theirs:+.2f} {gain}  {words}"


def wishes(cast: Iterable[Player], paid: Sequence[Paid]) -> list[str]:
    """What each player liked most and least of what it met with: nobody was told in the game."""
    rows = []
    for player in cast:
        met: dict[str, int] = {}
        for p in paid:
            if p.player == player.id and p.act:
                met[p.act] = met.get(p.act, 0) + 1
        known = sorted((a for a, n in met.items() if n >= FEWEST), key=lambda a: -player.taste(a))
        liked = [a for a in known if player.taste(a) > 0.0][:TASTES]
        hated = [a for a in reversed(known) if player.taste(a) < 0.0][:TASTES]
        told = [f"{_ACTS.get(a, a)} {player.taste(a):+.1f}" for a in (*liked, *hated)]
        rows.append(f"{player.id:>12} {', '.join(told) or 'met with too little'}")
    return rows
