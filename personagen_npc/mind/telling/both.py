"""Both: of two questions in one line the second is answered, too, if something is known of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from personagen_npc.events import QUESTIONS
from personagen_npc.mind.recall import recall
from personagen_npc.mind.speak import fact_key
from personagen_npc.mind.telling.fitting import tellable
from personagen_npc.mind.telling.links import MARK
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Context, Heard, Perceiver
    from personagen_npc.mind.recall import Found
    from personagen_npc.mind.scene import Known, Scene
    from personagen_npc.mind.speak import Line, Matter

SURELY: Final = 0.75  # score from which a fact answers the question that came second, [D]
FEWEST: Final = 2  # words of a question that stands for itself, [D]
_CUT: Final = re.compile(
    r"\?+\s*|,?\s+and\s+(?=(?:who|what|where|when|why|how|is|are|does|do|did|can)\b)", re.IGNORECASE
)
_BARE: Final = re.compile(
    r"\?\s*(?:and |but )?(?:why|how|when|where|who|really)(?: not| so)?\s*\?+\s*$", re.IGNORECASE
)
_GOES_ON: Final = frozenset({"answer", "give_opinion", "remember", "admit_ignorance", "wellbeing",
                             "introduce", "tell_source", "object"})  # fmt: skip


def pointed(text: str) -> str:
    """A line without the bare "and why?" behind a question, which is no question of its own."""
    return _BARE.sub("?", text) if text.count("?") > 1 else text


def both(
    perceiver: Perceiver, npc: Npc, scene: Scene, matter: Matter, line: Line, context: Context
) -> Line:
    """The line with what answers the other question behind it, or as it was."""
    heard, found = matter.heard, matter.found
    if heard is None or "?" not in heard.text or line.act not in _GOES_ON:
        return line
    parts = [p for p in _CUT.split(heard.text) if len(tokens(p)) >= FEWEST]
    if len(parts) < FEWEST:
        return line
    before = context._replace(last_entities=heard.entities or context.last_entities)
    for part in parts:
        other = perceiver.perceive(f"{part}?", before)
        if other.intent not in QUESTIONS or other.stems == heard.stems or not other.stems:
            continue
        fact = _known(npc, scene, other, found)
        if fact is not None:
            key = fact_key(npc, scene, fact)
            text = f"{line.text} {fact.ways[int(key.rpartition('~')[2])]}"
            return line._replace(text=text, keys=(*line.keys, key, f"{MARK}{fact.id}"))
    return line


def _known(npc: Npc, scene: Scene, other: Heard, found: Found) -> Known | None:
    """What answers it surely, was not told yet, and is not what the line tells already."""
    fact = recall(npc, scene, other).fact
    if fact is None or not fact.ways or fact.score < SURELY or not tellable(scene, fact):
        return None
    same = found.fact is not None and found.fact.id == fact.id
    return None if same or fact.id in scene.talk.told else fact
