"""A name alone asks for all that is said of somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.host.reads import ask
from personagen_npc.world.deeds.happen import admit_event, happen

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

THEFT = {"text": "{actor} stole a ring from {target}.", "importance": 0.9}
FACTS = {
    "brewer": {"text": "Ida brews.", "about": ["ida"], "who": {"all": True}},
    "witch": {"text": "Ida is a witch.", "about": ["ida"], "who": {"npcs": ["bo"]}, "true": False},
    "toe": {"text": "Ida has six toes.", "about": ["ida"], "who": {"npcs": ["ida"]}},
}


def test_a_name_lists_what_happened_and_what_is_said(
    hamlet: Callable[..., World], step: Callable[..., Any]
) -> None:
    world = hamlet(
        npcs={"ida": {"name": "Ida Marsh"}, "bo": {}}, events={"theft": THEFT}, facts=FACTS
    )
    found = ask(world, {"what": "rumour", "query": "Ida"})
    assert found["text"] == "Ida Marsh"
    assert [r["fact"] for r in found["about"]] == ["witch", "brewer"], "what is not so comes first"
    assert {r["holders"] for r in found["about"]} == {1}
    event = {"type": "theft", "actor": "bo", "target": "ida", "place": "mill", "witnesses": ("bo",)}
    step(world, lambda w: happen(w, [admit_event(w, event, "event")]))
    rows = ask(world, {"what": "rumour", "query": "ida marsh"})["about"]
    assert rows[0]["text"] == "Bo stole a ring from Ida Marsh."
    traced = ask(world, {"what": "rumour", "happening": rows[0]["happening"]})
    assert traced["holders"] == rows[0]["holders"]
    assert ask(world, {"what": "rumour", "query": "ida", "limit": 1})["more"]
