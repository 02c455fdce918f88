"""Consolidation: small, old things of one kind go together; what mattered stays word for word."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.memory.consolidate import GROUPS, MOST, MOVED, WEIGHTY, Class, Group, groups
from personagen_npc.memory.episodes import Memories
from personagen_npc.memory.fading import DAY_S
from personagen_npc.memory.happening import Happenings

CLASSES = {
    "trade": Class("trade", 7.0, 3, 1),
    "insult": Class("insult", 7.0, 3, 1),
    "tell": Class("talk", 7.0, 3, 2, talks=True),
    "news": Class("talk", 7.0, 3, 2, talks=True),
}
NOW = 100 * DAY_S


class Mind(NamedTuple):
    """A world and one mind in it."""

    world: Happenings
    memories: Memories

    def live(
        self, kind: str = "trade", actor: str = "ash", target: str = "ada", **more: object
    ) -> int:
        """One thing happens and is held."""
        told = {"at": 1.0 * DAY_S, "importance": 0.3, "place": "inn", **more}
        hold = {n: told.pop(n) for n in ("hops", "intensity", "episode", "times") if n in told}
        made = self.world.add("{actor} did it.", kind, actor, target, **told)  # type: ignore[arg-type]
        self.memories.hold(made, **hold)  # type: ignore[arg-type]
        return made

    def groups(
        self, now: float = NOW, keep: tuple[int, ...] = (), counted: tuple[int, ...] = ()
    ) -> list[Group]:
        return groups(self.memories, self.world, CLASSES, now, keep, counted)


def mind() -> Mind:
    return Mind(Happenings(), Memories())


def test_what_one_did_to_another_again_and_again_goes_together() -> None:
    m = mind()
    made = [m.live(at=k * DAY_S) for k in range(6)]
    (group,) = m.groups()
    assert group.members == tuple(made)
    assert (group.actor, group.target, group.name, group.place) == ("ash", "ada", "trade", "inn")
    assert (group.times, group.first, group.last) == (6, 0.0, 5 * DAY_S)
    assert len(group.kept) == 1
    assert group.importance > 0.3


def test_fewer_than_so_many_stay_apart() -> None:
    m = mind()
    for _ in range(3):
        m.live()
    assert m.groups() == []
    m.live()
    assert len(m.groups()) == 1


def test_what_is_new_is_left_alone() -> None:
    m = mind()
    for _ in range(9):
        m.live(at=NOW - 2 * DAY_S)
    assert m.groups() == []


def test_each_doer_each_target_each_deed_for_itself_hearsay_too() -> None:
    m = mind()
    for k in range(5):
        m.live()
        m.live(actor="bo")
        m.live(target="bel")
        m.live("insult")
        m.live(hops=1)
        m.live("unheard-of", place=f"p{k}")
    found = [(g.actor, g.target, g.name, g.hearsay) for g in m.groups()]
    assert found == [
        ("ash", "ada", "trade", False), ("bo", "ada", "trade", False),
        ("ash", "bel", "trade", False), ("ash", "ada", "insult", False),
        ("ash", "ada", "trade", True),
    ]  # fmt: skip


def test_what_mattered_what_moved_and_evidence_stay_word_for_word() -> None:
    m = mind()
    small = [m.live() for _ in range(5)]
    big = m.live(importance=WEIGHTY)
    hot = m.live(intensity=MOVED)
    proof = m.live()
    made_up = m.live(parent=big, twist="mutated")
    (group,) = m.groups(keep=(proof,))
    assert set(group.members) == set(small)
    assert {big, hot, proof, made_up}.isdisjoint(group.members)


def test_the_strongest_stay_beside_what_they_come_down_to() -> None:
    m = mind()
    for _ in range(4):
        m.live()
    strong = m.live(importance=0.6, intensity=0.5)
    (group,) = m.groups()
    assert group.kept == (strong,)
    assert group.importance <= MOST


def test_talk_counts_by_talks_and_names_what_it_was_about() -> None:
    m = mind()
    for k in range(8):
        kind = "tell" if k % 2 else "news"
        m.live(kind, episode=k // 4, names=("mill", "bell") if k < 3 else ("mill",))
    (group,) = m.groups()
    assert (group.name, group.times, len(group.kept)) == ("talk", 2, 2)
    assert group.names == ("mill", "bell")


def test_what_an_earlier_summary_counted_is_not_counted_again() -> None:
    m = mind()
    made = [m.live(times=2) for _ in range(5)]
    (group,) = m.groups(counted=(made[0],))
    assert (group.times, len(group.members)) == (8, 5)


def test_one_night_does_so_many_groups_and_no_more() -> None:
    m = mind()
    for k in range(GROUPS + 5):
        for _ in range(4):
            m.live(actor=f"p{k}")
    assert len(m.groups()) == GROUPS
    assert mind().groups() == []


DEEDS = st.tuples(
    st.sampled_from(sorted(CLASSES)), st.sampled_from("ab"), st.floats(0, 99), st.floats(0, 1),
    st.integers(0, 1),
)  # fmt: skip


@given(st.lists(DEEDS, max_size=60))
def test_groups_share_nothing_and_come_out_alike(
    rows: list[tuple[str, str, float, float, int]],
) -> None:
    m = mind()
    for kind, actor, days, importance, hops in rows:
        m.live(kind, actor, at=days * DAY_S, importance=importance, hops=hops)
    found = m.groups()
    members = [h for g in found for h in g.members]
    assert len(members) == len(set(members))
    for g in found:
        assert set(g.kept) < set(g.members)
        assert g.first <= g.last <= NOW - 7 * DAY_S
    again = Mind(m.world, Memories.from_tree(m.memories.to_tree()))
    assert again.groups() == found
