"""Form: what a question is after, by the word that asks: a person, a place, a reason, a number."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

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
    if intent not in _STATED or not words or words[0].text not in _WORDS:
        return intent
    if not s.asks and not (len(words) > 1 and words[1].text in _YESNO):
        return intent
    return _INTENTS.get(form([w.text for w in words]), intent)


def quality(heard: Heard) -> tuple[str, ...]:
    """What is asked of a thing by "how": its stem in "how heavy is it", for look-up."""
    said = tokens(heard.text)
    if "how" not in said:
        return ()
    after = said[said.index("how") + 1 :][:1]
    return tuple(s for w in after if w not in _GENERAL for s in stems(w) if s not in heard.stems)


def form(said: Sequence[str]) -> str:
    """Person, place, time, reason, thing, manner, amount, age, yesno, or "" for no question.

    ``said``: the line's tokens, lower-case. A question inside another decides: "do you know who".
    """
    for word, after in pairwise((*said, "")):
        plain = word.removesuffix("'s").removesuffix("'d").removesuffix("'re")
        if plain in _WORDS:
            found = _PAIRS.get((plain, after))
            if found is None and plain == "what":
                found = _ENDS.get(said[-1])
            return found or _WORDS[plain]
    return "yesno" if said and said[0] in _YESNO else ""
