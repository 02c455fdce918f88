"""Perceive: what a player's line does, what it is about, and in what tone.

The code is an engine; every word and phrase it knows stands in ``data/intents.yaml``. A line is cut
into sentences, all phrase patterns are tried in one walk over each, the strongest intent wins, and
what was said just before fills what a line leaves out ("and his brother?").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.events import QUESTIONS
from personagen_npc.mind import topic as nouns
from personagen_npc.mind.hearing import Reader, Sentence
from personagen_npc.mind.lexicon import ELLIPSIS, Lexicon
from personagen_npc.mind.names import PEOPLE, Names
from personagen_npc.words.stem import stem, stems

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.mind.topic import Phrase

__all__ = ["Context", "Heard", "Names", "Perceiver"]

PLAIN: Final = 0.5  # what a bare statement scores as `tell`; tuned: under every pattern but a hint
EXTRA: Final = 0.15  # share of a further pattern's weight that adds to its intent; tuned
MOST_EXTRA: Final = 0.5  # what further patterns may add together; tuned
LATER: Final = 0.15  # a later sentence is more the point than an earlier one; tuned
SECOND: Final = 1.8  # score from which another intent in the line is reported; tuned
NAMED: Final = 1.4  # score from which an introduction is believed; tuned
DOUBT: Final = 1.2  # confidence is score / (score + runner-up / 2 + DOUBT); tuned
AT_YOU: Final = 0.5  # share of the words' own warmth where the listener is spoken of, [D]
AT_LARGE: Final = 0.2  # the same where he is not, [D]
NOT_REACH: Final = 3  # words that a "not" reaches forward, [D]
TURNED: Final = -0.7  # what "not" makes of a warm or cold word, [D]
ELLIPTIC: Final = 8  # words of which "and his brother?" can have at most, [D]

_STATED: Final = frozenset({"tell", "share_news", "confess", "accuse", "introduce", "quest_report"})
_WANTED: Final = frozenset({"trade", "request", "offer", "haggle"})
_PHATIC: Final = frozenset({
    "greet", "part", "thank", "silence", "agree", "disagree", "repeat", "introduce", "apologise",
    "attack", "quest_accept", "quest_refuse", "ask_name", "ask_wellbeing",
})  # fmt: skip
_HE: Final = frozenset({"he", "him", "she", "they", "them"})
_HIS: Final = frozenset({"his", "her", "its", "their"})
_IT: Final = frozenset({"it", "that", "this", "those", "these"})
_PEOPLE: Final = PEOPLE | {""}
_PLACES: Final = frozenset({"place", ""})


class Context(NamedTuple):
    """What hangs in the air: the last turns of this talk, as far as they change a line's sense."""

    last_topic: str = ""
    last_entities: tuple[tuple[str, str], ...] = ()
    last_intent: str = ""
    last_act: str = ""
    offer_pending: bool = False
    quest_pending: bool = False
    speaker_name: str = ""


NOTHING: Final = Context()


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


class Judged(NamedTuple):
    """A sentence with what it does; ``slot`` is the word at which its object begins."""

    sentence: Sentence
    intent: str
    score: float
    rank: float
    runner: str
    runner_score: float
    slot: int | None
    named: int | None


