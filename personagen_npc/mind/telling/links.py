"""Links: one fact told behind another that it explains, crosses or follows from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.mind.speak import fact_key
from personagen_npc.tables import table
from personagen_npc.words.inflect import lowered
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.recall import Found
    from personagen_npc.mind.scene import Known, Scene
    from personagen_npc.mind.speak import Line

_TABLE: Final = table("mind/data/links.yaml")
_OPENS: Final = frozenset(_TABLE["opens"])
_KEEPS: Final = frozenset(_TABLE["keeps"])
SHORT: Final[int] = _TABLE["short"]
LONGEST: Final[int] = _TABLE["longest"]
MARK: Final = "link:"  # before the id of the fact that was told along, among a line's keys
_STOPS: Final = (". ", "! ", "? ")
_SAME: Final = 8  # last characters by which a way of saying is known again in a dressed line


def grounds_of(scene: Scene, fact: Known) -> Known | None:
    """The reason of a fact, if this NPC knows it and may tell it."""
    return next((f for kind, f in _linked(scene, fact) if kind == "because"), None)


def gone_on(npc: Npc, scene: Scene, found: Found, line: Line) -> Line:
    """The line with what hangs on its fact behind it, or as it was."""
    fact = found.fact
    if fact is None or not fact.links or line.act != "answer" or not _goes_on(npc, scene):
        return line
    for kind, other in _linked(scene, fact):
        if other.id not in scene.talk.told and _ends_so(line, fact):
            key = fact_key(npc, scene, other)
            text = _joined(scene, line.text, kind, other.ways[int(key.rpartition("~")[2])])
            if text:
                return line._replace(text=text, keys=(*line.keys, key, f"{MARK}{other.id}"))
    return line


def told_along(line: Line) -> tuple[str, ...]:
    """The facts that a line told behind its own."""
    return tuple(k.removeprefix(MARK) for k in line.keys if k.startswith(MARK))


def _linked(scene: Scene, fact: Known) -> list[tuple[str, Known]]:
    known = [(kind, scene.knowledge.fact(name)) for kind, name in fact.links]
    trust = scene.standing.trust
    return [(k, f) for k, f in known if f is not None and (f.trust is None or trust >= f.trust)]


def _goes_on(npc: Npc, scene: Scene) -> bool:
    lean: float = npc.big5[2]
    share = _TABLE["share"] + _TABLE["by_extraversion"] * lean
    return lean > _TABLE["curt"] and bool(scene.dice.roll("link") < share)


def _ends_so(line: Line, fact: Known) -> bool:
    """Whether the line ends with the fact itself and not with a tag or a question."""
    end = line.text[-_SAME:]
    return end[-1:] in (".", "!") and any(way.endswith(end) for way in fact.ways)


def _joined(scene: Scene, one: str, kind: str, two: str) -> str:
    """Both as one, "" where they do not go together."""
    said = tokens(two)
    if not said or said[0].partition("'")[0] not in _OPENS or len(one) + len(two) > LONGEST:
        return ""
    single = len(one) <= SHORT and one.endswith(".") and not any(s in one for s in _STOPS)
    ways = _TABLE["single" if single else "more"][kind]
    way: str = ways[int(scene.dice.roll("join") * len(ways))]
    second = two if said[0] in _KEEPS else lowered(two)
    return way.replace("{one}", one.rstrip(".") if single else one).replace("{two}", second)
