"""What is left of a damaged save: every block whose checksum vouches for it, and where gaps are."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from personagen_npc.errors import BadSave
from personagen_npc.store.container import START, find_block, plain_of

_BEGINS: Final = re.compile(rb"(?:HEAD|PACK|WRLD|POLI|LEDG|HAPP|NPCS|VECS|LAST)[\x00\x02]")


class Gap(NamedTuple):
    """Bytes of a save that nothing vouches for."""

    start: int
    end: int
    why: str


Piece = tuple[str, bytes]  # type and plain bytes


def salvage(data: bytes) -> list[Piece | Gap]:
    """The good blocks of a save and the gaps between them, in order. Raises nothing."""
    found: list[Piece | Gap] = []
    at = START
    while at < len(data):
        try:
            block, end = find_block(data, at, f"byte {at}")
            piece = block.name, plain_of(block, f"byte {at} {block.name}")
        except BadSave as fault:
            end = _next(data, at + 1)
            found.append(Gap(at, end, fault.message))
        else:
            found.append(piece)
        at = end
    return found


def _next(data: bytes, at: int) -> int:
    """Where the next good block begins, or the end."""
    for match in _BEGINS.finditer(data, at):
        try:
            plain_of(find_block(data, match.start(), "")[0], "")
        except BadSave:
            continue
        return match.start()
    return len(data)
