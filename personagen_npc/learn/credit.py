"""Whose doing was it: the turns that a late reward may still be credited to.

A row per turn, bounded by count. What fell out is told apart from what never was: the ledger keeps
for each branch the highest step it has let go.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.errors import BadField, BadSave, Expired, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = 2
LIMIT = 8_192  # turns kept per world; 1,000 players who speak twice a minute fill it in 4 min, [D]
KEYS = 8_192  # reward keys remembered, so that the same key counts once, [D]
GONE = 1_024  # conversations remembered as expired, [D]
CONVERSATION_DECAY = 0.8  # credit of each turn before the last of a conversation, [D]
PAIR_DECAY = 0.5  # the same without a conversation to go by: measured on the simulator
PAID = 16  # rewards of one turn that are kept to look back on, [D]
PAIR_TURNS = 6  # turns back that a fallback reaches; the seventh would get 1/64
LEAST = 0.01  # a share of credit below this is not worth an update, [D]
_TURN_ID = re.compile(r"b(\d{1,15})\.s(\d{1,15})(?:-\d{1,9})?\Z", re.ASCII)


class Turn(NamedTuple):
    """What learning needs to know of a turn when its reward comes, minutes later.

    Attributes:
        id: ``b{branch}.s{step}``, with ``-n`` where a step has several.
        npc: who acted.
        archetype: of that NPC, "" if it has none.
        player: with whom.
        conversation: in which conversation.
        act: the arm that was chosen.
        p: with what probability.
        x: the features it was chosen on; empty where there was no choice.
        offset: what the authored prior expected of the arm (``Choice.offset``).
        at: game seconds.
        menu: (act, authored share) of everything that could have been chosen.
        pattern: number of the pattern that said it, -1 for none.
    """

    id: str
    npc: str
    archetype: str
    player: str
    conversation: str
    act: str
    p: float
    x: tuple[float, ...]
    offset: float = 0.0
    at: float = 0.0
    menu: tuple[tuple[str, float], ...] = ()
    pattern: int = -1


Credits = tuple[tuple[str, float], ...]


class Paid(NamedTuple):
    """A reward that a turn was credited with: its value, its weight there, and what for.

    ``number`` counts the credits of a world that taught something; 0 for one that did not.
    """

    value: float
    weight: float
    kind: str
    number: int = 0


def clipped(value: float) -> float:
    """A reward within [-1, 1]; BadField when it is no number."""
    if value != value:
        raise BadField("no number", field="value", got=value, allowed="-1 to 1")
    return min(1.0, max(-1.0, value))


def branch_and_step(turn: str) -> tuple[int, int] | None:
    """(branch, step) of a turn id, None if it is not one."""
    found = _TURN_ID.match(turn)
    return (int(found[1]), int(found[2])) if found else None


class Ledger:
    """The last turns of a world, oldest first, and the reward keys that have counted."""

    __slots__ = (
        "_conversations", "_gone", "_keys", "_low", "_paid", "_pairs", "_rows", "barred", "limit",
        "number",
    )  # fmt: skip

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self.number = 0  # credits that taught something so far
        self.barred = 0  # what was fitted before this number may not enter any more
        self._rows: dict[str, Turn] = {}
        self._paid: dict[str, list[Paid]] = {}
        self._keys: dict[str, None] = {}
        self._low: dict[int, int] = {}  # branch -> highest step let go
        self._gone: dict[str, None] = {}  # conversations let go, the last ``GONE``
        self._conversations: dict[str, list[str]] = {}  # derived, like the next
        self._pairs: dict[tuple[str, str], list[str]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, turn: str) -> bool:
        return turn in self._rows

    def __iter__(self) -> Iterator[Turn]:
        return iter(self._rows.values())

    def record(self, turn: Turn) -> None:
        """Note a turn; the oldest goes when there are too many. An id noted before is ignored."""
        if turn.id in self._rows:
            return
        self._enter(turn)
        while len(self._rows) > self.limit:
            self._let_go(next(iter(self._rows)))

    def get(self, turn: str) -> Turn:
        """The row of a turn.

        Raises:
            Expired: it was here, but is too long ago.
            Unknown: there was no such turn.
        """
        row = self._rows.get(turn)
        if row is not None:
            return row
        where = branch_and_step(turn)
        if where is not None and where[1] <= self._low.get(where[0], -1):
            raise Expired(
                "this turn is too long ago to be rewarded", field="turn", got=turn,
                allowed=f"the last {self.limit} turns",
            )  # fmt: skip
        raise Unknown("no such turn", field="turn", got=turn, allowed="id of a reply")

    def by_turn(self, turn: str) -> Credits:
        """All credit to one turn. Raises as ``get``."""
        return ((self.get(turn).id, 1.0),)

    def by_conversation(self, conversation: str, decay: float = CONVERSATION_DECAY) -> Credits:
        """Credit to the turns of a conversation, the last in full, each before it ``decay`` less.

        Raises:
            Expired: its turns are too long ago.
            Unknown: no turn was ever in it.
        """
        turns = self._conversations.get(conversation)
        if turns:
            return _shares(turns, decay)
        if conversation in self._gone:
            raise Expired(
                "this conversation is too long ago to be rewarded",
                field="conversation", got=conversation,
            )  # fmt: skip
        raise Unknown("no turn was in this conversation", field="conversation", got=conversation)

    def by_pair(self, npc: str, player: str, decay: float = PAIR_DECAY) -> Credits:
        """Credit to the last turns of an NPC with a player; Unknown if there are none."""
        turns = self._pairs.get((npc, player))
        if not turns:
            raise Unknown("no turn of this NPC with this player", field="npc", got=npc)
        return _shares(turns[-PAIR_TURNS:], decay)

    def pay(self, turn: str, paid: Paid, *, taught: bool = False) -> None:
        """Keep a reward with its turn, to look back on; the last ``PAID`` of each."""
        if taught:
            self.number += 1
            paid = paid._replace(number=self.number)
        kept = self._paid.setdefault(turn, [])
        kept.append(paid)
        del kept[:-PAID]

    def bar(self, number: int | None = None) -> None:
        """Let nothing enter that was fitted before ``number``, or before now."""
        if number is None:  # a number of its own, so that a fit of this very moment is barred too
            self.number = number = self.number + 1
        self.barred = max(self.barred, number)

    def later(self, number: int) -> list[tuple[Turn, Paid]]:
        """Every credit after ``number`` in the order in which it was learned from.

        Raises:
            Expired: not all are kept any more, or what was learned then is barred.
        """
        found = [
            (self._rows[turn], p) for turn, kept in self._paid.items() for p in kept
            if p.number > number
        ]  # fmt: skip
        if number < self.barred or len(found) != self.number - number:
            raise Expired(
                "what was learned since cannot be learned again: fit anew", field="number",
                got=number, allowed=f"{self.barred} and later",
            )  # fmt: skip
        return sorted(found, key=lambda pair: pair[1].number)

    def paid(self, turn: str) -> tuple[Paid, ...]:
        """What a turn was credited with so far, oldest first."""
        return tuple(self._paid.get(turn, ()))

    def seen(self, key: str) -> bool:
        """Whether a reward with this key has counted; a reward without one ("") never has."""
        return key in self._keys

    def count(self, key: str) -> bool:
        """Note a key; False if it has counted before, so that the reward must not count again."""
        if key in self._keys:
            return False
        if key:
            self._keys[key] = None
            if len(self._keys) > KEYS:
                del self._keys[next(iter(self._keys))]
        return True

    def forget_player(self, player: str) -> None:
        """Let go of all turns with a player."""
        self.bar()
        for turn in [t.id for t in self._rows.values() if t.player == player]:
            self._drop(turn)

    def forget_npc(self, npc: str) -> None:
        """Let go of all turns of an NPC."""
        self.bar()
        for turn in [t.id for t in self._rows.values() if t.npc == npc]:
            self._drop(turn)

    def to_tree(self) -> dict[str, Any]:
        """Plain lists for a save."""
        return {
            "v": VERSION,
            "limit": self.limit,
            "number": self.number,
            "barred": self.barred,
            "rows": [
                [*t[:7], list(t.x), *t[8:10], list(map(list, t.menu)), t.pattern] for t in self
            ],
            "paid": [[turn, *p] for turn, kept in self._paid.items() for p in kept],
            "keys": list(self._keys),
            "low": [list(pair) for pair in self._low.items()],
            "gone": list(self._gone),
        }

    def still(self) -> Ledger:
        """A copy of what a save holds, which stays as it is; good for ``part`` only."""
        copy = Ledger(self.limit)
        copy.number, copy.barred = self.number, self.barred
        copy._rows = self._rows.copy()
        copy._paid = {turn: kept[:] for turn, kept in self._paid.items()}
        copy._keys, copy._low = self._keys.copy(), self._low.copy()
        copy._gone = self._gone.copy()
        return copy

    def part(self, first: int, end: int) -> dict[str, Any]:
        """Some rows as ``to_tree`` has them, but as tuples; with the first, all that is no row."""
        rows = [tuple(t) for t in islice(self._rows.values(), first, end)]
        if first:
            return {"first": first, "rows": rows}
        paid = [(turn, *p) for turn, kept in self._paid.items() for p in kept]
        return {
            "v": VERSION, "limit": self.limit, "number": self.number, "barred": self.barred,
            "rows": rows, "paid": paid, "keys": list(self._keys), "low": list(self._low.items()),
            "gone": list(self._gone),
        }  # fmt: skip

    @classmethod
    def from_tree(cls, tree: dict[str, Any]) -> Ledger:
        """The inverse of ``to_tree``. Raises BadSave on another version."""
        if tree.get("v") != VERSION:
            raise BadSave("ledger of another version", got=tree.get("v"), allowed=VERSION)
        self = cls(tree["limit"])
        self.number, self.barred = tree["number"], tree["barred"]
        for row in tree["rows"]:
            menu = tuple((act, share) for act, share in row[10])
            self._enter(Turn._make([*row[:7], tuple(row[7]), *row[8:10], menu, row[11]]))
        for turn, *paid in tree["paid"]:
            self._paid.setdefault(self.get(turn).id, []).append(Paid(*paid))
        self._keys = dict.fromkeys(tree["keys"])
        self._low = dict(tree["low"])
        self._gone = dict.fromkeys(tree["gone"])
        return self

    def _enter(self, turn: Turn) -> None:
        self._rows[turn.id] = turn
        self._pairs.setdefault((turn.npc, turn.player), []).append(turn.id)
        if turn.conversation:
            self._conversations.setdefault(turn.conversation, []).append(turn.id)

    def _let_go(self, turn: str) -> None:
        """Drop a turn for its age, so that its reward can be told that it comes too late."""
        row = self._drop(turn)
        where = branch_and_step(turn)
        if where is not None:
            branch, step = where
            self._low[branch] = max(step, self._low.get(branch, -1))
        if row.conversation and row.conversation not in self._conversations:
            self._gone[row.conversation] = None
            if len(self._gone) > GONE:
                del self._gone[next(iter(self._gone))]

    def _drop(self, turn: str) -> Turn:
        row = self._rows.pop(turn)
        self._paid.pop(turn, None)
        _leave(self._pairs, (row.npc, row.player), turn)
        if row.conversation:
            _leave(self._conversations, row.conversation, turn)
        return row


def _leave(index: dict[Any, list[str]], key: object, turn: str) -> None:
    index[key].remove(turn)
    if not index[key]:
        del index[key]


def _shares(turns: list[str], decay: float) -> Credits:
    shares: list[tuple[str, float]] = []
    share = 1.0
    for turn in reversed(turns):
        if share < LEAST:
            break
        shares.append((turn, share))
        share *= decay
    return tuple(shares)
