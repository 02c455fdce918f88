"""Calls about what a world consists of: NPCs, players, variables, saves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.client.calls import Calls
from personagen_npc.wire import messages as m
from personagen_npc.wire.fields import CHUNK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Facts = Mapping[str, bool | int | float | str]
    Data = dict[str, Any]


class Worlds(Calls):
    """Opening, changing, keeping and looking at a world."""

    async def open(
        self,
        world: str,
        *,
        packs: Sequence[str] = (),
        save: str | None = None,
        empty: bool | None = None,
        seed: int | None = None,
    ) -> Data:
        """Open a world and join it: as the server holds it, or made from packs or a save."""
        fields = {"packs": tuple(packs) or None, "save": save, "empty": empty, "seed": seed}
        return await self.call(m.WorldOpen, name=world, **fields)

    async def close_world(self) -> None:
        """Leave the world."""
        await self.call(m.WorldClose)

    async def worlds(self) -> Data:
        """Which worlds and packs are there."""
        return await self.call(m.WorldList)

    async def reload_packs(self) -> Data:
        """Read the open packs again."""
        return await self.call(m.PackReload)

    async def set_world(
        self,
        *,
        variables: Facts | None = None,
        quests: Facts | None = None,
        weather: str | None = None,
    ) -> None:
        """Set variables, quest stages and the weather."""
        await self.call(m.WorldSet, variables=variables, quests=quests, weather=weather)

    # --- people -----------------------------------------------------------------------------------

    async def npcs(self, place: str | None = None) -> list[Data]:
        """Every NPC, or those at a place: id, name, place, state."""
        found: list[Data] = []
        more = True
        while more:
            after = found[-1]["id"] if found else None
            page = await self.call(m.NpcList, place=place, after=after)
            found += page["npcs"]
            more = bool(page["more"] and page["npcs"])
        return found

    async def npc(self, npc: str) -> Data:
        """What an NPC is like now."""
        return await self.call(m.NpcGet, npc=npc)

    async def spawn(
        self,
        *,
        profile: Mapping[str, Any] | None = None,
        theme: str | None = None,
        complexity: int | None = None,
        seed: int | None = None,
        entry: str | None = None,
        npc: str | None = None,
        place: str | None = None,
    ) -> str:
        """Bring a new NPC into the world, from a persona, a theme or a pack's entry; its id.

        ``complexity`` (1 to 10) and ``seed`` go with a theme: same seed and world, same persona.
        """
        fields = {"profile": profile and _tree(profile), "theme": theme, "entry": entry,
                  "complexity": complexity, "seed": seed}  # fmt: skip
        data = await self.call(m.NpcSpawn, npc=npc, place=place, **fields)
        return str(data["npc"])

    async def remove_npc(self, npc: str) -> None:
        """Take an NPC out of the world for good."""
        await self.call(m.NpcRemove, npc=npc)

    async def set_npc(
        self,
        npc: str,
        *,
        place: str | None = None,
        goals: Sequence[m.GoalSet | Mapping[str, Any]] | None = None,
        traits: Mapping[str, float] | None = None,
        locked: bool | None = None,
        state: m.LifeState | None = None,
    ) -> None:
        """Change an NPC from outside; only what is given."""
        whole = goals and tuple(g if isinstance(g, m.GoalSet) else m.GoalSet(**g) for g in goals)
        fields = {"goals": whole, "traits": traits, "locked": locked, "state": state}
        await self.call(m.NpcSet, npc=npc, place=place, **fields)

    async def tie(self, npc: str, other: str, kind: str, **terms: Any) -> Data:
        """Make, prolong or end a tie: what ``npc`` is to ``other``.

        Args:
            npc: whose tie.
            other: to whom, an NPC or a player.
            kind: what it is, such as ``creditor``.
            terms: one of ``days``, ``until``, ``end``; ``both``, ``note``.
        """
        return await self.call(m.Tie, npc=npc, other=other, kind=kind, **terms)

    async def set_player(self, player: str | None = None, **fields: Any) -> None:
        """Name a player to the world: ``name``, ``pronouns``, ``place``, ``faction``, ``facts``."""
        await self.call(m.PlayerSet, player=player or self._player, **fields)

    async def remove_player(self, player: str) -> None:
        """The player is gone from the world, but is remembered."""
        await self.call(m.PlayerRemove, player=player)

    async def forget_player(self, player: str) -> Data:
        """Erase everything of a player."""
        return await self.call(m.PlayerForget, player=player)

    # --- saves ------------------------------------------------------------------------------------

    async def save(self, name: str, *, note: str | None = None) -> Data:
        """Keep the world under a name."""
        return await self.call(m.Save, name=name, note=note)

    async def load(self, name: str) -> Data:
        """Go back to a save, on a new branch."""
        return await self.call(m.Load, name=name)

    async def load_undo(self) -> Data:
        """Return to what the last load left."""
        return await self.call(m.LoadUndo)

    async def load_at(self, at: str) -> Data:
        """Go back to a moment ("812", "b2.s812", "seq:4711", "day:3.18:30"), on a new branch."""
        return await self.call(m.LoadAt, at=at)

    async def save_at(self, at: str, name: str) -> Data:
        """Keep an earlier moment under a name; the world is not touched."""
        return await self.call(m.SaveAt, at=at, name=name)

    async def history(self) -> Data:
        """The points to which one can go back (``points``), and where the world is now."""
        return await self.call(m.SaveLog)

    async def saves(self) -> list[Data]:
        """Every save of the world."""
        rows: list[Data] = (await self.call(m.SaveList))["saves"]
        return rows

    async def export_save(self, name: str) -> bytes:
        """A save as bytes, for a game that keeps them itself."""
        parts: list[bytes] = []
        offset, last = 0, False
        while not last:
            piece = await self.call(m.SaveExport, name=name, offset=offset)
            parts.append(piece["data"])
            offset += len(piece["data"])
            last = piece["last"]
        return b"".join(parts)

    async def import_save(self, name: str, data: bytes) -> None:
        """Give the server a save that the game kept. Raises BadSave for anything else."""
        for offset in range(0, max(1, len(data)), CHUNK):
            piece = data[offset : offset + CHUNK]
            last = offset + len(piece) == len(data)
            fields = {"offset": offset, "total": len(data), "data": piece, "last": last}
            await self.call(m.SaveImport, name=name, **fields)


def _tree(value: Any) -> Any:
    """A persona as wire values: maps, tuples, scalars."""
    if isinstance(value, dict):
        return {k: _tree(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_tree(v) for v in value)
    return value
