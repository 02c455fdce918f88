from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import pytest

from personagen_npc.authoring.cache import load_pack
from personagen_npc.authoring.check import check_pack
from personagen_npc.persona.generate import generate
from personagen_npc.play.card import as_yaml, card
from personagen_npc.play.page import console_for

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_what_is_printed_is_a_file_that_a_pack_can_hold(tmp_path: Path, seed: int) -> None:
    persona = generate("a gruff old smith from the north", seed=seed)
    (tmp_path / "npcs").mkdir()
    (tmp_path / "npcs" / f"{persona.id}.yaml").write_text(as_yaml(persona), encoding="utf-8")
    (tmp_path / "world.yaml").write_text("id: p\nname: P\nformat: 1\n", encoding="utf-8")
    assert check_pack(tmp_path).errors == ()
    assert load_pack(tmp_path, tmp_path / "cache").npcs[persona.id] == persona


@pytest.mark.parametrize("plain", [True, False])
def test_the_card_shows_who_it_is(plain: bool) -> None:
    persona = generate("a cheerful smuggler", seed=1)
    out = StringIO()
    console_for(out, 80).print(card(persona, plain=plain))
    text = out.getvalue()
    assert persona.name in text
    assert "extraversion" in text
    assert plain == text.isascii()
