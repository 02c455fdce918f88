"""Infer: what follows from statements that a mind holds, by what relations mean. On demand only.

Sound and small: a relation read from its other side, one that holds both ways, chains of at most
``DEEPEST`` steps. Premises come from a function that hands out only what is within reach, so what
follows can hold nothing that is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from personagen_npc.mind.statements.statement import Statement, relations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

DEEPEST = 3  # steps of a chain, [D]
WIDEST = 64  # statements looked at for one question, [D]


class Premise(NamedTuple):
    """A statement that is held: how sure, by which fact."""

    said: Statement
    confidence: float
    fact: str


class Link(NamedTuple):
    """What follows: from which statement to whom, how sure, on which facts."""

    to: str
    confidence: float
    facts: tuple[str, ...]


def links(
    about: Callable[[str], Iterable[Premise]], start: str, relation: str, back: bool = False
) -> list[Link]:
    """Whom a name is linked to by a relation: the surest first, then the nearest, then by name.

    Args:
        about: every statement within reach that has a name as subject or object.
        start: the name asked about.
        relation: in the table's own form.
        back: ``start`` is the object, and subjects are asked for.
    """
    found: dict[str, Link] = {}
    for link in _all(about, start, relation, back):
        known = found.get(link.to)
        if link.to != start and (known is None or _rank(link) < _rank(known)):
            found[link.to] = link
    return sorted(found.values(), key=_rank)


def _rank(link: Link) -> tuple[float, int, str]:
    return (-link.confidence, len(link.facts), link.to)


def _all(
    about: Callable[[str], Iterable[Premise]], start: str, relation: str, back: bool
) -> Iterator[Link]:
    yield from _direct(about, start, relation, back)
    if relations().of(relation).transitive:
        yield from _chain(about, start, relation, back)
    if not back:
        for first, second in _steps(relation):
            yield from _two(about, start, first, second)
    for first, made in relations().shared.items():
        if made == relation:
            yield from _shared(about, start, first)


def _steps(relation: str) -> list[tuple[str, str]]:
    """Pairs of relations that make this one, one after the other."""
    through = [(relation, step) for step in relations().of(relation).through]
    return through + [pair for pair, made in relations().chains.items() if made == relation]


def _shared(about: Callable[[str], Iterable[Premise]], start: str, first: str) -> Iterator[Link]:
    """Those that have the same parent, or whatever else two can share."""
    for up in _direct(about, start, first, False):
        for down in _direct(about, up.to, first, True):
            yield _joined(up, down)


def _direct(
    about: Callable[[str], Iterable[Premise]], name: str, relation: str, back: bool
) -> Iterator[Link]:
    """Links that one statement makes, read from the side that is asked."""
    both = relations().of(relation).symmetric
    for count, premise in enumerate(about(name)):
        said = premise.said
        if count == WIDEST:
            return
        if said.relation != relation:
            continue
        if (said.object if back else said.subject) == name:
            to = said.subject if back else said.object
        elif both and name in (said.subject, said.object):
            to = said.subject if said.object == name else said.object
        else:
            continue
        yield Link(to, premise.confidence, (premise.fact,))


def _two(
    about: Callable[[str], Iterable[Premise]], start: str, first: str, second: str
) -> Iterator[Link]:
    for one in _direct(about, start, first, False):
        for two in _direct(about, one.to, second, False):
            yield _joined(one, two)


def _chain(
    about: Callable[[str], Iterable[Premise]], start: str, relation: str, back: bool
) -> Iterator[Link]:
    """What a chain of one relation reaches, breadth first."""
    edge, seen = [Link(start, 1.0, ())], {start}
    for _ in range(DEEPEST):
        further: list[Link] = []
        for link in edge:
            for step in _direct(about, link.to, relation, back):
                if step.to not in seen:
                    seen.add(step.to)
                    further.append(_joined(link, step))
        yield from further
        edge = further


def _joined(one: Link, two: Link) -> Link:
    facts = tuple(dict.fromkeys((*one.facts, *two.facts)))
    return Link(two.to, round(one.confidence * two.confidence, 6), facts)
