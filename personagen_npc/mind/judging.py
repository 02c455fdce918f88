"""Judging: what one sentence does, weighed from every pattern it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.events import QUESTIONS
from personagen_npc.mind.lexicon import ELLIPSIS

if TYPE_CHECKING:
    from personagen_npc.mind.hearing import Sentence
    from personagen_npc.mind.lexicon import Lexicon

PLAIN: Final = 0.5  # what a bare statement scores as `tell`; tuned: under every pattern but a hint
EXTRA: Final = 0.15  # share of a further pattern's weight that adds to its intent; tuned
MOST_EXTRA: Final = 0.5  # what further patterns may add together; tuned
NAMED: Final = 1.4  # score from which an introduction is believed; tuned
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


class Judge:
    """Weighs sentences by one lexicon."""

    __slots__ = ("_lexicon",)

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

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
        first = max(PLAIN, totals.pop(best, 0.0))
        totals.pop(ELLIPSIS, None)
        runner = max(totals, key=totals.__getitem__, default="")
        slot = own.slot if own else None
        return Judged(s, best, first, best_rank, runner, totals.get(runner, 0.0), slot, named)

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
        if context.quest_pending:
            intent = self._lexicon.becomes["quest"].get(intent, intent)
        elif context.offer_pending:
            intent = self._lexicon.becomes["offer"].get(intent, intent)
        return intent


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
