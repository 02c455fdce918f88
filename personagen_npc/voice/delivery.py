"""Delivery: hints for a voice and a body, and how long each sentence takes.

What the words are is settled by then; these are for text-to-speech, animation and subtitles, and a
game may ignore them. The table stands in ``data/delivery.yaml``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.criteria import Criteria
from personagen_npc.events import EMOTIONS
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from personagen_npc.voice.share import Big5

_MOOD: Final = ("mood.pleasure", "mood.arousal", "mood.dominance")
_TRAITS: Final = ("o", "c", "e", "a", "n")
_PACE_PAUSE: Final = 0.5  # how far pace shortens the pause before a line, [D]
_SENTENCE: Final = re.compile(r"\S.*?(?:[.!?…]+[\"'”’)]*(?=\s)|$)", re.DOTALL)
_STOP_INSIDE: Final = re.compile(r"[.!?…][\"'”’)]*\s")


class Delivery(NamedTuple):
    """How a line is performed: pace, pitch, volume in [-1, 1], 0 is the speaker's usual."""

    pace: float
    pitch: float
    volume: float
    pause_ms: int
    gesture: str
    gaze: str


class Part(NamedTuple):
    """One sentence of a line: for a bubble, a subtitle, a translation, a mouth."""

    text: str
    key: str
    args: dict[str, str]
    ms: int


class _Hint:
    """One number as weights on mood and traits."""

    __slots__ = ("mood", "traits")

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self.mood = tuple(float(w) for w in tree["mood"])
        self.traits = tuple(float(tree["traits"].get(t, 0.0)) for t in _TRAITS)

    def at(self, mood: tuple[float, ...], big5: Big5, bias: float) -> float:
        """The hint; written out, because three of them are worked out for every line."""
        p, a, d = self.mood
        total = bias + p * mood[0] + a * mood[1] + d * mood[2]
        o, c, e, g, n = self.traits
        total = total + o * big5[0] + c * big5[1] + e * big5[2] + g * big5[3] + n * big5[4]
        return round(min(max(total, -1.0), 1.0), 2)


class DeliveryTable:
    """The whole table, compiled. ``DeliveryTable.load()`` reads the one of the package."""

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self._pace, self._pitch, self._volume = (
            _Hint(tree["hints"][name]) for name in ("pace", "pitch", "volume")
        )
        self._emotion = float(tree["emotion"])
        self.pause_ms = int(tree["pause_ms"])
        self.think_ms = int(tree["think_ms"])
        self.chars_per_second = float(tree["chars_per_second"])
        self.shortest_ms = int(tree["shortest_ms"])
        self.stop_ms = int(tree["stop_ms"])
        self._thought_over = frozenset(tree["thought_over"])
        self._at_once = frozenset(tree["at_once"])
        self._gestures = {act: _choices(rows) for act, rows in tree["gestures"].items()}
        self._otherwise = _choices(tree["otherwise"])
        self._gaze = _choices(tree["gaze"])
        self._gaze_by_act: dict[str, str] = dict(tree["gaze_by_act"])

    @classmethod
    def load(cls) -> DeliveryTable:
        """The package's own table."""
        return _packaged()

    def hints(
        self,
        act: str,
        big5: Big5,
        query: Mapping[str, object],
        *,
        pace: float = 0.0,
        pitch: float = 0.0,
    ) -> Delivery:
        """Hints for a line of an act; ``pace`` and ``pitch`` are the persona's own bias."""
        mood = self._heard(query)
        quick = self._pace.at(mood, big5, pace)
        pause = self.pause_ms + (self.think_ms if act in self._thought_over else 0)
        if act in self._at_once:
            pause //= 2
        return Delivery(
            quick,
            self._pitch.at(mood, big5, pitch),
            self._volume.at(mood, big5, 0.0),
            round(pause * (1.0 - _PACE_PAUSE * quick)),
            _first(self._gestures.get(act, self._otherwise), query),
            self._gaze_by_act.get(act) or _first(self._gaze, query),
        )

    def _heard(self, query: Mapping[str, object]) -> tuple[float, ...]:
        """The mood as it is heard: the emotion of the moment is on top of it."""
        p, a, d = _MOOD
        mood = _number(query.get(p)), _number(query.get(a)), _number(query.get(d))
        emotion = EMOTIONS.get(str(query.get("emotion", "")))
        if emotion is None:
            return mood
        share = self._emotion * _number(query.get("emotion.intensity"))
        return (
            mood[0] + share * emotion[0], mood[1] + share * emotion[1],
            mood[2] + share * emotion[2],
        )  # fmt: skip

    def parts(
        self, text: str, key: str, args: Mapping[str, str], pace: float = 0.0
    ) -> tuple[Part, ...]:
        """A line by sentences, with estimated milliseconds; see ``parts``."""
        sentences = _sentences(text)
        rate = self.chars_per_second * (1.0 + 0.3 * pace) / 1000.0  # a hurried speaker: +30 %, [D]
        last = len(sentences) - 1
        return tuple([
            Part(
                sentence,
                f"{key}/{i}" if last else key,
                dict(args),
                max(self.shortest_ms, round(len(sentence) / rate))
                + (self.stop_ms if i < last else 0),
            )
            for i, sentence in enumerate(sentences)
        ])  # fmt: skip


def _sentences(text: str) -> list[str]:
    """A text by sentences; one without a stop inside it needs no search."""
    if _STOP_INSIDE.search(text) is None and text == text.strip():
        return [text] if text else []
    return [match[0] for match in _SENTENCE.finditer(text)]


def parts(text: str, key: str, args: Mapping[str, str], pace: float = 0.0) -> tuple[Part, ...]:
    """A line by sentences, each with its key, arguments and estimated milliseconds.

    The key of a line of one sentence is the line's; of several, ``key/0``, ``key/1`` and so on.
    Joined with spaces the texts give the line again.
    """
    return _packaged().parts(text, key, args, pace)


def _choices(rows: list[Mapping[str, Any]]) -> tuple[tuple[str, Criteria], ...]:
    return tuple(
        (str(row["do"]), Criteria.parse(row.get("when", {}), f"delivery {row['do']}"))
        for row in rows
    )


def _first(choices: tuple[tuple[str, Criteria], ...], query: Mapping[str, object]) -> str:
    """The first choice whose criteria hold, "" when none does."""
    for name, criteria in choices:
        if criteria.score(query) is not None:
            return name
    return ""


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


@cache
def _packaged() -> DeliveryTable:
    return DeliveryTable(table("voice/data/delivery.yaml"))
