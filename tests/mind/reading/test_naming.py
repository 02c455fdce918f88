"""Each teller names people as it knows them; who listens is "you", who tells is "I"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from personagen_npc.mind.reading.naming import named, retell, to_the_doer

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.scene import Memory, Scene


@pytest.mark.parametrize(
    ("actor", "target", "text"),
    [
        ("bel", "cade", "Bel helped Cade at the mill."),
        ("bel", "ada", "Bel helped me at the mill."),
        ("ada", "bel", "I helped Bel at the mill."),
        ("ash", "bel", "You helped Bel at the mill."),
        ("bel", "ash", "Bel helped you at the mill."),
        ("ash", "ada", "You helped me at the mill."),
        ("nobody_known", "bel", "Somebody helped Bel at the mill."),
        ("", "bel", "Somebody helped Bel at the mill."),
    ],
)
def test_actor_target_listener_and_me(
    scene: Callable[..., Scene], actor: str, target: str, text: str
) -> None:
    assert named(scene(), "{actor} helped {target} at the mill.", actor, target, "ada") == text


@pytest.mark.parametrize(
    ("actor", "text"),
    [
        ("ash", "You were seen at the mill."),
        ("bel", "Bel was seen at the mill."),
        ("ada", "I was seen at the mill."),
    ],
)
def test_verbs_go_with_whom_they_are_said_of(
    scene: Callable[..., Scene], actor: str, text: str
) -> None:
    assert named(scene(), "{actor} was seen at the mill.", actor, "", "ada") == text


@pytest.mark.parametrize(
    ("actor", "target", "text"),
    [
        ("bel", "ada", "Bel took my purse."),
        ("bel", "ash", "Bel took your purse."),
        ("ash", "bel", "You took Bel's purse."),
    ],
)
def test_what_is_somebodys_is_mine_yours_or_theirs(
    scene: Callable[..., Scene], actor: str, target: str, text: str
) -> None:
    assert named(scene(), "{actor} took {target}'s purse.", actor, target, "ada") == text
    assert (
        named(scene(), "{actor}'s dog is at the mill.", "ash", "", "ada")
        == "Your dog is at the mill."
    )


def test_there_are_ways_for_the_doer_and_ways_for_the_rest(
    scene: Callable[..., Scene], memory: Callable[..., Memory]
) -> None:
    held = memory(
        1, actor="ash", to_actor=("You gave me a hand.",), to_others=("{actor} can be relied on.",)
    )
    assert to_the_doer(scene(), held, "ada") == "You gave me a hand."
    other = held._replace(actor="bel")
    assert retell(scene(), other, "ada") == "Bel can be relied on."
    plain = held._replace(to_actor=(), to_others=(), actor="bel")
    assert retell(scene(), plain, "ada") == "Bel helped me at the mill."


def test_no_slot_is_left_open(scene: Callable[..., Scene]) -> None:
    for actor in ("ada", "ash", "bel", ""):
        for target in ("ada", "ash", "bel", ""):
            text = named(
                scene(), "{actor} and {target}, {target} and {actor}", actor, target, "ada"
            )
            assert "{" not in text