class Score:
    """Evidence for one intent in one sentence."""

    __slots__ = ("best", "extra", "slot", "slot_weight")

    def __init__(self) -> None:
        self.best = 0.0
        self.extra = 0.0
        self.slot: int | None = None
        self.slot_weight = 0.0

    def add(self, weight: float, slot: int | None) -> None:
        """Take in one pattern."""
        if weight > self.best:
            self.extra += EXTRA * self.best
            self.best = weight
        else:
            self.extra += EXTRA * weight
        if slot is not None and weight >= self.slot_weight:
            self.slot, self.slot_weight = slot, weight

    def total(self) -> float:
        """All evidence."""
        return self.best + min(self.extra, MOST_EXTRA)


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
        self._reader = Reader(self.lexicon, names)
        self._synonyms = _turned(synonyms)

    def glance(self, text: str) -> Heard:
        """Understand a line for itself, without what was said before."""
        return self.perceive(text, NOTHING)

    def perceive(self, text: str, context: Context) -> Heard:
        """Understand a line in its context."""
        sentences = self._reader.read(text)
        if not sentences:
            return Heard(text, self._wordless(text))
        judged = [self._judge(s, context) for s in sentences]
        at = 0
        for i in range(1, len(judged)):
            if judged[i].rank + LATER * i > judged[at].rank + LATER * at:
                at = i
        chosen = judged[at]
        intent = self._settled(chosen, context)
        return self._heard(text, judged, at, intent, context)

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
            second=_second(judged, at, intent),
            confidence=round(confidence, 4),
            entities=_entities(judged, s, referent),
            stems=self._stems(judged, chosen, referent, intent, context),
            topic=self._topic(s, phrase, referent, intent, context),
            focus=self.lexicon.focus.get(intent, ""),
            polarity=self._polarity(s, intent, chosen.score),
            amount=_amount(s, intent, self.lexicon) if s.numbers else None,
            item=self._item(s, phrase, intent, referent) if intent in _WANTED else "",
            claim=_claim(text, judged, at, intent, self._reader) if intent in _STATED else "",
            name=_given_name(judged),
            addressed=_addressed(judged),
        )

    def _wordless(self, text: str) -> str:
        for mark, intent in self.lexicon.wordless.items():
            if mark and mark in text:
                return intent
        return self.lexicon.wordless.get("", "silence")

    # --- what it does ---------------------------------------------------------------------------

    def _judge(self, s: Sentence, context: Context) -> Judged:
        scores, named = self._scores(s, context)
        lightness, less = self.lexicon.lightness, self.lexicon.asked_less if s.asks else {}
        best, best_rank = "tell", PLAIN - less.get("tell", 0.0)
        totals: dict[str, float] = {}
        for intent, score in scores.items():
            total = totals[intent] = score.total()
            rank = total - lightness.get(intent, 0.0) - less.get(intent, 0.0)
            if rank > best_rank and (intent != ELLIPSIS or _elliptic(s, context)):
                best, best_rank = intent, rank
        own = scores.get(best)
        first = max(PLAIN, totals.pop(best, 0.0))
        totals.pop(ELLIPSIS, None)
        runner = max(totals, key=totals.__getitem__, default="")
        slot = own.slot if own else None
        return Judged(s, best, first, best_rank, runner, totals.get(runner, 0.0), slot, named)

    def _scores(self, s: Sentence, context: Context) -> tuple[dict[str, Score], int | None]:
        book = self.lexicon.book
        scores: dict[str, Score] = {}
        named: int | None = None
        for p, (_, end) in book.walk(s.keys, s.starts, s.ends).items():
            intent, weight, when, slot = book.patterns[p].proof
            if when and not _holds(when, context):
                continue
            score = scores.get(intent)
            if score is None:
                score = scores[intent] = Score()
            place = None
            if slot:
                place = s.origin[end] if end < len(s.origin) else len(s.words)
            score.add(weight, place)
            if intent == "introduce" and weight > NAMED:
                named = _name_at(s, end, slot) if named is None else named
        return scores, named

    def _settled(self, chosen: Judged, context: Context) -> str:
        """The intent once state and ellipsis are counted in."""
        intent = chosen.intent
        if intent == ELLIPSIS:
            return context.last_intent if context.last_intent in QUESTIONS else "ask_what"
        if context.quest_pending:
            intent = self.lexicon.becomes["quest"].get(intent, intent)
        elif context.offer_pending:
            intent = self.lexicon.becomes["offer"].get(intent, intent)
        return intent

    # --- what it is about -----------------------------------------------------------------------

    def _phrase(self, chosen: Judged, intent: str) -> Phrase | None:
        if intent in _PHATIC:
            return None
        question = intent in QUESTIONS or intent in _WANTED - {"haggle"}
        slot = chosen.slot if intent != "haggle" else None
        return nouns.best(chosen.sentence, slot, anything=question)

    def _referent(
        self, s: Sentence, phrase: Phrase | None, intent: str, context: Context
    ) -> tuple[str, str] | None:
        """The entity of the last turns that a pronoun, or a question with no object, means."""
        if not context.last_entities or (phrase is not None and phrase.name is not None):
            return None
        words = {w.text for w in s.words if w.stop}
        inside = {w.text for w in s.words[phrase.start : phrase.end]} if phrase else set()
        if inside & _HIS or words & _HE or (phrase is None and words & _HIS):
            return _first_of(context.last_entities, _PEOPLE)
        if "there" in words and phrase is None:
            return _first_of(context.last_entities, _PLACES)
        bare = intent in QUESTIONS and not _content(s, 0)  # "why?", not "who rules here?"
        if phrase is None and (words & _IT or bare) and intent not in _PHATIC:
            return context.last_entities[0]
        return None

    def _topic(
        self, s: Sentence, phrase: Phrase | None, referent: tuple[str, str] | None, intent: str,
        context: Context,
    ) -> str:  # fmt: skip
        name = self.names.text(referent[0]) if referent else ""
        if phrase is None:
            empty = intent in QUESTIONS and intent not in _PHATIC
            return name or (context.last_topic if empty else "")
        text = nouns.spoken(s, phrase, self.lexicon.shift)
        head = s.words[phrase.start].text
        if name and head in _HIS:
            return f"{name}'s {text.partition(' ')[2]}"
        return text

    def _stems(
        self, judged: list[Judged], chosen: Judged, referent: tuple[str, str] | None, intent: str,
        context: Context,
    ) -> tuple[str, ...]:  # fmt: skip
        """Content stems: of the question alone, of every sentence of a statement."""
        asked = intent in QUESTIONS or chosen.slot is not None
        own = _asked(chosen, self.lexicon) if asked else []
        if not own:
            own = [x for j in judged if _counts(j, chosen, asked) for x in _content(j.sentence, 0)]
        if referent is not None and referent[1] not in PEOPLE:
            own += stems(self.names.text(referent[0]))
        elif not own and asked and context.last_topic and not chosen.sentence.found:
            own += stems(context.last_topic)
        more = [m for x in own if x in self._synonyms for m in self._synonyms[x] if m not in own]
        return tuple(own + more)

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


