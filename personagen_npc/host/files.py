"""Saves and packs: the requests that wait for a file. A save pins a step; the world goes on.

Loading starts a new branch: the state rewinds, the journal does not, and the state that was left
can be returned to.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import msgpack

from personagen_npc.errors import BadSave, Conflict, Expired
from personagen_npc.host import saving, translate
from personagen_npc.host.aside import aside, let_go
from personagen_npc.host.leaving import arriving, leaving
from personagen_npc.host.profile import adopted
from personagen_npc.host.saving import Kept
from personagen_npc.host.still import Still
from personagen_npc.store.rows import digest_of
from personagen_npc.world.state.capture import Capture
from personagen_npc.world.state.reconcile import reconciled

if TYPE_CHECKING:
    from personagen_npc.host.host import Host
    from personagen_npc.host.link import Link
    from personagen_npc.host.room import Room
    from personagen_npc.store.saves import Saves
    from personagen_npc.world.pack import Pack
    from personagen_npc.world.world import World

_SHOWN = ("world", "note", "branch", "step", "seq", "time", "date", "packs")
Plain = dict[str, Any]
_LEFT_BEHIND = Expired("it waited for a script in a future that was left by a load", field="type",
                       got="say", allowed="say it again")  # fmt: skip


class Files:
    """The handlers of everything that reads or writes a file."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._exports: dict[tuple[str, str], str] = {}  # what a session is fetching
        self._imports: dict[tuple[str, str], tuple[str, int, int]] = {}

    # --- save -----------------------------------------------------------------------------------

    async def save(self, link: Link, room: Room, r: Plain) -> None:
        """Pin this step as a save; the answer leaves when file and row are both durable."""
        if room.failed is not None:
            raise room.failed
        world, capture = room.world, Capture(room.world)
        pinned: Plain = {
            "name": r["name"], "branch": world.branch, "step": world.step, "time": world.now,
        }  # fmt: skip
        pack = world.pack
        header = {
            "world": room.name, "packs": list(room.packs), "seed": world.seed, **capture.where,
            "seq": room.journal.last_seq, "time": world.now,
            "date": str(world.dates.date(world.now)), "note": r.get("note", ""),
        }  # fmt: skip
        link.under_way.add(r["id"])
        work = self._write(link, room, r, (header, pack, capture), pinned)
        room.background(self._host.guarded(link, r["id"], work))

    async def _write(
        self, link: Link, room: Room, r: Plain, parts: tuple[Plain, Pack, Capture], pinned: Plain
    ) -> None:
        """The file first, then its row: what is stored as done was done."""
        header, pack, capture = parts
        try:
            async with room.files:
                data = await asyncio.to_thread(room.packed, pack)
                header["pack"] = digest_of(data)
                size, digest = await saving.write(
                    room.saves, r["name"], header, lambda: data, capture
                )
        finally:
            capture.close()
        pinned["save"] = digest[:16]
        if room.failed is not None:
            return  # told already
        seq = room.journal.last_seq + 1
        answer = translate.ok(r["id"], seq, pinned | {"seq": seq, "bytes": size})
        room.append(link, r, msgpack.packb([]), ([answer], [], []))

        def send() -> None:
            link.under_way.discard(r["id"])
            link.put([answer])

        room.after_commit(link, r["id"], send)

    # --- load -----------------------------------------------------------------------------------

    async def load(self, link: Link, room: Room, r: Plain) -> None:
        """Take a save as the state, on a new branch."""
        async with room.files:
            blob = await asyncio.to_thread(room.saves.read, r["name"])
        kept = await aside(Kept, blob)
        if kept.header.get("world") != room.name:
            raise BadSave("a save of another world", field="name", got=kept.header.get("world"),
                          allowed=room.name)  # fmt: skip
        pack = room.world.pack if room.world.pack.id != "empty" else await aside(kept.pack)
        same = digest_of(await asyncio.to_thread(room.packed, pack)) == kept.header.get("pack")
        world = await aside(kept.world, pack if same else await aside(kept.pack))
        data: Plain = {"name": r["name"], "pack_changed": not same}
        if not same:
            world, data["report"], _ = await aside(reconciled, world, pack)
        data |= room.embedding.check(world)
        await self.branch_off(link, room, r, world, data, "loaded")

    async def undo(self, link: Link, room: Room, r: Plain) -> None:
        """Go back to the future that the last load left."""
        if not any(room.undo):
            raise Conflict("no load to undo", field="type", got="load.undo",
                           allowed="load.undo after load")  # fmt: skip
        still = await asyncio.to_thread(Still.fetched, room.undo, room.journal.blob)
        world = await aside(still.world, room.world.pack)
        await self.branch_off(link, room, r, world, room.embedding.check(world), "loaded")

    async def branch_off(
        self, link: Link, room: Room, r: Plain, world: World, data: Plain, reason: str
    ) -> None:
        """Put a state in the world's place, on a branch that never was."""
        world.ancestry = [*world.ancestry, (world.branch, world.step)]
        world.branch = room.newest_branch = room.newest_branch + 1
        world.step += 1
        world.name = room.name
        async with room.files:
            await aside(room.packed, world.pack)
            here = await arriving(world)
            left = await leaving(room)
        if room.failed is not None:
            left.tape.close()
            raise room.failed
        room.undo, held = left.end()
        room.world = world
        changes, blobs = room.base(here)
        seq = room.journal.last_seq + 1
        data |= {
            "branch": world.branch, "step": world.step, "time": world.now,
            "date": str(world.dates.date(world.now)),
        }  # fmt: skip
        answer = translate.ok(r["id"], seq, data)
        room.append(link, r, changes, ([answer], [], []), [*blobs, *held])
        link.under_way.add(r["id"])
        if room.profile is not None:
            room.note("adopt", [adopted(left.world)])
        room.background(asyncio.to_thread(let_go, [left.world, *left.world.npcs.values()]))
        room.turn_away(_LEFT_BEHIND)
        others = translate.resync(seq, reason)

        def send() -> None:
            link.under_way.discard(r["id"])
            link.put([answer])
            for other in room.links.values():
                if other is not link:
                    other.put([others])

        room.after_commit(link, r["id"], send)

    async def world_of(self, saves: Saves, name: str, world: str) -> World:
        """A new world out of a save of the same name in its folder."""
        kept = await aside(lambda: Kept(saves.read(name)))
        made = await aside(kept.world, await aside(kept.pack))
        made.name = world
        return made

    # --- packs ----------------------------------------------------------------------------------

    async def reload(self, link: Link, room: Room, r: Plain) -> None:
        """Read the world's packs again; minds keep what they hold, newcomers arrive."""
        pack = await asyncio.to_thread(self._host.library.pack, room.packs)
        old = room.world
        world, report, new = reconciled(old, pack)
        world.step += 1
        gone = sorted(set(old.pack.npcs) - set(pack.npcs))
        room.world = world
        changes, blobs = room.base()
        seq = room.journal.last_seq + 1
        data = {"changed": sorted(new), "gone": gone, "npcs": len(world.npcs), "report": report}
        answer = translate.ok(r["id"], seq, data)
        room.append(link, r, changes, ([answer], [], []), blobs)
        link.under_way.add(r["id"])

        def send() -> None:
            link.under_way.discard(r["id"])
            link.put([answer])

        room.after_commit(link, r["id"], send)

    # --- slots ----------------------------------------------------------------------------------

    async def list(self, link: Link, room: Room, r: Plain) -> None:
        """Every slot of the world, with what its header says."""
        async with room.files:
            infos = await asyncio.to_thread(room.saves.list)
        rows = [
            {
                **{k: i.header.get(k) for k in _SHOWN}, "name": i.name, "bytes": i.size,
                "modified": i.modified, "problem": i.problem,
            }
            for i in infos
        ]  # fmt: skip
        link.put([translate.ok(r["id"], 0, {"saves": rows})])

    async def export(self, link: Link, room: Room, r: Plain) -> None:
        """One chunk of a slot's file."""
        async with room.files:
            blob = await asyncio.to_thread(room.saves.read, r["name"])
        offset, digest = r.get("offset", 0), digest_of(blob)
        if offset == 0:
            self._exports[link.name, r["name"]] = digest
        elif self._exports.get((link.name, r["name"])) != digest:
            raise Expired("the save was replaced meanwhile; begin again", field="name",
                          got=r["name"], allowed="offset 0")  # fmt: skip
        chunk = blob[offset : offset + r.get("size", 32768)]
        data = {
            "name": r["name"], "offset": offset, "total": len(blob), "data": chunk,
            "last": offset + len(chunk) >= len(blob), "digest": digest[:16],
        }  # fmt: skip
        link.put([translate.ok(r["id"], 0, data)])

    async def take_in(self, link: Link, room: Room, r: Plain) -> None:
        """One chunk of a save that the game kept; the last one makes it a slot, if it is whole."""
        key = (link.name, r["name"])
        async with room.files:
            token, size, total = self._imports.get(key, ("", 0, 0))
            if token and r["offset"] + len(r["data"]) == size:  # the last piece, sent again
                link.put([translate.ok(r["id"], 0, {"name": r["name"], "offset": size,
                                                    "done": False})])  # fmt: skip
                return
            if r["offset"] == 0:
                room.saves.abort(token)
                token, size, total = room.saves.begin(r["name"]), 0, r["total"]
            if r["offset"] != size or r["total"] != total or not token:
                raise Conflict("a piece is missing", field="offset", got=r["offset"], allowed=size)
            size = await asyncio.to_thread(room.saves.append, token, r["data"])
            self._imports[key] = (token, size, total)
            data: Plain = {"name": r["name"], "offset": size, "done": False}
            if r.get("last"):
                del self._imports[key]
                await asyncio.to_thread(room.saves.finish, token)
                data["done"] = True
        link.put([translate.ok(r["id"], 0, data)])
