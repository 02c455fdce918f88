"""Draw: the lines that may be said for an act now, in the order in which they should be tried.

Salience after Yarn Spinner: what cannot be said drops out, then least said by this NPC, then by
chance weighted with specificity, how often anyone said it, and what the persona leans to. So a
crowd spreads its material, and nobody repeats himself while he has something else to say.
"""

from __future__ import annotations

import math
from heapq import nlargest
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.voice.book import RuleBook
    from personagen_npc.voice.chance import Chance
    from personagen_npc.voice.rules import Line, Rule
    from personagen_npc.voice.style import Persona, Style

    Drawn = tuple[int, float, str, Rule, Line]  # how often said, its place by chance, its key

LAST_LINES: Final = 10  # an NPC's own lines within which a line does not come again
CROWD: Final = 5  # so fast a line's chance falls with how often anyone said it; tuned on a town
STEP: Final = 0.5  # each criterion less halves a rule's chance

_NEVER: Final = (0, -math.inf)


class Said:
    """What was said before, by this NPC and by all; see ``Voice.speak`` for each."""

    __slots__ = ("_horizon", "crowd", "known", "lasts", "now", "used")

    def __init__(
        self,
        used: Mapping[str, tuple[int, float]],
        crowd: Mapping[str, int],
        now: float,
        lasts: Sequence[str] | None,
    ) -> None:
        self.used = used
        self.crowd = crowd
        self.now = now
        self.lasts: frozenset[str] = frozenset((lasts or ())[-LAST_LINES:])
        # keys that have to be looked at; the callers' last ones may be none of the used
        self.known: Mapping[str, object] = (
            used if self.lasts <= used.keys() else {**dict.fromkeys(self.lasts), **used}
        )
        self._horizon: float | None = None

    def times(self, line: Line) -> int:
        """How often this NPC said a line."""
        return self.used.get(line.key, _NEVER)[0]

    def is_late(self, last: float) -> bool:
        """Whether a line said at this time may be among the NPC's last ``LAST_LINES``."""
        if self.lasts:
            return False
        if self._horizon is None:
            latest = nlargest(LAST_LINES, (at for _, at in self.used.values()))
            self._horizon = latest[-1] if len(latest) == LAST_LINES else -math.inf
        return last >= self._horizon


class Drawer:
    """Draws lines for one speaker in one turn. ``tried``: keys that are not to come again.

    ``strict``: his last lines do not come again either.
    """

    __slots__ = (
        "_gone", "_pool", "archetype", "base", "book", "chance", "npc", "persona", "query",
         "said", "slots", "strict", "style", "tried", "voiced",
    )  # fmt: skip

    def __init__(
        self,
        book: RuleBook,
        style: Style,
        speaker: tuple[str, str, Mapping[str, object] | None, Persona],
        query: Mapping[str, object],
        slots: Mapping[str, object],
        chance: Chance,
        said: Said,
    ) -> None:
        self.book = book
        self.style = style
        self.npc, self.archetype, self.base, self.persona = speaker
        self.voiced = self.npc in book.voiced
        self.query = query
        self.slots = slots
        self.chance = chance
        self.said = said
        self.strict = True
        self.tried: set[str] = set()
        self._gone = self.tried
        self._pool: list[tuple[Rule, list[Line]]] = []

    def draw(self, act: str, barred: Sequence[str] = ()) -> list[Drawn]:
        """Lines that fit now, none of the barred, in the order in which they should be tried."""
        self._gone = {*self.tried, *barred} if barred else self.tried
        self._pool = []
        self.book.match(act, self.npc, self.archetype, self.query, self._take, self.base)
        return self._ranked() if self._pool else []

    def _take(self, rule: Rule) -> bool:  # noqa: C901 - hot: a call for each line costs more
        """Keep a rule's lines that may be said; False when it has none."""
        slots, known, gone = self.slots, self.said.known, self._gone
        lines = []
        for line in rule.lines:
            key = line.key
            if gone and key in gone:
                continue
            for need in line.needs:
                if not slots.get(need):
                    break
            else:
                if key not in known or line.plain or self._fresh(rule, key):
                    lines.append(line)
        if not lines:
            return False
        if rule.sorts:
            lines = self._in_order(rule, lines)
            if not lines:
                return False
        self._pool.append((rule, lines))
        return True

    def _fresh(self, rule: Rule, key: str) -> bool:
        """Whether a line that may have been said is not worn out."""
        said = self.said
        if self.strict and key in said.lasts:
            return False
        times, last = said.used.get(key, _NEVER)
        if not times:
            return True
        if rule.once or (rule.respeak and said.now - last < rule.respeak):
            return False
        return not self.strict or not said.is_late(last)

    def _in_order(self, rule: Rule, lines: list[Line]) -> list[Line]:
        """Those of a rule's lines that may be said whose turn it is."""
        if rule.first is not None or rule.last is not None:
            lines = self._in_round(rule, lines)
        if rule.order == "first":
            return lines[:1]
        if rule.order == "turn" and len(lines) > 1:
            return [min(lines, key=self.said.times)]
        return lines

    def _in_round(self, rule: Rule, lines: list[Line]) -> list[Line]:
        """A round: the first line, the others until each was said, then the last.

        What cannot be said for want of a slot keeps no round open.
        """
        times = self.said.times
        open_ = [n for n in rule.plain if all(self.slots.get(need) for need in n.needs)]
        rounds = min(map(times, open_), default=0)
        first, last = rule.first, rule.last
        if first is not None and first in lines and times(first) <= rounds and (
            last is None or times(last) >= rounds
        ):  # fmt: skip
            return [first]
        if last is not None and last in lines and times(last) < rounds:
            return [last]
        return [line for line in lines if line is not first and line is not last]

    def _ranked(self) -> list[Drawn]:
        """The pool: least said by this NPC first, then by a weighted draw."""
        best, log = self._pool[0][0].spec, math.log
        used, crowd = self.said.used, self.said.crowd
        persona = self.persona
        leaning = persona.leans.get
        count = sum([len(lines) for _, lines in self._pool])
        chances = iter(self.chance.some(count))
        ranks: list[Drawn] = []
        for rule, lines in self._pool:
            # a rule of many lines counts for more than one of one line, but not in proportion
            share = rule.weight * STEP ** (best - rule.spec) / math.sqrt(len(lines))
            if rule.tempers:
                share *= persona.fit(rule.tempers)
            for line, u in zip(lines, chances, strict=False):  # the lines end first
                key = line.key
                mask = line.mask
                if mask < 0:
                    mask = line.mask = self.style.mask(line.template)
                weight = leaning(mask) or persona.lean(mask)
                times = 0
                if not line.plain:
                    times = used[key][0] if key in used else 0
                    if key in crowd:
                        weight /= (1 + crowd[key]) ** CROWD
                # smallest first: a weighted draw
                ranks.append((times, -log(1.0 - u) / (share * weight), key, rule, line))
        ranks.sort()  # no two have a key in common
        return ranks
