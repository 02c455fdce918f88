"""Vectors enter in the background as numbered inputs: saves, restarts and loads keep their word."""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from personagen_npc.errors import BadSave, NoVectors
from personagen_npc.host import embedding as module
from personagen_npc.host.host import Host
from personagen_npc.memory.vectors import quantise
from personagen_npc.wire import messages as m
from personagen_npc.world.remembering.meaning import meaning
from personagen_npc.world.state import snapshot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from personagen_npc.host.library import Library
    from personagen_npc.world.world import World

DIM = 64
ALIKE = {"jewel": "ring", "necklace": "ring", "hound": "dog", "blaze": "fire"}


class Words:
    """An embedder that knows a few synonyms; remembers what it was given."""

    def __init__(self, source: str = "fake:a", dim: int = DIM, *, quick: bool = True) -> None:
        self.source, self.dim, self.quick = source, dim, quick
        self.seen: list[str] = []
        self.faults: list[NoVectors] = []
        self.gate = threading.Event()
        self.gate.set()

    def embed(self, texts: Sequence[str]) -> NDArray[np.int8]:
        self.seen += texts
        if not self.quick:
            self.gate.wait(10)
        if self.faults:
            raise self.faults.pop()
        return self.made(texts)

    def at_once(self, text: str) -> NDArray[np.int8] | None:
        vector: NDArray[np.int8] = self.made([text])[0]
        return vector

    def made(self, texts: Sequence[str]) -> NDArray[np.int8]:
        sums = np.zeros((len(texts), self.dim))
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                mark = ALIKE.get(word, word).encode() + self.source.encode()
                bits = np.frombuffer(blake2b(mark, digest_size=self.dim).digest(), np.uint8)
                sums[row] += bits.astype(float) - 127.5
        return quantise(sums)


@pytest.fixture
def words() -> Words:
    return Words()


@pytest.fixture
async def open_host(library: Library, tmp_path: Path) -> AsyncIterator[Callable[..., Host]]:
    """Hosts over the same store, one after the other: ``open_host(embedder)``."""
    made: list[Host] = []

    def make(embedder: Words | None) -> Host:
        made.append(
            Host(library, tmp_path, embedder=None if embedder is None else lambda: embedder)
        )
        return made[-1]

    yield make
    for host in made:
        await host.close()


@pytest.fixture
def host(open_host: Callable[..., Host], words: Words) -> Host:
    return open_host(words)


def world_of(host: Host) -> World:
    return host.rooms["w"].world


async def caught_up(host: Host, source: str = "fake:a") -> World:
    """The world once every happening has a vector of that source."""

    def done() -> bool:
        world = world_of(host)
        there = [h for h in range(len(world.happenings)) if h in world.happenings]
        return world.vectors.source == source and all(map(world.vectors.has, there))

    await until(done)
    return world_of(host)


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - looks from outside, nobody tells
            await asyncio.sleep(0.01)


async def some_life(game: Any) -> None:
    for text in ("My ring fell into the well.", "I am afraid of your dog, Mara.", "You old fool!"):
        await game.ask(m.Say, npc="mara", player="ash", text=text)
    await game.ask(m.PostEvent, event=m.Happening(type="theft", actor="ash", target="mara"))


def rightly_made(world: World, words: Words) -> bool:
    """Whether each vector is that of its own happening's text."""
    return all(
        world.vectors.get(h).tobytes() == words.made([meaning(world, h)])[0].tobytes()  # type: ignore[union-attr]
        for h in world.vectors
    )


async def test_what_happens_gets_its_vector_soon_and_no_step_is_counted_for_it(
    host: Host, game: Any, words: Words
) -> None:
    await some_life(game)
    before = world_of(host).step
    world = await caught_up(host)
    assert len(world.vectors) >= 3
    assert rightly_made(world, words)
    assert world.step == before
    rows = [r for r in host.rooms["w"].journal.rows() if r.kind == "embedded"]
    assert rows
    assert {(r.session, r.client_id) for r in rows} == {("", 0)}


