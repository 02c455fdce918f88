"""Unknown: not to know is said of what was asked, by its name, and with somebody who may know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from personagen_npc.mind.found import Found
from personagen_npc.mind.moves.move import NO_MOVE, Move

if TYPE_CHECKING:
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Scene

_ASKED: Final = frozenset({"ask_who", "ask_what", "ask_where", "ask_when", "ask_yesno", "ask_why",
                           "ask_memory", "ask_opinion", "ask_how"})  # fmt: skip
_OF_OTHERS: Final = frozenset({"ask_who", "ask_what", "ask_where", "ask_when", "ask_why"})
_NAMED: Final = re.compile(r"(?<=[a-z,'] )[A-Z][a-z'-]+(?: (?:of |the )?[A-Z][a-z'-]+)*")
_TITLES: Final = frozenset({
    "mr", "mrs", "miss", "ms", "dr", "sir", "dame", "lord", "lady", "captain", "father", "mother",
    "brother", "sister", "master", "old",
})  # fmt: skip

_ONCE: Final = "ask_other"
POINTS: Final = 0.6  # share of such answers, [D]
LOOKED_AT: Final = 2
KNOWS: Final = 0.3  # familiarity of somebody whom one sends a stranger to, [D]


def unknown(npc: Npc, scene: Scene, heard: Heard, found: Found, of_self: bool) -> Move:
    """That a name was never heard; or whom else to ask, once in a talk."""
    if heard.intent not in _ASKED or found.kind != "none" or found.when:
        return NO_MOVE
    name = "" if heard.entities else _strange(scene, heard)
    other = _other(npc, scene, heard, found)
    slots = {"who": name} | ({"other": other} if other else {})
    if name:
        return Move("admit_ignorance", "never_heard", found=Found("none"), slots=slots)
    if not other or of_self or _ONCE in scene.talk.raised or heard.intent not in _OF_OTHERS:
        return NO_MOVE
    if scene.dice.roll("points") >= POINTS:
        return NO_MOVE
    talk = {"raised": (*scene.talk.raised, _ONCE)}
    return Move("admit_ignorance", "ask_other", slots={"other": other}, talk=talk)


def _strange(scene: Scene, heard: Heard) -> str:
    """A name in the question that nobody here knows, as it was written."""
    for name in _NAMED.findall(heard.text):
        words = [w.lower().removesuffix("'s") for w in name.split()]
        own = [w for w in words if w not in _TITLES]
        if own and not any(w in scene.nouns for w in own) and name != scene.standing.name:
            return str(name.removesuffix("'s"))
    return ""


def _other(npc: Npc, scene: Scene, heard: Heard, found: Found) -> str:
    """Somebody who may know: the one that comes to mind at it, else one whom one knows well."""
    asked = {npc.id, *(i for i, _ in heard.entities)}
    ties = npc.profile.ties
    near = [i for f in found.facts[:LOOKED_AT] for i in f.about if i in ties and i not in asked]
    known = [
        (-tie.familiarity, who)
        for who, tie in ties.items()
        if tie.familiarity >= KNOWS and tie.affinity >= 0.0 and who not in asked
    ]
    for who in (*near, *(i for _, i in sorted(known))):
        name = scene.name_of(who).split()
        if name:
            return " ".join(name[:2]) if name[0].lower() in _TITLES else name[0]
    return ""
