"""The ledger: which turns a late reward is for, and what is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.errors import BadField, BadSave, Expired, Unknown
from personagen_npc.learn.credit import KEYS, Ledger, Turn, branch_and_step, clipped


def turn(
    step: int, npc: str = "mara", player: str = "ann", talk: str = "t1", branch: int = 0
) -> Turn:
    return Turn(f"b{branch}.s{step}", npc, "smith", player, talk, "greet", 0.5, (1.0, 0.25))


def filled(count: int, limit: int = 100) -> Ledger:
    ledger = Ledger(limit)
    for step in range(count):
        ledger.record(turn(step))
    return ledger


def test_a_turn_is_found_by_its_id() -> None:
    assert filled(3).get("b0.s1") == turn(1)
    assert filled(3).by_turn("b0.s1") == (("b0.s1", 1.0),)


def test_what_is_too_old_is_told_from_what_never_was() -> None:
    ledger = filled(5, limit=2)
    assert len(ledger) == 2
    with pytest.raises(Expired, match="too long ago"):
        ledger.by_turn("b0.s2")
    for never in ("b0.s9", "b1.s0", "nonsense", ""):
        with pytest.raises(Unknown):
            ledger.by_turn(never)


def test_a_conversation_that_is_too_old_is_told_from_one_that_never_was() -> None:
    ledger = Ledger(1)
    ledger.record(turn(0, talk="old"))
    ledger.record(turn(1, talk="new"))
    with pytest.raises(Expired):
        ledger.by_conversation("old")
    with pytest.raises(Unknown):
        ledger.by_conversation("other")
    with pytest.raises(Unknown):
        ledger.by_conversation("")


def test_a_conversation_is_credited_from_its_end() -> None:
    credits = filled(3).by_conversation("t1", decay=0.5)
    assert credits == (("b0.s2", 1.0), ("b0.s1", 0.5), ("b0.s0", 0.25))


def test_a_pair_is_credited_for_its_last_turns_only() -> None:
    ledger = filled(20)
    ledger.record(turn(30, npc="odo"))
    ledger.record(turn(31, player="bob"))
    credits = ledger.by_pair("mara", "ann")
    assert credits[0] == ("b0.s19", 1.0)
    assert len(credits) == 6
    assert ledger.by_pair("odo", "ann") == (("b0.s30", 1.0),)
    with pytest.raises(Unknown):
        ledger.by_pair("odo", "bob")


def test_the_same_key_counts_once() -> None:
    ledger = Ledger()
    assert ledger.count("deal-7")
    assert ledger.seen("deal-7")
    assert not ledger.count("deal-7")
    assert ledger.count("")
    assert ledger.count("")


def test_keys_are_bounded() -> None:
    ledger = Ledger()
    for number in range(KEYS + 1):
        ledger.count(str(number))
    assert not ledger.seen("0")
    assert ledger.seen(str(KEYS))


def test_a_player_is_forgotten_whole() -> None:
    ledger = filled(3)
    ledger.record(turn(9, player="bob"))
    ledger.forget_player("ann")
    assert len(ledger) == 1
    assert "ann" not in json.dumps(ledger.to_tree())
    with pytest.raises(Unknown):
        ledger.by_pair("mara", "ann")
    ledger.forget_npc("mara")
    assert len(ledger) == 0


@pytest.mark.parametrize(
    ("text", "found"),
    [("b0.s5", (0, 5)), ("b2.s31-4", (2, 31)), ("b.s5", None), ("b0.s5x", None), ("b0.s٥", None)],
)
def test_turn_ids_are_read(text: str, found: tuple[int, int] | None) -> None:
    assert branch_and_step(text) == found


def test_rewards_are_clipped_and_must_be_numbers() -> None:
    assert [clipped(v) for v in (-3.0, -0.5, 7.0)] == [-1.0, -0.5, 1.0]
    with pytest.raises(BadField):
        clipped(float("nan"))


DEEDS = st.lists(
    st.tuples(
        st.integers(0, 30), st.sampled_from("mn"), st.sampled_from("pq"), st.sampled_from(["", "c"])
    ),
    max_size=30,
)


@settings(deadline=None)
@given(DEEDS, st.integers(1, 8))
def test_a_save_brings_everything_back(deeds: list[tuple[int, str, str, str]], limit: int) -> None:
    ledger = Ledger(limit)
    for step, npc, player, talk in deeds:
        ledger.record(turn(step, npc, player, talk))
        ledger.count(f"{npc}{step}")
    tree = ledger.to_tree()
    loaded = Ledger.from_tree(json.loads(json.dumps(tree)))
    assert len(ledger) <= limit
    assert loaded.to_tree() == tree
    assert all(answers(loaded, s) == answers(ledger, s) for s in range(31))


def answers(ledger: Ledger, step: int) -> object:
    try:
        row = ledger.get(f"b0.s{step}")
        return row, ledger.by_pair(row.npc, row.player)
    except (Unknown, Expired) as error:
        return error.code


def test_another_version_is_refused() -> None:
    with pytest.raises(BadSave):
        Ledger.from_tree({"v": 0})