async def test_names_never_go_into_a_vector(host: Host, game: Any, words: Words) -> None:
    await game.ask(m.PlayerSet, player="ash", name="Ashlar Vane")
    await game.ask(m.Say, npc="mara", player="ash", text="Mara, has Tomas seen Ashlar Vane's ring?")
    await game.ask(m.Say, npc="mara", player="ash", text="Tomas stole the ring of Ashlar Vane.")
    await game.ask(m.PostEvent, event=m.Happening(type="theft", actor="ash", target="mara"))
    await caught_up(host)
    given = " ".join(words.seen).lower()
    assert "ring" in given
    assert not re.search(r"mara|tomas|ashlar|vane|\bash\b|[{}]", given)


async def test_memory_finds_what_was_meant_where_no_word_is_the_same(
    host: Host, game: Any, words: Words
) -> None:
    await some_life(game)
    await caught_up(host)

    async def first(query: str) -> str:
        items = (await game.ask(m.Ask, what="memories", npc="mara", query=query))["data"]["items"]
        return str(items[0]["text"])

    assert "ring" in await first("any jewel?")
    assert "dog" in await first("any hound?")


async def test_a_save_and_its_load_keep_the_vectors(host: Host, game: Any, words: Words) -> None:
    await some_life(game)
    block = (await caught_up(host)).vectors.to_block()
    await game.ask(m.Save, name="one")
    await game.ask(m.Say, npc="mara", player="ash", text="The blaze took the roof.")
    await caught_up(host)
    loaded = (await game.ask(m.Load, name="one"))["data"]
    assert "vectors" not in loaded
    assert world_of(host).vectors.to_block() == block
    await game.ask(m.LoadUndo)
    world = await caught_up(host)
    assert len(world.vectors) > len(host.rooms["w"].world.ancestry)
    assert any("blaze" in (t or "") for t in world.happenings.text)
    assert rightly_made(world, words)


async def test_a_restart_replays_the_same_bytes_without_any_embedder(
    host: Host, game: Any, open_host: Callable[..., Host], sit: Any
) -> None:
    await some_life(game)
    await game.ask(m.Save, name="one")
    await game.ask(m.Load, name="one")
    await some_life(game)
    world = await caught_up(host)
    block, state = world.vectors.to_block(), snapshot.dump(world)
    await host.close()
    again = open_host(None)
    await again.open("w")
    assert world_of(again).vectors.to_block() == block
    assert snapshot.dump(world_of(again)) == state
    again.rooms["w"].rebuild()
    assert world_of(again).vectors.to_block() == block


async def test_another_source_begins_afresh_and_recall_goes_by_words_meanwhile(
    host: Host, game: Any, open_host: Callable[..., Host], type_of_seat: Any
) -> None:
    await some_life(game)
    await caught_up(host)
    await game.ask(m.Save, name="one")
    await host.close()
    other = Words("fake:b", 32, quick=False)
    other.gate.clear()
    again = open_host(other)
    seat = type_of_seat(again)
    await seat.ask(m.WorldOpen, name="w")
    await until(lambda: world_of(again).embedder)
    loaded = (await seat.ask(m.Load, name="one"))["data"]
    assert loaded["vectors"] == "dropped"
    assert len(world_of(again).vectors) == 0
    found = (await seat.ask(m.Ask, what="memories", npc="mara", query="ring"))["data"]["items"]
    assert "ring" in found[0]["text"]
    other.gate.set()
    world = await caught_up(again, "fake:b")
    assert rightly_made(world, other)


