"""Act: which of the pack's actions the chosen act asks the game for, with arguments.

The game alone carries out and authorises; an action whose required arguments cannot be filled from
what was said is not asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.mind.deal import price

if TYPE_CHECKING:
    from personagen_npc.mind.deal import Deal
    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Scene

MOST = 2  # actions asked for in one turn, [D]


class Asked(NamedTuple):
    """An action asked of the game."""

    id: str
    name: str
    args: dict[str, Any]


def ask_for(
    npc: str, scene: Scene, act: str, deal: Deal, quest: str, heard: Heard
) -> tuple[Asked, ...]:
    """The actions that go with an act, at most ``MOST``."""
    values = _values(npc, scene, deal, quest, heard)
    asked: list[Asked] = []
    for offer in scene.offers:
        if act not in offer.on or len(asked) == MOST:
            continue
        args = {n: v for n, kind, _ in offer.args if (v := _value(n, kind, values)) is not None}
        if all(name in args for name, _, required in offer.args if required):
            asked.append(Asked(f"{scene.turn}.a{len(asked)}", offer.name, args))
    return tuple(asked)


def _values(npc: str, scene: Scene, deal: Deal, quest: str, heard: Heard) -> dict[str, Any]:
    by_kind: dict[str, Any] = {}
    for entity, kind in reversed(heard.entities):
        if kind != "place" or heard.focus == "place":
            by_kind[kind] = entity  # a place is meant only where the question was where
    values = {f"kind.{kind}": entity for kind, entity in by_kind.items()}
    values |= {"kind.player": scene.listener.id, "player": scene.listener.id, "npc": npc}
    values |= {"seller": npc, "giver": npc, "buyer": scene.listener.id}
    if deal.item:
        values |= {"item": deal.item, "thing": deal.item, "price": price(deal)}
        values |= {"kind.thing": deal.item, "cost": price(deal), "amount": price(deal)}
        values |= {"count": 1, "quantity": 1}
    if quest:
        values["quest"] = quest
    if heard.topic:
        values["topic"] = values["reason"] = heard.topic
    return values


def _value(name: str, kind: str, values: dict[str, Any]) -> Any:
    if name in values:
        return values[name]
    return values.get(f"kind.{kind}")
