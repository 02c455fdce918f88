"""Gist: what judged sentences say: their words for look-up, names, numbers, claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.mind.reading.lexicon import ELLIPSIS
from personagen_npc.mind.reading.names import PEOPLE
from personagen_npc.mind.reading.topic import own_name

if TYPE_CHECKING:
    from personagen_npc.mind.reading.hearing import Reader, Sentence
    from personagen_npc.mind.reading.lexicon import Lexicon
    from personagen_npc.mind.statements.judging import Judged

SECOND: Final = 1.8  # score from which another intent in the line is reported; tuned
WANTED: Final = frozenset({"trade", "request", "offer", "haggle"})


def second(judged: list[Judged], at: int, intent: str) -> str:
    """The next strongest intent, of another sentence or of the same one."""
    chosen = judged[at]
    best, score = chosen.runner, chosen.runner_score
    for i, j in enumerate(judged):
        if i != at and j.intent not in (intent, ELLIPSIS) and j.score > score:
            best, score = j.intent, j.score
    return best if score >= SECOND and best != intent else ""


def entities(
    judged: list[Judged], chosen: Sentence, referent: tuple[str, str] | None
) -> tuple[tuple[str, str], ...]:
    """(id, kind) of every name in order of mention, what a pronoun means last in its sentence.

    A question that names something itself is about that, whatever was said before it.
    """
    out: list[tuple[str, str]] = []
    own = chosen.asks and any(f is not chosen.addressed for f in chosen.found)
    for j in judged:
        s = j.sentence
        if own and s is not chosen:
            continue
        if not s.found and (referent is None or s is not chosen):
            continue
        named = [(f.id, f.kind) for f in s.found if f is not s.addressed]
        if s is chosen and referent is not None:
            named.append(referent)
        out += [e for e in dict.fromkeys(named) if e not in out]
    return tuple(out)


def counts(j: Judged, chosen: Judged, asked: bool) -> bool:
    """Whether a sentence's words are part of what is said: questions around a statement are not."""
    return j is chosen or not (asked or j.sentence.asks)


def asked(chosen: Judged, lexicon: Lexicon) -> list[str]:
    """Content stems of a question: framing words before its slot are left out."""
    s, slot = chosen.sentence, chosen.slot
    if slot is None:
        return []
    out_of_sight = hidden(s)
    before = [
        w.stem
        for i, w in enumerate(s.words[:slot])
        if w.stem and i not in out_of_sight and w.text not in lexicon.vocabulary
    ]
    return before + content(s, slot)


def content(s: Sentence, start: int) -> list[str]:
    """Stems from a word on."""
    words = s.words if start == 0 else s.words[start:]
    if not s.found and not s.numbers:
        return [w.stem for w in words if w.stem]
    out_of_sight = hidden(s)
    return [w.stem for i, w in enumerate(words, start) if w.stem and i not in out_of_sight]


def hidden(s: Sentence) -> set[int]:
    """Words that look-up does without: names of people, which go by id, and numbers."""
    out: set[int] = set()
    for found in s.found:
        if found.kind in PEOPLE:
            out.update(range(found.start, found.end))
    for start, end, _ in s.numbers:
        out.update(range(start, end))
    return out


def amount(s: Sentence, intent: str, lexicon: Lexicon) -> int | None:
    """The first number that is not a count of goods ("two kettles")."""
    for _, end, value in s.numbers:
        after = s.words[end] if end < len(s.words) else None
        counted = after is not None and not after.stop and not lexicon.has("coin", after.text)
        counted = counted or any(f.kind == "thing" and f.start == end + 1 for f in s.found)
        if not (counted and intent in WANTED and end not in s.breaks):
            return value
    return None


def claim(text: str, judged: list[Judged], at: int, intent: str, reader: Reader) -> str:
    """The statement made, in the player's own words, without what leads up to it."""
    chosen = judged[at]
    others = [j for j in judged if j.intent in (intent, "tell")]
    if intent in {"share_news", "confess"} and len(others) > 1:
        chosen = max(reversed(others), key=lambda j: len(j.sentence.words))
    s = chosen.sentence
    word = chosen.slot if intent == "share_news" and chosen.intent == intent else None
    if word is None:
        word = s.addressed.end if s.addressed is not None and s.addressed.start == 0 else 0
    if word >= len(s.words):
        word = 0
    return reader.source(text, s, word)


def addressed(judged: list[Judged]) -> str:
    """Id of the first one spoken to by name."""
    for j in judged:
        if j.sentence.addressed is not None:
            return j.sentence.addressed.id
    return ""


def given_name(judged: list[Judged]) -> str:
    """A name that the player gave, in whatever sentence he gave it."""
    for i, j in enumerate(judged):
        if j.named is None:
            continue
        s = j.sentence
        if j.named >= len(s.words) and i + 1 < len(judged):
            s, start = judged[i + 1].sentence, 0
            name = own_name(s, start) if "@cap" in s.words[0].keys else ""
        else:
            name = own_name(s, j.named)
        if name:
            return name
    return ""
