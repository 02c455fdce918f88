"""Form: what a question is after, by the word that asks: a person, a place, a reason, a number."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from personagen_npc.mind.reading.asking import BEGUN, WORD
from personagen_npc.mind.reading.personal import MATTERS
from personagen_npc.tables import table
from personagen_npc.words.stem import stem, stems
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.reading.hearing import Sentence

_TABLE = table("mind/data/forms.yaml")
_WORDS: Final[dict[str, str]] = _TABLE["words"]
_PAIRS: Final = {tuple(p.split()[:2]): f for f, pairs in _TABLE["pairs"].items() for p in pairs}
_ENDS: Final[dict[str, str]] = _TABLE["ends"]
_GENERAL: Final = frozenset(_TABLE["general"])
_INTENTS: Final[dict[str, str]] = _TABLE["intents"]
# words that fit any matter: alone they do not say what a question is about
LIGHT: Final = frozenset(
    s for w in table("mind/data/light.yaml")["words"] for s in (stem(w), *stems(w))
)
_STATED: Final = frozenset({"share_news", "tell", "confess", "quest_report"})
_YESNO: Final = frozenset(_TABLE["yesno"])
_BEING: Final = frozenset(_TABLE["being"])
_DONE: Final = frozenset(_TABLE["done"])
_BEGINS: Final = frozenset(_TABLE["begins"])
_DOES: Final = frozenset({"do", "does", "did"})
_SEEKERS: Final = frozenset({"i", "we", "one", "people", "they"})  # who ask for a place to get it
_BRIEF: Final = 4  # words of who may be asked after behind "how is", [D]
_OF_ONE: Final = frozenset({"comfort", "confess", "tell", "share_news", "small_talk"})


def wanted(heard: Heard) -> str:
    """What a line that was heard is after: by the word that asks, else by what it does."""
    return form(tokens(_question(heard.text))) or heard.focus


def _question(text: str) -> str:
    """The last question of a line: what is told beside it has words that ask, too."""
    end = text.rfind("?")
    if end <= 0:
        return text
    return text[max(text.rfind(stop, 0, end) for stop in ".!?;") + 1 : end]


def sought(heard: Heard) -> tuple[str, ...]:
    """Stems that a question is looked up by: the thing in question first, any matter's words last.

    "How long will it take?" is about no more than these, and is told by them from any other.
    """
    words = (*heard.stems, *quality(heard))
    head = stems(heard.topic)[-1:]
    if head and head[0] in words:
        words = (head[0], *(w for w in words if w != head[0]))
    return (*words, *(s for s in stems(_question(heard.text)) if s in LIGHT and s not in words))


def reclaimed(intent: str, s: Sentence) -> str:
    """The intent of a sentence that asks, where its words would make it news or a statement."""
    words = s.words
    asked = _aside(intent, s)
    if asked:
        return asked
    if intent not in _STATED or not words or words[0].text not in _WORDS:
        return intent
    if not s.asks and not (len(words) > 1 and words[1].text in _YESNO):
        return intent
    return _INTENTS.get(form([w.text for w in words]), intent)


def _aside(intent: str, s: Sentence) -> str:
    """What a question is that sounds like something else: "what do I do in a leak?" wants to know.

    A joke that begins with "why" and a name is none; "do you have family?" comforts nobody.
    """
    said = [w.text for w in s.words]
    if intent == "ask_help" and said[:3] in _ADVICE and len(said) > len(_ADVICE[0]):
        return "ask_what"
    if intent == "joke" and said[:1] == ["why"] and any("@cap" in w.keys for w in s.words[1:]):
        return "ask_why"
    if intent in _OF_ONE and s.asks and said[:1] and said[0] in _YESNO and said[1:2] == ["you"]:
        return "ask_yesno" if MATTERS.of(said) is not None else ""
    return ""


_ADVICE: Final = (["what", "do", "i"], ["what", "should", "i"], ["what", "must", "i"])


def last_asking(sentences: Sequence[Sentence]) -> int | None:
    """The last sentence that is a question by its form."""
    return next((i for i in range(len(sentences) - 1, -1, -1) if sentences[i].asking), None)


def by_form(s: Sentence) -> str:
    """What a sentence that asks is after, by its words alone."""
    found = form([w.text for w in s.words])
    if s.asking == WORD or s.asking == BEGUN:
        return _INTENTS.get(found, "ask_what")
    return "ask_yesno"


def quality(heard: Heard) -> tuple[str, ...]:
    """What is asked of a thing by "how": its stem in "how heavy is it", for look-up."""
    said = tokens(heard.text)
    if "how" not in said:
        return ()
    after = said[said.index("how") + 1 :][:1]
    return tuple(s for w in after if w not in _GENERAL for s in stems(w) if s not in heard.stems)


def form(said: Sequence[str]) -> str:
    """What a question is after, or "" for no question.

    Person, place, time, reason, thing, manner, amount, age, state, origin or yesno.

    ``said``: the line's tokens, lower-case. A question inside another decides: "do you know who".
    """
    for i, (word, after) in enumerate(pairwise((*said, ""))):
        plain = word.removesuffix("'s").removesuffix("'d").removesuffix("'re")
        if plain in _WORDS:
            found = _PAIRS.get((plain, after)) or _begun(plain, said[i + 1 :])
            if found is None and plain == "how":
                found = _state(word, said[i + 1 :])
            if found is None and plain == "what":
                found = _ENDS.get(said[-1])
            return found or _WORDS[plain]
    return "yesno" if said and said[0] in _YESNO else ""


def _begun(asking: str, rest: Sequence[str]) -> str | None:
    """``origin`` where a beginning is asked for: "how did he start?", "where is it from?"."""
    if asking == "how":
        return "origin" if rest[:1] == ["did"] and not _BEGINS.isdisjoint(rest) else None
    if asking != "where" or "you" in rest:
        return None
    source = "get" in rest and rest[0] in _DOES and rest[1] not in _SEEKERS
    return "origin" if source or rest[-1:] == ["from"] else None


def _state(word: str, rest: Sequence[str]) -> str | None:
    """``state`` where somebody's health is asked for: "how is Hanno?", not "how is it made?"."""
    if word == "how":
        if not rest or rest[0] not in _BEING:
            return None
        rest = rest[1:]
    brief = 0 < len(rest) <= _BRIEF and not _DONE.intersection(rest[-1:])
    return "state" if brief and not rest[-1].endswith(("ed", "ing")) else None