def _counts(j: Judged, chosen: Judged, asked: bool) -> bool:
    """Whether a sentence's words are part of what is said: questions around a statement are not."""
    return j is chosen or not (asked or j.sentence.asks)


def _coloured(s: Sentence, i: int) -> float:
    """A word's warmth, turned round by a "not" shortly before it."""
    turned = any(w.text in _NOTS for w in s.words[max(0, i - NOT_REACH) : i])
    return TURNED * s.words[i].value if turned else s.words[i].value


def _turned(synonyms: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """What a player says, as stem -> the stems of the pack's words for it."""
    out: dict[str, tuple[str, ...]] = {}
    for word, others in synonyms.items():
        own = stems(word) or (stem(word),)
        for other in others:
            for key in stems(other)[:1]:
                out[key] = (*out.get(key, ()), *(o for o in own if o not in out.get(key, ())))
    return out


def _holds(when: str, context: Context) -> bool:
    return context.offer_pending if when == "offer" else context.quest_pending


def _elliptic(s: Sentence, context: Context) -> bool:
    """Whether a sentence can be a question cut short: brief, and there was one before."""
    brief = len(s.words) <= ELLIPTIC
    return brief and bool(context.last_intent in QUESTIONS or context.last_topic)


def _second(judged: list[Judged], at: int, intent: str) -> str:
    """The next strongest intent, of another sentence or of the same one."""
    chosen = judged[at]
    best, score = chosen.runner, chosen.runner_score
    for i, j in enumerate(judged):
        if i != at and j.intent not in (intent, ELLIPSIS) and j.score > score:
            best, score = j.intent, j.score
    return best if score >= SECOND and best != intent else ""


def _entities(
    judged: list[Judged], chosen: Sentence, referent: tuple[str, str] | None
) -> tuple[tuple[str, str], ...]:
    out: list[tuple[str, str]] = []
    for j in judged:
        s = j.sentence
        if not s.found and (referent is None or s is not chosen):
            continue
        named = [(f.id, f.kind) for f in s.found if f is not s.addressed]
        if s is chosen and referent is not None:
            named.append(referent)
        out += [e for e in named if e not in out]
    return tuple(out)


def _first_of(entities: Sequence[tuple[str, str]], kinds: frozenset[str]) -> tuple[str, str] | None:
    return next((e for e in entities if e[1] in kinds), None)


def _asked(chosen: Judged, lexicon: Lexicon) -> list[str]:
    """Content stems of a question: framing words before its slot are left out."""
    s, slot = chosen.sentence, chosen.slot
    if slot is None:
        return []
    hidden = _hidden(s)
    before = [
        w.stem
        for i, w in enumerate(s.words[:slot])
        if w.stem and i not in hidden and w.text not in lexicon.vocabulary
    ]
    return before + _content(s, slot)


def _content(s: Sentence, start: int) -> list[str]:
    """Stems from a word on."""
    words = s.words if start == 0 else s.words[start:]
    if not s.found and not s.numbers:
        return [w.stem for w in words if w.stem]
    hidden = _hidden(s)
    return [w.stem for i, w in enumerate(words, start) if w.stem and i not in hidden]


def _hidden(s: Sentence) -> set[int]:
    """Words that look-up does without: names of people, which go by id, and numbers."""
    out: set[int] = set()
    for found in s.found:
        if found.kind in PEOPLE:
            out.update(range(found.start, found.end))
    for start, end, _ in s.numbers:
        out.update(range(start, end))
    return out


def _amount(s: Sentence, intent: str, lexicon: Lexicon) -> int | None:
    """The first number that is not a count of goods ("two kettles")."""
    for _, end, value in s.numbers:
        after = s.words[end] if end < len(s.words) else None
        counted = after is not None and not after.stop and not lexicon.has("coin", after.text)
        if not (counted and intent in _WANTED and end not in s.breaks):
            return value
    return None


def _claim(text: str, judged: list[Judged], at: int, intent: str, reader: Reader) -> str:
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


def _addressed(judged: list[Judged]) -> str:
    """Id of the first one spoken to by name."""
    for j in judged:
        if j.sentence.addressed is not None:
            return j.sentence.addressed.id
    return ""


def _given_name(judged: list[Judged]) -> str:
    """A name that the player gave, in whatever sentence he gave it."""
    for i, j in enumerate(judged):
        if j.named is None:
            continue
        s = j.sentence
        if j.named >= len(s.words) and i + 1 < len(judged):
            s, start = judged[i + 1].sentence, 0
            name = nouns.own_name(s, start) if "@cap" in s.words[0].keys else ""
        else:
            name = nouns.own_name(s, j.named)
        if name:
            return name
    return ""


def _name_at(s: Sentence, end: int, slot: bool) -> int:
    """The word at which an introduction's name begins: its slot, or the capital behind "am"."""
    if slot:
        return s.origin[end] if end < len(s.origin) else len(s.words)
    for i in range(1, len(s.words)):
        behind = s.words[i - 1].text == "am"
        if behind and ("@cap" in s.words[i].keys or "@odd" in s.words[i].keys):
            return i
    first = s.words[0].keys
    return 0 if "@cap" in first and len(s.words) <= 3 else len(s.words)
