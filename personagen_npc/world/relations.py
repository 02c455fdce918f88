"""How one stands to another: four axes for each (who, about whom), and the name one knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.mind.scene import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from personagen_npc.changes import Related
    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.pack import Faction

NOBODY = Standing()


class Relations:
    """All standings of a world. One that was never touched is read from the profile's ties."""

    def __init__(self, factions: dict[str, Faction]) -> None:
        self._factions = factions
        self._held: dict[str, dict[str, Standing]] = {}

    def get(self, who: PersonaProfile, other: str, other_faction: str = "") -> Standing:
        """How ``who`` stands to ``other`` now."""
        held = self._held.get(who.id, {}).get(other)
        return held if held is not None else self._first(who, other, other_faction)

    def _first(self, who: PersonaProfile, other: str, other_faction: str) -> Standing:
        tie = who.ties.get(other)
        if tie is not None:
            return Standing(tie.affinity, tie.trust, tie.fear, tie.familiarity, tie=tie.kind)
        faction = self._factions.get(who.faction)
        if faction is None or not other_faction:
            return NOBODY
        leaning = 0.15 if who.faction == other_faction else 0.0  # one's own people, [D]
        leaning = faction.attitudes.get(other_faction, leaning)
        return Standing(affinity=leaning, trust=0.5 * leaning)

    def set(self, who: PersonaProfile, change: Related) -> None:
        """Apply ``Related``; a tie stays what it was."""
        tie = who.ties.get(change.other)
        self._held.setdefault(change.npc, {})[change.other] = Standing(
            change.affinity, change.trust, change.fear, change.familiarity, change.name,
            change.meetings, change.at, tie.kind if tie else "",
        )  # fmt: skip

    def of(self, who: str) -> Iterator[tuple[str, Standing]]:
        """Everybody that ``who`` has come to stand to somehow, sorted by id."""
        return iter(sorted(self._held.get(who, {}).items()))

    def names_of(self, person: str) -> list[str]:
        """Every name by which anybody knows a person."""
        return [held[person].name for held in self._held.values() if person in held]

    def forget(self, person: str) -> None:
        """Drop a person as holder and as the one held."""
        self._held.pop(person, None)
        for held in self._held.values():
            held.pop(person, None)

    def to_tree(self) -> dict[str, Any]:
        """Plain lists for a save."""
        return {w: {o: list(s) for o, s in held.items()} for w, held in self._held.items() if held}

    def take_tree(self, tree: dict[str, Any]) -> None:
        """The inverse of ``to_tree``."""
        self._held = {w: {o: Standing(*s) for o, s in held.items()} for w, held in tree.items()}
