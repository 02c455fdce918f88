"""What a question wants of how a memory is told."""

from __future__ import annotations

import pytest

from personagen_npc.memory.manner import BITS, worths
from personagen_npc.tables import table


@pytest.mark.parametrize("focus", ["", "time", "place", "nothing that there is"])
def test_every_set_of_marks_is_worth_the_sum_of_its_marks(focus: str) -> None:
    manner = table("memory/data/ranking.yaml")["manner"]
    weights = [manner["any"], manner.get(focus, {})]
    for marks in (0, 1, BITS["asks"] | BITS["timed"], sum(BITS.values())):
        wanted = sum(w for group in weights for name, w in group.items() if BITS[name] & marks)
        assert worths(focus)[marks] == pytest.approx(wanted)


def test_the_marks_of_the_file_are_those_there_are() -> None:
    manner = table("memory/data/ranking.yaml")["manner"]
    assert {name for group in manner.values() for name in group} <= set(BITS)
    assert len(set(BITS.values())) == len(BITS)
