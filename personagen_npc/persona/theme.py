"""Theme: what a few words ask for ("a bitter dwarf locksmith who lost a son").

Genre, trade, people, pronoun, age, temper, and what the theme itself tells of a life. Words that
stand in no table are kept as topics: they steer what the person likes to talk of.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REACH: Final = (
    4  # words behind a verb among which "his brother" stands: "searching for his brother"
)
LONGEST: Final = 200  # characters of a theme that are read
USUAL_GENRE: Final = "village"
ENDS: Final = frozenset(
    {"of", "who", "from", "with", "in", "and", "that", "by", "to", "for", "at", "on"}
)
DETERMINERS: Final = frozenset(
    {"a", "an", "the", "his", "her", "their", "its", "one", "two", "three", "all", "some"}
)
_SMALL: Final = ENDS | DETERMINERS | {
    "is", "was", "has", "had", "very", "too", "but", "or", "not", "no", "as", "once",
    "now", "still", "never",
}  # fmt: skip
_WORD: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")
_TRADE: Final = re.compile(r"[a-z-]{3,20}")
MOST_TOPICS: Final = 4


class Told(NamedTuple):
    """A part of a life that the theme tells: the row of ``life.yaml`` and what it was."""

    row: Mapping[str, Any]
    whom: str
    a_whom: str
    own: bool = False  # "hates his brother", not "hates the moon"

    def fill(self) -> dict[str, str]:
        """The words that texts are filled with."""
        theirs, mine = ("<their>", "my") if self.own else ("the", "the")
        return {"whom": self.whom, "a_whom": self.a_whom, "the_whom": f"{theirs} {self.whom}",
                "my_whom": f"{mine} {self.whom}"}  # fmt: skip


class Theme(NamedTuple):
    """What a theme says; "" and empty where it says nothing."""

    text: str
    words: tuple[str, ...]
    genre: str
    trade: str
    role: str
    people: str
    pronoun: str
    ages: tuple[int, int]
    told: tuple[Told, ...]
    topics: tuple[str, ...]


def read_theme(text: str, genre: str = "") -> Theme:
    """What a theme asks for.

    Args:
        text: a few words, of which 200 characters are read.
        genre: the world's, where there is one; else the theme's own words decide.
    """
    words = tuple(_WORD.findall(text[:LONGEST].lower()))
    world = genre or _genre(words)
    told = _told(words)
    trade, role = _trade(words, world)
    temper = table("persona/data/temper.yaml")
    pronoun = _pronoun(words)
    low, high = next((temper["ages"][w] for w in words if w in temper["ages"]), temper["any_age"])
    people = _people(words, world)
    return Theme(
        " ".join(words), words, world, trade, role, people, pronoun, (low, high), told,
        _topics(words, told, role, world),
    )  # fmt: skip


def trades(genre: str) -> dict[str, Mapping[str, Any]]:
    """The trades of a genre."""
    rows = table("persona/data/trades.yaml")["trades"]
    return {name: row for name, row in rows.items() if genre in row["genres"]}


def peoples(genre: str) -> dict[str, Mapping[str, Any]]:
    """The peoples of a genre."""
    rows = table("persona/data/peoples.yaml")
    return {name: row for name, row in rows.items() if row["genre"] == genre}


def _pronoun(words: Sequence[str]) -> str:
    """By what the person is called, else by whose son it is: "who lost his wife" is a he."""
    known = table("persona/data/temper.yaml")["pronouns"]
    cut = next((i for i, w in enumerate(words) if w in ENDS or w in _verbs()), len(words))
    named = next((known[w] for w in words[:cut] if w in known), "")
    return named or next((_OWN[w] for w in words if w in _OWN), "")


_OWN: Final = {"his": "he", "him": "he", "he": "he", "her": "she", "she": "she", "their": "they"}


def _genre(words: Sequence[str]) -> str:
    """The genre that most words speak for; the usual one where none does."""
    rows = table("persona/data/genres.yaml")
    score = {name: 2.0 * sum(w in row["words"] for w in words) for name, row in rows.items()}
    for name in rows:
        score[name] += sum(any(w in p["words"] for p in peoples(name).values()) for w in words)
        known = {w for row in trades(name).values() for w in row["words"]}
        score[name] += 0.5 * sum(w in known for w in words)
    best = max(score.values())
    return USUAL_GENRE if score[USUAL_GENRE] == best else max(score, key=score.__getitem__)


def _people(words: Sequence[str], genre: str) -> str:
    rows = peoples(genre)
    return next((n for w in words for n, row in rows.items() if w in row["words"]), "")


def _head(words: Sequence[str]) -> str:
    """The noun of the theme: the last word before "of", "who", "from" or a verb that tells."""
    temper = table("persona/data/temper.yaml")
    verbs = _verbs()
    cut = next((i for i, w in enumerate(words) if w in ENDS or (i > 1 and w in verbs)), None)
    last = words[:cut][-1:]
    known = {*temper["adjectives"], *temper["ages"], *temper["pronouns"], *_SMALL}
    return last[0] if last and last[0] not in known and _TRADE.fullmatch(last[0]) else ""


def _verbs() -> frozenset[str]:
    return frozenset(w for row in table("persona/data/life.yaml")["told"] for w in row["words"])


def _trade(words: Sequence[str], genre: str) -> tuple[str, str]:
    """The trade that a word names, and the role by that word."""
    head, rows = _head(words), trades(genre)
    usual = next(name for name, row in rows.items() if row.get("default"))
    for word in (head, *words):
        fits = (
            n for n, r in rows.items() if word and {word, word.removesuffix("s")} & {*r["words"]}
        )
        akin = (n for n in rows if word and word == head and word.endswith(n))
        found = next(fits, "") or next(akin, "")  # a gunsmith is a smith
        if found:
            return found, _role(word, rows[found])
    other = "worker" if "worker" in rows else usual
    people = {w for row in peoples(genre).values() for w in row["words"]}
    made = head if head and head not in people else ""
    return (other, made) if made else (usual, "")


def _role(word: str, row: Mapping[str, Any]) -> str:
    """The trade as the theme calls it, where it is one that is told to anybody."""
    barred = table("persona/data/temper.yaml")["not_roles"]
    return "" if row.get("hidden") or word in barred else word


def _told(words: Sequence[str]) -> tuple[Told, ...]:
    found: list[Told] = []
    used: set[int] = set()
    for row in table("persona/data/life.yaml")["told"]:
        at = next((i for i in range(1, len(words)) if i not in used and _tells(words, i, row)), 0)
        if at:
            used.add(at)
            found.append(_whom(words, at, row))
    return tuple(found)


def _tells(words: Sequence[str], i: int, row: Mapping[str, Any]) -> bool:
    """Whether word ``i`` is a verb with an object; "the lost book" has none."""
    if words[i] not in row["words"] or words[i - 1] in DETERMINERS:
        return False
    whom = _object(words, i)
    return bool(whom) and (whom.split()[-1] in row["whom"] if "whom" in row else True)


def _object(words: Sequence[str], at: int) -> str:
    rest = list(words[at + 1 :])
    while (
        rest and rest[0] in ENDS | {"out", "away", "a", "an"} - {"and"} and rest[0] not in {"who"}
    ):
        rest = rest[1:]
    verbs = _verbs()
    ends = (
        k for k, w in enumerate(rest)
        if k and (w in ENDS or (w in verbs and rest[k - 1] not in DETERMINERS))
    )  # fmt: skip
    cut = next(ends, len(rest))
    return " ".join(w for w in rest[:cut] if w not in DETERMINERS)


def _whom(words: Sequence[str], at: int, row: Mapping[str, Any]) -> Told:
    whom = _object(words, at)
    article = words[at + 1] if at + 1 < len(words) else ""
    near = words[at + 1 : at + 1 + REACH]
    first = whom.split()[0] if whom else ""
    own = any(a in _OWN and b == first for a, b in pairwise(near))
    return Told(row, whom, f"a {whom}" if article in {"a", "an"} else f"<their> {whom}", own)


def _topics(words: Sequence[str], told: Sequence[Told], role: str, genre: str) -> tuple[str, ...]:
    """Words of no table, in order: what else the person cares for."""
    temper = table("persona/data/temper.yaml")
    known = {*temper["adjectives"], *temper["ages"], *temper["pronouns"], *_SMALL, *_verbs(), role}
    known |= {w for row in peoples(genre).values() for w in row["words"]}
    known |= {w for row in trades(genre).values() for w in row["words"]}
    known |= {w for row in table("persona/data/genres.yaml").values() for w in row["words"]}
    own = [w for t in told for w in t.whom.split()]
    left = [w for w in words if w not in known and len(w) > 2]
    return tuple(dict.fromkeys((*own, *left)))[:MOST_TOPICS]
