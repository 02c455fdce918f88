"""A small town with a bit of everything, and requests made of a few numbers each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from personagen_npc.errors import ClientFault
from personagen_npc.host.commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.changes import Change
    from personagen_npc.world.world import World

LINES = {
    "greet": ["Hello.", "Morning, {player}.", "You again."], "answer": ["{fact}", "Listen. {fact}"],
    "gossip": ["Have you heard? {fact}"], "remember": ["{memory}"], "deflect": ["Hm.", "Well now."],
    "admit_ignorance": ["I could not say.", "No idea."], "keep_secret": ["That stays with me."],
    "offer_goods": ["{item.a}? {price}."], "counter_offer": ["{price}, then."],
    "accept_deal": ["Done. {price}."], "refuse_deal": ["Not for {offer}."], "refuse": ["No."],
    "bark": ["Hey.", "Mind out."], "work": ["Back to it."], "offer_quest": ["{quest_text}"],
    "tell_source": ["{source}."], "insult_back": ["Mind your tongue!"], "forgive": ["Let it rest."],
    "introduce": ["{npc} is my name."], "prompt": ["Yes?", "Go on."], "accept": ["Right."],
}  # fmt: skip
TOWN: dict[str, Any] = {
    "time_scale": 12.0,
    "calendar": {"months": [{"name": "Thaw", "days": 30, "season": "spring"}]},
    "places": {"inn": {"name": "the inn", "near": ["yard"]}, "yard": {"near": ["inn"]}, "mill": {}},
    "factions": {"guard": {"name": "the guard", "attitudes": {"thieves": -0.5}}, "thieves": {}},
    "things": {"kettle": {}},
    "variables": {"toll": {"default": 2}, "open": {"default": True}},
    "quests": {"bell": {"title": "The Bell", "giver": "ada", "stages": ["sunk", "up", "hung"],
                        "offer": ["Would you raise the bell?"], "topics": ["bell"]}},
    "actions": {"sell": {"description": "Hand over goods.", "on": ["accept_deal"],
                         "args": {"item": {"type": "thing"}, "price": {"type": "integer"}}}},
    "events": {
        "theft": {"text": "{actor} stole {item} from {target}.", "benefit": -0.8, "praise": -0.8,
                  "importance": 0.8, "reach": "loud", "reactions": ["Thief!", "Stop, {actor}!"]},
        "gift": {"text": "{actor} gave {target} a gift.", "benefit": 0.7, "praise": 0.5,
                 "goals": {"dry": 0.4}, "to_actor": ["You brought me a gift."]},
        "storm": {"text": "A storm broke.", "reach": "far", "goals": {"dry": -0.7}},
    },
    "npcs": {
        "ada": {
            "place": "inn", "archetype": "innkeeper", "role": "the innkeeper", "faction": "guard",
            "personality_traits": [{"name": "neuroticism", "value": 0.9}],
            "goals": [{"id": "dry", "utility": 0.8}],
            "wares": {"kettle": {"price": 40, "reserve": 25, "stock": 3}},
            "knowledge_graph": {"scar": {"id": "scar", "content": "I got my scar at the ford."}},
            "ties": {"bel": {"kind": "sister", "affinity": 0.7, "trust": 0.8}},
            "behavioral_patterns": [
                {"trigger": "greet", "response_template": "Come in, come in.", "frequency": 0.4},
            ],
        },
        "bel": {"place": "inn", "aliases": ["old bel"], "opinions": {"ada": "She works too hard."}},
        "cade": {"place": "yard", "faction": "thieves", "secrets": ["arson"], "elasticity": 1.0},
        "dan": {"place": "mill"},
    },
    "facts": {
        "mill": {"text": "The mill burned in spring.", "who": {"all": True}, "importance": 0.8},
        "arson": {"text": "Cade burned the mill.", "trust": 0.4, "about": ["cade"]},
        "gate": {"text": "The gate shuts at dusk.", "who": {"factions": ["guard"]},
                 "when": {"var.open": True}},
        "bell": {"text": "The bell lies in the river.", "who": {"npcs": ["ada", "dan"]},
                 "when": {"stage.bell": "sunk"}, "says": ["It's in the river, that bell."]},
    },
    "voice": [{"id": act, "act": act, "lines": lines} for act, lines in LINES.items()],
}  # fmt: skip
NPCS = ("ada", "bel", "cade", "dan", "eve", "nobody")
PLAYERS = ("ash", "bo", "p:3")
PLACES = ("inn", "yard", "mill", "moon")
SAID = (
    "Hello.", "Who are you?", "What happened at the mill?", "Do you sell a kettle?", "Twenty.",
    "I'll take it.", "You stupid goat!", "I am sorry.", "My name is Ash.", "Any news?",
    "Who told you that?", "I saw Bel at the mill last night.", "Do you remember me?", "",
    "I confess that I stole the kettle.", "Do you need help?", "What about the bell?",
)  # fmt: skip
KINDS = tuple(sorted(COMMANDS))
T = TypeVar("T")


def _of(names: tuple[T, ...], k: int) -> T:
    return names[k % len(names)]


def _request(world: World, kind: str, a: int, b: int, c: int) -> dict[str, Any]:
    npc, player, place = _of(NPCS, a), _of(PLAYERS, b), _of(PLACES, c)
    happening = {"type": _of(("theft", "gift", "storm", "riot"), c), "actor": player, "target": npc,
                 "facts": {"item": "a ring"} if b % 3 else {}}  # fmt: skip
    turn = f"b{world.branch}.s{max(0, world.step - b)}"
    action = next(reversed(world.actions), "none")
    table: dict[str, dict[str, Any]] = {
        "say": {"npc": npc, "player": player, "text": _of(SAID, c), "whisper": a % 5 == 4},
        "perform": {"npc": npc, "text": _of(SAID, c) or "Hm.", "player": player},
        "event": {"event": happening},
        "events": {"events": (happening, {**happening, "target": _of(NPCS, b)})},
        "reward": {"turn": turn, "value": (c - 8) / 8, "key": f"k{c}" if c % 2 else None},
        "action.result": {"action": action, "result": _of(("done", "failed", "refused"), c)},
        "shown": {"turn": turn, "text": "" if c % 2 else "The mi"},
        "tick": {"time": world.now + (c - 2) * 2000.0},
        "bark": {"npc": npc, "situation": "sees_player", "player": player},
        "converse": {"npc": npc, "with_npc": _of(NPCS, c)},
        "world.set": {"variables": {"toll": c}, "quests": {"bell": _of(("sunk", "up", "x"), b)}},
        "npc.spawn": {"profile": {"id": "eve", "name": f"Eve {_of(('Grey', 'Brown'), c)}",
                                  "role": "the fowler"}, "place": place},
        "npc.remove": {"npc": npc},
        "npc.set": {"npc": npc, "place": place, "traits": {"openness": b / 16},
                    "state": _of(("alive", "asleep", "dead"), c) if b % 4 == 0 else None},
        "player.set": {"player": player, "name": _of(("Ash", "Bo Grey", "Eve"), c), "place": place},
        "player.remove": {"player": player},
        "player.forget": {"player": player},
        "pause": {"on": c % 3 == 0},
        "fact.tell": {"npc": npc, "fact": _of(("mill", "arson", "none"), c), "teller": player}
        if b % 2 else {"npc": npc, "text": "The ford is deep.", "teller": player},
        "policy": {"op": _of(("freeze", "thaw", "reset", "pin", "unpin"), c), "npc": npc,
                   "act": "greet"},
        "cancel": {"target": 1},
        "tie": {"npc": npc, "other": _of((*PLAYERS, *NPCS), c), "both": b % 5 == 0,
                "kind": _of(("creditor", "brother", "sworn to", "pen friend"), b),
                **_of(({"days": 0.1}, {"end": True}, {}, {"until": world.now + 3000.0}), c)},
    }  # fmt: skip
    return {"type": kind, "id": 1, **table[kind]}


@pytest.fixture(scope="session")
def town(hamlet: Callable[..., World]) -> Callable[[], World]:
    """A fresh town."""
    return lambda: hamlet(seed=5, **TOWN)


@pytest.fixture(scope="session")
def carry_out() -> Callable[..., list[Change] | None]:
    """``carry_out(world, kind, a, b, c)``: one request as a host takes it; None if refused."""

    def take(world: World, kind: str, a: int, b: int, c: int) -> list[Change] | None:
        request = _request(world, kind, a, b, c)
        world.begin()
        try:
            COMMANDS[kind](world, request)
        except ClientFault:
            if world.recent:
                raise AssertionError(f"{request} changed something and was refused") from None
            world.step -= 1
            return None
        return world.end()

    return take
