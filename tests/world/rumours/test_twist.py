"""A tale changes in careless mouths, into something that could have been, and knows what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.world import roster
from personagen_npc.world.deeds.happen import admit_event, happen
from personagen_npc.world.rumours.twist import LIKELIEST, MOST, as_telling, chance, mutated, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.memory.episodes import Memory
    from personagen_npc.world.world import World

    Step = Callable[..., Any]

EVENTS: dict[str, dict[str, Any]] = {
    "theft": {"text": "{actor} stole {what} from {target} at {place}.", "importance": 0.8,
              "praise": -0.8, "grows": ["attack", "blaze"]},
    "attack": {"text": "{actor} struck {target} at {place}.", "importance": 0.9, "praise": -0.8},
    "blaze": {"text": "{actor} burned {what}.", "praise": -0.9},
    "storm": {"text": "A storm broke."},
}  # fmt: skip
LOOSE = [{"name": "conscientiousness", "value": 0.0}, {"name": "neuroticism", "value": 1.0}]
STRICT = [{"name": "conscientiousness", "value": 1.0}]
TIES = {"dan": {"affinity": -0.6}, "eve": {"affinity": 0.9}, "bel": {}}


@pytest.fixture
def make(hamlet: Callable[..., World], step: Step) -> Callable[..., World]:
    """Ada saw Cade steal from Fay; Dan she dislikes, Eve she loves, Bel is at her side."""

    def build(seed: int, traits: list[dict[str, Any]], what: str = "a ring") -> World:
        npcs: dict[str, Any] = {
            "ada": {"place": "inn", "personality_traits": traits, "ties": TIES},
            "bel": {"place": "inn"}, "cade": {"place": "mill"}, "dan": {"place": "mill"},
            "eve": {"place": "mill"}, "fay": {"place": "mill"},
        }  # fmt: skip
        made = hamlet(
            seed=seed, events=EVENTS, npcs=npcs,
            places={"inn": {"name": "the inn", "near": ["mill"]},
                    "mill": {"name": "the mill", "near": ["inn", "weir"]},
                    "weir": {"name": "the weir", "near": ["mill"]}},
        )  # fmt: skip
        event = {"type": "theft", "actor": "cade", "target": "fay", "place": "mill",
                 "facts": {"what": what}, "witnesses": ("ada",)}  # fmt: skip
        step(made, lambda w: happen(w, [admit_event(w, event, "event")]))
        return made

    return build


def _faint(world: World) -> Memory:
    """As Ada holds it after weeks and several mouths."""
    hold = world.npcs["ada"].memories[0]
    return hold._replace(strength=0.2, hops=3)


def _told(world: World, step: Step) -> int:
    return int(step(world, lambda w: mutated(w, w.npcs["ada"], w.npcs["bel"], _faint(w))))


def test_a_changed_telling_is_new_knows_its_parent_and_names_who_exists(
    make: Callable[..., World], step: Step
) -> None:
    seen: dict[str, str] = {}
    for seed in range(120):
        world = make(seed, LOOSE, "three rings")
        number = _told(world, step)
        if number == 0:
            continue
        h, root = world.happenings[number], world.happenings[0]
        assert (h.parent, h.twist, h.at, h.step) == (0, "mutated", root.at, root.step + 1)
        assert as_telling(h)[:5] != as_telling(root)[:5]
        changed = [f for f in ("actor", "target", "place", "kind") if getattr(h, f) != getattr(
            root, f)] or ["amount"]  # fmt: skip
        assert len(changed) == 1  # one thing at a time
        seen[changed[0]] = f"{h.actor} {h.target}: {h.text}"
        assert "eve" not in (h.actor, h.target)  # nobody is wrong about a friend
        assert "bel" not in (h.actor, h.target)  # who is being told
    assert seen == {
        "actor": "dan fay: {actor} stole three rings from {target} at the mill.",
        "target": "cade dan: {actor} stole three rings from {target} at the mill.",
        "place": "cade fay: {actor} stole three rings from {target} at the weir.",
        "kind": "cade fay: {actor} struck {target} at the mill.",  # and no blaze: it needs a what
        "amount": "cade fay: {actor} stole half a dozen rings from {target} at the mill.",
    }


def test_the_conscientious_change_nothing(make: Callable[..., World], step: Step) -> None:
    assert all(_told(make(seed, STRICT), step) == 0 for seed in range(40))


def test_a_telling_is_likelier_changed_when_weak_old_and_far_from_its_source(
    make: Callable[..., World],
) -> None:
    ada = make(1, LOOSE).npcs["ada"]
    fresh = ada.memories[0]
    day = 86400.0
    rising = [chance(ada, fresh, 0.0), chance(ada, fresh, 7 * day),
              chance(ada, fresh._replace(strength=0.5), 7 * day),
              chance(ada, fresh._replace(strength=0.5, hops=2), 7 * day)]  # fmt: skip
    assert rising == sorted(set(rising))
    assert chance(ada, fresh._replace(strength=0.0, hops=9), 1e9) == LIKELIEST


def test_one_mouth_tells_it_wrong_in_one_way(make: Callable[..., World], step: Step) -> None:
    for seed in range(20):
        world = make(seed, LOOSE)
        first = _told(world, step)
        step(world, roster.set_npc, "dan", {"place": "weir"})
        assert _told(world, step) == first


def test_nobody_is_named_wrongly_within_his_own_hearing(
    make: Callable[..., World], step: Step
) -> None:
    for seed in range(60):
        world = make(seed, LOOSE)
        step(world, roster.set_npc, "dan", {"place": "inn"})
        h = world.happenings[_told(world, step)]
        assert "dan" not in (h.actor, h.target)


def test_there_are_only_so_many_versions_of_one_thing(make: Callable[..., World]) -> None:
    world = make(1, LOOSE)
    world.begin()
    for k in range(2 * MOST):
        telling = as_telling(world.happenings[0])._replace(text=f"{{actor}} stole {k} rings.")
        tell(world, 0, telling, "mutated")
    world.end()
    assert len(world.happenings.tellings(0)) == MOST
    before = len(world.happenings)
    world.begin()
    same = as_telling(world.happenings[2])
    assert tell(world, 0, same, "mutated") == 2  # said before: the same happening
    world.end()
    assert len(world.happenings) == before


def test_what_says_nobody_did_it_blames_nobody(make: Callable[..., World], step: Step) -> None:
    world = make(1, LOOSE)
    storm = {"type": "storm", "place": "mill", "witnesses": ("ada",)}
    step(world, lambda w: happen(w, [admit_event(w, storm, "event")]))
    hold = world.npcs["ada"].memories[1]._replace(strength=0.1, hops=5)
    for _ in range(3):
        number = step(world, lambda w: mutated(w, w.npcs["ada"], w.npcs["bel"], hold))
        assert number == hold.happening
