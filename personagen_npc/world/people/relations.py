"""How one stands to another: four axes for each (who, about whom), and the name one knows.

Axes are kept as they last were and read as they are now: liking, trust and fear go back towards
where the two began (tie, faction), by half in so many game days; a grudge takes longer, and longest
with the anxious. How well one knows somebody stays. Nothing of this costs an idle pair anything.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.changes import Related
from personagen_npc.mind.scene import Standing
from personagen_npc.world.dates.calendar import DAY_S
from personagen_npc.world.pack import HALF_LIFE_DAYS
from personagen_npc.world.people.ties import Bonds

if TYPE_CHECKING:
    from personagen_npc.mind.npc import Npc
    from personagen_npc.persona.profile import PersonaProfile, Tie
    from personagen_npc.world.pack import Faction
    from personagen_npc.world.world import World

GRUDGE = 2.0  # what lies below the baseline stays this many times as long, [D]
NEUROTIC = 0.5  # a grudge's share more (or less) at either end of neuroticism, [D]
OWN_PEOPLE = 0.15  # affinity towards one's own faction where the pack says nothing, [D]
HEARSAY = 0.5  # trust in a faction, as a share of the affinity towards it, [D]


VERIFIED, EXPOSED = 0.1, -0.3  # trust for a claim verified, a lie exposed (mind-and-voice)
_WHY = {"verified": VERIFIED, "lie": EXPOSED}


class Axes(NamedTuple):
    """Affinity, trust, fear: what wears off."""

    affinity: float
    trust: float
    fear: float


class Relations:
    """All standings of a world. One that was never touched is read from the profile's ties."""

    def __init__(
        self, factions: dict[str, Faction], half_life_days: float = HALF_LIFE_DAYS
    ) -> None:
        self.bonds = Bonds()
        self.settle(factions, half_life_days)
        self._held: dict[str, dict[str, tuple[Standing, float]]] = {}  # with when it was so

    def settle(self, factions: dict[str, Faction], half_life_days: float) -> None:
        """Take a pack's factions and pace as this world's own."""
        self._factions = factions
        self._half_s = half_life_days * DAY_S

    def get(
        self, who: PersonaProfile, other: str, other_faction: str = "", now: float = 0.0
    ) -> Standing:
        """How ``who`` stands to ``other`` at game second ``now``."""
        bonds = self.bonds.between(who, other)
        ties = tuple([b.kind for b in bonds if b.since <= now < b.until])
        row = self._held.get(who.id, {}).get(other)
        if row is None:
            axes, familiar = self._first(who, other, other_faction, now)
            return Standing(*axes, familiar, tie=ties[0] if ties else "", ties=ties)
        held, at = row
        axes = Axes(held.affinity, held.trust, held.fear)
        if now > at:
            axes = self._worn(axes, who, other, other_faction, (at, now))
        return Standing(  # written out: asked three times in a turn
            *axes, held.familiarity, held.name, held.meetings, held.at, ties[0] if ties else "",
            ties,
        )  # fmt: skip

    def name_of(self, who: str, other: str) -> str:
        """The name by which one knows another, "" for none; the axes are not worked out."""
        row = self._held.get(who, {}).get(other)
        return row[0].name if row is not None else ""

    def _worn(
        self, axes: Axes, who: PersonaProfile, other: str, faction: str, span: tuple[float, float]
    ) -> Axes:
        """What is left of axes after a span of game seconds; a tie pulls until it ends."""
        start, end = span
        tie = who.ties.get(other)
        if tie is not None and _ends(tie) > start:
            upto = min(end, _ends(tie))
            axes = self._drawn(axes, Axes(tie.affinity, tie.trust, tie.fear), who, upto - start)
            start = upto
        if start == end:
            return axes
        return self._drawn(axes, self._faction(who, faction), who, end - start)

    def _drawn(self, axes: Axes, home: Axes, who: PersonaProfile, elapsed: float) -> Axes:
        """Axes drawn towards a baseline for so many game seconds."""
        if axes == home or elapsed <= 0.0:
            return axes
        half = (who.temper.relation_half_life_days or 0.0) * DAY_S or self._half_s
        easy = 2.0 ** (-elapsed / half)
        hard = 2.0 ** (-elapsed / (half * GRUDGE * (1.0 + NEUROTIC * _neurotic(who))))
        return Axes(
            _back(axes.affinity, home.affinity, hard if axes.affinity < home.affinity else easy),
            _back(axes.trust, home.trust, hard if axes.trust < home.trust else easy),
            _back(axes.fear, home.fear, easy),
        )

    def _first(
        self, who: PersonaProfile, other: str, other_faction: str, now: float
    ) -> tuple[Axes, float]:
        """Axes and familiarity of two who have nothing but where they began."""
        tie = who.ties.get(other)
        if tie is None:
            return self._faction(who, other_faction), 0.0
        axes, ends = Axes(tie.affinity, tie.trust, tie.fear), _ends(tie)
        if now > ends:
            axes = self._drawn(axes, self._faction(who, other_faction), who, now - ends)
        return axes, tie.familiarity

    def _faction(self, who: PersonaProfile, other_faction: str) -> Axes:
        faction = self._factions.get(who.faction)
        if faction is None or not other_faction:
            return Axes(0.0, 0.0, 0.0)
        leaning = OWN_PEOPLE if who.faction == other_faction else 0.0
        leaning = faction.attitudes.get(other_faction, leaning)
        return Axes(leaning, HEARSAY * leaning, 0.0)

    def set(self, change: Related, now: float) -> None:
        """Apply ``Related``, as it is from game second ``now`` on."""
        self._held.setdefault(change.npc, {})[change.other] = (
            Standing(
                change.affinity, change.trust, change.fear, change.familiarity, change.name,
                change.meetings, change.at,
            ),
            now,
        )  # fmt: skip

    def known(self, who: str) -> list[str]:
        """Everybody that ``who`` has come to stand to somehow, sorted by id."""
        return sorted(self._held.get(who, ()))

    def names_of(self, person: str) -> list[str]:
        """Every name by which anybody knows a person."""
        return [held[person][0].name for held in self._held.values() if person in held]

    def forget(self, person: str) -> None:
        """Drop a person as holder and as the one held."""
        self._held.pop(person, None)
        for held in self._held.values():
            held.pop(person, None)
        self.bonds.forget(person)

    def to_tree(self) -> dict[str, Any]:
        """Plain lists for a save: the fields of a standing up to ``at``, then since when."""
        return {
            w: {o: [*s[:7], since] for o, (s, since) in held.items()}
            for w, held in self._held.items()
            if held
        }

    def to_tree_of(self, who: str) -> dict[str, list[Any]]:
        """The same of one NPC."""
        return {o: [*s[:7], since] for o, (s, since) in self._held.get(who, {}).items()}

    def take_tree(self, tree: dict[str, Any]) -> None:
        """The inverse of ``to_tree``."""
        self._held = {
            w: {o: (Standing(*row[:7]), row[7]) for o, row in held.items()}
            for w, held in tree.items()
        }


