"""The bytes of a save: a start, then blocks, each with its lengths and a CRC of its own.

docs/save-format.md says how they lie. Every bit is covered by the magic or by a CRC, every length
is checked against what is there and against a bound before memory is taken for it. A save is read
whole or refused whole, and the refusal names the block and the reason. Nothing in it is executed.
"""

from __future__ import annotations

import io
import zlib
from hashlib import sha256
from struct import Struct
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson
import zstandard

from personagen_npc.errors import BadSave

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

MAGIC: Final = b"NPCSAVE1"
WRITES: Final = 2  # version of the format that this code writes
READS_FROM: Final = 1  # oldest version that this code still reads
READABLE_FROM: Final = 2  # oldest code that can read what this code writes

HEAD: Final = Struct("<8sHHI")  # magic, version written, readable from, number of blocks
BLOCK: Final = Struct("<4sBQQ")  # type, packing, stored length, plain length
CRC: Final = Struct("<I")
START: Final = HEAD.size + CRC.size  # where the first block begins
LEAD: Final = BLOCK.size + CRC.size  # bytes of a block before what it stores
RAW, ZLIB, ZSTD = 0, 1, 2

HEADER: Final = "HEAD"  # the type of the first block
LAST: Final = "LAST"  # the type of the last one, from version 2
MAX_BLOCKS: Final = 1 << 16  # [D] a world of 1,000 x 200 memories has some 150
MAX_HEADER: Final = 1 << 20  # [D] ids and digests of some packs
MAX_PLAIN: Final = 512 << 20  # [D] all blocks unpacked; a world of 1,000 x 200 memories has 45 MB
WINDOW: Final = 8 << 20  # bytes that unpacking zstd may look back: what level 1 to 9 ask for
LEVEL: Final = 1  # zstd, tuned on states: 2.6 GB/s to 0.028; level 3 makes 2.1 GB/s to 0.0276
UNPACKED: Final = frozenset({"VECS"})  # vectors: a fifth smaller at a tenth of the speed
SMALL: Final = 64  # [D] bytes that are not worth packing


class Save(NamedTuple):
    """A save that was read: the version it was written in, its header, its blocks in order."""

    version: int
    header: dict[str, Any]
    blocks: tuple[tuple[str, bytes], ...]

    def of(self, name: str) -> list[bytes]:
        """The blocks of one type."""
        return [data for found, data in self.blocks if found == name]


class Found(NamedTuple):
    """A block as it lies in the file: from where to where, its checksum found to be right."""

    name: str
    packing: int
    stored: bytes
    length: int
    crc: int


def pack_save(header: dict[str, Any], blocks: Iterable[tuple[str, bytes]]) -> bytes:
    """The bytes of a save. Arguments and faults as for ``write_save``."""
    file = io.BytesIO()
    write_save(file, header, blocks)
    return file.getvalue()


def write_save(file: BinaryIO, header: dict[str, Any], blocks: Iterable[tuple[str, bytes]]) -> str:
    """Write a save as its blocks come, and last of all its start.

    Args:
        file: empty, and one that can seek.
        header: what a list of saves shows and a load checks: world, seed, branch, seq, packs.
        blocks: (type, bytes), the type four capital letters or digits; types may repeat.

    Returns:
        The save's id: a digest of what it holds, its header left out.

    Raises:
        BadSave: a type that is none, or more than can be read again.
    """
    head = orjson.dumps(header, option=orjson.OPT_SORT_KEYS)
    _refuse_unwritable(HEADER, 0, 1, len(head))
    file.write(bytes(START))
    _put(file, HEADER, head)
    count, total, marks = 1, len(head), sha256()
    for name, data in blocks:
        count, total = count + 1, total + len(data)
        _refuse_unwritable(name, total, count + 1)
        _mark(marks, name, data, _put(file, name, data))
    digest = marks.hexdigest()[:32]
    _put(file, LAST, orjson.dumps({"blocks": count + 1, "digest": digest}))
    start = HEAD.pack(MAGIC, WRITES, READABLE_FROM, count + 1)
    file.seek(0)
    file.write(start + CRC.pack(zlib.crc32(start)))
    return digest


def read_save(data: bytes, *, max_plain: int = MAX_PLAIN) -> Save:
    """A save, checked. Raises BadSave, naming block and reason."""
    version, count = _read_start(data)
    at, left, marks = START, max_plain, sha256()
    blocks: list[tuple[str, bytes]] = []
    for index in range(count):
        where = f"block {index}"
        found, at = find_block(data, at, where, left)
        plain = plain_of(found, f"{where} {found.name}")
        blocks.append((found.name, plain))
        if 0 < index < count - 1:
            _mark(marks, found.name, plain, found.crc)
        left -= len(plain)
    if at != len(data):
        raise bad("end", f"{len(data) - at} bytes too many")
    header = header_of(blocks[0][1] if blocks[0][0] == HEADER else b"")
    if version >= 2:
        _check_last(blocks.pop(), count, marks.hexdigest()[:32])
    elif len({name for name, _ in blocks}) < len(blocks):
        raise bad("blocks", "one is there twice")
    return Save(version, header, tuple(blocks[1:]))


def read_header(start: bytes) -> dict[str, Any]:
    """The header alone, from the first ``MAX_HEADER`` bytes and some of a save. Raises BadSave."""
    _read_start(start)
    found, _ = find_block(start, START, "block 0", MAX_HEADER)
    return header_of(plain_of(found, "block 0") if found.name == HEADER else b"")


