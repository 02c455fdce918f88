"""Grammar: a written line compiled once into a small program, and that program run.

``"{player}, {#weather_talk} [I'd wait.|]"`` holds a slot, a symbol and a choice. A line that needs
a slot without a value cannot be said, and neither can one whose symbol has nothing to say; a choice
takes one of its alternatives that can. ``{item.a}`` applies modifiers from left to right; a slot
named ``item.a`` in the values, where there is one, goes before the modifier's guess.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Protocol

from personagen_npc.errors import BadField
from personagen_npc.words import inflect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from personagen_npc.voice.chance import Chance

MAX_DEPTH: Final = 8  # symbols within symbols; the deepest authored grammar here needs 3
MAX_NESTING: Final = 8  # choices within choices

_SLOT: Final = re.compile(r"(#?[a-z_][a-z0-9_]*)((?:\.[a-z]+)*)", re.IGNORECASE)
_DIGITS: Final = re.compile(r"\d+")


def _in_words(text: str) -> str:
    """Every whole number in a text as people say it; none above 999,999,999,999 is touched."""
    return _DIGITS.sub(
        lambda m: inflect.number_in_words(int(m[0])) if len(m[0]) <= 12 else m[0], text
    )


MODIFIERS: Final[Mapping[str, Callable[[str], str]]] = {
    "a": inflect.with_article,
    "the": inflect.with_the,
    "plural": inflect.plural,
    "poss": inflect.possessive,
    "cap": inflect.capitalised,
    "low": inflect.lowered,
    "words": _in_words,
}


class Telling:
    """What a program needs while it runs; ``args`` and ``keys`` gather what it made use of."""

    __slots__ = ("args", "chance", "keys", "slots", "symbol")

    def __init__(
        self,
        slots: Mapping[str, object],
        chance: Chance,
        symbol: Callable[[str, int, Telling], str | None],
    ) -> None:
        self.slots = slots
        self.chance = chance
        self.symbol = symbol
        self.args: dict[str, str] = {}
        self.keys: list[str] = []


class _Piece(Protocol):
    """Anything in a program that is not plain text."""

    def say(self, telling: Telling, depth: int) -> str | None:
        """Its text, or None when it cannot be said now."""


Program = tuple["str | _Piece", ...]


class _Slot:
    __slots__ = ("dotted", "mods", "name")

    def __init__(self, name: str, mods: tuple[Callable[[str], str], ...], dotted: str) -> None:
        self.name = name
        self.mods = mods
        self.dotted = dotted

    def say(self, telling: Telling, depth: int) -> str | None:
        """The slot's value with its modifiers; noted among the arguments."""
        slots = telling.slots
        value = slots.get(self.name)
        if value is None or value == "":
            return None
        text = value if isinstance(value, str) else str(value)
        telling.args[self.name] = text
        if self.mods:
            given = slots.get(self.dotted)
            if given:
                return str(given)
            for mod in self.mods:
                text = mod(text)
        return text


class _Symbol:
    __slots__ = ("mods", "name")

    def __init__(self, name: str, mods: tuple[Callable[[str], str], ...]) -> None:
        self.name = name
        self.mods = mods

    def say(self, telling: Telling, depth: int) -> str | None:
        """One line of the symbol's rules, as the one who tells finds it."""
        if depth >= MAX_DEPTH:
            return None
        text = telling.symbol(self.name, depth + 1, telling)
        for mod in self.mods if text else ():
            text = mod(text or "")
        return text


class _Choice:
    __slots__ = ("options",)

    def __init__(self, options: tuple[Program, ...]) -> None:
        self.options = options

    def say(self, telling: Telling, depth: int) -> str | None:
        """One alternative by chance; when it cannot be said, the next that can."""
        count = len(self.options)
        start = telling.chance.below(count)
        said = len(telling.keys)
        for i in range(count):
            text = expand(self.options[(start + i) % count], telling, depth)
            if text is not None:
                return text
            del telling.keys[said:]
        return None


