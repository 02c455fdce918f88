"""Phrase patterns as one automaton: all of them are tried in a single walk over a clause.

A pattern is a row of words: ``a|b`` either, ``@class`` any word of a class, ``?a`` optional,
``_`` one word, ``*`` up to two words, ``**`` any number, ``^`` start and ``$`` end of a clause,
``?`` alone a question mark, ``>`` at the end: what the line is about begins here.

Deterministic states are made when first reached and kept, so that a usual line costs one look-up
a step however many patterns there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Set

GAP: Final = 2  # words that `*` may pass over
PER_WORD: Final = 0.12  # what each further fixed word of a pattern adds to its weight; tuned
MOST_STEPS: Final = 60_000  # transitions kept before the automaton starts afresh; about 10 MB

Keys = tuple[str, ...]


class Proof(NamedTuple):
    """What a pattern shows: ``when`` names the state it needs, ``slot`` that a noun follows."""

    intent: str
    weight: float
    when: str
    slot: bool


class Element(NamedTuple):
    """One place of a pattern: its keys (none: any word), may it be left out, may it repeat."""

    keys: frozenset[str]
    optional: bool
    loops: bool


class Pattern(NamedTuple):
    """A compiled line of the data file."""

    proof: Proof
    elements: tuple[Element, ...]
    opens: bool  # only at a clause's start
    closes: bool  # only at a clause's end


ANY: Final = Element(frozenset(), optional=False, loops=False)
SKIP: Final = Element(frozenset(), optional=True, loops=False)
ROAM: Final = Element(frozenset(), optional=True, loops=True)


def parse(line: str, intent: str, strength: float, when: str) -> Pattern:
    """Compile one pattern; ``strength`` is what it proves with a single fixed word."""
    parts = line.split()
    opens, slot = parts[0] == "^", parts[-1] == ">"
    body = parts[opens : len(parts) - slot]
    closes = body[-1] == "$"
    elements = [e for p in (body[:-1] if closes else body) for e in _elements(p)]
    fixed = sum(bool(e.keys) and not e.optional for e in elements)
    proof = Proof(intent, strength + PER_WORD * (fixed - 1), when, slot)
    return Pattern(proof, tuple(elements), opens, closes)


def _elements(part: str) -> list[Element]:
    """Elements of one written place."""
    special = {"_": [ANY], "*": [SKIP] * GAP, "**": [ROAM]}
    if part in special:
        return special[part]
    optional = len(part) > 1 and part[0] == "?"
    keys = frozenset((part[1:] if optional else part).split("|"))
    return [Element(keys, optional, loops=False)]


class State:
    """A set of places reached, with what they prove and where each word leads."""

    __slots__ = ("any", "at_end", "by_key", "next", "proved", "shows")

    def __init__(self, patterns: Sequence[Pattern], places: Iterable[tuple[int, int]]) -> None:
        self.next: dict[int, State | None] = {}  # by the number of what a word shows
        self.by_key: dict[str, list[tuple[int, int]]] = {}
        self.any: list[tuple[int, int]] = []
        proved: list[int] = []
        at_end: list[int] = []
        for p, e in places:
            pattern = patterns[p]
            if e == len(pattern.elements):
                (at_end if pattern.closes else proved).append(p)
                continue
            element = pattern.elements[e]
            target = (p, e if element.loops else e + 1)
            if not element.keys:
                self.any.append(target)
            for key in sorted(element.keys):
                self.by_key.setdefault(key, []).append(target)
        self.proved = tuple(proved)
        self.at_end = tuple(at_end)
        self.shows = bool(proved or at_end)


MISSING: Final = State((), ())  # a step not made yet


class Phrasebook:
    """All patterns, compiled; ``walk`` finds those that a clause contains."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.patterns = tuple(patterns)
        self.proofs = tuple(p.proof for p in patterns)
        self.keys = frozenset(k for p in patterns for e in p.elements for k in e.keys)
        self._states: dict[tuple[tuple[int, int], ...], State] = {}
        self._numbers: dict[Keys, int] = {}
        self._steps = 0
        self._begin()

    def _begin(self) -> None:
        """Forget all states but the two that every walk starts from."""
        self._states.clear()
        self._numbers.clear()
        self._steps = 0
        starts = [(i, 0) for i in range(len(self.patterns))]
        self._inside = self._state([s for s in starts if not self.patterns[s[0]].opens])
        self._start = self._state(starts)

    def _state(self, places: Iterable[tuple[int, int]]) -> State:
        key = tuple(sorted(self._closure(places)))
        state = self._states.get(key)
        if state is None:
            state = self._states[key] = State(self.patterns, key)
        return state

    def _closure(self, places: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
        """Places reached when optional elements are left out."""
        out: set[tuple[int, int]] = set()
        for p, first in places:
            elements = self.patterns[p].elements
            e = first
            out.add((p, e))
            while e < len(elements) and elements[e].optional:
                e += 1
                out.add((p, e))
        return out

    def _step(self, state: State, keys: Keys, number: int) -> State | None:
        """Make and keep the state that ``keys`` lead to; None where nothing goes on."""
        targets = list(state.any) if keys != ("?",) else []
        for key in keys:
            targets += state.by_key.get(key, ())
        after = self._state(targets) if targets else None
        state.next[number] = after
        self._steps += 1
        return after

    def walk(
        self, keys: Sequence[Keys], starts: Set[int], ends: Set[int]
    ) -> dict[int, tuple[int, int]]:
        """Patterns in a clause: index -> (first word, place after the last word), widest end."""
        if self._steps > MOST_STEPS:
            self._begin()
        out: dict[int, tuple[int, int]] = {}
        known, n = self._numbers, len(keys)
        numbers = [known.setdefault(k, len(known)) for k in keys]  # each is hashed once, not a step
        for first in range(n):
            state = self._start if first in starts else self._inside
            for i in range(first, n):
                after = state.next.get(numbers[i], MISSING)
                if after is MISSING:
                    after = self._step(state, keys[i], numbers[i])
                if after is None:
                    break
                state = after
                if state.shows:
                    _collect(out, state, first, i + 1, ends)
        return out


def _collect(
    out: dict[int, tuple[int, int]], state: State, first: int, end: int, ends: Set[int]
) -> None:
    """Take what a state proves; of one pattern the widest match counts."""
    span = (first, end)
    for p in state.proved:
        if p not in out or out[p][1] < end:
            out[p] = span
    if state.at_end and end in ends:
        for p in state.at_end:
            if p not in out or out[p][1] < end:
                out[p] = span
