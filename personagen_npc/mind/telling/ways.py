"""Ways: a culture compiled for the minds that belong to it, so that a turn only looks things up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from personagen_npc.words.stem import stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from personagen_npc.persona.culture import Culture, Regard, Taboo
    from personagen_npc.persona.profile import Voice

OWN_SHARE = 2  # a persona's own words stand so many times in the lot against its culture's, [D]


class Forbidden(NamedTuple):
    """One taboo: sets of stems, any of which touches it, and ids that may not be named."""

    id: str
    words: tuple[frozenset[str], ...]
    about: frozenset[str]
    shock: float
    refuse: bool


class Ways(NamedTuple):
    """What a culture changes in its people; the empty one changes nothing.

    ``regards``: kind of deed -> (times, benefit, praise, threat).
    """

    culture: str = ""
    name: str = ""
    regards: Mapping[str, tuple[float, float, float, float]] = {}
    taboos: tuple[Forbidden, ...] = ()
    greets_first: bool = False
    hosts: bool = False
    minds_refusal: bool = False
    address: tuple[str, ...] = ()
    oaths: tuple[str, ...] = ()
    pet_words: tuple[str, ...] = ()

    def touched(self, said: Sequence[str], named: Iterable[str]) -> Forbidden | None:
        """The first taboo that a line touches, by its stems and the ids that it names."""
        if not self.taboos:
            return None
        stems_, ids = set(said), set(named)
        for taboo in self.taboos:
            if taboo.about & ids or any(words <= stems_ for words in taboo.words):
                return taboo
        return None


NO_WAYS = Ways()


class Words(NamedTuple):
    """How a persona calls people and swears: its own words and its culture's."""

    address: tuple[str, ...] = ()
    oaths: tuple[str, ...] = ()
    pet_words: tuple[str, ...] = ()


def words_of(own: Voice, ways: Ways) -> Words:
    """A persona's own words first and oftenest, then its culture's."""
    return Words(
        own.address * OWN_SHARE + ways.address,
        own.oaths * OWN_SHARE + ways.oaths,
        own.pet_words * OWN_SHARE + ways.pet_words,
    )


def ways_of(culture: Culture, tags: Mapping[str, Iterable[str]]) -> Ways:
    """Compile a culture. ``tags``: kind of deed (intent or event id) -> its tags.

    A regard for the kind itself goes before one for its first tag that has one.
    """
    return Ways(
        culture.id,
        culture.name,
        dict(_regards(culture.regards, tags)),
        tuple(_forbidden(i, t) for i, t in culture.taboos.items()),
        bool(culture.ungreeted),
        bool(culture.hosting),
        bool(culture.refused),
        culture.address,
        culture.oaths,
        culture.pet_words,
    )


def _regards(
    regards: Mapping[str, Regard], tags: Mapping[str, Iterable[str]]
) -> Iterable[tuple[str, tuple[float, float, float, float]]]:
    for kind, own in tags.items():
        for name in (kind, *(f"#{t}" for t in own)):
            regard = regards.get(name)
            if regard is not None:
                yield kind, (regard.times, regard.benefit, regard.praise, regard.threat)
                break


def _forbidden(name: str, taboo: Taboo) -> Forbidden:
    words = tuple(frozenset(stems(w)) for w in taboo.words)
    about = frozenset(taboo.about)
    return Forbidden(name, tuple(w for w in words if w), about, taboo.shock, taboo.refuse)
