"""What a world has ever learned from, in order: out of its journal, or out of a save's ledger.

Only what lies on the way to one moment counts: rows of futures that were left do not. A player who
was forgotten is left out; what an NPC was made to forget is nobody's own any more, as in the world.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgpack

from personagen_npc.changes import (
    NpcRemoved,
    NpcSet,
    NpcSpawned,
    PlayerGone,
    PolicySet,
    Rewarded,
    TurnTaken,
    from_plain,
)
from personagen_npc.errors import Conflict
from personagen_npc.host.bases import BASES, CHECKPOINT, Base
from personagen_npc.learn.credit import Ledger, Turn
from personagen_npc.learn.inner import counted
from personagen_npc.learn.policy import LEAST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from personagen_npc.learn.lessons import Lesson
    from personagen_npc.store.journal import Journal
    from personagen_npc.world.world import World

MOST = 200_000  # lessons of one fit, the newest: 43 MB of features, a minute on one core, [D]
TURNS = 65_536  # turns that a reward in the journal may still belong to, the newest, [D]
LEVELS = ("scales", "world", "archetypes", "npcs", "players")


class Moment(NamedTuple):
    """A moment of a world: up to which row, on which branch, and how that came about."""

    seq: int
    branch: int
    step: int
    ancestry: tuple[tuple[int, int], ...]

    def holds(self, branch: int, step: int) -> bool:
        """Whether a step lies on the way to this moment."""
        if branch == self.branch:
            return step <= self.step
        return any(b == branch and step <= last for b, last in self.ancestry)


class History:
    """Lessons as they gather.

    Attributes:
        before: levels that were known before the first of them.
        copies: (whose, of whom) the last copy of what one alone had learned.
    """

    def __init__(self) -> None:
        self.before: dict[str, Any] = {}
        self.copies: dict[str, str] = {}
        self._turns: dict[str, Turn] = {}
        self._lessons: list[Lesson] = []
        self._people: dict[str, tuple[str, dict[str, float]]] = {}  # archetype, cares
        self._frozen: dict[str, None] = {}

    def lessons(self) -> list[Lesson]:
        """(turn, reward, weight), in the order in which they were learned."""
        return self._lessons[-MOST:]

    # --- a base: a state whole ------------------------------------------------------------------

    def begin(self, tree: dict[str, Any]) -> None:
        """Start from a state: what it has learned is known, its turns may still be rewarded."""
        self.copies, self._lessons = {}, []
        self.before = {name: tree["policy"][name] for name in LEVELS}
        self._frozen = dict.fromkeys(tree["policy"]["frozen"])
        self._turns = {t.id: t for t in Ledger.from_tree(tree["ledger"])}
        self.meet(tree)

    def meet(self, tree: dict[str, Any]) -> None:
        """Take the people of a state for those who live now."""
        self._people = {i: _person(npc["profile"]) for i, npc in tree["npcs"].items()}

    # --- one change after the other -------------------------------------------------------------

    def take(self, changes: Iterable[object]) -> None:
        """Live through a row's changes."""
        for change in changes:
            lived = _LIVED.get(type(change))
            if lived is not None:
                lived(self, change)

    def _turn(self, c: TurnTaken) -> None:
        archetype, _ = self._people.get(c.npc, ("", {}))
        self._turns[c.turn] = Turn(
            c.turn, c.npc, archetype, c.player, c.conversation, c.act, c.propensity,
            tuple(c.features), c.offset, c.at, c.menu,
        )  # fmt: skip
        if len(self._turns) > TURNS:
            del self._turns[next(iter(self._turns))]

    def _reward(self, c: Rewarded) -> None:
        for turn, weight in c.credits:
            row = self._turns.get(turn)
            if row is None or not row.x or row.npc in self._frozen:
                continue
            _, cares = self._people.get(row.npc, ("", {}))
            counts = min(1.0, counted(c.kind, weight, cares))
            if counts >= LEAST:
                self._lessons.append((row, c.value, counts))

    def _spawn(self, c: NpcSpawned) -> None:
        self._people[c.npc] = _person(c.profile)

    def _set(self, c: NpcSet) -> None:
        if c.field == "profile":
            self._people[c.npc] = _person(c.value)

    def _disown(self, npc: str) -> None:
        """What is the NPC's own goes; what it taught others stays theirs."""
        self._lessons = [(t._replace(npc="") if t.npc == npc else t, r, w)
                         for t, r, w in self._lessons]  # fmt: skip
        self.before["npcs"] = [row for row in self.before.get("npcs", ()) if row[0] != npc]
        self.copies.pop(npc, None)

    def _gone(self, c: NpcRemoved) -> None:
        self._disown(c.npc)
        self._frozen.pop(c.npc, None)
        self._turns = {i: t for i, t in self._turns.items() if t.npc != c.npc}

    def _forget(self, c: PlayerGone) -> None:
        if not c.forget:
            return
        self._lessons = [row for row in self._lessons if row[0].player != c.player]
        self._turns = {i: t for i, t in self._turns.items() if t.player != c.player}
        rows = self.before.get("players", ())
        self.before["players"] = [row for row in rows if row[0] != c.player]

    def _hand(self, c: PolicySet) -> None:
        for npc in [c.npc] if c.npc else list(self._people):
            if c.op == "freeze":
                self._frozen[npc] = None
            elif c.op == "thaw":
                self._frozen.pop(npc, None)
            elif c.op in {"reset", "copy"}:
                self._disown(npc)
            if c.op == "copy":
                self.copies[npc] = c.value
        if c.op == "adopt":  # all that was learned so far came from elsewhere
            self.before = {name: c.value["policy"][name] for name in LEVELS}
            self._lessons, self.copies = [], {}


