"""Perceive: what a player's line does, what it is about, and in what tone.

The code is an engine; every word and phrase it knows stands in ``data/intents.yaml``. A line is cut
into sentences, all phrase patterns are tried in one walk over each, the strongest intent wins, and
what was said just before fills what a line leaves out ("and his brother?").
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.events import QUESTIONS
from personagen_npc.mind.reading import topic as nouns
from personagen_npc.mind.reading.form import by_form, last_asking, reclaimed
from personagen_npc.mind.reading.hearing import Reader
from personagen_npc.mind.reading.leaning import shipped
from personagen_npc.mind.reading.lexicon import Lexicon
from personagen_npc.mind.reading.names import PEOPLE, Names
from personagen_npc.mind.reading.referents import Referents
from personagen_npc.mind.reading.shade import shade
from personagen_npc.mind.statements.judging import NOTHING, Context, Judge
from personagen_npc.mind.telling import gist
from personagen_npc.words.stem import stem, stems

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.mind.reading.hearing import Sentence
    from personagen_npc.mind.reading.topic import Phrase
    from personagen_npc.mind.statements.judging import Judged

__all__ = ["NOTHING", "Context", "Heard", "Names", "Perceiver"]

DOUBT: Final = 1.2  # confidence is score / (score + runner-up / 2 + DOUBT); tuned
AT_YOU: Final = 0.5  # share of the words' own warmth where the listener is spoken of, [D]
AT_LARGE: Final = 0.2  # the same where he is not, [D]
NOT_REACH: Final = 3  # words that a "not" reaches forward, [D]
TURNED: Final = -0.7  # what "not" makes of a warm or cold word, [D]

WEATHER: Final = "the weather"  # the topic of all talk about it
BARE: Final = 3  # words of a question that has no object of its own at most, [D]
BRIEF: Final = 9  # words of a line that is small talk about the weather at most, [D]

_OUTDOORS: Final = frozenset({
    "tell", "ask_yesno", "ask_what", "ask_how", "ask_wellbeing", "ask_opinion", "compliment",
    "disagree", "agree", "share_news", "insult", "ask_when",
})  # fmt: skip
_STATED: Final = frozenset({"tell", "share_news", "confess", "accuse", "introduce", "quest_report"})
_PHATIC: Final = frozenset({
    "greet", "part", "thank", "silence", "agree", "disagree", "repeat", "introduce", "apologise",
    "attack", "quest_accept", "quest_refuse", "ask_name", "ask_wellbeing",
})  # fmt: skip
_HE: Final = frozenset({"he", "him", "she", "they", "them"})
_HIS: Final = frozenset({"his", "her", "its", "their"})
_THAT: Final = frozenset({"it", "them", "that", "those"})
_THAT_ONE: Final = _THAT | _HE
_BE: Final = frozenset({"is", "was", "does", "did", "has"})
_IT: Final = frozenset({"it", "that", "this", "those", "these"})


@dataclass(frozen=True, slots=True)
class Heard:
    """A line understood.

    Attributes:
        text: the line as it came.
        intent: one of ``events.INTENTS``; ``second`` is another one in the same line, or empty.
        confidence: 0..1.
        entities: (id, kind) in order of mention, resolved pronouns included, who is spoken to not.
        stems: content stems for look-up, synonyms' and the resolved topic's last.
        topic: the noun phrase in question as the listener would say it; empty if there is none.
        focus: person | place | time | reason | manner | thing | yesno | empty.
        polarity: tone towards the listener, -1..1.
        amount: a price or number in the line.
        item: thing id or bare noun wanted.
        claim: a statement in the player's words.
        name: a name that the player gave himself.
        addressed: id of the person spoken to by name.
        shade: of a statement: ``sorrow`` or ``guilt``, mostly empty.
    """

    text: str
    intent: str
    second: str = ""
    confidence: float = 1.0
    entities: tuple[tuple[str, str], ...] = ()
    stems: tuple[str, ...] = ()
    topic: str = ""
    focus: str = ""
    polarity: float = 0.0
    amount: int | None = None
    item: str = ""
    claim: str = ""
    name: str = ""
    addressed: str = ""
    shade: str = ""


class _Last(NamedTuple):
    """The line that was heard last, by whom it may be: what was said before is in ``context``."""

    text: str
    version: int  # of the names
    sentences: list[Sentence]
    context: Context
    heard: Heard


class Perceiver:
    """Understands lines of players in one world."""

    def __init__(
        self,
        lexicon: Mapping[str, Any] | Lexicon,
        names: Names,
        synonyms: Mapping[str, Sequence[str]],
    ) -> None:
        """Compile the lexicon tree; ``synonyms``: a pack's word -> what players may say for it."""
        self.lexicon = lexicon if isinstance(lexicon, Lexicon) else Lexicon(lexicon)
        self.names = names
        self._reader = Reader(self.lexicon, names, shipped())
        self._judge = Judge(self.lexicon, shipped())
        self._referents = Referents(names)
        self._synonyms = turned(synonyms)
        self._last = _Last("", -1, [], NOTHING, Heard("", ""))

    def glance(self, text: str) -> Heard:
        """Understand a line for itself, without what was said before."""
        return self.perceive(text, NOTHING)

    def perceive(self, text: str, context: Context) -> Heard:
        """Understand a line in its context."""
        last = self._last  # in a group one line is heard up to five times
        if last.text != text or last.version != self.names.version:
            heard = self._read(text, self._reader.read(text), context)
        elif last.context == context:
            heard = last.heard
        else:
            heard = self._read(text, last.sentences, context)
        return heard

    def _read(self, text: str, sentences: list[Sentence], context: Context) -> Heard:
        if sentences:
            judged, at = self._judge.line(sentences, context)
            chosen = judged[at]
            intent = reclaimed(self._judge.settled(chosen, context), chosen.sentence)
            heard = self._heard(text, judged, at, intent, context)
        else:
            heard = Heard(text, self._wordless(text))
        self._last = _Last(text, self.names.version, sentences, context, heard)
        return heard

    def _heard(
        self, text: str, judged: list[Judged], at: int, intent: str, context: Context
    ) -> Heard:
        chosen = judged[at]
        s = chosen.sentence
        phrase = self._phrase(chosen, intent)
        referent = self._referent(s, phrase, intent, context)
        confidence = chosen.score / (chosen.score + chosen.runner_score / 2 + DOUBT)
        return Heard(
            text=text,
            intent=intent,
            second=gist.second(judged, at, intent),
            confidence=round(confidence, 4),
            entities=gist.entities(judged, s, referent),
            stems=self._stems(judged, chosen, referent, intent, context),
            topic=self._topic(s, phrase, referent, intent, context),
            focus=self.lexicon.focus.get(intent, ""),
            polarity=self._polarity(s, intent, chosen.score),
            amount=gist.amount(s, intent, self.lexicon) if s.numbers else None,
            item=self._item(s, phrase, intent, referent) if intent in gist.WANTED else "",
            claim=gist.claim(text, judged, at, intent, self._reader) if intent in _STATED else "",
            name=gist.given_name(judged),
            addressed=gist.addressed(judged),
            shade=shade(text, intent),
        )

    def _wordless(self, text: str) -> str:
        for mark, intent in self.lexicon.wordless.items():
            if mark and mark in text:
                return intent
        return self.lexicon.wordless.get("", "silence")

    def _of_weather(self, s: Sentence) -> bool:
        """Whether a short sentence is about what falls from the sky: "is it always this wet?"."""
        words = [w.text for w in s.words]
        if len(words) > BRIEF or not self.lexicon.classes["@outdoors"].intersection(words):
            return False
        return "it" in words or not self.lexicon.classes["@weather"].isdisjoint(words)

    def asked(self, heard: Heard, context: Context) -> Heard | None:
        """The line as the question that it is by its form, whatever it was heard as; else None."""
        self.perceive(heard.text, context)
        at = last_asking(self._last.sentences)
        if at is None:
            return None
        judged, _ = self._judge.line(self._last.sentences, context)
        intent = by_form(judged[at].sentence)
        judged[at] = judged[at]._replace(intent=intent, slot=judged[at].slots.get(intent))
        return self._heard(heard.text, judged, at, intent, context)

    # --- what it is about -----------------------------------------------------------------------

    def _phrase(self, chosen: Judged, intent: str) -> Phrase | None:
        if intent in _PHATIC:
            return None
        question = intent in QUESTIONS or intent in gist.WANTED - {"haggle"}
        slot = chosen.slot if intent != "haggle" else None
        return nouns.best(chosen.sentence, slot, anything=question)

    def _referent(
        self, s: Sentence, phrase: Phrase | None, intent: str, context: Context
    ) -> tuple[str, str] | None:
        """The entity of the last turns that a pronoun, or a question with no object, means."""
        if not context.last_entities or (phrase is not None and _named_apart(s, phrase)):
            return None
        if intent in _OUTDOORS and self._of_weather(s):
            return None
        spoken = [w.text for w in s.words]
        words = {w.text for w in s.words if w.stop}
        inside = {w.text for w in s.words[phrase.start : phrase.end]} if phrase else set()
        if inside & _HIS or words & _HE or (phrase is None and words & _HIS):
            return self._person(spoken, context)
        if "there" in words and (phrase is None or (spoken[-1] == "there" and not phrase.headed)):
            return self._referents.place(context.last_entities)
        other = self._referents.other(spoken, context.last_entities)
        if other is not None:
            return other
        # "why?", not "who rules here?" nor "what will you do now?"
        bare = intent in QUESTIONS and len(s.words) <= BARE and not gist.content(s, 0)
        # "do you think it was an accident?", "how old is it?"
        open_ = phrase is None or intent == "ask_opinion" or _of_it(spoken)
        if open_ and (words & _IT or bare) and intent not in _PHATIC:
            return context.last_entities[0]
        return None

    def _person(self, spoken: Sequence[str], context: Context) -> tuple[str, str] | None:
        """Whom "he" or "her" means; who has no id is none of them, and is looked for by name."""
        if self._of_a_stranger(context):
            return None
        who = context.last_intent == "ask_who"
        return self._referents.person(spoken, context.last_entities, who=who)

    def _of_a_stranger(self, context: Context) -> bool:
        """Whether somebody was spoken of last by a name that nothing in the world goes by."""
        name = context.last_topic
        known = (self.names.text(i) for i, _ in context.last_entities)
        return name[:1].isupper() and " " not in name and not any(name in k for k in known)

    def _topic(
        self, s: Sentence, phrase: Phrase | None, referent: tuple[str, str] | None, intent: str,
        context: Context,
    ) -> str:  # fmt: skip
        name = self.names.text(referent[0]) if referent else ""
        if intent in _OUTDOORS and self._of_weather(s):
            return WEATHER
        if phrase is None:
            empty = intent in QUESTIONS and intent not in _PHATIC
            carried = context.last_topic if context.last_topic != WEATHER else ""
            return name or (carried if empty else "")
        text = nouns.spoken(s, phrase, self.lexicon.shift)
        head = s.words[phrase.start].text
        if name and head in _HIS:
            return f"{name}'s {text.partition(' ')[2]}"
        predicate = not phrase.headed and phrase.name is None and _of_it([w.text for w in s.words])
        return name if name and predicate else text

    def _stems(
        self, judged: list[Judged], chosen: Judged, referent: tuple[str, str] | None, intent: str,
        context: Context,
    ) -> tuple[str, ...]:  # fmt: skip
        """Content stems: of the question alone, of every sentence of a statement."""
        asked = intent in QUESTIONS or chosen.slot is not None
        own = gist.asked(chosen, self.lexicon) if asked else []
        if not own and (chosen.slot is None or not chosen.sentence.found):
            own = [
                x
                for j in judged
                if gist.counts(j, chosen, asked)
                for x in gist.content(j.sentence, 0)
            ]
        if referent is not None and referent[1] not in PEOPLE:
            own += stems(self.names.text(referent[0]))
        elif asked and context.last_topic and not chosen.sentence.found:
            words = [w.text for w in chosen.sentence.words if w.stop]
            dummy = words[-2:] == ["is", "it"]  # "what day is it?"
            if not own or (
                not dummy and not _THAT_ONE.isdisjoint(words)
            ):  # "where did you get them?"
                own += [x for x in stems(context.last_topic) if x not in own]
        more = [m for x in own if x in self._synonyms for m in self._synonyms[x] if m not in own]
        return (*own, *more)

    def _item(
        self, s: Sentence, phrase: Phrase | None, intent: str, referent: tuple[str, str] | None
    ) -> str:
        things = [f.id for f in s.found if f.kind == "thing"]
        if things:
            return things[0]
        if phrase is not None and intent != "haggle":
            return "" if nouns.is_person(phrase.name) else nouns.bare(s, phrase)
        return referent[0] if referent and referent[1] == "thing" else ""

    def _polarity(self, s: Sentence, intent: str, score: float) -> float:
        """Tone: what the intent carries, and warm or cold words, more so where "you" is said."""
        tone = self.lexicon.tone.get(intent, 0.0) * min(1.0, score / 3.0)
        coloured = [i for i, w in enumerate(s.words) if w.value]
        if coloured:
            share = AT_YOU if any(w.text in _YOU for w in s.words) else AT_LARGE
            tone += share * sum(_coloured(s, i) for i in coloured) / len(coloured)
        return round(max(-1.0, min(1.0, tone)), 4)


_NOTS: Final = frozenset({"not", "never", "no", "hardly"})
_YOU: Final = frozenset({"you", "your", "yours", "yourself"})


def _coloured(s: Sentence, i: int) -> float:
    """A word's warmth, turned round by a "not" shortly before it."""
    turned = any(w.text in _NOTS for w in s.words[max(0, i - NOT_REACH) : i])
    return TURNED * s.words[i].value if turned else s.words[i].value


def _of_it(words: Sequence[str]) -> bool:
    """Whether a question's subject is "it": "how old is it", "is that dangerous"."""
    return any(a in _BE and b in _IT for a, b in pairwise(words))


def _named_apart(s: Sentence, phrase: Phrase) -> bool:
    """Whether a phrase names its object itself: "the mill", not "his mill"."""
    return phrase.name is not None and s.words[phrase.start].text not in _HIS


def turned(synonyms: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """What a player says, as stem -> the stems of the pack's words for it."""
    out: dict[str, tuple[str, ...]] = {}
    for word, others in synonyms.items():
        own = stems(word) or (stem(word),)
        for other in others:
            for key in stems(other)[:1]:
                out[key] = (*out.get(key, ()), *(o for o in own if o not in out.get(key, ())))
    return out
