"""What of a row of the journal a session hears."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgpack

from personagen_npc.host import translate
from personagen_npc.host.bases import REWINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from personagen_npc.host.link import Link
    from personagen_npc.store.rows import Row


def for_link(link: Link, row: Row) -> Iterator[translate.Plain]:
    """What a row holds for a session."""
    outputs = msgpack.unpackb(row.outputs)
    if not outputs:
        return
    answer, said, noted = outputs
    own = row.session == link.name
    if own:
        yield from answer
    elif row.kind in REWINDS:
        yield translate.resync(row.seq, "loaded")
    yield from (s for s, not_for in said if link.hears(s) and meant(link, not_for, own=own))
    yield from (n for n in noted if link.watches(n))


def meant(other: Link, not_for: str, *, own: bool) -> bool:
    """An overheard reply is not sent again to the one who got it as his answer (``own``)."""
    return not not_for or (not own and other.player != not_for)
