"""The gate in a mind's name: its own lines pass, and what it keeps does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.engines.prompt import World as About
from personagen_npc.engines.prompt import compose
from personagen_npc.mind.draft import Sent, gate_for
from personagen_npc.world.talking.groups import Line
from personagen_npc.world.talking.opened import open_say

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.guard.drafts import Gate
    from personagen_npc.world.talking.opened import Opening
    from personagen_npc.world.world import World

LINES = (
    "Hello.", "Who are you?", "What happened to the mill?", "How much is a knife?",
    "What do you think of Corin?", "Any news?", "Can you help me?", "Where is the forge?",
    "Thank you.", "Goodbye.",
)  # fmt: skip


def _opened(village: World, npc: str, text: str, step: Callable[..., Any]) -> Opening:
    opening: Opening = step(village, open_say, npc, Line("ash", text))
    return opening


def _gate(village: World, opening: Opening) -> Gate:
    prompt = compose(opening.brief, About(village.pack.description, village.seed))
    sent = Sent(prompt.text, prompt.rules, prompt.canary)
    return gate_for(village.npcs[opening.npc], opening.brief, sent, village.minds.checks)


def test_what_an_npc_would_say_itself_passes_as_a_draft(
    village: World, step: Callable[..., Any]
) -> None:
    refused = []
    for npc in village.npcs:
        for text in LINES:
            opening = _opened(village, npc, text, step)
            line = opening.opened.plan.line.text
            _, wrong = _gate(village, opening).take(line)
            refused += [(npc, line, wrong)] if wrong else []
    assert refused == []


def test_no_secret_of_any_npc_passes_before_a_stranger(
    village: World, step: Callable[..., Any]
) -> None:
    tried = 0
    for npc in village.npcs.values():
        for fact in npc.profile.secrets:
            text = village.lore.entry(fact).fact.text
            opening = _opened(village, npc.id, f"Is it true? {text}", step)
            if text not in opening.brief.kept:
                continue  # it would tell anybody
            tried += 1
            _, wrong = _gate(village, opening).take(text)
            assert "secret" in {w.check for w in wrong}, (npc.id, fact)
            assert (
                text not in compose(opening.brief._replace(heard=""), About("", village.seed)).text
            )
    assert tried >= 10
