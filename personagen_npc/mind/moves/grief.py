"""Grief: who mourns is comforted, whatever else stands between the two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from personagen_npc.mind.found import Found
from personagen_npc.mind.moves.move import NO_MOVE, Move
from personagen_npc.mind.moves.told import of_here, small

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Scene

_OF_IT: Final = frozenset({"tell", "confess", "share_news", "ask_help", "apologise", "accuse"})
FEW: Final = 5  # words said of oneself right after it, which are still of it: "I was nine", [D]
LONGEST: Final = 24  # words of a line that still goes on with a grief, [D]


def grieved(
    scene: Scene, heard: Heard, said: Sequence[str], urges: bool, query: Mapping[str, Any]
) -> Move:
    """Comfort for a sorrow told, and for what is said next of it; no move on anything else.

    ``urges``: the line asks again for something; a sorrow that can yet be helped is a reason then.
    """
    before = small(scene.talk.turns - 1)
    mourned = scene.talk.act == "console" and before not in scene.talk.raised
    if urges and _PAST.isdisjoint(said):
        return NO_MOVE
    if heard.shade == "sorrow" and not query["service"]:
        return Move("console", "grief_more" if mourned else "", found=Found("none"))
    if heard.intent in _OF_IT and _of_his(scene, heard) and _DIED.search(heard.text.lower()):
        return Move("console", found=Found("none"))
    if not mourned or heard.intent not in _OF_IT or of_here(scene, heard) or len(said) > LONGEST:
        return NO_MOVE
    if heard.shade == "guilt":
        return Move("console", "grief_blame", found=Found("none"))
    on = not _MINE.isdisjoint(said) and (len(said) <= FEW or not _GONE.isdisjoint(said))
    return Move("console", "grief_more", found=Found("none")) if on else NO_MOVE


def _of_his(scene: Scene, heard: Heard) -> bool:
    """Whether "he" or "she" is somebody of the player's own, whom he spoke of."""
    nobody = all(kind not in {"npc", "player"} for _, kind in heard.entities)
    return nobody or (scene.talk.act in _HEARING and not of_here(scene, heard))


_HEARING: Final = frozenset({"hear_out", "meet", "react_news", "ask_back", "console"})
_DIED: Final = re.compile(
    r"\b(?:he|she|they)(?:'s|\u2019s| was| were| is| are)? (?:just |both |all )?"
    r"(?:died|dead|passed (?:away|on)|drowned|killed|never came (?:back|home)"
    r"|didn't make it|gone now)\b"
)
_MINE: Final = frozenset(["i", "i'm", "i've", "i'd", "my", "me", "we", "our", "he", "she", "they"])
_GONE: Final = frozenset({
    "he", "him", "his", "she", "her", "they", "them", "it", "alone", "without", "miss", "sleep",
    "cry", "crying", "should", "wish", "thinking", "both", "gone", "anymore", "never",
})  # fmt: skip
_PAST: Final = frozenset(
    {"died", "dead", "drowned", "killed", "passed", "lost", "miss", "buried", "left", "without"}
)
