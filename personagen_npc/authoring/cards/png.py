"""PNG as a row of chunks: texts read out and put in; pictures are never decoded.

Every length, name and checksum is looked at before a byte is believed, and compressed text is only
unpacked up to a limit, so that a file can cost no more than a few times its own size.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.errors import BadCard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
MAX_BYTES: Final = 32 * 1024 * 1024  # [D] cards with large art have some 5 MiB
MAX_CHUNKS: Final = 65_536  # [D] 32 MiB in the usual pieces of 8 KiB are 4,096
MAX_TEXT: Final = 8 * 1024 * 1024  # bytes of one text, unpacked, [D]
MAX_SIDE: Final = 2**31 - 1  # of a picture, after the PNG specification (third edition), 11.2.1
TEXTS: Final = (b"tEXt", b"iTXt", b"zTXt")
_HEADER: Final = 13  # bytes of IHDR's data
_AROUND: Final = 12  # length, name and checksum of a chunk


class Chunk(NamedTuple):
    """One chunk, its checksum found right."""

    kind: bytes
    data: bytes

    def packed(self) -> bytes:
        """The chunk as it stands in a file."""
        body = self.kind + self.data
        return len(self.data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")


def chunks_of(data: bytes) -> tuple[Chunk, ...]:
    """All chunks of a PNG, from IHDR to IEND. Raises BadCard."""
    if not data.startswith(SIGNATURE):
        raise _bad("file", "no PNG signature", "a PNG file")
    if len(data) > MAX_BYTES:
        raise _bad("file", f"{len(data)} bytes", f"at most {MAX_BYTES} bytes")
    rows = tuple(_walk(data))
    if rows[0].kind != b"IHDR" or len(rows[0].data) != _HEADER:
        raise _bad("chunk 1", rows[0].kind, "IHDR with 13 bytes")
    for at in (0, 4):
        side = int.from_bytes(rows[0].data[at : at + 4], "big")
        if not 1 <= side <= MAX_SIDE:
            raise _bad("IHDR", side, "a width and a height of 1 or more")
    return rows


def _walk(data: bytes) -> Iterator[Chunk]:
    at = len(SIGNATURE)
    for number in range(1, MAX_CHUNKS + 1):
        head = data[at : at + 8]
        size, kind = int.from_bytes(head[:4], "big"), head[4:]
        if len(head) < 8 or not kind.isalpha() or at + size + _AROUND > len(data):
            raise _bad(f"chunk {number}", "a torn or cut chunk", "whole chunks up to IEND")
        body = data[at + 4 : at + 8 + size]
        found = int.from_bytes(data[at + 8 + size : at + _AROUND + size], "big")
        if zlib.crc32(body) != found:
            right = f"{zlib.crc32(body):08x}"
            raise _bad(f"chunk {number} ({kind.decode()})", f"checksum {found:08x}", right)
        yield Chunk(kind, body[4:])
        at += size + _AROUND
        if kind == b"IEND":
            if at != len(data):
                raise _bad("file", f"{len(data) - at} bytes behind IEND", "nothing behind it")
            return
    raise _bad("file", f"over {MAX_CHUNKS} chunks", f"at most {MAX_CHUNKS}")


def text_of(chunk: Chunk) -> tuple[str, bytes]:
    """Keyword and text of a text chunk, unpacked; ("", b"") of any other. Raises BadCard."""
    if chunk.kind not in TEXTS:
        return "", b""
    raw, cut, rest = chunk.data.partition(b"\0")
    keyword = raw.decode("latin-1")
    if not cut or not 1 <= len(raw) <= 79:  # the specification's bounds of a keyword
        raise _bad(chunk.kind.decode(), f"a keyword of {len(raw)} bytes", "1 to 79 bytes and a 0")
    if chunk.kind == b"zTXt":
        rest = _unpacked(keyword, rest[1:], rest[:1] == b"\0")
    elif chunk.kind == b"iTXt":
        rest = _international(keyword, rest)
    if len(rest) > MAX_TEXT:
        raise _bad(keyword, f"{len(rest)} bytes", f"at most {MAX_TEXT} bytes")
    return keyword, rest


def _international(keyword: str, rest: bytes) -> bytes:
    """The text of an iTXt: behind two flags, a language tag and a translated keyword."""
    parts = rest[2:].split(b"\0", 2)
    if len(rest) < 2 or len(parts) < 3 or rest[0] not in (0, 1):
        raise _bad(keyword, "a torn iTXt", "flag, method, language, keyword, text")
    return _unpacked(keyword, parts[2], rest[1] == 0) if rest[0] else parts[2]


def _unpacked(keyword: str, data: bytes, known: bool) -> bytes:
    """Compressed text, never more than ``MAX_TEXT`` bytes of it."""
    unpack = zlib.decompressobj()
    try:
        text = unpack.decompress(data, MAX_TEXT + 1) if known else b""
    except zlib.error as error:
        raise _bad(keyword, f"compressed text that does not unpack ({error})", "zlib") from None
    if not known or not (unpack.eof or len(text) > MAX_TEXT):
        raise _bad(keyword, "compressed text that is cut or of an unknown method", "zlib")
    if len(text) > MAX_TEXT:
        raise _bad(keyword, f"text that unpacks to over {MAX_TEXT} bytes", f"at most {MAX_TEXT}")
    return text


def with_text(data: bytes, keyword: str, text: bytes, drop: Iterable[str] = ()) -> bytes:
    """A PNG with this tEXt chunk before IEND; texts under it or under ``drop`` are taken out."""
    gone = {key.encode("latin-1") for key in (keyword, *drop)}
    new = Chunk(b"tEXt", keyword.encode("latin-1") + b"\0" + text)
    kept = [
        c for c in chunks_of(data)
        if c.kind not in TEXTS or c.data.partition(b"\0")[0] not in gone
    ]  # fmt: skip
    return SIGNATURE + b"".join(c.packed() for c in (*kept[:-1], new, kept[-1]))


def plain_picture(side: int = 64, grey: int = 0x66) -> bytes:
    """A grey square, for a card without a picture."""
    head = side.to_bytes(4, "big") * 2 + bytes((8, 0, 0, 0, 0))  # 8 bits of grey, no interlacing
    rows = zlib.compress((b"\0" + bytes((grey,)) * side) * side, 9)
    parts = (Chunk(b"IHDR", head), Chunk(b"IDAT", rows), Chunk(b"IEND", b""))
    return SIGNATURE + b"".join(c.packed() for c in parts)


def _bad(field: str, got: object, allowed: str) -> BadCard:
    text = got.decode("latin-1") if isinstance(got, bytes) else str(got)
    return BadCard(
        f"{field}: {text} is not allowed ({allowed})", field=field, got=text, allowed=allowed
    )
