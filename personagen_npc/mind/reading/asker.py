"""Asker: what a player asks about himself is answered from what he said, not from what is known.

"Where am I from?", "Can I swim?", "What am I afraid of?": the village has no fact for these.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from personagen_npc.mind.remember import STATED
from personagen_npc.mind.remembering.runs import Runs
from personagen_npc.mind.statements.statement import NOT
from personagen_npc.tables import table
from personagen_npc.words.inflect import with_article
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from personagen_npc.memory.graph import Triple
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Memory, Scene

_ASKING = table("mind/data/asking.yaml")
# "where am I from", "who is my brother"; not "where can I sleep", "how do I get there"
_OF_SELF: Final = re.compile("|".join(_ASKING["of_self"]), re.IGNORECASE)
_ONLY_SELF: Final = re.compile("|".join(_ASKING["only_self"]), re.IGNORECASE)
_SELVES: Final = {r: Runs(asked) for r, asked in _ASKING["selves"].items()}
_ME: Final = frozenset({"i", "my", "me", "i'm", "i've", "i'd", "mine", "myself"})
_SAID_BACK: Final[dict[str, list[str]]] = _ASKING["said_back"]
FITS: Final = 0.45  # share of the words that his own statement covers; as recall's own
LOOKED_AT: Final = 8


def of_self(heard: Heard) -> bool:
    """Whether the one who asks asks about himself."""
    return not _ME.isdisjoint(tokens(heard.text)) and _OF_SELF.search(heard.text) is not None


def only_of_self(heard: Heard) -> bool:
    """Whether nothing answers but what the asker has told of himself."""
    own = not heard.entities and not _ME.isdisjoint(tokens(heard.text))
    return own and _ONLY_SELF.search(heard.text) is not None


def own_words(
    npc: Npc, scene: Scene, heard: Heard, may_tell: Callable[[Memory], bool]
) -> Memory | None:
    """What the asker said that answers it."""
    me = scene.listener.id
    known = stated(npc, scene, me, tokens(heard.text))
    if known is not None:
        return known
    if not heard.stems:
        return None
    found = scene.past.recall(heard.stems, (me,), LOOKED_AT, heard.text, focus=heard.focus)
    mine = [m for m in found if m.actor == me and m.kind in STATED and may_tell(m)]
    best = max(mine, key=lambda m: (round(m.score, 2), m.happening), default=None)
    return best if best is not None and best.score >= FITS else None


def of_another(
    npc: Npc, scene: Scene, heard: Heard, may_tell: Callable[[Memory], bool]
) -> Memory | None:
    """What another player said of himself that answers it: "Where is Rowan from?"."""
    who = next((i for i, kind in heard.entities if kind == "player"), "")
    if not who:
        return None
    name = tokens(scene.name_of(who))[:1]
    known = stated(npc, scene, who, ["i" if [w] == name else w for w in tokens(heard.text)])
    return known if known is not None and may_tell(known) else None


def stated(npc: Npc, scene: Scene, who: str, said: Sequence[str]) -> Memory | None:
    """The memory behind what somebody claimed to be, by the word that asks for it."""
    for relation, asked in _SELVES.items():
        if not asked.within(said):
            continue
        for _, t in npc.graph.about(who):
            if t.relation.removeprefix(NOT) != relation or t.until <= scene.now:
                continue
            memory = scene.past.memory(t.evidence[0]) if t.evidence else None
            if memory is not None:
                return memory if memory.kind in STATED else _back(scene, memory, t)
    return None


def _back(scene: Scene, memory: Memory, claim: Triple) -> Memory:
    """What was said beside something else ("I'm Ash, from Harrow"), as it answers by itself."""
    ways = _SAID_BACK.get(claim.relation)
    if not ways or claim.subject != scene.listener.id:
        return memory
    object_ = scene.name_of(claim.object) or claim.object
    way = ways[int(scene.dice.roll("back") * len(ways))]
    one = with_article(object_)
    for slot, text in (("{object}", _titled(object_)), ("{object.a}", one),
                       ("{object.a.cap}", one[:1].upper() + one[1:])):  # fmt: skip
        way = way.replace(slot, text)
    return memory._replace(to_actor=(way,))


def _titled(words: str) -> str:
    """A name that was kept in small letters."""
    return " ".join(w if w in _SMALL else w[:1].upper() + w[1:] for w in words.split())


_SMALL: Final = frozenset({"the", "of", "a", "an", "by", "on", "in", "at", "near"})
