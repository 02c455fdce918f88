"""Judging: what one sentence does, weighed from every pattern it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.events import INTENTS, QUESTIONS
from personagen_npc.mind.reading.asking import OUTRIGHT, UNASKED, UNPROVEN
from personagen_npc.mind.reading.leaning import COLUMN, UNIT
from personagen_npc.mind.reading.lexicon import ELLIPSIS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.mind.reading.hearing import Sentence
    from personagen_npc.mind.reading.leaning import Leanings
    from personagen_npc.mind.reading.lexicon import Lexicon

PLAIN: Final = 0.5  # what a bare statement scores as `tell`; tuned: under every pattern but a hint
EXTRA: Final = 0.15  # share of a further pattern's weight that adds to its intent; tuned
MOST_EXTRA: Final = 0.5  # what further patterns may add together; tuned
LATER: Final = 0.15  # a later sentence is more the point than an earlier one; tuned
NAMED: Final = 1.4  # score from which an introduction is believed; tuned
CLEAR: Final = 1.0  # by how much a sure proof beats the next, [D]
PRICED: Final = 3.5  # proof from which a price is asked for, [D]
HARDLY: Final = 2.0  # proof from which phrases may say what a question is, or that it is none, [D]
NEVER: Final = 99.0
ONLY: Final = "p:only"
ELLIPTIC: Final = 8  # words of which "and his brother?" can have at most, [D]


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
_OPENERS: Final = frozenset({"who", "why", "where", "how"})


class Judged(NamedTuple):
    """A sentence with what it does; ``slot`` is the word at which its object begins.

    ``proven`` is what patterns prove of each intent, ``slots`` the word at which each one's object
    begins; ``rank`` compares sentences of one line.
    """

    sentence: Sentence
    intent: str
    score: float
    rank: float
    runner: str
    runner_score: float
    slot: int | None
    named: int | None
    proven: Mapping[str, float] = {}
    slots: Mapping[str, int | None] = {}


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


class Judge:
    """Weighs sentences by one lexicon."""

    __slots__ = ("_dear", "_leanings", "_lexicon", "_unasked")

    def __init__(self, lexicon: Lexicon, leanings: Leanings | None = None) -> None:
        self._lexicon = lexicon
        self._leanings = leanings
        self._dear = [(i, COLUMN[i], UNIT * odds) for i, odds in lexicon.dear.items()]
        less = {**UNASKED, **UNPROVEN}.items()
        self._unasked = [(i, COLUMN[i], UNIT * odds, i in UNASKED) for i, odds in less]

    def line(self, sentences: Sequence[Sentence], context: Context) -> tuple[list[Judged], int]:
        """Every sentence of a line judged, and which of them is its point."""
        judged = [self.judge(s, context) for s in sentences]
        at = 0
        if len(judged) > 1:
            at = max(range(len(judged)), key=lambda i: judged[i].rank + LATER * i)
        if self._leanings is None or judged[at].intent == ELLIPSIS:
            return judged, at
        if len(judged) == 1:
            return (judged if self._sure(judged[0]) else [self._leaned(judged[0], ONLY)]), 0
        judged = [self._leaned(j, place(i, len(judged))) for i, j in enumerate(judged)]
        return judged, max(range(len(judged)), key=lambda i: judged[i].rank)

    def _sure(self, judged: Judged) -> bool:
        """Whether patterns alone are enough: the leanings never spoke against such a proof."""
        least = self._leanings.sure.get(judged.intent, NEVER) if self._leanings else NEVER
        return judged.score >= max(least, judged.runner_score + CLEAR)

    def _leaned(self, judged: Judged, where: str) -> Judged:
        """A sentence judged again by its words' leanings, what patterns prove counted in."""
        leanings, proven = self._leanings, judged.proven
        if leanings is None or judged.intent == ELLIPSIS:
            return judged
        odds = leanings.of(judged.sentence, where, judged.intent, proven)
        for name, column, more in self._dear:
            if name not in proven:
                odds[column] -= more
        if judged.sentence.asking in OUTRIGHT:
            both = any(v >= HARDLY and i in QUESTIONS for i, v in proven.items())
            for name, column, more, hardly in self._unasked:
                if (both and hardly) or proven.get(name, 0.0) < HARDLY:
                    odds[column] -= more
        rank = max(odds)
        intent = INTENTS[odds.index(rank)]
        if intent == judged.intent:  # a rank is for comparing with other sentences
            return judged if where == ONLY else judged._replace(rank=rank / UNIT)
        runner = judged.intent
        return judged._replace(
            intent=intent, score=max(PLAIN, proven.get(intent, 0.0)), rank=rank / UNIT,
            runner=runner, runner_score=proven.get(runner, 0.0), slot=self._slot(judged, intent),
        )  # fmt: skip

    def _slot(self, judged: Judged, intent: str) -> int | None:
        """Where the object of an intent begins: where its own patterns say, else another's."""
        own = judged.slots.get(intent)
        return judged.slot if own is None and intent in QUESTIONS else own

    def judge(self, s: Sentence, context: Context) -> Judged:
        """The intent that most speaks for, and the next one."""
        scores, named = self._scores(s, context)
        lightness, less = self._lexicon.lightness, self._lexicon.asked_less if _asks(s) else {}
        best, best_rank = "tell", PLAIN - less.get("tell", 0.0)
        totals: dict[str, float] = {}
        for intent, score in scores.items():
            total = totals[intent] = score.total()
            rank = total - lightness.get(intent, 0.0) - less.get(intent, 0.0)
            if rank > best_rank and (intent != ELLIPSIS or _elliptic(s, context)):
                best, best_rank = intent, rank
        own = scores.get(best)
        totals.pop(ELLIPSIS, None)
        proven = dict(totals)
        first = max(PLAIN, totals.pop(best, scores[best].total() if own else 0.0))
        slots = {intent: score.slot for intent, score in scores.items()}
        runner = max(totals, key=totals.__getitem__, default="")
        slot = own.slot if own else None
        return Judged(
            s, best, first, best_rank, runner, totals.get(runner, 0.0), slot, named, proven, slots
        )

    def _scores(self, s: Sentence, context: Context) -> tuple[dict[str, Score], int | None]:
        book, proofs = self._lexicon.book, self._lexicon.book.proofs
        scores: dict[str, Score] = {}
        named: int | None = None
        for p, (_, end) in book.walk(s.keys, s.starts, s.ends).items():
            intent, weight, when, slot = proofs[p]
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

    def settled(self, chosen: Judged, context: Context) -> str:
        """The intent once state and ellipsis are counted in."""
        intent = chosen.intent
        if intent == ELLIPSIS:
            return context.last_intent if context.last_intent in QUESTIONS else "ask_what"
        if intent == "haggle" and not context.offer_pending and not chosen.proven.get(intent):
            return "tell"  # a number alone is no bid where nothing is for sale
        if intent == "ask_how" and chosen.proven.get("trade", 0.0) >= PRICED:
            return "trade"  # "how much?" is after a price, whatever its words lean to
        if context.quest_pending:
            intent = self._lexicon.becomes["quest"].get(intent, intent)
        elif context.offer_pending:
            intent = self._lexicon.becomes["offer"].get(intent, intent)
        return intent


def place(i: int, n: int) -> str:
    """Where sentence i of n stands in its line, as the leanings know it."""
    if n == 1:
        return ONLY
    return "p:last" if i == n - 1 else "p:first" if i == 0 else "p:mid"


def _asks(s: Sentence) -> bool:
    """Whether a sentence asks, be it without its mark: "who burned the mill then"."""
    return s.asks or s.words[0].text in _OPENERS


def _holds(when: str, context: Context) -> bool:
    if when == "talking":
        return bool(context.last_intent)
    return context.offer_pending if when == "offer" else context.quest_pending


def _elliptic(s: Sentence, context: Context) -> bool:
    """Whether a sentence can be a question cut short: brief, and there was one before."""
    brief = len(s.words) <= ELLIPTIC
    return brief and bool(context.last_intent in QUESTIONS or context.last_topic)


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
