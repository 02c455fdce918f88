from __future__ import annotations

import pytest

from personagen_npc.play.beats import (
    Beat,
    Did,
    Figures,
    Heading,
    Listed,
    Note,
    Overheard,
    Refused,
    Replied,
    Said,
    Walked,
)
from personagen_npc.play.markdown import Markdown, plain

ACTION = {"id": "a1", "name": "sell_item", "args": {"item": "pie", "price": 3}}
REPLY = Replied("t1", "ida", "Ida", "Three, then.", "glad", "accept_deal", 2, "haggle", "fact",
                ("pie_price",), (), (ACTION,), 12.34)  # fmt: skip


def shown(beat: Beat) -> str:
    page = Markdown()
    page.show(beat)
    return page.text


def test_an_answer_stands_with_mood_act_matter_and_actions() -> None:
    text = shown(REPLY)
    assert text.startswith("**Ida:** Three, then.")
    assert "sell\\_item (item: pie, price: 3)" in text
    assert "<sub>glad · accept\\_deal (own pattern 2) · knows: pie\\_price</sub>" in text


def test_no_time_is_told() -> None:
    figures = Figures(4, 2, 9, 3, 1, 0, 2, 1.25, 99.5)
    text = shown(REPLY) + shown(figures)
    assert "12.3" not in text
    assert "1.25" not in text
    assert "99.5" not in text
    assert "4 lines answered, 2 overheard" in text


@pytest.mark.parametrize(
    ("beat", "wanted"),
    [
        (Heading("Night", "the inn", "day 2"), "## Night\n\n*the inn, day 2*\n"),
        (Note("It rains."), "*It rains.*\n"),
        (Walked("You go."), "*You go.*\n"),
        (Said("You", "Ida", "A *big* one?"), "**You:** A \\*big\\* one?\n"),
        (Overheard("ida", "Ida", "Bo", "inn", "Hm.", "bark"), "*overheard* **Ida to Bo:** Hm.\n"),
        (Did("tick", "1 hour later"), "*[tick] 1 hour later*\n"),
        (Listed("rows", (("a", "b"),)), "*rows*\n\n- a — b\n"),
        (Refused("unknown", "no such thing"), "*[unknown] no such thing*\n"),
    ],
)
def test_every_beat_has_its_line(beat: Beat, wanted: str) -> None:
    assert shown(beat) == wanted


def test_nothing_that_is_said_means_anything_to_markdown() -> None:
    assert plain("a_b *c* <d> [e](f) `g` | h") == "a\\_b \\*c\\* \\<d\\> \\[e\\](f) \\`g\\` \\| h"
