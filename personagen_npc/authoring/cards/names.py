"""Names in what a card's person says: things that can be talked of, so that no name is unknown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from personagen_npc.world.pack import Thing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST: Final = 60  # things made of names, [D]
_NAME = re.compile(r"(?<=[\w,;:] )([A-Z][\w'\u2019-]+(?:(?: of(?: the)?)? [A-Z][\w'\u2019-]+)*)")
_NOT_ID = re.compile(r"[^a-z0-9]+")
_PLAIN: Final = frozenset({"i", "i'm", "i'll", "i've", "i'd", "god", "gods", "sir", "lord", "lady"})


def things_named(
    texts: Iterable[str], things: Mapping[str, Thing], taken: Iterable[str]
) -> dict[str, Thing]:
    """A thing for each name in mid-sentence that nothing bears yet.

    Args:
        texts: what is said or known.
        things: those there are.
        taken: names of the person and the place.
    """
    words = {w.lower() for n in taken for w in (n, *n.split())}
    words |= {n.lower() for t in things.values() for n in (t.name, *t.aliases)}
    found: dict[str, Thing] = {}
    for text in texts:
        for match in _NAME.finditer(text):
            name = match[1].removesuffix("'s").removesuffix("\u2019s")
            key = slug(name)
            if name.lower() in words | _PLAIN or not key or key in things or len(found) >= MOST:
                continue
            found.setdefault(key, Thing(id=key, name=name))
    return found


def slug(text: str) -> str:
    """A name as an id."""
    return _NOT_ID.sub("_", text.lower()).strip("_")[:40]
