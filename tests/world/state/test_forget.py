"""Who is forgotten is forgotten everywhere: also in what others said, and in what was repeated."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from personagen_npc.changes import from_plain, to_plain
from personagen_npc.errors import Unknown
from personagen_npc.world import roster
from personagen_npc.world.people import ties
from personagen_npc.world.state import snapshot
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

    Step = Callable[..., Any]

WHO, NAME, WORD = "p-xq71", "Quentiva", "vorpal"


def _left(world: World) -> list[str]:
    """Every text of the dumped state that names the player or holds the word that only he said."""
    found: list[str] = []

    def walk(node: Any, path: str) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                walk(key, path)
                walk(value, f"{path}/{key}")
        elif isinstance(node, list):
            for k, value in enumerate(node):
                walk(value, f"{path}/{k}")
        elif isinstance(node, str) and any(
            w in node.lower() for w in (WHO, NAME.lower(), WORD.lower())
        ):
            found.append(f"{path}={node}")

    walk(orjson.loads(snapshot.dump(world)), "")
    return found


def _forgotten(world: World, step: Step) -> None:
    step(world, roster.drop_player, WHO, forget=True)
    assert _left(world) == []
    again = snapshot.load(snapshot.dump(world), world.pack)
    assert snapshot.dump(again) == snapshot.dump(world)


def test_his_words_repeated_by_others_go(village: World, step: Step) -> None:
    step(village, talk.say, ["wick"], WHO, "The vorpal bridge has fallen into the river.")
    npc = village.npcs["wick"].place
    near = [n.id for n in village.present(npc)]
    for who in near:
        for text in ("Any news?", "What has fallen into the river?", "Who told you that?"):
            step(village, talk.say, [who], "ash", text)
    assert any(WORD in line for n in village.npcs.values() for line in n.spoken)
    _forgotten(village, step)


def test_what_was_said_of_him_before_his_name_was_known_goes(village: World, step: Step) -> None:
    step(village, talk.say, ["wick"], "ash", f"I saw {NAME} sell two horses at the ford.")
    step(village, talk.perform, "edda", f"{NAME}! Get out of here!", "ash", whisper=False)
    kept = [text for text in village.happenings.text if text is not None and NAME in text]
    assert len(kept) == 2  # the line and the performed one: there is something to forget
    step(village, roster.set_player, WHO, {"name": NAME})
    _forgotten(village, step)


def test_a_tie_to_another_outlives_the_note_on_him(village: World, step: Step) -> None:
    step(village, roster.set_player, WHO, {"name": NAME})
    terms = ties.Terms(both=True, note=f"They both swore it before {NAME}.")
    step(village, ties.set_tie, "wick", "edda", "sworn to", terms)
    step(village, ties.set_tie, "wick", WHO, "creditor", ties.Terms())
    _forgotten(village, step)
    bonds = village.relations.bonds.of(village.npcs["wick"].profile)
    assert ("edda", "sworn to") in [(other, bond.kind) for other, bond in bonds]
    assert WHO not in dict(bonds)


def test_an_authored_tie_to_him_goes(
    village: World, step: Step, persona: Callable[..., Any]
) -> None:
    profile = persona("ulf", place="forge", ties={WHO: {"kind": "brother", "affinity": 0.5}})
    step(village, roster.spawn, profile, "forge")
    step(village, talk.say, ["ulf"], WHO, "Hello.")
    _forgotten(village, step)
    step(village, talk.say, ["ulf"], WHO, "Hello.")
    assert village.relations.get(village.npcs["ulf"].profile, WHO).ties == ()


def test_who_left_before_can_be_forgotten_still(village: World, step: Step) -> None:
    step(village, talk.say, ["wick"], WHO, f"My name is {NAME}. The vorpal bridge has fallen.")
    step(village, roster.drop_player, WHO, forget=False)
    assert _left(village)
    _forgotten(village, step)
    with pytest.raises(Unknown):
        step(village, roster.drop_player, WHO, forget=True)


def test_who_goes_by_the_same_name_is_still_spoken_of(village: World, step: Step) -> None:
    edda = village.npcs["edda"].profile.name
    step(village, roster.set_player, WHO, {"name": edda})
    step(village, talk.say, ["wick"], "ash", f"I saw {edda} at the river last night.")
    before = [t for t in village.happenings.text if t and "at the river" in t]
    step(village, roster.drop_player, WHO, forget=True)
    assert before
    assert [t for t in village.happenings.text if t and "at the river" in t] == before


def test_forgetting_replayed_is_forgetting_lived(
    village: World, founded: bytes, step: Step
) -> None:
    replayed, chance = snapshot.load(founded, village.pack), Random(3)
    said = (f"My name is {NAME}.", "The vorpal bridge has fallen.", "Any news?", "Hello.",
            "Berta Lark is a thief.", "Who told you that?")  # fmt: skip
    npcs = list(village.npcs)
    for k in range(60):
        village.begin()
        if k % 20 == 19:
            roster.drop_player(village, WHO, forget=True)
        else:
            who = (WHO, "ash")[chance.randrange(2)]
            talk.say(village, [chance.choice(npcs)], who, chance.choice(said))
        replayed.replay(village.step, from_plain(to_plain(village.end())))
    assert snapshot.dump(replayed) == snapshot.dump(village)
