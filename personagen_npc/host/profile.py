"""A profile: what was learned, in a file of its own that outlives loads; only where asked for.

A world under a profile learns on whatever is loaded. The file is of one pack; one that is broken,
or of another pack, is refused whole.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, Literal

import orjson
from pydantic import ValidationError

from personagen_npc.changes import PolicySet
from personagen_npc.errors import BadSave, ServerFault
from personagen_npc.frozen import Frozen
from personagen_npc.learn.network import Network
from personagen_npc.learn.policy import Policy

if TYPE_CHECKING:
    from pathlib import Path

    from personagen_npc.world.world import World

FORMAT: Final = 1
MOST: Final = 64 << 20  # bytes of a file; one of 1,000 NPCs and 1,000 players has 5 MB, [D]


class Written(Frozen):
    """What stands in the file."""

    format: Literal[1]
    pack: str
    policy: dict[str, Any]
    network: dict[str, Any]


class Profile:
    """A file of what was learned.

    Args:
        file: where it is, or will be.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    def read(self, pack: str) -> dict[str, Any] | None:
        """What was learned so far, as ``carried`` gives it; None before there is a file.

        Raises BadSave naming the field that is wrong.
        """
        try:
            data = self.file.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as fault:
            raise self._bad("", str(fault), "a file that can be read") from None
        if len(data) > MOST:
            raise self._bad("", len(data), f"{MOST} bytes")
        try:
            written = Written.model_validate_json(data)
        except ValidationError as wrong:
            first = wrong.errors(include_url=False)[0]
            field = ".".join(map(str, first["loc"]))
            raise self._bad(field, first.get("input", ""), first["msg"]) from None
        if written.pack != pack:
            raise self._bad("pack", written.pack, pack)
        found = {"policy": written.policy, "network": written.network}
        self._check(found)
        return found

    def write(self, world: World) -> None:
        """Keep what a world has learned, whole or not at all. Raises ServerFault."""
        tree = {"format": FORMAT, "pack": world.pack.id, **carried(world)}
        fresh = self.file.with_name(f"{self.file.name}.{os.getpid()}.tmp")
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with fresh.open("wb") as out:
                out.write(orjson.dumps(tree))
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(self.file)
        except OSError as fault:
            raise ServerFault(f"profile {self.file} cannot be written: {fault}",
                              field="profile", got=str(self.file)) from None  # fmt: skip

    def into(self, world: World) -> list[PolicySet]:
        """What a world takes up from the file: nothing, if it has heard as much itself."""
        found = self.read(world.pack.id)
        if found is None or Policy.from_tree(found["policy"]).scales.count <= (
            world.policy.scales.count
        ):
            return []
        return [PolicySet("adopt", "", "", found)]

    def _check(self, found: dict[str, Any]) -> None:
        for field, read in (("policy", Policy.from_tree), ("network", Network.from_tree)):
            try:
                read(found[field])
            except BadSave as e:
                raise self._bad(f"{field}.{e.field}".rstrip("."), e.got, e.allowed) from None
            except (KeyError, TypeError, ValueError, IndexError, AttributeError) as e:
                raise self._bad(field, f"{type(e).__name__}: {e}", "what was written") from None

    def _bad(self, field: str, got: object, allowed: object) -> BadSave:
        where = f"profile.{field}" if field else "profile"
        return BadSave(f"{self.file}: {where} is not a profile's", field=where, got=got,
                       allowed=allowed)  # fmt: skip


def adopted(world: World) -> PolicySet:
    """What gives another world all that this one has learned."""
    return PolicySet("adopt", "", "", carried(world))


def carried(world: World) -> dict[str, Any]:
    """All that a world has learned, as ``PolicySet("adopt")`` takes it."""
    return {"policy": world.policy.to_tree(), "network": world.network.to_tree()}