def bad(block: str, why: str, *, got: object = "", allowed: object = "") -> BadSave:
    """A refusal."""
    return BadSave(f"save refused: {block}: {why}", field=block, got=got, allowed=allowed)


def find_block(data: bytes, at: int, where: str, left: int = MAX_PLAIN) -> tuple[Found, int]:
    """The block that begins at a place, and where it ends. Raises BadSave."""
    body = at + LEAD
    if len(data) < body:
        raise bad(where, "cut off", got=len(data))
    kind, packing, stored_length, length = BLOCK.unpack_from(data, at)
    if stored_length > len(data) - body:
        raise bad(where, "cut off", got=len(data) - body, allowed=stored_length)
    if length > left:
        raise bad(where, "is too big", got=length, allowed=left)
    stored = data[body : body + stored_length]
    crc = zlib.crc32(stored, zlib.crc32(data[at : at + BLOCK.size]))
    if crc != CRC.unpack_from(data, at + BLOCK.size)[0]:
        raise bad(where, "is damaged")
    name = kind.decode("latin-1")
    if not _is_type(name):
        raise bad(where, "is no block type", got=name, allowed="4 of A-Z 0-9")
    return Found(name, packing, stored, length, crc), body + stored_length


def plain_of(found: Found, where: str) -> bytes:
    """What a block stores, unpacked; memory is taken for what it says and no more."""
    _, packing, stored, length, _ = found
    if packing == RAW and len(stored) == length:
        return stored
    if packing == ZSTD:
        return _zstd(stored, length, where)
    if packing != ZLIB:
        raise bad(where, "unknown packing or wrong length", got=packing)
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(stored, length + 1)
    except zlib.error as fault:
        raise bad(where, "cannot be unpacked", got=fault) from fault
    if len(plain) != length or not unpacker.eof or unpacker.unused_data:
        raise bad(where, "is longer or shorter than it says", got=len(plain), allowed=length)
    return plain


def header_of(plain: bytes) -> dict[str, Any]:
    """The header that a block holds. Raises BadSave."""
    try:
        header = orjson.loads(plain)
    except orjson.JSONDecodeError as fault:
        raise bad(HEADER, "is missing or no JSON", got=fault) from fault
    if len(plain) > MAX_HEADER or not isinstance(header, dict):
        raise bad(HEADER, "is no header", got=type(header).__name__, allowed="object")
    return header


def _put(file: BinaryIO, name: str, data: bytes) -> int:
    """Write a block; gives its checksum."""
    packing, stored = RAW, data
    if name not in UNPACKED and len(data) > SMALL:
        packing, stored = ZSTD, zstandard.ZstdCompressor(level=LEVEL).compress(data)
        if len(stored) >= len(data):
            packing, stored = RAW, data
    head = BLOCK.pack(name.encode(), packing, len(stored), len(data))
    crc = zlib.crc32(stored, zlib.crc32(head))
    file.write(head + CRC.pack(crc))
    file.write(stored)
    return crc


def _mark(marks: Any, name: str, data: bytes, crc: int) -> None:
    marks.update(BLOCK.pack(name.encode(), 0, 0, len(data)) + CRC.pack(crc))


def _check_last(last: tuple[str, bytes], count: int, digest: str) -> None:
    told = header_of(last[1]) if last[0] == LAST else {}
    if told != {"blocks": count, "digest": digest}:
        raise bad("end", "the last block does not agree with those before it", got=last[0])


def _refuse_unwritable(name: str, total: int, count: int, head: int = 0) -> None:
    if not _is_type(name):
        raise bad(name, "is no block type", allowed="4 of A-Z 0-9")
    if count > 1 and name in (HEADER, LAST):
        raise bad(name, "is a type of the format's own")
    if head > MAX_HEADER or total > MAX_PLAIN or count > MAX_BLOCKS:
        raise bad("save", "is too big", got=total + head, allowed=MAX_PLAIN)


def _is_type(name: str) -> bool:
    return len(name) == 4 and name.isascii() and name.isalnum() and name == name.upper()


def _read_start(data: bytes) -> tuple[int, int]:
    """Version and number of blocks."""
    if len(data) < START:
        raise bad("start", "cut off", got=len(data))
    magic, written, readable_from, count = HEAD.unpack_from(data)
    if magic != MAGIC:
        raise bad("start", "is not a save", got=magic)
    if zlib.crc32(data[: HEAD.size]) != CRC.unpack_from(data, HEAD.size)[0]:
        raise bad("start", "is damaged")
    if written < READS_FROM or readable_from > WRITES:
        span = f"{READS_FROM} to {WRITES}"
        raise bad("start", f"version {written} cannot be read", got=written, allowed=span)
    if not 1 <= count <= MAX_BLOCKS:
        raise bad("start", "too many blocks, or none", got=count, allowed=MAX_BLOCKS)
    return int(written), int(count)


def _zstd(stored: bytes, length: int, where: str) -> bytes:
    try:
        told = zstandard.get_frame_parameters(stored)
        if told.content_size != length or told.window_size > max(WINDOW, length):
            raise bad(where, "is longer or shorter than it says", got=told.content_size,
                      allowed=length)  # fmt: skip
        unpacker = zstandard.ZstdDecompressor(max_window_size=max(WINDOW, length))
        plain = unpacker.decompress(stored, max_output_size=length, allow_extra_data=False)
    except zstandard.ZstdError as fault:
        raise bad(where, "cannot be unpacked", got=fault) from fault
    if len(plain) != length:
        raise bad(where, "is longer or shorter than it says", got=len(plain), allowed=length)
    return plain