_LIVED: dict[type, Callable[[History, Any], None]] = {
    TurnTaken: History._turn, Rewarded: History._reward, NpcSpawned: History._spawn,
    NpcSet: History._set, NpcRemoved: History._gone, PlayerGone: History._forget,
    PolicySet: History._hand,
}  # fmt: skip


def of_journal(journal: Journal, moment: Moment, *, carried: bool = False) -> History:
    """All that a world has learned from up to a moment.

    ``carried``: what was learned outlives loads, so what a load's row says was learned is known
    from there. Raises JournalFailed.
    """
    history = History()
    first = next((r for r in journal.rows_of(BASES) if moment.holds(r.branch, r.step)), None)
    if first is None or first.seq > moment.seq:
        return history
    begun = Base(journal, first)
    history.begin(begun.tree())
    for row in journal.rows(begun.since, until=moment.seq):
        if not moment.holds(row.branch, row.step) or row.kind == CHECKPOINT:
            continue
        if row.kind not in BASES:
            history.take(from_plain(msgpack.unpackb(row.changes, use_list=False)))
        elif carried:
            history.begin(Base(journal, row).tree())
        else:
            history.meet(Base(journal, row).tree())
    return history


def of_save(world: World) -> History:
    """All that a saved world has learned from, as long as its ledger holds it all.

    Raises:
        Conflict: it has learned more than the ledger keeps.
    """
    history, ledger = History(), world.ledger
    paid = sorted(((p.number, t, p) for t in ledger for p in ledger.paid(t.id) if p.number),
                  key=lambda row: row[0])  # fmt: skip
    if len(paid) != world.policy.scales.count:
        raise Conflict(
            "the save does not hold all that was learned from; fit the running world",
            field="rewards", got=len(paid), allowed=world.policy.scales.count,
        )  # fmt: skip
    fresh = type(world)(world.name, world.pack, world.seed).policy.to_tree()
    history.before = {name: fresh[name] for name in LEVELS}
    history._lessons = [(t, p.value, p.weight) for _, t, p in paid]
    return history


def _person(profile: dict[str, Any]) -> tuple[str, dict[str, float]]:
    return profile.get("archetype", ""), profile.get("cares") or {}
