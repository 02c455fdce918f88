"""Appeal: in what way a player asks once more for what he was refused, and what that weighs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.mind.remembering.runs import Runs
from personagen_npc.persona.traits import BIG_FIVE
from personagen_npc.tables import table
from personagen_npc.words.stem import stems

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Scene

TABLE: Final = table("mind/data/persuasion.yaml")
WORDY: Final = 4  # content words of an appeal that are an argument, not only a plea, [D]
DEAR: Final = 0.3  # affinity from which somebody is dear enough to be begged by, [D]
DEAR_WORTH: Final = 0.35  # what the name of one held dear adds, [D]
GOAL_WORTH: Final = 0.3  # what a word of the NPC's own goals adds, [D]
GOOD_TURN: Final = 0.5  # what a good turn remembered adds where it is called in, [D]
LOOKED_AT: Final = 6  # the listener's doings that are looked at for one


class _Way(NamedTuple):
    name: str
    runs: Runs
    intents: frozenset[str]
    worth: float
    lean: tuple[float, ...]


def lean_of(traits: Mapping[str, float]) -> tuple[float, ...]:
    """Weights in the order of the Big Five."""
    return tuple(float(traits.get(name, 0.0)) for name in BIG_FIVE)


_WAYS: Final = tuple(
    _Way(name, Runs(row.get("runs", ())), frozenset(row.get("intents", ())), row["worth"],
         lean_of(row.get("traits", {})))
    for name, row in TABLE["appeals"].items()
)  # fmt: skip
_BY_NAME: Final = {way.name: way for way in _WAYS}


def appeal_of(heard: Heard, said: Sequence[str]) -> str:
    """The way in which a line asks once more, "" if it does not."""
    for way in _WAYS:
        if heard.intent in way.intents or way.runs.within(said):
            return way.name
    if heard.intent == "persuade":
        return "reason" if len(heard.stems) >= WORDY else "plead"
    return ""


def weight_of(npc: Npc, scene: Scene, heard: Heard, appeal: str) -> float:
    """What an appeal is worth to this NPC, about [-1, 1]."""
    way = _BY_NAME[appeal]
    worth = way.worth + sum(a * b for a, b in zip(way.lean, npc.big5, strict=True))
    ties = npc.profile.ties
    if any(i in ties and ties[i].affinity >= DEAR for i, _ in heard.entities):
        worth += DEAR_WORTH
    if appeal != "fear" and set(stems(heard.text)) & _goal_words(npc):
        worth += GOAL_WORTH
    if appeal == "debt":
        worth += GOOD_TURN if good_turn(npc, scene) else -GOOD_TURN
    return worth


def good_turn(npc: Npc, scene: Scene) -> bool:
    """Whether the listener did something that this NPC was glad of."""
    for memory in scene.past.with_person(scene.listener.id, LOOKED_AT):
        if memory.happening in npc.memories and npc.memories[memory.happening].emotion in _GLAD:
            return True
    return False


_GLAD: Final = frozenset({"gratitude", "joy", "relief", "satisfaction", "admiration"})


def _goal_words(npc: Npc) -> set[str]:
    return {s for g in npc.profile.goals if g.utility > 0 for s in stems(g.description)}
