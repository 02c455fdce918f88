"""Worlds with a cast for bench/voice.py: a pack's own people and personas nobody has seen.

The personas come from ``persona.generate`` by seed, from themes of a trade and two words for the
temper, as a designer would write them. Nothing of the voice was tuned on the seeds that are judged.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.authoring.cache import load_builtin_voice, load_packs
from personagen_npc.changes import ClockMoved
from personagen_npc.persona.generate import generate
from personagen_npc.persona.setting import Setting
from personagen_npc.tables import table
from personagen_npc.world import roster
from personagen_npc.world.scenes import query_for
from personagen_npc.world.talking import talk
from personagen_npc.world.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.reply import Reply
    from personagen_npc.persona.profile import PersonaProfile

ROOT = Path(__file__).parent.parent
DATA = Path(__file__).with_name("data")
PACKS = ("emberfall", "outpost")
KINDS = ("smith", "healer", "guard", "scholar", "trader", "farmer", "hunter", "priest", "sailor",
         "villager", "child", "cook")  # fmt: skip
TEMPERS = (
    "gruff", "kind", "gentle", "warm", "cold", "cruel", "nervous", "calm", "shy", "quiet",
    "talkative", "chatty", "wise", "curious", "mad", "lazy", "careful", "strict", "dutiful",
    "jolly", "bitter", "angry", "clever", "anxious", "stubborn", "dreamy", "jaded", "plain",
)  # fmt: skip
PAUSE_S = 20.0  # game seconds between two lines of one talk


class Row(NamedTuple):
    """A question twice, the facts that answer it each time, and who is asked, if it is for one."""

    facts: frozenset[str]
    direct: str
    other_facts: frozenset[str]
    other: str
    to: str


def packs() -> list[str]:
    """The example packs that are there and have questions."""
    return [p for p in PACKS if (ROOT / "examples" / p).is_dir() and _questions(p).exists()]


def _questions(pack: str) -> Path:
    return DATA / f"voice_{pack}.yaml"


def rows(pack: str) -> list[Row]:
    """What is asked about a pack's facts."""
    return [_row(*entry) for entry in table(_questions(pack))["rows"]]


def _row(facts: str | Sequence[str], direct: str, other: str, to: str = "") -> Row:
    first, second = (facts, facts) if isinstance(facts, str) else facts
    return Row(frozenset(first.split("/")), direct, frozenset(second.split("/")), other, to)


def unanswerable(pack: str) -> list[str]:
    """What nobody of a pack can know."""
    asked: list[str] = table(_questions(pack))["unanswerable"]
    return asked


def world_of(pack: str, seed: int = 7) -> World:
    """A new world of a pack with its people."""
    loaded = load_packs([ROOT / "examples" / pack])
    voice = (*load_builtin_voice(), *loaded.voice)
    world = World("voice", loaded.model_copy(update={"voice": voice}), seed)
    world.begin()
    roster.populate(world)
    world.end()
    return world


def personas(count: int, seed: int) -> Iterator[PersonaProfile]:
    """So many personas as ``create`` makes them: a trade and two words for the temper of each."""
    dice, taken = Random(seed), set[str]()
    for number in range(count):
        one, other = dice.sample(TEMPERS, 2)
        theme = f"a {one} and {other} {dice.choice(KINDS)}"
        made = generate(theme, complexity=5, seed=seed * 10_000 + number,
                        setting=Setting(taken=taken))  # fmt: skip
        taken |= {made.id, made.name}
        yield made


def join(world: World, cast: Iterable[PersonaProfile]) -> list[Npc]:
    """Spawn a cast, spread over the pack's places."""
    places = sorted(world.pack.places)
    come = []
    for number, profile in enumerate(cast):
        world.begin()
        roster.spawn(world, profile, places[number % len(places)])
        world.end()
        come.append(world.npcs[profile.id])
    return come


def say(world: World, npc: str, text: str, player: str) -> Reply:
    """One line to one NPC, whispered so that nobody else has to take it in."""
    world.begin()
    reply = talk.say(world, [npc], player, text, whisper=True).replies[0]
    world.do(ClockMoved(world.now + PAUSE_S))
    world.end()
    return reply


def lines() -> list[str]:
    """What players say: bench/lines.txt."""
    return Path(__file__).with_name("lines.txt").read_text("utf-8").splitlines()


def query_of(world: World, npc: Npc, player: str) -> dict[str, Any]:
    """What conditions of facts are asked with."""
    return query_for(world, npc, player)
