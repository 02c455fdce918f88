"""Speak: one line for an act, not worn out, in the speaker's manner.

Salience after Yarn Spinner: what cannot be said drops out, then least said by this NPC, then by
chance weighted with specificity, how often anyone said it, and what the persona leans to. So a
crowd spreads its material, and nobody repeats himself while he has something else to say.
"""

from __future__ import annotations

import math
from functools import lru_cache
from heapq import nlargest
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.errors import BadField
from personagen_npc.voice.chance import Chance
from personagen_npc.voice.grammar import Program, Telling, compile_line, expand
from personagen_npc.voice.shape import Openers, shortened
from personagen_npc.voice.style import Big5, Occasion, Style, no_symbol
from personagen_npc.words.tidy import tidy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.dice import Dice
    from personagen_npc.voice.rules import Line, Rule, RuleBook

LAST_LINES: Final = 10  # an NPC's own lines within which a line does not come again
TRIES: Final = 6  # lines of one draw that are tried for a better opening; tuned
ROUNDS: Final = 4  # draws, each without the lines that failed before
STEP: Final = 0.5  # each criterion less halves a rule's chance
ASIDE: Final = 110  # characters of a line that may still be followed by an aside, [D]
UNLIMITED: Final = 1 << 30


class Spoken(NamedTuple):
    """What was said. ``keys``: every line used, fragments too; ``args``: slots that were filled."""

    text: str
    key: str
    keys: tuple[str, ...]
    markers: tuple[str, ...]
    args: dict[str, str]


class Voice:
    """The voice of a world: all NPCs share its rules and style. It holds no state of theirs."""

    def __init__(self, book: RuleBook, style: Style) -> None:
        self.book = book
        self.style = style
        self.masks: dict[str, int] = {}  # features of a line, by its key, found when first wanted

    def speak(  # noqa: PLR0913 - what a line depends on is that much, and all of it is plain values
        self,
        act: str,
        *,
        npc: str,
        archetype: str,
        query: Mapping[str, object],
        slots: Mapping[str, object],
        big5: Big5,
        dice: Dice,
        used: Mapping[str, tuple[int, float]],
        crowd: Mapping[str, int],
        now: float,
        recent: Sequence[str] = (),
        max_chars: int = 0,
        last_keys: Sequence[str] | None = None,
    ) -> Spoken | None:
        """One line for an act, or None when nothing can be said: then another act has to do.

        Args:
            act: one of ``events.ACTS``.
            npc: id of the speaker.
            archetype: archetype of the speaker.
            query: the flat query.
            slots: values of slots; a missing or empty one makes the lines that need it unsayable.
            big5: O, C, E, A, N of the speaker, each in [-1, 1].
            dice: the speaker's dice of this turn; the same dice and act give the same line.
            used: line key -> (times said by this NPC, game time it was last said).
            crowd: line key -> times said by anyone.
            now: game time in seconds.
            recent: texts the NPC said in this scene, oldest first; none of them comes again.
            max_chars: longest text; 0 is no limit. A longer line ends at a sentence before it.
            last_keys: the NPC's last lines, newest last; worked out from ``used`` when not given.
        """
        teller = _Teller(self, act, npc, archetype, query, slots, big5, dice)
        teller.bind(used, crowd, now, last_keys)
        return teller.tell(recent, max_chars or UNLIMITED)


