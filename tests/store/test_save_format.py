"""docs/save-format.md is enough to read a save: a second reader, written from that page alone."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from typing import TYPE_CHECKING, Any

import zstandard

from personagen_npc.changes import Embedded, Happened, Held
from personagen_npc.learn.credit import Turn
from personagen_npc.store import pack_save
from personagen_npc.world.state import blocks, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

Plain = dict[str, Any]


def read(data: bytes) -> list[tuple[str, bytes]]:
    """Every block, plain."""
    magic, _, oldest, count, crc = struct.unpack_from("<8sHHII", data)
    assert magic == b"NPCSAVE1"
    assert oldest <= 2
    assert crc == zlib.crc32(data[:16])
    at, found, marks = 20, [], hashlib.sha256()
    for number in range(count):
        kind, packing, stored, plain, crc = struct.unpack_from("<4sBQQI", data, at)
        body = data[at + 25 : at + 25 + stored]
        assert crc == zlib.crc32(data[at : at + 21] + body)
        if packing == 2:
            body = zstandard.ZstdDecompressor().decompress(body)
        assert len(body) == plain
        if 0 < number < count - 1:
            marks.update(struct.pack("<4sBQQI", kind, 0, 0, plain, crc))
        found.append((kind.decode(), body))
        at += 25 + stored
    assert at == len(data)
    assert json.loads(found[-1][1]) == {"blocks": count, "digest": marks.hexdigest()[:32]}
    return found


def vectors(block: bytes) -> dict[int, list[int]]:
    """Each happening's vector."""
    size, dim, count = struct.unpack_from("<HHI", block)
    at = 8 + size
    happenings = struct.unpack_from(f"<{count}I", block, at)
    at += 4 * count
    assert at + count * dim == len(block)
    return {
        h: list(struct.unpack_from(f"<{dim}b", block, at + k * dim))
        for k, h in enumerate(happenings)
    }


def test_a_reader_written_from_the_page_reads_every_block(hamlet: Callable[..., World]) -> None:
    names = [f"npc{number}" for number in range(20)]
    world = hamlet(places={"inn": {}}, npcs={n: {"place": "inn"} for n in names})
    for number in range(5000):
        world.apply(Happened(number, f"Goat {number} ran off.", "event", "npc0", "", "inn", 0.1,
                             0.5, "", ()))  # fmt: skip
        world.apply(Held(names[number % 20], number, "seen", "", 0, 0.7, "", 0.0, -1, 0))
    rows = tuple(range(0, 5000, 2))
    world.apply(Embedded("test", 4, rows, tuple(bytes([h % 256] * 4) for h in rows)))
    for number in range(1500):
        world.ledger.record(Turn(f"b1.s{number}", "npc0", "", "ash", "c1", "greet", 1.0, (0.5,)))
    where, made = blocks.take(world)
    found = read(pack_save({"world": "w", **where}, [("PACK", b"{}"), *made]))
    kinds = [name for name, _ in found]
    order = ["HEAD", "PACK", "WRLD", "POLI", "LEDG", "HAPP", "NPCS", "VECS", "LAST"]
    assert list(dict.fromkeys(kinds)) == order
    assert kinds.count("HAPP") == kinds.count("LEDG") == 2

    tree = snapshot.to_tree(world)
    assert _joined(found, "NPCS") == tree["npcs"]
    happenings: Plain = {}
    for name, body in found:
        part = json.loads(body) if name == "HAPP" else {"first": 0}
        assert part.pop("first") in (0, len(happenings.get("text", ())))
        for key, some in part.items():
            happenings[key] = happenings.get(key, []) + some if key != "v" else some
    assert happenings == tree["happenings"]
    rest = _joined(found, "WRLD") | {"policy": _joined(found, "POLI"),
                                     "ledger": _turns(found)}  # fmt: skip
    head = _joined(found, "HEAD")
    rest |= {k: head[k] for k in ("branch", "step", "ancestry")}
    assert rest | {"npcs": tree["npcs"], "happenings": happenings} == tree
    held: dict[int, list[int]] = {}
    for name, body in found:
        held |= vectors(body) if name == "VECS" else {}
    assert list(held) == list(rows)
    for happening, vector in held.items():
        ours = world.vectors.get(happening)
        assert ours is not None
        assert vector == ours.tolist()


def _turns(found: list[tuple[str, bytes]]) -> Plain:
    first, *more = [json.loads(body) for name, body in found if name == "LEDG"]
    for part in more:
        assert part.pop("first") == len(first["rows"])
        first["rows"] += part.pop("rows")
        assert not part
    whole: Plain = first
    return whole


def _joined(found: list[tuple[str, bytes]], kind: str) -> Plain:
    whole: Plain = {}
    for name, body in found:
        whole |= json.loads(body) if name == kind else {}
    return whole