def expand(program: Program, telling: Telling, depth: int = 0) -> str | None:
    """The program's text, or None when something it needs is missing."""
    out: list[str] = []
    for piece in program:
        if piece.__class__ is str:
            out.append(piece)
            continue
        text = piece.say(telling, depth)  # type: ignore[union-attr]
        if text is None:
            return None
        out.append(text)
    return "".join(out)


def compile_line(text: str, where: str) -> Program:
    """Compile one line. Raises BadField naming ``where`` and what is wrong with the line."""
    parser = _Parser(text, where)
    program = parser.sequence(0)
    if parser.at < len(text):
        raise parser.bad(f"{text[parser.at]!r} without what opens it")
    return program


def check_template(text: str, where: str) -> None:
    """Raise BadField when a one-off template cannot be rendered: bad syntax, or a symbol in it."""
    found = symbols_of(compile_line(text, where))
    if found:
        raise _bad(text, where, f"{{#{found[0]}}} stands in a line that has no rules behind it")


def needs_of(program: Program) -> tuple[str, ...]:
    """Slots without which the program can never be said, sorted."""
    needs: set[str] = set()
    for piece in program:
        if isinstance(piece, _Slot):
            needs.add(piece.name)
        elif isinstance(piece, _Choice):
            needs |= set.intersection(*(set(needs_of(option)) for option in piece.options))
    return tuple(sorted(needs))


def symbols_of(program: Program) -> tuple[str, ...]:
    """Symbols that the program may expand, sorted, without their ``#``."""
    found: set[str] = set()
    for piece in program:
        if isinstance(piece, _Symbol):
            found.add(piece.name)
        elif isinstance(piece, _Choice):
            found.update(name for option in piece.options for name in symbols_of(option))
    return tuple(sorted(found))


class _Parser:
    """Recursive descent over one line: text, ``{slot}``, ``{#symbol}``, ``[a|b|]``."""

    def __init__(self, text: str, where: str) -> None:
        self.text = text
        self.where = where
        self.at = 0

    def sequence(self, nesting: int) -> Program:
        """Pieces up to the end of the line or of the alternative."""
        pieces: list[str | _Piece] = []
        stops = "{}[]|"
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == "{":
                pieces.append(self._braces())
            elif char == "[":
                pieces.append(self._choice(nesting + 1))
            elif char in stops:
                break
            else:
                start = self.at
                while self.at < len(self.text) and self.text[self.at] not in stops:
                    self.at += 1
                pieces.append(self.text[start : self.at])
        return tuple(pieces)

    def _choice(self, nesting: int) -> _Choice:
        if nesting > MAX_NESTING:
            raise self.bad(f"choices nest deeper than {MAX_NESTING}")
        options: list[Program] = []
        while True:
            self.at += 1  # past "[" or "|"
            options.append(self.sequence(nesting))
            end = self.text[self.at : self.at + 1]
            if end == "]":
                self.at += 1
                return _Choice(tuple(options))
            if end != "|":
                raise self.bad("'[' is not closed" if not end else f"{end!r} inside '[...]'")

    def _braces(self) -> _Slot | _Symbol:
        end = self.text.find("}", self.at)
        if end < 0:
            raise self.bad("'{' is not closed")
        inside = self.text[self.at + 1 : end]
        match = _SLOT.fullmatch(inside)
        if match is None:
            raise self.bad(f"{{{inside}}} is neither a slot nor a symbol")
        self.at = end + 1
        mods = tuple(self._modifier(name) for name in match[2].split(".")[1:])
        if match[1].startswith("#"):
            return _Symbol(match[1][1:], mods)
        return _Slot(match[1], mods, inside)

    def _modifier(self, name: str) -> Callable[[str], str]:
        if name not in MODIFIERS:
            raise self.bad(f"unknown modifier .{name}", allowed=", ".join(MODIFIERS))
        return MODIFIERS[name]

    def bad(self, why: str, allowed: str = "") -> BadField:
        """The fault, with the line it is in."""
        return _bad(self.text, self.where, why, allowed)


def _bad(text: str, where: str, why: str, allowed: str = "") -> BadField:
    return BadField(
        f"{where}: {why}",
        field=where,
        got=text,
        allowed=allowed or "text, {slot}, {slot.modifier}, {#symbol}, [one|other|]",
    )
