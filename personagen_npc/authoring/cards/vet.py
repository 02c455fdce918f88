"""What a card may not say: attacks on a model, and content that no character here may have.

Cards come from strangers. Text that could be said or known is screened like a player's line;
instructions to a model are never used, and refused only where they are there to break its rules.
Sexual content with minors is refused whatever is let in.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.authoring.cards.card import DATA, Card, Entry, Problems
from personagen_npc.authoring.cards.spoken import plain, turns_of
from personagen_npc.guard.incoming import screen
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator

RATINGS: Final = ("everyone", "mature", "adult")
SAYABLE: Final = (
    "name", "nickname", "description", "personality", "scenario", "first_mes",
)  # fmt: skip
FOR_MODELS: Final = ("system_prompt", "post_history_instructions", "creator_notes", "creator",
                     "character_version")  # fmt: skip
PIECE: Final = 1800  # characters that are screened at a time, below the screen's own limit
NEAR: Final = 240  # characters between a minor and something explicit that belong together, [D]
SHOWN: Final = 60  # characters of a text that a refusal repeats
ADULT: Final = 18
CLEAN: Final = "text that a character can say or know"

_LINES = re.compile(r"\n+")
_MARKS = re.compile(r"[\[\]{}<>=|\\#_*`~+]+")
# unseen characters that reorder or smuggle text: bidi overrides and isolates, and tag characters
_SMUGGLED = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")


class _Words(NamedTuple):
    jailbreak: re.Pattern[str]
    explicit: re.Pattern[str]
    minor: re.Pattern[str]
    never: re.Pattern[str]
    mature: re.Pattern[str]


@cache
def words() -> _Words:
    """The patterns of ``data/cards.yaml``, compiled."""
    data = table(DATA)
    return _Words(*(re.compile("|".join(data[name])) for name in _Words._fields))


def vet(card: Card, most: str, age: int | None) -> str:
    """The card's content rating. Raises BadCard for what it may not hold.

    Args:
        card: the card.
        most: the highest of ``RATINGS`` that is let in.
        age: the character's age in years where the card gives one.
    """
    problems = Problems()
    for where, text in texts_of(card):
        _screened(where, text, problems, heard=where.startswith(_SAID))
    for where, text in [*texts_of(card), *_tags(card)]:
        _decent(where, text, problems)
    rating, where = _rating(card)
    if rating == "adult" and age is not None and age < ADULT:
        problems.add(where, "sexual content with a minor", "none, whatever is let in")
    elif RATINGS.index(rating) > RATINGS.index(most):
        problems.add(where, f"content rated {rating}", f"{most} at most, or --rating {rating}")
    problems.refuse()
    return rating


_SAID: Final = (*(f"data.{n}" for n in SAYABLE), "data.mes_example", "data.alternate_greetings",
                "data.group_only_greetings", "data.character_book")  # fmt: skip


def texts_of(card: Card) -> Iterator[tuple[str, str]]:
    """Every text of a card with its field, but for tags and extensions."""
    for name in (*SAYABLE, "mes_example", *FOR_MODELS):
        if card.text(name):
            yield f"data.{name}", card.text(name)
    for name in ("alternate_greetings", "group_only_greetings"):
        yield from ((f"data.{name}.{i}", text) for i, text in enumerate(card.texts(name), 1))
    for i, entry in enumerate(card.entries, 1):
        yield from _of_entry(f"data.character_book.entries.{i}", entry)


def _of_entry(at: str, entry: Entry) -> Iterator[tuple[str, str]]:
    yield f"{at}.content", entry.content
    for name in ("name", "comment"):
        if isinstance(entry.fields.get(name), str):
            yield f"{at}.{name}", entry.fields[name]
    for j, key in enumerate((*entry.keys, *entry.fields.get("secondary_keys", ())), 1):
        yield f"{at}.keys.{j}", key


def _tags(card: Card) -> Iterator[tuple[str, str]]:
    for i, tag in enumerate(card.texts("tags"), 1):
        yield f"data.tags.{i}", tag


def _screened(where: str, text: str, problems: Problems, *, heard: bool) -> None:
    """One text against attacks; what players say in an example is not the character's to say."""
    if _SMUGGLED.search(text):
        problems.add(where, "characters that hide or reorder text", CLEAN)
    folded = unicodedata.normalize("NFKC", plain(text, "Char", "Player"))
    found = words().jailbreak.search(folded.lower())
    if found:
        problems.add(where, f'"{found[0][:SHOWN]}"', "no instructions to break a model's rules")
    elif heard:
        own = _own_lines(where, folded)
        bad = next(
            (p for p in _pieces(own) if "attack" in screen(p, PIECE, spoken=False).flags), None
        )
        if bad is not None:
            problems.add(where, f'an attack on a model: "{bad.strip()[:SHOWN]}"', CLEAN)


def _own_lines(where: str, text: str) -> str:
    if where != "data.mes_example":
        return text
    return "\n".join(line for who, line in turns_of(text, "Char", "Player") if who == "char")


def _pieces(text: str) -> Iterator[str]:
    """A text line by line, markup of description lists taken out: that is no attack."""
    for line in _LINES.split(text):
        bare = _MARKS.sub(" ", line) if "```" not in line and "<|" not in line else line
        for at in range(0, len(bare), PIECE):
            yield bare[at : at + PIECE]


def _decent(where: str, text: str, problems: Problems) -> None:
    low = text.lower()
    found = words().never.search(low)
    if found or _minor_near(low):
        problems.add(where, "sexual content with a minor", "none, whatever is let in")


def _minor_near(low: str) -> bool:
    """Whether something explicit stands near a minor. "As a child" and the like need more."""
    plain_text = _GROWN.sub(lambda m: " " * len(m[0]), low)
    young = [m.start() for m in words().minor.finditer(plain_text)]
    if not young:
        return False
    at = 0
    for hit in words().explicit.finditer(low):
        while at < len(young) - 1 and young[at + 1] <= hit.start():
            at += 1
        if any(abs(y - hit.start()) <= NEAR for y in young[at : at + 2]):
            return True
    return False


_GROWN = re.compile(r"\b(as a child|since (he|she|they) (was|were) a child|when (he|she|they) (was|"
                    r"were) (a )?(child|kid|little|young)|childhood|only child|no minors|"
                    r"minors (dni|do not interact))\b")  # fmt: skip


def _rating(card: Card) -> tuple[str, str]:
    """The content rating, and the field that asks for it."""
    mature = ""
    for where, text in [*texts_of(card), *_tags(card)]:
        if where.removeprefix("data.") in FOR_MODELS:
            continue
        if words().explicit.search(text.lower()):
            return "adult", where
        if not mature and words().mature.search(text.lower()):
            mature = where
    return ("mature", mature) if mature else ("everyone", "data")


def sayable(text: str) -> bool:
    """Whether a sentence may be said aloud by a character: nothing explicit, nothing unsafe."""
    low = text.lower()
    return words().explicit.search(low) is None and not screen(text, PIECE, spoken=False).flags
