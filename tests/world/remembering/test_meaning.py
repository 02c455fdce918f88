from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from personagen_npc.changes import Embedded, Happened
from personagen_npc.memory.vectors import Vectors
from personagen_npc.world.remembering import meaning as module
from personagen_npc.world.remembering.meaning import (
    CLEAR,
    LOOK,
    MEANT,
    Meanings,
    embedded,
    meaning,
    plain,
    question,
    started,
    wanting,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from personagen_npc.world.world import World

DIM = 4


class Fixed:
    """Every line has the same vector."""

    source, dim, quick = "fake:fixed", DIM, True

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.int8]:
        return np.tile(np.array([100, 0, 0, 0], np.int8), (len(texts), 1))

    def at_once(self, text: str) -> NDArray[np.int8] | None:
        self.asked.append(text)
        vector: NDArray[np.int8] = self.embed([text])[0]
        return vector


@pytest.fixture
def world(town: Callable[[], World]) -> World:
    return town()


def happen(world: World, text: str, count: int = 1) -> None:
    for _ in range(count):
        world.do(Happened(len(world.happenings), text, "event", "", "", "", 0.0, 0.5, "", ()))


def at_angle(cosine: float) -> NDArray[np.int8]:
    return np.array([round(100 * cosine), round(100 * (1 - cosine**2) ** 0.5), 0, 0], np.int8)


@pytest.mark.parametrize(("text", "left"), [
    ("Do you still remember what animal I fear?", "what animal I fear"),
    ("Tell me about the fire.", "the fire"),
    ("What animal do you fear?", "What animal do you fear"),
    ("Do you remember?", "Do you remember"),
    ("", ""),
])  # fmt: skip
def test_a_question_is_embedded_without_what_every_question_begins_with(
    world: World, text: str, left: str
) -> None:
    assert question(world, text) == left


def test_a_saying_is_embedded_without_who_said_it(world: World) -> None:
    happen(world, "{actor} said: the barn burned: all of it")
    happen(world, "Two things: {actor} hid the ring.")
    assert meaning(world, 0) == "the barn burned all of it"
    assert meaning(world, 1) == "Two things hid the ring"


def test_names_of_everybody_known_are_taken_out(world: World) -> None:
    people = [n.profile.name for n in world.npcs.values()]
    said = plain(world, " and ".join(people) + " dance")
    assert not {w for name in people for w in name.split()} & set(said.split())
    assert said.endswith("dance")


def test_what_wants_a_vector_is_found_in_bounded_looks(world: World) -> None:
    happen(world, "It rained.", LOOK + 10)
    assert wanting(world, 0, 3) == ([0, 1, 2], 3)
    world.happenings.remove(4)
    world.do_all(started(world, Fixed()))
    world.do_all(embedded(world, Fixed(), [3], Fixed().embed(["x"])))
    assert wanting(world, 3, 2)[0] == [5, 6]
    found, first = wanting(world, 0, LOOK * 2)
    assert first == LOOK
    assert len(found) == LOOK - 2
    assert wanting(world, LOOK + 10, 5) == ([], LOOK + 10)


def test_a_happening_that_is_gone_gets_no_vector(world: World) -> None:
    happen(world, "It rained.", 2)
    world.happenings.remove(0)
    changes = embedded(world, Fixed(), [0, 1], Fixed().embed(["a", "b"]))
    assert changes[0].happenings == (1,)
    assert embedded(world, Fixed(), [0], Fixed().embed(["a"])) == []
    world.apply(Embedded("fake:fixed", DIM, (0, 1), (bytes(DIM), bytes(DIM))))
    assert list(world.vectors) == [1]


def test_another_source_starts_afresh(world: World) -> None:
    happen(world, "It rained.")
    world.apply(Embedded("fake:a", DIM, (0,), (bytes(DIM),)))
    assert started(world, Fixed()) == [Embedded("fake:fixed", DIM, (), ())]
    world.do_all(started(world, Fixed()))
    assert (world.vectors.source, len(world.vectors)) == ("fake:fixed", 0)
    assert started(world, Fixed()) == []


@pytest.mark.parametrize(("cosines", "meant"), [
    ((MEANT + 0.2, 0.1), 0),
    ((0.1, MEANT + 0.2), 1),
    ((MEANT - 0.05, 0.1), -1),
    ((MEANT + 0.2, MEANT + 0.2 - CLEAR / 2), -1),
    ((), -1),
])  # fmt: skip
def test_a_line_means_a_memory_only_if_it_is_near_and_no_other_is(
    world: World, cosines: tuple[float, ...], meant: int
) -> None:
    happen(world, "It rained.", 3)
    world.vectors = Vectors("fake:fixed", DIM)
    for happening, cosine in enumerate(cosines):
        world.vectors.put(happening, at_angle(cosine))
    world.vectors.put(2, at_angle(0.0))
    world.embedder = Fixed()
    place, share = Meanings(world).nearest(range(len(cosines)), "what was it")
    assert place == meant
    assert (share >= module.VAGUE) is (meant >= 0)
    assert share <= 1.0


def test_a_line_is_embedded_once_and_only_where_there_is_something_to_compare(
    world: World,
) -> None:
    fixed = Fixed()
    world.embedder = fixed
    assert Meanings(world).of("what") is None
    world.do_all(started(world, fixed))
    happen(world, "It rained.")
    assert Meanings(world).of("what") is None
    world.do_all(embedded(world, fixed, [0], fixed.embed(["x"])))
    meanings: Any = Meanings(world)
    assert meanings.of("what") is not None
    assert meanings.of("what") is meanings.of("what")
    assert fixed.asked == ["what"]
    world.apply(Embedded("fake:other", DIM, (0,), (bytes(DIM),)))
    assert Meanings(world).of("what") is None