def moved_trust(world: World, npc: Npc, other: str, by: float, why: str) -> None:
    """An NPC trusts somebody more or less because a claim was verified or a lie exposed.

    Args:
        world: changes by one ``Related``.
        npc: whose trust.
        other: in whom, an NPC or player.
        by: ``VERIFIED`` or ``EXPOSED``, or a share of it.
        why: "verified" or "lie"; there is no other way for trust to move but by appraisal.
    """
    if why not in _WHY or by * _WHY[why] < 0.0:
        raise ValueError(f"trust does not move by {by} because of {why!r}")
    s = world.relations.get(npc.profile, other, world.faction_of(other), world.now)
    trust = max(-1.0, min(1.0, s.trust + by))
    world.do(
        Related(npc.id, other, s.affinity, trust, s.fear, s.familiarity, s.name, s.meetings, s.at)
    )


def _back(value: float, home: float, share: float) -> float:
    return home + (value - home) * share


def _ends(tie: Tie) -> float:
    """Game second at which what one began with is over."""
    return math.inf if tie.days is None else tie.days * DAY_S


def _neurotic(who: PersonaProfile) -> float:
    """Neuroticism on [-1, 1]."""
    return next((2.0 * t.value - 1.0 for t in who.personality_traits
                 if t.name.lower() == "neuroticism"), 0.0)  # fmt: skip
