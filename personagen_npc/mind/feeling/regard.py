"""Regard: what an NPC says of somebody of whom nobody wrote down what it thinks.

"What do you think of me?", "Do you trust me?", "Are we friends?", "Do you like the smith?" are
answered from how it stands to him, in a few words that only claim what the relation bears out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from personagen_npc.mind.feeling.bands import band
from personagen_npc.mind.remembering.runs import Runs
from personagen_npc.tables import table
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Scene, Standing

_WAYS: Final[dict[str, Any]] = table("mind/data/regard.yaml")
_ASKS: Final = Runs(_WAYS["asks"])
_PEOPLE: Final = frozenset({"npc", "player"})
_TRUST: Final = frozenset(_WAYS["trust_words"])
_FEAR: Final = frozenset(_WAYS["fear_words"])
TRUSTED, DISTRUSTED = 0.25, -0.1  # trust from which somebody is trusted, or not, aloud, [D]
AFRAID: Final = 0.35  # fear that is admitted when asked for, [D]
HARDLY_KNOWN: Final = 0.08  # familiarity up to which a neutral one is no more than a face, [D]


def of_asker(scene: Scene, heard: Heard) -> str:
    """What the NPC thinks of the one who asks; "" if that was not asked."""
    if any(kind in _PEOPLE for _, kind in heard.entities):
        return ""
    said = tokens(heard.text)
    return _said(scene, scene.standing, "of_you", set(said)) if _ASKS.within(said) else ""


def of_other(scene: Scene, heard: Heard, who: str, standing: Standing) -> str:
    """What the NPC thinks of somebody else by how it stands to him; "" if it hardly knows him."""
    if standing.familiarity <= HARDLY_KNOWN and band(standing.affinity) == "neutral":
        return ""
    name = scene.name_of(who)
    said = _said(scene, standing, "of_others", set(tokens(heard.text)))
    return said.replace("{name}", name) if name else ""


def _said(scene: Scene, standing: Standing, whom: str, words: set[str]) -> str:
    """One of the ways for how they stand; the first listed heading that fits."""
    ways = _WAYS[whom][_heading(standing, words)]
    return str(ways[int(scene.dice.roll("regard") * len(ways))])


def _heading(standing: Standing, words: set[str]) -> str:
    if words & _FEAR:
        return "afraid" if standing.fear >= AFRAID else "unafraid"
    if words & _TRUST:
        if standing.trust >= TRUSTED or band(standing.affinity) == "friend":
            return "trusted"
        return "distrusted" if standing.trust <= DISTRUSTED else "untried"
    if standing.fear >= AFRAID:
        return "afraid"
    return band(standing.affinity)