class _Teller:
    """One call of ``speak``: what it was given, and what was tried so far."""

    __slots__ = (
        "_horizon", "act", "archetype", "barred", "big5", "chance", "crowd", "dice", "lasts", "now",
        "npc", "persona", "pool", "query", "slots", "strict", "tried", "used", "voice",
    )  # fmt: skip

    def __init__(
        self,
        voice: Voice,
        act: str,
        npc: str,
        archetype: str,
        query: Mapping[str, object],
        slots: Mapping[str, object],
        big5: Big5,
        dice: Dice,
    ) -> None:
        self.voice = voice
        self.act = act
        self.npc = npc
        self.archetype = archetype
        self.query = query
        self.slots = slots
        self.big5 = big5
        self.dice = dice
        self.persona = voice.style.persona(big5)
        self.chance = Chance(dice, f"line:{act}")
        self.tried: set[str] = set()
        self.pool: list[tuple[Rule, list[Line]]] = []
        self.barred: Sequence[str] = ()
        self.strict = True
        self._horizon: float | None = None

    def bind(
        self,
        used: Mapping[str, tuple[int, float]],
        crowd: Mapping[str, int],
        now: float,
        lasts: Sequence[str] | None,
    ) -> None:
        """What was said before, by this NPC and by all."""
        self.used = used
        self.crowd = crowd
        self.now = now
        self.lasts = frozenset((lasts or ())[-LAST_LINES:])

    def tell(self, recent: Sequence[str], room: int) -> Spoken | None:
        """The line, dressed, with what follows it."""
        starts = Openers(recent)
        found = self._find(recent, room, starts)
        if found is None:
            return None
        text, rule, line, telling = found
        chance = Chance(self.dice, f"style:{self.act}")
        manners: tuple[str, ...] = ()
        if not (rule.npc or self.query.get("own.words")):  # what was written for one stays as it is
            text, manners = self._recast(text, recent, chance)
        text = shortened(text, room)
        occasion = Occasion(self.act, self.big5, self.query, self.slots, recent, starts.words, room)
        dressed, markers = self.voice.style.dress(text, occasion, chance)
        if markers and dressed in recent:
            dressed, markers = text, ()
        follow = rule.follow or ("" if rule.npc else self._aside(dressed, markers))
        if follow:
            dressed = self._followed(dressed, rule, follow, telling, recent, room)
        keys = (line.key, *telling.keys)
        return Spoken(dressed, line.key, keys, (*manners, *markers), telling.args)

    def _recast(
        self, text: str, recent: Sequence[str], chance: Chance
    ) -> tuple[str, tuple[str, ...]]:
        made, done = self.voice.style.recast(text, self.big5, chance)
        return (text, ()) if made in recent else (made, done)

    def _find(self, recent: Sequence[str], room: int, starts: Openers) -> _Found | None:
        """A line that can be said and was not just said, by this NPC's last lines if it must be."""
        for self.strict in (True, False):
            for _ in range(ROUNDS):
                drawn = self._draw(self.act, ())
                if not drawn:
                    break
                found = self._best(drawn[:TRIES], recent, room, starts)
                if found is not None:
                    return found
        return None

    def _best(
        self, drawn: list[tuple[Rule, Line]], recent: Sequence[str], room: int, starts: Openers
    ) -> _Found | None:
        """The first line that fits and opens afresh; else the first that can be said at all."""
        spare: _Found | None = None
        for rule, line in drawn:
            self.tried.add(line.key)
            telling = Telling(self.slots, self.chance, self._symbol)
            raw = expand(line.program, telling)
            text = tidy(raw) if raw else ""
            if not text or text in recent:
                continue
            found = _Found(text, rule, line, telling)
            if len(text) <= room and not starts.clash(text):
                return found
            if spare is None or len(spare.text) > room >= len(text):
                spare = found
        return spare

    def _symbol(self, name: str, depth: int, telling: Telling) -> str | None:
        """One fragment for a grammar symbol, chosen as lines are, none twice in a line."""
        strict = self.strict
        for self.strict in (strict, False):
            for _, line in self._draw(f"#{name}", telling.keys):
                mark = len(telling.keys)
                telling.keys.append(line.key)
                text = expand(line.program, telling, depth)
                if text is not None:
                    self.strict = strict
                    return text
                del telling.keys[mark:]
        self.strict = strict
        return None

    def _draw(self, act: str, barred: Sequence[str]) -> list[tuple[Rule, Line]]:
        """Lines that fit now, in the order in which they should be tried."""
        self.barred = barred
        self.pool = []
        self.voice.book.match(act, self.npc, self.archetype, self.query, self._take)
        return self._ranked()

    def _take(self, rule: Rule) -> bool:
        """Keep a rule's lines that may be said; False when it has none."""
        lines = [line for line in rule.lines if self._may(rule, line)]
        if not lines:
            return False
        if rule.order == "first":
            del lines[1:]
        elif rule.order == "turn" and len(lines) > 1:
            lines = [min(lines, key=lambda line: self.used.get(line.key, _NEVER)[0])]
        self.pool.append((rule, lines))
        return True

    def _may(self, rule: Rule, line: Line) -> bool:
        """Whether its slots have values, and it is not worn out."""
        slots = self.slots
        for need in line.needs:
            if not slots.get(need):
                return False
        key = line.key
        if key in self.tried or key in self.barred:
            return False
        if line.plain:
            return True
        if self.strict and key in self.lasts:
            return False
        times, last = self.used.get(key, _NEVER)
        if not times:
            return True
        if rule.once or (rule.respeak and self.now - last < rule.respeak):
            return False
        return not self.strict or not self._is_late(last)

    def _is_late(self, last: float) -> bool:
        """Whether a line said at this time may be among the NPC's last ``LAST_LINES``."""
        if self.lasts:
            return False
        if self._horizon is None:
            latest = nlargest(LAST_LINES, (at for _, at in self.used.values()))
            self._horizon = latest[-1] if len(latest) == LAST_LINES else -math.inf
        return last >= self._horizon

    def _ranked(self) -> list[tuple[Rule, Line]]:
        """The pool: least said by this NPC first, then by a weighted draw."""
        if not self.pool:
            return []
        best = self.pool[0][0].spec
        used, crowd, masks = self.used, self.crowd, self.voice.masks
        lean, chance, mask_of = self.persona.lean, self.chance.next, self.voice.style.mask
        ranks = []
        for rule, lines in self.pool:
            # a rule of many lines counts for more than one of one line, but not in proportion
            share = rule.weight * STEP ** (best - rule.spec) / math.sqrt(len(lines))
            for line in lines:
                key = line.key
                times, worn = (
                    (0, 1) if line.plain else (used.get(key, _NEVER)[0], 1 + crowd.get(key, 0))
                )
                mask = masks.get(key)
                if mask is None:
                    mask = masks[key] = mask_of(line.template)
                weight = share * lean(mask) / (worn * worn)
                wait = -math.log(1.0 - chance()) / weight  # smallest first: a weighted draw
                ranks.append((times, wait, key, rule, line))
        ranks.sort(key=_by_rank)
        return [(rank[3], rank[4]) for rank in ranks]

    def _aside(self, text: str, markers: Sequence[str]) -> str:
        """What may follow where no rule says so, behind a line that is plain and not long."""
        if markers or len(text) > ASIDE or text[-1] != "." or text.endswith(".."):
            return ""
        return self.voice.style.follows.get(self.act, "")

    def _followed(
        self,
        text: str,
        first: Rule,
        follow: str,
        telling: Telling,
        recent: Sequence[str],
        room: int,
    ) -> str:
        """The line with a second one behind it, where the persona is given to that."""
        chance = self.chance
        if not first.must and (
            chance.next() >= self.persona.follow
            or chance.next() < self.persona.brief
            or text.endswith("?")
        ):
            return text
        opener = text.split(" ", 1)[0]
        for rule, line in self._draw(follow, telling.keys)[:TRIES]:
            mark = len(telling.keys)
            telling.keys.append(line.key)
            more = tidy(expand(line.program, telling) or "")
            both = f"{text} {more}"
            fits = more and len(both) <= room and both not in recent
            if fits and rule.id != first.id and not more.startswith(opener):
                return both
            del telling.keys[mark:]
        return text


class _Found(NamedTuple):
    """A line that can be said, and what telling it made use of."""

    text: str
    rule: Rule
    line: Line
    telling: Telling


_NEVER: Final = (0, -math.inf)


def _by_rank(rank: tuple[int, float, str, Rule, Line]) -> tuple[int, float, str]:
    return rank[:3]


@lru_cache(maxsize=4096)
def _program(template: str) -> Program | None:
    try:
        return compile_line(template, "template")
    except BadField:
        return None


def render(template: str, slots: Mapping[str, object], dice: Dice) -> str | None:
    """A one-off template, such as a pattern's, filled and tidied.

    None when a slot has no value, or the template cannot be read (``check_template`` says why, at
    load). Programs are remembered.
    """
    program = _program(template)
    if program is None:
        return None
    raw = expand(program, Telling(slots, Chance(dice, f"render:{template}"), no_symbol))
    return tidy(raw) if raw else None
