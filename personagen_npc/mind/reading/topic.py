"""Noun phrases of a heard sentence: what it is about, what is wanted, who introduces himself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.mind.reading.names import PEOPLE, singular

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from personagen_npc.mind.reading.hearing import Sentence
    from personagen_npc.mind.reading.names import Found
    from personagen_npc.mind.reading.wordbook import Word

LONGEST: Final = 7  # words of a topic that are repeated back, [D]
_POSSESSIVES: Final = frozenset({"my", "your", "his", "her", "its", "our", "their"})
_POINTERS: Final = frozenset({"this", "that", "these", "those"})
_DETERMINERS: Final = frozenset({"a", "an", "the", "some", "any", "every", "each", "no", "another"})
_HEADS: Final = _POSSESSIVES | _POINTERS | _DETERMINERS
# behind these a verb may stand where elsewhere the thing asked about stands
_ASKING: Final = frozenset({"who", "what", "why", "how", "when", "where", "whom"})
_GLUE: Final = frozenset({"of", "'s"})
_PARTICIPLE: Final = ("ed", "ing")


class Phrase(NamedTuple):
    """A noun phrase at ``words[start:end]``; ``name`` is the name it holds, if any."""

    start: int
    end: int
    name: Found | None
    headed: bool


def phrases(s: Sentence, start: int = 0) -> Iterator[Phrase]:
    """Noun phrases from a word on, in order; nobody spoken to is among them."""
    i = start
    while i < len(s.words):
        found = _phrase(s, i)
        if found is None:
            i += 1
        else:
            yield found
            i = max(found.end, i + 1)


def _phrase(s: Sentence, start: int, *, headed: bool = False) -> Phrase | None:
    """The noun phrase that begins exactly here: determiners, then words that can name a thing."""
    i = start
    while i < len(s.words) and s.words[i].text in _HEADS:
        i, headed = i + 1, True
    end, name = _nouns(s, i, headed)
    if end == i or (name is None and all(w.number is not None for w in s.words[i:end])):
        return None
    after = s.words[end].text if end < len(s.words) else ""
    if after in _GLUE and end + 1 < len(s.words) and end not in s.breaks:
        rest = _phrase(s, end + 1, headed=after == "'s")
        if rest is not None and rest.end - start <= LONGEST:
            return Phrase(start, rest.end, name or rest.name, headed or rest.headed)
    return Phrase(start, end, name, headed)


def _nouns(s: Sentence, start: int, headed: bool) -> tuple[int, Found | None]:
    """(end, name) of a run of nouns and adjectives; a verb or a small word ends it."""
    names = {f.start: f for f in s.found if f is not s.addressed}
    name: Found | None = None
    i = start
    while i < len(s.words) and (i == start or i not in s.breaks):
        found = names.get(i)
        if found is not None:
            if name is not None:
                break
            name, i = found, found.end
            continue
        if not _nounish(s.words[i], first=i == start, headed=headed) or _spoken_to(s, i):
            break
        i += 1
    return i, name


def _nounish(word: Word, *, first: bool, headed: bool) -> bool:
    if word.stop or not word.text[0].isalnum():
        return False
    if first:
        return headed or not word.verb
    return not word.verb and not (len(word.text) > 4 and word.text.endswith(_PARTICIPLE))


def _spoken_to(s: Sentence, i: int) -> bool:
    return s.addressed is not None and s.addressed.start <= i < s.addressed.end


def best(s: Sentence, slot: int | None, *, anything: bool) -> Phrase | None:
    """The phrase a sentence is about: at its slot, else one with a name, else the first one."""
    if slot is not None:
        start = _whole(s, slot)
        after = list(phrases(s, start))
        asked = 0 < start <= len(s.words) and s.words[start - 1].text in _ASKING
        clear = [p for p in after if p.name is not None or p.headed] if asked else []
        if after:
            return clear[0] if clear else after[0]
    every = list(phrases(s))
    named = [p for p in every if p.name is not None]
    if named:
        return named[0]
    headed = [p for p in every if p.headed]
    ordered = headed or every
    return ordered[0] if ordered and anything else None


def _whole(s: Sentence, slot: int) -> int:
    """The slot moved back to where its phrase begins, if the pattern ate a name or a "my"."""
    for found in s.found:
        if found.start < slot <= found.end and found is not s.addressed:
            return found.start
    while slot > 0 and slot <= len(s.words) and s.words[slot - 1].text in _HEADS:
        slot -= 1
    return slot


def spoken(s: Sentence, phrase: Phrase, shift: Mapping[str, str]) -> str:
    """A phrase as the listener would say it: my is your, names as their owners write them."""
    names = {f.start: f for f in s.found}
    out: list[str] = []
    i = phrase.start
    while i < phrase.end:
        found = names.get(i)
        word = s.words[i]
        if found is not None and _exact(s, found):
            out.append(_with_article(found.text, out))
            i = found.end
            continue
        if word.text == "'s" and out:
            out[-1] += "'s"
        else:
            out.append(shift.get(word.text, _plain(word)))
        i += 1
    return " ".join(out)


def _exact(s: Sentence, found: Found) -> bool:
    """Whether a name is written in full, and not as a plural of a thing's name."""
    return is_person(found) or found.text.lower().endswith(s.words[found.end - 1].text)


def _with_article(name: str, before: list[str]) -> str:
    """A name; its own article is dropped behind another determiner."""
    first, _, rest = name.partition(" ")
    if before and rest and first.lower() == "the" and before[-1].lower() in _HEADS | {"your", "my"}:
        return rest
    return name


def _plain(word: Word) -> str:
    """A word as written, without shouting and without a sentence's capital on a small word."""
    surface = word.surface
    if len(surface) > 1 and surface.isupper():
        return surface.lower()
    return (
        surface.lower()
        if word.stop or (surface[1:].islower() and "@cap" not in word.keys)
        else surface
    )


def bare(s: Sentence, phrase: Phrase) -> str:
    """The bare noun of a phrase: no determiner, no number, singular, lower-case."""
    numbered = {i for start, end, _ in s.numbers for i in range(start, end)}
    words = [
        s.words[i].text
        for i in range(phrase.start, phrase.end)
        if i not in numbered and s.words[i].text not in _HEADS
    ]
    if not words:
        return ""
    return " ".join([*words[:-1], singular(words[-1])])


def own_name(s: Sentence, start: int) -> str:
    """A name that begins at a word, as its owner would write it; "" if it is none."""
    words = s.words
    out: list[str] = []
    i = start
    if i < len(words) and words[i].text == "the" and i + 1 < len(words):
        out, i = ["the"], i + 1
    while i < len(words) and i - start < 3 and (i == start or i not in s.breaks):
        word = words[i]
        if not _can_name(word) or (len(out) > (out[:1] == ["the"]) and "@cap" not in word.keys):
            break
        out.append(word.surface if word.surface[0].isupper() else word.surface.capitalize())
        i += 1
    return " ".join(out) if out and out != ["the"] else ""


def _can_name(word: Word) -> bool:
    return not word.stop and word.text[0].isalpha() and word.text != "emote"


def is_person(found: Found | None) -> bool:
    """Whether a name is a person's."""
    return found is not None and found.kind in PEOPLE
