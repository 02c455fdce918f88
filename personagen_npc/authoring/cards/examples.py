"""Example dialogues as ways of speaking: what the player's line asks for calls up the answer."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.authoring.cards.card import DATA
from personagen_npc.authoring.cards.spoken import PLAYER, line_of, speech, turns_of
from personagen_npc.events import QUESTIONS
from personagen_npc.mind.perceive import Perceiver
from personagen_npc.mind.reading.names import Names
from personagen_npc.persona.profile import BehavioralPattern
from personagen_npc.tables import table
from personagen_npc.words.stem import stems
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Callable

FREQUENT: Final = 0.5  # of a way that an example shows once, as a pattern's default
MOST: Final = 40  # exchanges that are read, [D]
WORDS: Final = 3  # content words that call an answer up, the longest of the line, [D]
_YOU = re.compile(r"\b(you|your|yours|yourself)\b", re.IGNORECASE)


class Examples(NamedTuple):
    """Patterns by intent, answers by their words, and lines that stand for themselves."""

    patterns: tuple[BehavioralPattern, ...]
    answers: dict[tuple[str, ...], str]
    smalltalk: tuple[str, ...]


@cache
def _perceiver() -> Perceiver:
    return Perceiver(table("mind/data/intents.yaml"), Names(), {})


def examples_of(text: str, char: str, sayable: Callable[[str], bool]) -> Examples:
    """What example dialogues show of a character's speech."""
    patterns: dict[str, BehavioralPattern] = {}
    answers: dict[tuple[str, ...], str] = {}
    smalltalk: list[str] = []
    turns = turns_of(text, char, "\ue003")[: 2 * MOST]
    closed = frozenset(table(DATA)["intents"])
    for (before, asked), (who, answer) in pairwise([("", ""), *turns]):
        line = _said(answer, char, sayable) if who == "char" else ""
        if not line:
            continue
        question = " ".join(speech(asked, char)) if before == "user" else ""
        heard = _perceiver().glance(question).intent if question else ""
        words = _distinct(question)
        if heard in closed:
            new = BehavioralPattern(trigger=heard, response_template=line, frequency=FREQUENT)
            patterns.setdefault(f"{heard} {len(patterns)}", new)
        elif words and (heard in QUESTIONS or heard in ("request", "share_news")):
            answers.setdefault(words, line.replace(PLAYER, "friend"))
        elif not _YOU.search(line) and PLAYER not in line:
            smalltalk.append(line)
    return Examples(tuple(patterns.values()), answers, tuple(dict.fromkeys(smalltalk)))


def _said(answer: str, char: str, sayable: Callable[[str], bool]) -> str:
    return line_of(tuple(s for s in speech(answer, char) if sayable(s)))


def _distinct(question: str) -> tuple[str, ...]:
    """The words that a question is about, in its order."""
    kept = [w for w in tokens(question) if stems(w)]
    longest = sorted(kept, key=len, reverse=True)[:WORDS]
    return tuple(dict.fromkeys(w for w in kept if w in longest))
