"""Knowledge by construction: in any world, nobody gives away what is out of his reach.

Thousands of small random worlds are lived through (``tests/reach``). Every fact, event and line has
a word of its own; no reply, plan, reason, memory, belief, rumour or graph of an NPC may hold one
that it was neither given, nor told, nor there for. Secrets stay below their trust.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from personagen_npc.criteria import Criteria
from personagen_npc.world import faculties
from personagen_npc.world import world as world_
from personagen_npc.world.deeds import happen
from personagen_npc.world.knowledge import lore
from tests.reach.life import Leak, Life

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.turn import Faculties
    from personagen_npc.world.deeds.witness import Witness
    from personagen_npc.world.pack import Pack, VoiceRule

FEW, MANY = 400, 10_000  # worlds of `make test` and of `make soak`
CONTROL = 60  # worlds within which a leak that is put in on purpose must be found
SLICES = 8  # so that several processes share them


@pytest.fixture
def minds(voice: tuple[VoiceRule, ...], monkeypatch: pytest.MonkeyPatch) -> list[Faculties]:
    """The voice is compiled once: these worlds differ in what is known, not in how it is said."""
    made: list[Faculties] = []

    def once(pack: Pack) -> Faculties:
        if not made:
            made.append(faculties.faculties(pack.model_copy(update={"voice": voice})))
        return made[0]

    monkeypatch.setattr(world_, "faculties", once)
    return made


def _lived(seeds: range) -> list[tuple[Leak, list[str]]]:
    found: list[tuple[Leak, list[str]]] = []
    for seed in seeds:
        life = Life(seed)
        found += [(leak, life.log) for leak in life.live()]
    return found


@pytest.mark.parametrize("part", range(SLICES))
def test_nobody_gives_away_what_is_out_of_reach(
    part: int, minds: list[Faculties], scale: Callable[[int, int], int]
) -> None:
    count = scale(FEW, MANY) // SLICES
    leaks = _lived(range(part * count, (part + 1) * count))
    assert not leaks, "\n".join([str(leaks[0][0]), *leaks[0][1]])


# --- the search finds what it should --------------------------------------------------------------


def test_a_mind_that_reaches_everything_is_found_out(
    minds: list[Faculties], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lore.Lore, "reaches", lambda *_: True)
    assert _lived(range(CONTROL))


def test_a_condition_that_is_overlooked_is_found_out(
    minds: list[Faculties], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Criteria.score
    monkeypatch.setattr(Criteria, "score", lambda self, q: plain(self, q) or 0.0)
    assert _lived(range(CONTROL))


def test_a_witness_who_was_not_there_is_found_out(
    minds: list[Faculties], monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = happen.noticed

    def noticed(world: world_.World, event: happen.Event) -> list[Witness]:
        return everybody(world, event._replace(reach="far", witnesses=None))

    monkeypatch.setattr(happen, "noticed", noticed)
    assert _lived(range(CONTROL))


def test_a_secret_told_too_soon_is_found_out(
    minds: list[Faculties], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = lore.Lore.known
    monkeypatch.setattr(
        lore.Lore, "known", lambda *a, **k: known(*a, **k)._replace(trust=None)
    )  # fmt: skip
    assert any("secret" in leak.where for leak, _ in _lived(range(4 * CONTROL)))
