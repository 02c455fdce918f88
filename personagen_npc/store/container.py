"""The bytes of a save: a head, then blocks, each with its length and a CRC of its own.

Every bit is covered by the magic or by a CRC, every length is checked against what is there and
against a bound before memory is taken for it. A save is read whole or refused whole, and the
refusal names the block and the reason. Nothing in it is ever executed or unpickled.
"""

from __future__ import annotations

import zlib
from struct import Struct
from typing import TYPE_CHECKING, Any, Final

import orjson

from personagen_npc.errors import BadSave

if TYPE_CHECKING:
    from collections.abc import Sequence

MAGIC: Final = b"NPCSAVE1"
WRITES: Final = 1  # version of the format that this code writes
READS_FROM: Final = 1  # oldest version that this code still reads
READABLE_FROM: Final = 1  # oldest code that can read what this code writes

HEAD: Final = Struct("<8sHHI")  # magic, version written, readable from, number of blocks
BLOCK: Final = Struct("<4sBQQ")  # type, packing, stored length, plain length
CRC: Final = Struct("<I")
RAW, ZLIB = 0, 1

HEADER: Final = "HEAD"  # the type of the first block
MAX_BLOCKS: Final = 64  # [D] a save has a handful
MAX_HEADER: Final = 1 << 20  # [D] ids and digests of some packs
MAX_PLAIN: Final = 512 << 20  # [D] all blocks unpacked; a world of 1,000 x 200 memories has 138 MB
LEVEL: Final = 2  # zlib, tuned on JSON of memories: 159 MB/s to 0.25; level 6 makes 41 MB/s to 0.20
UNPACKED: Final = frozenset({"VECS"})  # vectors: a fifth smaller at a tenth of the speed
SAMPLE: Final = 1 << 16  # bytes tried first: vectors do not shrink and need not be tried whole
WORTH: Final = 0.9  # packed at least this small, or kept raw: tuned


def pack_save(header: dict[str, Any], blocks: Sequence[tuple[str, bytes]]) -> bytes:
    """The bytes of a save.

    Args:
        header: what a list of saves shows and a load checks: world, seed, branch, seq, packs.
        blocks: (type, bytes), the type four capital letters or digits, each type once.

    Raises:
        BadSave: a type that is none, or more than can be read again.
    """
    head = orjson.dumps(header, option=orjson.OPT_SORT_KEYS)
    _refuse_unreadable(len(head), blocks)
    start = HEAD.pack(MAGIC, WRITES, READABLE_FROM, len(blocks) + 1)
    parts = [start, CRC.pack(zlib.crc32(start)), *_block(HEADER, head)]
    for name, data in blocks:
        parts += _block(name, data)
    return b"".join(parts)


