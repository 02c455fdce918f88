"""Act: which of the pack's actions the chosen act asks the game for, with arguments.

The game alone carries out and authorises; an action whose required arguments cannot be filled from
what was said is not asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.mind.telling.deal import Deal, price
from personagen_npc.words.stem import stems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Offer, Scene

NO_DEAL = Deal()
_TAKING = frozenset({"quest_accept", "quest_report"})
MOST = 1  # actions asked for in one turn: the one whose arguments say most, [D]


class Asked(NamedTuple):
    """An action asked of the game."""

    id: str
    name: str
    args: dict[str, Any]


def service(npc: str, scene: Scene, heard: Heard) -> str:
    """The action that the player asks for in so many words and that can be asked of the game."""
    said = {*heard.stems, *stems(heard.text)}
    values = _values(npc, scene, NO_DEAL, "", heard)
    asked = [
        (len(offer.words & said), offer.name)
        for offer in scene.offers
        if "comply" in offer.on and _filled(offer, values) is not None
    ]
    most = max((count for count, _ in asked), default=0)
    return min(name for count, name in asked if count == most) if most else ""


def ask_for(
    npc: str, scene: Scene, act: str, deal: Deal, quest: str, heard: Heard
) -> tuple[Asked, ...]:
    """The actions that go with an act, at most ``MOST``."""
    values = _values(npc, scene, deal, quest, heard)
    wanted = service(npc, scene, heard) if act == "comply" else ""
    ready: list[tuple[str, dict[str, Any]]] = []
    for offer in scene.offers:
        if act not in offer.on or (act == "comply" and offer.name != wanted):
            continue
        args = _filled(offer, values)
        if args is not None:
            ready.append((offer.name, args))
    ready.sort(key=lambda r: -len(r[1]))
    return tuple(Asked(f"{scene.turn}.a{k}", n, a) for k, (n, a) in enumerate(ready[:MOST]))


def wanted(npc: str, scene: Scene, heard: Heard, name: str) -> dict[str, Any]:
    """Arguments of an action as they were meant when it was asked for."""
    values = _values(npc, scene, NO_DEAL, "", heard)
    offer = next((o for o in scene.offers if o.name == name), None)
    return (_filled(offer, values) or {}) if offer is not None else {}


def granted(scene: Scene, name: str, args: Mapping[str, Any]) -> tuple[Asked, ...]:
    """An action that was asked for before and is given now, if it is still within reach."""
    if not name:
        return ()
    near = scene.near().offers if scene.near is not None else ()
    lawful = any(o.name == name for o in (*scene.offers, *near))
    return (Asked(f"{scene.turn}.a0", name, dict(args)),) if lawful else ()


def _filled(offer: Offer, values: dict[str, Any]) -> dict[str, Any] | None:
    """An action's arguments from what was said; None if a required one is missing."""
    args = {n: v for n, kind, _ in offer.args if (v := _value(n, kind, values)) is not None}
    missing = any(required and name not in args for name, _, required in offer.args)
    return None if missing else args


def _values(npc: str, scene: Scene, deal: Deal, quest: str, heard: Heard) -> dict[str, Any]:
    values: dict[str, Any] = {
        f"kind.{kind}": entity
        for entity, kind in reversed(heard.entities)
        if kind != "place" or heard.focus == "place"  # a place is meant only where asked where
    }
    values |= {"kind.player": scene.listener.id, "player": scene.listener.id, "npc": npc}
    values |= {"seller": npc, "giver": npc, "buyer": scene.listener.id}
    if deal.item:
        values |= {"item": deal.item, "thing": deal.item, "price": price(deal)}
        values |= {"kind.thing": deal.item, "cost": price(deal), "amount": price(deal)}
        values |= {"count": 1, "quantity": 1}
    if quest and (scene.talk.quest == quest or heard.intent in _TAKING):
        values["quest"] = quest
    if heard.topic:
        values["topic"] = values["reason"] = heard.topic
    return values


def _value(name: str, kind: str, values: dict[str, Any]) -> Any:
    if name in values:
        return values[name]
    return values.get(f"kind.{kind}")
