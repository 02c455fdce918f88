"""Appraise: what a line or a deed is worth to one NPC, its culture reckoned in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from personagen_npc.mind.feel import Deed
from personagen_npc.mind.telling.customs import TABLE, Custom

if TYPE_CHECKING:
    from collections.abc import Mapping

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Scene

WORN = 0.4  # what is left of a kindness or insult that only repeats the last one, [D]
TONE = 0.3  # benefit of a whole-hearted tone in a line that does nothing else to one, [D]
HEARTY = 0.4  # polarity from which a tone is noticed, [D]
NOTHING: Mapping[str, float] = {}
_SLIGHTS: Mapping[str, Mapping[str, float]] = TABLE["slights"]


class Worth(Protocol):
    """A kind of event as far as it is appraised."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def benefit(self) -> float:
        """Good or ill to the target."""

    @property
    def praise(self) -> float:
        """How praiseworthy it is."""

    @property
    def goals(self) -> Mapping[str, float]:
        """Goal -> congruence."""


def line_deed(
    rows: Mapping[str, Mapping[str, float]], npc: Npc, scene: Scene, heard: Heard, custom: Custom
) -> Deed:
    """A line said to the NPC as a deed. ``rows``: intent -> benefit, praise, threat."""
    row = rows.get(heard.intent, NOTHING)
    benefit, praise = row.get("benefit", 0.0), row.get("praise", 0.0)
    threat = row.get("threat", 0.0)
    if not benefit and abs(heard.polarity) >= HEARTY:
        benefit = TONE * heard.polarity
    if heard.intent == scene.talk.intent:
        benefit, praise = WORN * benefit, WORN * praise
    benefit, praise, threat = regarded(npc, heard.intent, benefit, praise, threat)
    if custom.kind:
        slight = _SLIGHTS[custom.kind]
        benefit += slight["benefit"] * (1.0 + custom.shock)
        praise += slight["praise"] - custom.shock
    return Deed(
        f"said:{scene.listener.id}:{heard.intent}", _unit(benefit), _unit(praise), threat,
        doer=scene.standing.affinity, custom=custom.taboo or custom.kind,
        culture=_culture(npc, heard.intent, custom.kind),
    )  # fmt: skip


def event_deed(
    npc: Npc, kind: Worth, actor: str, target: str, liking: float, doer: float,
    likelihood: float = 1.0, strength: float = 1.0,
) -> Deed:  # fmt: skip
    """Something that happened as a deed. ``strength`` in [0, 1]: how far a rumour of it counts."""
    benefit, praise, _ = regarded(npc, kind.id, kind.benefit, kind.praise, 0.0)
    sure = likelihood * strength
    return Deed(
        f"event:{kind.id}:{actor}", _unit(benefit * sure), _unit(praise * sure),
        by_me=actor == npc.id, to_me=target == npc.id, liking=liking, goals=kind.goals, doer=doer,
        caused=bool(actor), likelihood=sure, culture=_culture(npc, kind.id),
    )  # fmt: skip


def regarded(
    npc: Npc, kind: str, benefit: float, praise: float, threat: float
) -> tuple[float, float, float]:
    """What a kind of deed is worth in the NPC's culture."""
    regard = npc.ways.regards.get(kind)
    if regard is None:
        return benefit, praise, threat
    times, more_benefit, more_praise, more_threat = regard
    return (
        times * benefit + more_benefit,
        times * praise + more_praise,
        min(1.0, times * threat + more_threat),
    )


def _culture(npc: Npc, kind: str, custom: str = "") -> str:
    """The NPC's culture if it had a say."""
    return npc.ways.culture if custom or kind in npc.ways.regards else ""


def _unit(x: float) -> float:
    return max(-1.0, min(1.0, x))
