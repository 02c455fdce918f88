"""Opening a world: made once, found again, and nothing left half open when it cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from personagen_npc.errors import JournalFailed, Unknown
from personagen_npc.host.host import Host
from personagen_npc.store.journal import Journal
from personagen_npc.world.faculties import faculties

if TYPE_CHECKING:
    from pathlib import Path

    from personagen_npc.host.library import Library
    from personagen_npc.mind.turn import Faculties
    from personagen_npc.world.pack import Pack


async def test_a_world_killed_before_its_first_row_never_was(host: Host, tmp_path: Path) -> None:
    Journal.open(tmp_path / "w" / "journal.db").close()
    with pytest.raises(Unknown):
        await host.open("w")
    room = await host.open("w", ("good",), seed=7)
    assert (room.journal.last_seq, bool(room.world.npcs)) == (1, True)


async def test_a_journal_that_cannot_be_read_is_let_go(library: Library, tmp_path: Path) -> None:
    first = Host(library, tmp_path)
    await first.open("w", ("good",))
    await first.close()
    kept = (tmp_path / "w" / "journal.db").read_bytes()
    spoilt = kept.replace(b"world.open", b"world.0pen")
    (tmp_path / "w" / "journal.db").write_bytes(spoilt)
    second = Host(library, tmp_path)
    with pytest.raises(JournalFailed):
        await second.open("w")
    assert second.rooms == {}
    (tmp_path / "w" / "journal.db").write_bytes(kept)
    assert (await second.open("w")).world.npcs
    await second.close()


async def test_a_stored_world_is_compiled_once(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Host(library, tmp_path)
    await first.open("w", ("good",))
    await first.close()
    compiled: list[Pack] = []

    def counted(pack: Pack) -> Faculties:
        compiled.append(pack)
        return faculties(pack)

    monkeypatch.setattr("personagen_npc.world.world.faculties", counted)
    second = Host(library, tmp_path)
    await second.open("w")
    assert len(compiled) == 1
    await second.close()