def unpack_save(
    data: bytes, *, max_plain: int = MAX_PLAIN
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Header and blocks of a save. Raises BadSave, naming block and reason."""
    count = _read_start(data)
    at = HEAD.size + CRC.size
    blocks: dict[str, bytes] = {}
    left = max_plain
    for index in range(count):
        name, plain, at = _read_block(data, at, index, left)
        if name in blocks:
            raise _bad(name, "is there twice")
        blocks[name] = plain
        left -= len(plain)
    if at != len(data):
        raise _bad("end", f"{len(data) - at} bytes too many")
    return _header_of(blocks.pop(HEADER, b"")), blocks


def read_header(start: bytes) -> dict[str, Any]:
    """The header alone, from the first ``MAX_HEADER`` bytes and some of a save. Raises BadSave."""
    _read_start(start)
    name, plain, _ = _read_block(start, HEAD.size + CRC.size, 0, MAX_HEADER)
    return _header_of(plain if name == HEADER else b"")


def _bad(block: str, why: str, *, got: object = "", allowed: object = "") -> BadSave:
    return BadSave(f"save refused: {block}: {why}", field=block, got=got, allowed=allowed)


def _refuse_unreadable(head: int, blocks: Sequence[tuple[str, bytes]]) -> None:
    names = [HEADER, *(name for name, _ in blocks)]
    for name in names:
        if not _is_type(name) or names.count(name) > 1:
            raise _bad(name, "is no block type, or there twice", allowed="4 of A-Z 0-9, each once")
    total = sum(len(data) for _, data in blocks)
    if head > MAX_HEADER or total + head > MAX_PLAIN or len(names) > MAX_BLOCKS:
        raise _bad("save", "is too big", got=total + head, allowed=MAX_PLAIN)


def _is_type(name: str) -> bool:
    return len(name) == 4 and name.isascii() and name.isalnum() and name == name.upper()


def _block(name: str, data: bytes) -> tuple[bytes, bytes, bytes]:
    packing, stored = RAW, data
    sample = data[:SAMPLE]
    if name not in UNPACKED and len(zlib.compress(sample, LEVEL)) < WORTH * len(sample):
        packing, stored = ZLIB, zlib.compress(data, LEVEL)
    head = BLOCK.pack(name.encode(), packing, len(stored), len(data))
    return head, CRC.pack(zlib.crc32(stored, zlib.crc32(head))), stored


def _read_start(data: bytes) -> int:
    end = HEAD.size + CRC.size
    if len(data) < end:
        raise _bad("start", "cut off", got=len(data))
    magic, written, readable_from, count = HEAD.unpack_from(data)
    if magic != MAGIC:
        raise _bad("start", "is not a save", got=magic)
    if zlib.crc32(data[: HEAD.size]) != CRC.unpack_from(data, HEAD.size)[0]:
        raise _bad("start", "is damaged")
    if written < READS_FROM or readable_from > WRITES:
        span = f"{READS_FROM} to {WRITES}"
        raise _bad("start", f"version {written} cannot be read", got=written, allowed=span)
    if not 1 <= count <= MAX_BLOCKS:
        raise _bad("start", "too many blocks, or none", got=count, allowed=MAX_BLOCKS)
    return int(count)


def _read_block(data: bytes, at: int, index: int, left: int) -> tuple[str, bytes, int]:
    where = f"block {index}"
    body = at + BLOCK.size + CRC.size
    if len(data) < body:
        raise _bad(where, "cut off", got=len(data))
    kind, packing, stored_length, plain_length = BLOCK.unpack_from(data, at)
    if stored_length > len(data) - body:
        raise _bad(where, "cut off", got=len(data) - body, allowed=stored_length)
    if plain_length > left:
        raise _bad(where, "is too big", got=plain_length, allowed=left)
    stored = data[body : body + stored_length]
    crc = zlib.crc32(stored, zlib.crc32(data[at : at + BLOCK.size]))
    if crc != CRC.unpack_from(data, at + BLOCK.size)[0]:
        raise _bad(where, "is damaged")
    name = kind.decode("latin-1")
    if not _is_type(name):
        raise _bad(where, "is no block type", got=name, allowed="4 of A-Z 0-9")
    return name, _plain(f"{where} {name}", packing, stored, plain_length), body + stored_length


def _plain(where: str, packing: int, stored: bytes, length: int) -> bytes:
    """The bytes of a block; at most ``length`` + 1 of them are ever made."""
    if packing == RAW and len(stored) == length:
        return stored
    if packing != ZLIB:
        raise _bad(where, "unknown packing or wrong length", got=packing)
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(stored, length + 1)
    except zlib.error as fault:
        raise _bad(where, "cannot be unpacked", got=fault) from fault
    if len(plain) != length or not unpacker.eof or unpacker.unused_data:
        raise _bad(where, "is longer or shorter than it says", got=len(plain), allowed=length)
    return plain


def _header_of(plain: bytes) -> dict[str, Any]:
    try:
        header = orjson.loads(plain)
    except orjson.JSONDecodeError as fault:
        raise _bad(HEADER, "is missing or no JSON", got=fault) from fault
    if len(plain) > MAX_HEADER or not isinstance(header, dict):
        raise _bad(HEADER, "is no header", got=type(header).__name__, allowed="object")
    return header
