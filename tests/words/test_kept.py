"""Vectors of a pack's texts are kept, and what is kept wrongly is made again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from personagen_npc.words import kept
from personagen_npc.words.senses import PACKAGE, Senses, senses

if TYPE_CHECKING:
    from pathlib import Path

TABLE = senses()
pytestmark = pytest.mark.skipif(TABLE is None, reason=f"{PACKAGE} is not installed here")
TEXTS = ("who mends shoes", "", "a cobbler")


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Senses:
    monkeypatch.setenv("PERSONAGEN_CACHE", str(tmp_path))
    monkeypatch.setattr(kept, "_open", {})
    monkeypatch.setattr(kept, "FEW", 1)
    assert TABLE is not None
    return TABLE


def test_what_is_kept_is_what_the_table_says(
    table: Senses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = table.vectors(TEXTS)
    assert (kept.kept_vectors(table, TEXTS) == made).all()
    (file,) = tmp_path.rglob("*.i16")
    for torn in (file.read_bytes(), b"", file.read_bytes()[:-2] + b"zz"):
        file.write_bytes(torn)
        monkeypatch.setattr(kept, "_open", {})
        assert (kept.kept_vectors(table, TEXTS) == made).all()


def test_worlds_of_one_pack_share_their_vectors(table: Senses) -> None:
    assert kept.kept_vectors(table, TEXTS) is kept.kept_vectors(table, TEXTS)
    assert len(kept.kept_vectors(table, TEXTS[:1])) == 1
