"""Speak: one line for an act, not worn out, in the speaker's manner."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.errors import BadField
from personagen_npc.voice.chance import Chance
from personagen_npc.voice.draw import Drawer, Said
from personagen_npc.voice.grammar import Program, Telling, compile_line, expand
from personagen_npc.voice.recast import in_full
from personagen_npc.voice.shape import Openers, shortened
from personagen_npc.voice.style import Occasion, Style, no_symbol
from personagen_npc.words.tidy import tidy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.criteria import Scalar
    from personagen_npc.dice import Dice
    from personagen_npc.voice.book import RuleBook
    from personagen_npc.voice.draw import Drawn
    from personagen_npc.voice.rules import Line, Rule
    from personagen_npc.voice.share import Big5

TRIES: Final = 6  # lines of one draw that are tried for a better opening; tuned
ROUNDS: Final = 4  # draws, each without the lines that failed before
ASIDE: Final = 110  # characters of a line that may still be followed by an aside, [D]
UNLIMITED: Final = 1 << 30


class Note(NamedTuple):
    """A fact to be noted because a line was said; ``lasts`` in game seconds, 0 for good."""

    name: str
    value: Scalar
    lasts: float


class Spoken(NamedTuple):
    """What was said. ``keys``: every line used, fragments too; ``args``: slots that were filled.

    ``notes``: what the rules of these lines want noted.
    """

    text: str
    key: str
    keys: tuple[str, ...]
    markers: tuple[str, ...]
    args: dict[str, str]
    notes: tuple[Note, ...] = ()


class Voice:
    """The voice of a world: all NPCs share its rules and style. It holds no state of theirs."""

    def __init__(self, book: RuleBook, style: Style) -> None:
        self.book = book
        self.style = style

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
        base: Mapping[str, object] | None = None,
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
            base: what of ``query`` stands for good for this speaker; the same object at each call.
        """
        chance = Chance(dice, f"line:{act}")
        speaker = (npc, archetype, base, self.style.persona(big5))
        said = Said(used, crowd, now, last_keys)
        drawer = Drawer(self.book, self.style, speaker, query, slots, chance, said)
        return _Teller(self, act, big5, dice, drawer).tell(recent, max_chars or UNLIMITED)


class _Teller:
    """One call of ``speak``: what it was given, and where its lines come from."""

    __slots__ = ("act", "big5", "chance", "dice", "drawer", "query", "slots", "voice")

    def __init__(self, voice: Voice, act: str, big5: Big5, dice: Dice, drawer: Drawer) -> None:
        self.voice = voice
        self.act = act
        self.big5 = big5
        self.dice = dice
        self.drawer = drawer
        self.chance, self.query, self.slots = drawer.chance, drawer.query, drawer.slots

    def tell(self, recent: Sequence[str], room: int) -> Spoken | None:
        """The line, dressed, with what follows it."""
        starts = Openers(recent)
        found = self._find(recent, room, starts)
        if found is None:
            return None
        text, rule, line, telling = found
        chance = Chance.after(self.chance)
        manners: tuple[str, ...] = ()
        # what was written for one stays as it is; nobody wrote for who has no rules of his own
        own = rule.npc or (self.drawer.voiced and self.query.get("own.words"))
        if not own and self.act not in self.voice.style.verbatim:
            text, manners = self._recast(text, recent, chance, line)
        text = shortened(text, room)
        bare = own or self.voice.style.alone(self.query)
        occasion = Occasion(
            self.act, self.big5, self.query, self.slots, recent, starts.words, room,
            closed=not line.plain,
        )  # fmt: skip
        dressed, markers = (text, ()) if bare else self.voice.style.dress(text, occasion, chance)
        if markers and dressed in recent:
            dressed, markers = text, ()
        follow = rule.follow or ("" if bare else self._aside(dressed, markers))
        if follow:
            dressed = self._followed(dressed, rule, follow, telling, recent, room)
        if self.query.get("short_forms") is False:
            dressed = in_full(dressed)
        keys = (line.key, *telling.keys)
        notes = _notes(self.voice.book, keys) if self.voice.book.noting else ()
        return Spoken(dressed, line.key, keys, (*manners, *markers), telling.args, notes)

    def _recast(
        self, text: str, recent: Sequence[str], chance: Chance, line: Line
    ) -> tuple[str, tuple[str, ...]]:
        style, query = self.voice.style, self.query
        plain, barred = line.plain and not query.get("again"), style.barred(query)
        made, done = style.recast(text, self.big5, chance, plain=plain, barred=barred)
        return (text, ()) if made in recent else (made, done)

    def _find(self, recent: Sequence[str], room: int, starts: Openers) -> _Found | None:
        """A line that can be said and was not just said, by this NPC's last lines if it must be."""
        drawer = self.drawer
        for drawer.strict in (True, False):
            for _ in range(ROUNDS):
                drawn = drawer.draw(self.act)
                if not drawn:
                    break
                found = self._best(drawn[:TRIES], recent, room, starts)
                if found is not None:
                    return found
        return None

    def _best(
        self, drawn: list[Drawn], recent: Sequence[str], room: int, starts: Openers
    ) -> _Found | None:
        """The first line that fits and opens afresh; else the first that can be said at all."""
        spare: _Found | None = None
        for _, _, key, rule, line in drawn:
            self.drawer.tried.add(key)
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
        drawer = self.drawer
        strict = drawer.strict
        for drawer.strict in (strict, False):
            for _, _, _, _, line in drawer.draw(f"#{name}", telling.keys):
                mark = len(telling.keys)
                telling.keys.append(line.key)
                text = expand(line.program, telling, depth)
                if text is not None:
                    drawer.strict = strict
                    return text
                del telling.keys[mark:]
        drawer.strict = strict
        return None

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
            chance.next() >= self.drawer.persona.follow
            or chance.next() < self.drawer.persona.brief
            or text.endswith("?")
        ):
            return text
        opener = text.split(" ", 1)[0]
        for _, _, _, rule, line in self.drawer.draw(follow, telling.keys)[:TRIES]:
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


def _notes(book: RuleBook, keys: Sequence[str]) -> tuple[Note, ...]:
    """What the rules of these lines want noted; a key is its rule's id and a line's."""
    rules = (book.noting.get(key.rpartition("#")[0]) for key in keys)
    return tuple(
        Note(name, value, rule.set_for)
        for rule in rules
        if rule is not None
        for name, value in rule.set.items()
    )


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
