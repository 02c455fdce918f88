"""Long conversations as LoCoMo files have them, held as one NPC's memories.

A file is JSON: ``[{"conversation": {"speaker_a", "speaker_b", "session_1_date_time", "session_1":
[{"speaker", "dia_id", "text", "blip_caption"?}, ...], ...}, "qa": [{"question", "category",
"evidence": ["D1:3", ...]}, ...]}, ...]``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.memory.episodes import Memories
from personagen_npc.memory.happening import Happenings
from personagen_npc.memory.recall import Query
from personagen_npc.words.stem import stem, stems
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    Embed = Callable[[Sequence[str]], NDArray[np.int8]]

DAY = 86_400.0
_TURN = re.compile(
    r"D:?(\d+):(\d+)"
)  # the files have "D1:3", "D8:6; D9:17", "D:11:26" and "D30:05"
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11)}
_MONTH = "|".join(MONTHS)
# "3 May 2023", "May 3rd, 2023", "July 2023", "in May"; "may" alone is mostly no month
_DATE = re.compile(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+)?({_MONTH})\b"
    rf"(?:\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d))?(?:,?\s+((?:19|20)\d\d))?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:(spring|summer|autumn|fall) (?:of )?)?((?:19|20)\d\d)\b", re.IGNORECASE)
# the first of these that a question holds says what it asks for; order matters
_FOCUS = (
    ("feeling", re.compile(r"\bhow (?:did|does|do|was|is|has|were).{0,40}\b(?:feel|felt|react)")),
    ("count", re.compile(r"\bhow (?:many|much|often)\b")),
    ("time", re.compile(r"\b(?:when|how long|(?:what|which) (?:date|day|month|year|time))\b")),
    ("place", re.compile(r"\b(?:where|(?:what|which) (?:city|country|place|state|town))\b")),
    ("reason", re.compile(r"\b(?:why|what (?:made|inspired|motivated|prompted|led))\b")),
    ("person", re.compile(r"\b(?:who|whom|whose)\b")),
    ("manner", re.compile(r"\bhow\b")),
    ("thing", re.compile(r"\b(?:what|which)\b")),
    ("yesno", re.compile(r"^(?:is|are|was|were|do|does|did|has|have|had|would|could|can|will)\b")),
)


class Asked(NamedTuple):
    """One question: its text, category and the happenings that answer it."""

    text: str
    category: int
    evidence: frozenset[int]
    query: Query


class Talk(NamedTuple):
    """One conversation as memories, and what is asked of it."""

    name: str
    happenings: Happenings
    memories: Memories
    asked: list[Asked]


def talk_of(sample: dict[str, Any], embed: Embed | None = None) -> Talk:
    """A sample of a file; with ``embed`` its questions have vectors."""
    happenings, memories, ids, now = held(sample["conversation"])
    people = [sample["conversation"][f"speaker_{x}"].lower() for x in "ab"]
    asked = []
    for row in sample["qa"]:
        named = (
            f"D{int(a)}:{int(b)}" for e in row.get("evidence", ()) for a, b in _TURN.findall(e)
        )
        evidence = frozenset(ids[e] for e in named if e in ids)
        if evidence:
            query = query_of(str(row["question"]), people, now)
            asked.append(Asked(str(row["question"]), int(row["category"]), evidence, query))
    if embed is not None and asked:
        vectors = embed([without(a.text, people) for a in asked])
        asked = [
            a._replace(query=a.query._replace(vector=v))
            for a, v in zip(asked, vectors, strict=True)
        ]
    return Talk(str(sample.get("sample_id", "")), happenings, memories, asked)


def held(conversation: dict[str, Any]) -> tuple[Happenings, Memories, dict[str, int], float]:
    """Every turn as a happening held in its session's order; ids by LoCoMo's, and the time now."""
    happenings, memories, ids = Happenings(), Memories(), {}
    session, now = 1, 0.0
    while f"session_{session}" in conversation:
        now = _seconds(conversation[f"session_{session}_date_time"])
        for position, turn in enumerate(conversation[f"session_{session}"]):
            text = turn["text"]
            if turn.get("blip_caption"):  # what a shared picture shows
                text += f" {turn['blip_caption']}"
            speaker, step = turn["speaker"].lower(), len(happenings)
            happening = happenings.add(text, "said", speaker, at=now + position, step=step)
            memories.hold(happening, step=step, episode=session, position=position)
            ids[turn["dia_id"]] = happening
        session += 1
    return happenings, memories, ids, now


def query_of(question: str, people: Iterable[str], now: float) -> Query:
    """What a turn would ask of memory for this question."""
    low = question.lower()
    said = set(tokens(low.replace("'s", "")))
    names = [name for name in people if name in said]
    dates, rest = dates_of(low, now)
    drop = {stem(name) for name in names}
    words = [s for s in stems(rest) if s not in drop]
    return Query(words, names, now, dates=dates, focus=focus_of(low))


def focus_of(question: str) -> str:
    """What a question asks for, as ``Query.focus`` has it."""
    return next((focus for focus, shape in _FOCUS if shape.search(question)), "")


def dates_of(question: str, now: float) -> tuple[list[tuple[float, float]], str]:
    """Spans of seconds that a question names, and the question without them."""
    spans = []
    this = datetime.fromtimestamp(now, UTC).year
    for day, month, after, year in _DATE.findall(question):
        if month == "may" and not (day or after or year):
            continue
        number, date = MONTHS.index(month) + 1, int(day or after or 0)
        years = [int(year)] if year else [this - 1, this]
        spans.extend([_span(y, number, number, date) for y in years])
    rest = _DATE.sub(lambda m: m[0] if m[0].strip() == "may" else " ", question)
    for season, year in _YEAR.findall(rest):
        first, last = SEASONS.get(season, (1, 12))
        spans.append(_span(int(year), first, last, 0))
    return spans, _YEAR.sub(" ", rest)


def without(text: str, people: Iterable[str]) -> str:
    """A text without the names of those who talk: names never go into a vector."""
    return re.sub(rf"\b(?:{'|'.join(map(re.escape, people))})\b(?:'s)?", " ", text, flags=re.I)


def _span(year: int, first: int, last: int, day: int) -> tuple[float, float]:
    until = monthrange(year, last)[1]
    day = min(day, until)
    start = datetime(year, first, day or 1, tzinfo=UTC).timestamp()
    return start, datetime(year, last, day or until, tzinfo=UTC).timestamp() + DAY - 1


def _seconds(date: str) -> float:
    when = datetime.strptime(date, "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)
    return when.timestamp()
