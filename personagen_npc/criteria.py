"""Conditions over the flat query, compiled once: ``Criteria.parse(when, where).score(query)``.

A rule's ``when`` maps a name to what must hold of its value. The forms, all of them text or plain
YAML scalars: ``">=0.2"``, ``">0"``, ``"<=3"``, ``"<3"``, ``"0.2..0.6"`` (both ends belong to it), a
plain scalar (equal), ``"!x"`` (not equal; a missing name is not equal), a list (any one of these).
A name that the query lacks fails every form but ``"!x"``. After Ruskin, GDC 2012: every criterion
is an interval or an equality, so a rule is a short loop over numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from personagen_npc.errors import BadField

Scalar = bool | int | float | str
When = Mapping[str, Scalar | Sequence[Scalar]]

_SAME, _IN, _BETWEEN, _NOT, _ANY = range(5)
_NUMBER: Final = r"[-+]?(?:\d+\.?\d*|\.\d+)"
_BOUND: Final = re.compile(rf"(>=|<=|>|<)\s*({_NUMBER})")
_SPAN: Final = re.compile(rf"({_NUMBER})\s*\.\.\s*({_NUMBER})")
_PLAIN: Final = re.compile(_NUMBER)
_ALLOWED: Final = '">=0.2", "<3", "0.2..0.6", a plain value, "!x", or a list of these'

# (name, form, a, b): a and b are what the form compares with
Test = tuple[str, int, object, object]
Spans = tuple[tuple[str, float, float], ...]  # name, lowest, highest


class Criteria:
    """All criteria of one rule. ``count`` is their number, and the score when all hold."""

    __slots__ = ("_all", "_full", "_tests", "count", "gate", "names", "spans")

    def __init__(self, tests: Sequence[Test]) -> None:
        order = sorted(tests, key=lambda test: test[1])  # cheap equalities fail first
        self._all = tuple(order)
        self._tests = tuple(t for t in order if t[1] != _BETWEEN)
        # the narrowest first: it fails most often
        self.spans: Spans = tuple(
            sorted(
                ((t[0], t[2], t[3]) for t in order if t[1] == _BETWEEN),  # type: ignore[misc]
                key=lambda span: (min(span[2], 1.0) - max(span[1], -1.0), span[0]),
            )
        )
        # one equality that must hold, for who asks many criteria and wants to call few
        self.gate = next(((t[0], t[2]) for t in order if t[1] == _SAME), None)
        self.count = len(order)
        self._full = float(self.count)
        self.names = tuple(sorted({t[0] for t in order}))

    @classmethod
    def parse(cls, when: When, where: str) -> Criteria:
        """Compile ``when``. Raises BadField naming ``where`` and the key it stumbled on."""
        return cls([_test(name, value, where) for name, value in when.items()])

    def split(self, of: Callable[[str], bool]) -> tuple[Criteria, Criteria]:
        """Those whose names are such, and the others."""
        one = [test for test in self._all if of(test[0])]
        if len(one) in {0, len(self._all)}:
            return (self, NONE) if one else (NONE, self)
        return Criteria(one), Criteria([test for test in self._all if not of(test[0])])

    def behind(self) -> Criteria | None:
        """What is left behind ``gate`` and the first of ``spans``; None if nothing is."""
        tests = self._tests[1:] if self.gate else self._tests  # equalities stand first
        if not tests and len(self.spans) < 2:
            return None
        left = Criteria.__new__(Criteria)  # sorted already
        left._all, left._tests, left.spans = self._all, tests, self.spans[1:]
        left.gate, left.names, left.count = None, self.names, len(tests) + len(left.spans)
        left._full = float(left.count)
        return left

    def score(  # noqa: C901 - hot: asked dozens of times in a turn
        self, query: Mapping[str, object]
    ) -> float | None:
        """Number of criteria when all of them hold, else None."""
        try:
            for name, form, a, b in self._tests:
                value = query.get(name)
                if form == _SAME:
                    if value != a:
                        return None
                elif form == _IN:  # written out, as the commonest two
                    if value is None or value not in a:  # type: ignore[operator]
                        return None
                elif not _holds(value, form, a, b):
                    return None
            for name, low, high in self.spans:
                value = query.get(name)
                if value is None or not low <= value <= high:  # type: ignore[operator]
                    return None
        except TypeError:  # a text where a number was asked for: does not hold
            return None
        return self._full


NONE: Final = Criteria(())


def _holds(value: object, form: int, a: object, b: object) -> bool:
    """Whether a value meets one test of any form."""
    if form == _NOT:
        return value not in a  # type: ignore[operator]
    if value is None:
        return False
    if form == _BETWEEN:
        return bool(a <= value <= b)  # type: ignore[operator]
    if form == _ANY:
        return any(_try(value, one) for one in a)  # type: ignore[attr-defined]
    return value in a if form == _IN else value == a  # type: ignore[operator]


def _try(value: object, test: Test) -> bool:
    try:
        return _holds(value, test[1], test[2], test[3])
    except TypeError:
        return False


def _test(name: str, value: Scalar | Sequence[Scalar], where: str) -> Test:
    if isinstance(value, (bool, int, float, str)):
        return _single(name, value, where)
    if isinstance(value, Sequence) and value:
        tests = [_single(name, one, where) for one in value]
        if all(t[1] == _SAME for t in tests):
            return (name, _IN, frozenset(t[2] for t in tests), None)
        return (name, _ANY, tuple(tests), None)
    raise _bad(name, value, where)


def _single(name: str, value: object, where: str) -> Test:
    if isinstance(value, str):
        return _text(name, value.strip(), where)
    if isinstance(value, (bool, int, float)) and math.isfinite(value):
        return (name, _SAME, value, None)
    raise _bad(name, value, where)


def _text(name: str, text: str, where: str) -> Test:
    if text.startswith("!"):
        plain = text[1:].strip()
        if not plain or plain[0] in "<>!":
            raise _bad(name, text, where)
        # "!5" bars the number and the text alike: YAML leaves no way to say which is meant
        return (name, _NOT, frozenset((_literal(plain), plain)), None)
    if text.startswith((">", "<")):
        return _bound(name, text, where)
    if span := _SPAN.fullmatch(text):
        low, high = float(span[1]), float(span[2])
        if low > high:
            raise _bad(name, text, where)
        return (name, _BETWEEN, low, high)
    return (name, _SAME, text, None)


def _bound(name: str, text: str, where: str) -> Test:
    match = _BOUND.fullmatch(text)
    if match is None:
        raise _bad(name, text, where)
    sign, edge = match[1], float(match[2])
    if sign[0] == ">":
        return (name, _BETWEEN, edge if sign == ">=" else math.nextafter(edge, math.inf), math.inf)
    return (name, _BETWEEN, -math.inf, edge if sign == "<=" else math.nextafter(edge, -math.inf))


def _literal(text: str) -> Scalar:
    if text in {"true", "false"}:
        return text == "true"
    return float(text) if _PLAIN.fullmatch(text) else text


def _bad(name: str, got: object, where: str) -> BadField:
    return BadField(
        f"{where}: criterion for {name!r} cannot be read",
        field=f"{where}.when.{name}",
        got=got,
        allowed=_ALLOWED,
    )