async def test_a_load_where_vectors_are_off_drops_them_and_says_so(
    host: Host, game: Any, open_host: Callable[..., Host], type_of_seat: Any
) -> None:
    await some_life(game)
    await caught_up(host)
    await game.ask(m.Save, name="one")
    await host.close()
    again = open_host(None)
    seat = type_of_seat(again)
    await seat.ask(m.WorldOpen, name="w")
    assert len(world_of(again).vectors)  # a world that is only reopened keeps what it has
    assert (await seat.ask(m.Load, name="one"))["data"]["vectors"] == "dropped"
    assert not len(world_of(again).vectors)
    assert world_of(again).vectors.source == ""


async def test_vectors_born_on_an_abandoned_branch_are_refused(
    open_host: Callable[..., Host], type_of_seat: Any
) -> None:
    slow = Words(quick=False)
    host = open_host(slow)
    game = type_of_seat(host)
    await game.ask(m.WorldOpen, name="w", packs=("good",), seed=7)
    await game.ask(m.Save, name="start")
    slow.gate.clear()
    await game.ask(m.Say, npc="mara", player="ash", text="The blaze took the roof.")
    await until(lambda: any("blaze" in t for t in slow.seen))
    await game.ask(m.Load, name="start")
    await game.ask(m.Say, npc="mara", player="ash", text="My ring fell into the well.")
    slow.gate.set()
    world = await caught_up(host)
    assert world.branch == 2
    assert not any("blaze" in (t or "") for t in world.happenings.text)
    assert rightly_made(world, slow)


async def test_a_forgotten_players_vectors_are_gone(host: Host, game: Any) -> None:
    await some_life(game)
    world = await caught_up(host)
    assert len(world.vectors)
    await game.ask(m.PlayerForget, player="ash")
    assert not any(h not in world.happenings for h in world.vectors)
    assert len(world.vectors) == sum(h in world.happenings for h in range(len(world.happenings)))


async def test_a_reloaded_pack_keeps_them(host: Host, game: Any) -> None:
    await some_life(game)
    block = (await caught_up(host)).vectors.to_block()
    await game.ask(m.PackReload)
    assert world_of(host).vectors.to_block() == block


async def test_a_source_that_fails_for_now_is_asked_again(
    host: Host, game: Any, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AGAIN_S", (0.01,))
    words.faults = [NoVectors("busy", passing=True)] * 3
    await some_life(game)
    assert rightly_made(await caught_up(host), words)


async def test_a_source_that_fails_for_good_is_told_once_and_words_go_on(
    host: Host, game: Any, words: Words, caplog: pytest.LogCaptureFixture
) -> None:
    words.faults = [NoVectors("the table is torn")] * 3
    with caplog.at_level(logging.ERROR):
        await some_life(game)
        await until(lambda: host.source.off)
        await some_life(game)
        await asyncio.sleep(3 * module.REST_S)
    assert caplog.text.count("the table is torn") == 1
    found = (await game.ask(m.Ask, what="memories", npc="mara", query="ring"))["data"]["items"]
    assert "ring" in found[0]["text"]


async def test_a_world_closes_while_a_server_does_not_answer(
    open_host: Callable[..., Host], type_of_seat: Any
) -> None:
    slow = Words(quick=False)
    slow.gate.clear()
    host = open_host(slow)
    game = type_of_seat(host)
    await game.ask(m.WorldOpen, name="w", packs=("good",), seed=7)
    await some_life(game)
    await until(lambda: slow.seen)
    async with asyncio.timeout(20):
        await host.close()
    slow.gate.set()


async def test_a_save_with_foreign_vectors_is_refused(host: Host, game: Any) -> None:
    await some_life(game)
    world = await caught_up(host)
    state = snapshot.dump(world)
    world.vectors.put(len(world.happenings) + 5, np.ones(DIM, np.int8))
    with pytest.raises(BadSave, match="never happened"):
        snapshot.load(state, world.pack, world.vectors.to_block())
    with pytest.raises(BadSave, match="another source"):
        snapshot.load(state.replace(b"fake:a", b"fake:c"), world.pack, world.vectors.to_block())
