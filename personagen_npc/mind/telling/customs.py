"""Customs: what of a speaker's culture a line touches, and what is said to that.

A guest who begins without a greeting, who speaks of what is not spoken of, who will not take what
the house offers. Tables in ``data/customs.yaml``; who minds what stands in the pack's cultures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.mind.check import check
from personagen_npc.mind.speak import joined, phrased, slots_for
from personagen_npc.tables import table
from personagen_npc.words.stem import stems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from personagen_npc.guard.outgoing import Checks
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Scene
    from personagen_npc.mind.speak import Line, Matter
    from personagen_npc.voice.speak import Voice

TABLE: Mapping[str, Any] = table("mind/data/customs.yaml")
ACTS: Mapping[str, str] = TABLE["acts"]
BEFORE = frozenset({"ungreeted", "taboo"})  # stand before the answer where they do not replace it
GREETED_S = 14400.0  # game seconds for which a greeting lasts, as in `world.agenda`, [D]
GRUDGING = -0.12  # affinity under which nobody is made welcome: band dislike
LOW = -0.25  # pleasure under which nobody plays the host, [D]
JUST_SAID = 3  # keys of the last line among which an offer's is

_WANTING = frozenset(TABLE["wanting"])
_POLITE = frozenset(TABLE["polite"])
_TAKING = frozenset(TABLE["taking"])
_REFUSING = frozenset(TABLE["refusing"])
_BARE = frozenset(TABLE["bare"])
_NO = tuple(TABLE["no"])


class Custom(NamedTuple):
    """What a line touches: ungreeted, taboo, refused, taken, or nothing."""

    kind: str = ""
    taboo: str = ""
    shock: float = 0.0
    refuse: bool = False

    @property
    def act(self) -> str:
        """The act that it calls for, "" if it only stands before the answer."""
        return "" if self.kind == "taboo" and not self.refuse else ACTS.get(self.kind, "")


NONE = Custom()


def rule_id(culture: str, kind: str) -> str:
    """Name of the voice rule that holds a custom's lines."""
    return f"culture.{culture}.{kind}"


def touched(npc: Npc, scene: Scene, heard: Heard) -> Custom:
    """What of the NPC's culture a line touches; at most one custom, the gravest."""
    ways = npc.ways
    if not ways.culture:
        return NONE
    if ways.taboos and heard.intent not in _BARE:
        taboo = ways.touched(stems(heard.text), [i for i, _ in heard.entities])
        if taboo is not None:
            return Custom("taboo", taboo.id, taboo.shock, taboo.refuse)
    if ways.hosts and _offered(npc, scene):
        kind = _answer(heard)
        if kind == "taken" or (kind and ways.minds_refusal):
            return Custom(kind)
    return Custom("ungreeted") if ways.greets_first and _rude(scene, heard) else NONE


def _answer(heard: Heard) -> str:
    """Whether an offer is taken or refused by this line, "" if it is about something else."""
    if heard.text.lstrip().lower().startswith(_NO) or heard.intent in _REFUSING:
        return "refused"
    return "taken" if heard.intent in _TAKING else ""


def _offered(npc: Npc, scene: Scene) -> bool:
    """Whether the last thing said to this listener was the house's offer."""
    if not npc.spoken or scene.talk.said != npc.spoken[-1]:
        return False
    offer = rule_id(npc.ways.culture, "hosting") + "#"
    return any(key.startswith(offer) for key in npc.spoken_keys[-JUST_SAID:])


def _rude(scene: Scene, heard: Heard) -> bool:
    """Whether a talk begins with wanting something."""
    talk = scene.talk
    if talk.turns or talk.said or heard.intent not in _WANTING or heard.second in _POLITE:
        return False
    return _long_ago(scene)


def _long_ago(scene: Scene) -> bool:
    at = scene.standing.at
    return at < 0 or scene.now - at > GREETED_S


def with_custom(
    voice: Voice, checks: Checks, npc: Npc, scene: Scene, custom: Custom, matter: Matter,
    query: Mapping[str, Any], line: Line,
) -> Line:  # fmt: skip
    """The line as the speaker's culture has it: answered, rebuked first, or with its offer."""
    kind = custom.kind or ("hosting" if _hosts(npc, scene, line, query) else "")
    if not kind:
        return line
    slots = slots_for(npc, scene, matter)
    said = phrased(npc, scene, voice, f"#{kind}", slots, query, scene.dice, npc.spoken)
    if said is None:
        return line
    said = said._replace(act=line.act)
    pair = (said, line) if kind in BEFORE else (line, said)
    made = said if custom.act else joined(*pair, scene.max_chars)
    if made is None:
        return line
    given = matter.heard.name if matter.heard is not None else ""
    wrong = check(npc, scene, checks, made.text, given, tells="fact" in made.args)
    return line if wrong else made


def _hosts(npc: Npc, scene: Scene, line: Line, query: Mapping[str, Any]) -> bool:
    """Whether this is a greeting with which something is offered; a pattern's stands as it is."""
    return (
        npc.ways.hosts
        and line.act == "greet"
        and not line.key.startswith("pattern#")
        and scene.talk.turns == 0
        and _long_ago(scene)
        and scene.standing.affinity > GRUDGING
        and query["mood.pleasure"] > LOW
    )
