"""Tastes and praise: small talk that is answered from who one is, and the same way next time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from zlib import crc32

from personagen_npc.mind.found import Found
from personagen_npc.mind.moves.appeal import lean_of
from personagen_npc.mind.moves.move import NO_MOVE, Move
from personagen_npc.mind.remembering.runs import Runs
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Scene

_TABLE: Final = table("mind/data/moves.yaml")
_ASKS: Final = frozenset(_TABLE["tastes"]["asks"])
_IDLE: Final = Runs(_TABLE["tastes"]["idle"])
FOND: Final[float] = _TABLE["tastes"]["fond"]
WHIM: Final = 0.5  # how far one's taste may go against one's temper, [D]
SURELY: Final = 0.8  # score from which what was found answers a question after a taste, [D]
_FAVOURITE: Final = frozenset({"favourite", "favorite", "prefer"})
_MEANT: Final = frozenset({"flirt", "threaten", "insult"})  # "I love you" asks after no taste
_YOU: Final = frozenset({"you", "your", "ya"})


class _Kind(NamedTuple):
    name: str
    words: frozenset[str]
    lean: tuple[float, ...]


_KINDS: Final = tuple(
    _Kind(name, frozenset(row["words"]), lean_of(row["lean"]))
    for name, row in _TABLE["tastes"]["kinds"].items()
)
_PRAISED: Final = tuple((kind, frozenset(words)) for kind, words in _TABLE["praise"].items())


def tasted(npc: Npc, scene: Scene, heard: Heard, said: Sequence[str], found: Found) -> Move:
    """What one likes or does for fun, where nobody wrote it down."""
    if _YOU.isdisjoint(said) or heard.intent in _MEANT or _told(npc, said, found):
        return NO_MOVE
    name = _asked(heard, said)
    if not name:
        return NO_MOVE
    return _taste(npc, scene, name)


def taste_of(npc: Npc, scene: Scene, said: Sequence[str]) -> Move:
    """How one stands to what a line names, where it is asked for by any words."""
    name = next((k.name for k in _KINDS if not k.words.isdisjoint(said)), "")
    return _taste(npc, scene, name) if name else NO_MOVE


def _taste(npc: Npc, scene: Scene, name: str) -> Move:
    key = f"taste:{name}"
    again = key in scene.talk.raised
    raised = scene.talk.raised if again else (*scene.talk.raised, key)
    facts = {"taste": name, "fond": _fond(npc, name), "again": again}
    return Move(
        "give_opinion",
        "taste",
        found=Found("none", again=again),
        facts=facts,
        talk={"raised": raised},
    )


def _told(npc: Npc, said: Sequence[str], found: Found) -> bool:
    """Whether there is something written that answers it: of himself, or near enough."""
    if found.kind == "none":
        return False
    fact = found.fact
    if fact is None or found.kind != "fact" or not _FAVOURITE.isdisjoint(said):
        return True
    return npc.id in fact.about or fact.score >= SURELY


def _asked(heard: Heard, said: Sequence[str]) -> str:
    """Which taste a line asks after, "" if none."""
    if _IDLE.within(said):
        return "fun"
    if heard.entities or _ASKS.isdisjoint(said):
        return ""
    return next((k.name for k in _KINDS if not k.words.isdisjoint(said)), "")


def _fond(npc: Npc, name: str) -> str:
    """fond, mild or cool: by temper and a whim of one's own, the same each time."""
    kind = next(k for k in _KINDS if k.name == name)
    whim = WHIM * (crc32(f"{npc.id}:{name}".encode()) / 0xFFFFFFFF * 2.0 - 1.0)
    lean = whim + sum(a * b for a, b in zip(kind.lean, npc.big5, strict=True))
    return "fond" if lean > FOND else "cool" if lean < -FOND else "mild"


def praised(heard: Heard, said: Sequence[str]) -> dict[str, str]:
    """What a compliment is for, as the flat query has it; nothing where it does not say."""
    if heard.intent != "compliment":
        return {}
    kind = next((kind for kind, words in _PRAISED if not words.isdisjoint(said)), "")
    return {"praised": kind} if kind else {}


def praise(heard: Heard, said: Sequence[str]) -> Move:
    """A word on what was praised, not on praise as such."""
    facts = praised(heard, said)
    return Move("take_compliment", "praised", facts=facts) if facts else NO_MOVE
