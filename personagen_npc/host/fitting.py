"""The process that fits: ``python -m personagen_npc.host.fitting JOB RESULT``.

It reads a world's journal beside the server that writes it, and leaves what it found in a file.
Only here, and in commands without a server, does torch come in.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgpack

from personagen_npc.errors import PersonagenError, ServerFault
from personagen_npc.host.history import Moment, of_journal
from personagen_npc.store.reading import Reading

if TYPE_CHECKING:
    from personagen_npc.host.history import History

NO_TORCH = "fits need torch: pip install 'personagen-npc[train]'"


def fitted(history: History, now: dict[str, Any], *, network: bool) -> dict[str, Any]:
    """What all lessons of a history say. Raises ServerFault without torch or lessons.

    ``now``: ``scales`` and ``noises`` of the policy at that moment.
    """
    try:
        from personagen_npc.train.work import work
    except ImportError:
        raise ServerFault(NO_TORCH, field="type", got="refit") from None
    rows = history.lessons()
    if not rows:
        raise ServerFault("nothing was rewarded so far, so there is nothing to fit",
                          field="type", got="refit")  # fmt: skip
    return work(rows, history.before, history.copies, now, network=network)


def main(job: Path, result: Path) -> None:
    """Carry out a job; the result holds ``fault`` where it could not be."""
    told = msgpack.unpackb(job.read_bytes(), use_list=False)
    try:
        journal = Reading(Path(told["journal"]))
        try:
            history = of_journal(journal, Moment(*told["moment"]), carried=told["carried"])
        finally:
            journal.close()
        found = fitted(history, told["now"], network=told["network"])
    except PersonagenError as fault:
        found = {"fault": fault.message}
    result.write_bytes(msgpack.packb(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
