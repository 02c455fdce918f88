"""Scenes by hand: what one NPC may know at one moment, with nothing of a world behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.dice import Dice
from personagen_npc.learn.features import features
from personagen_npc.learn.policy import Policy
from personagen_npc.mind.npc import Npc, born
from personagen_npc.mind.scene import Known, Memory, Mouth, Person, Scene, Standing, Talk
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from personagen_npc.learn.policy import Choice
    from personagen_npc.mind.reply import Reply
    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.world import World


@dataclass
class Facts:
    """Knowledge that finds what it is told to find."""

    found: Sequence[Known] = ()
    fresh: Sequence[Known] = ()

    def search(
        self, stems: Sequence[str], names: Sequence[str], focus: str, me: bool, k: int,
        text: str = "",
    ) -> list[Known]:  # fmt: skip
        return sorted(self.found, key=lambda f: -f.score)[:k]

    def fact(self, fact: str) -> Known | None:
        return next((f for f in (*self.found, *self.fresh) if f.id == fact), None)

    def own(self, skip: frozenset[str]) -> list[Known]:
        return [f for f in self.fresh if f.own and f.id not in skip]

    def personal(
        self, nodes: Sequence[str], ties: Sequence[str], topics: frozenset[str]
    ) -> list[Known]:
        return []

    def news(self, about: str, skip: frozenset[str]) -> list[Known]:
        return [f for f in self.fresh if f.id not in skip]

    def during(self, first: float, last: float) -> list[Known]:
        return [f for f in self.found if f.at is not None and first <= f.at <= last]


@dataclass
class Held:
    """Memories that are recalled as they stand here, newest last."""

    held: Sequence[Memory] = ()

    def recall(
        self, stems: Sequence[str], names: Sequence[str], k: int, text: str = "",
        dates: Sequence[tuple[float, float]] = (), focus: str = "", least: float = 0.0,
    ) -> list[Memory]:  # fmt: skip
        rows = [m for m in self.held if not dates or any(a <= m.at <= b for a, b in dates)]
        return sorted(rows, key=lambda m: -m.score)[:k]

    def of_kind(
        self, stems: Sequence[str], names: Sequence[str], dates: Sequence[tuple[float, float]] = ()
    ) -> list[Memory]:
        return [m for m in self.held if m.kind in stems]

    def during(
        self, first: float, last: float, k: int, among: Container[int] | None = None
    ) -> list[Memory]:
        found = [m for m in self.held if first <= m.at <= last][:k]
        return [m for m in found if among is None or m.happening in among]

    def with_person(self, person: str, k: int) -> list[Memory]:
        return [m for m in self.held if m.actor == person][:k]

    def fresh(self, k: int) -> list[Memory]:
        return list(reversed(self.held))[:k]

    def memory(self, happening: int) -> Memory | None:
        return next((m for m in self.held if m.happening == happening), None)

    def versions(self, happening: int) -> tuple[int, list[Memory]]:
        return happening, []

    def hushed(self, happening: int) -> bool:
        return False

    def mouths(self, happening: int, fact: str = "") -> Sequence[Mouth]:
        return ()

    def again(self, kind: str, text: str, actor: str, names: frozenset[str], since: float) -> int:
        same = [m for m in self.held if m.actor == actor and m.text == text and m.at >= since]
        return same[-1].happening if same else -1


@dataclass
class Written:
    """A policy that has learned nothing yet."""

    elasticity: float = 0.5
    policy: Policy = field(default_factory=Policy)
    by: str = "bayes"

    def choose(
        self, arms: Sequence[str], weights: Sequence[float], query: Mapping[str, Any], u: float
    ) -> tuple[Choice, tuple[float, ...]]:
        x = features(query)
        return self.policy.choose("n", "a", "p", arms, weights, x, u, self.elasticity), x


class Days:
    """A calendar that counts whole days."""

    def ago(self, then: float, now: float) -> str:
        return f"{int((now - then) // 86400.0)} days ago"

    def span(self, first: float, last: float, now: float) -> str:
        return f"over {int((last - first) // 86400.0)} days"


NAMES = {"bel": "Bel", "cade": "Cade", "inn": "the inn", "mill": "the mill"}


@pytest.fixture(scope="session")
def scene() -> Callable[..., Scene]:
    """``scene(now=..., standing=..., turn=...)``: a scene in which Ash speaks to somebody."""

    def make(
        found: Sequence[Known] = (), fresh: Sequence[Known] = (), held: Sequence[Memory] = (),
        name: str = "", query: Mapping[str, Any] | None = None, standing: Standing | None = None,
        **fields: Any,
    ) -> Scene:  # fmt: skip
        turn = fields.pop("turn", "b1.s1")
        stands = standing or Standing(name=name)
        at = {"time": "morning", "place": "inn", "weather": "rain", "crowd": 0, "alone": True}
        tree: dict[str, Any] = {
            "now": 1000.0, "scale": 1.0, "dice": Dice(1, "ada", turn), "place_name": "the inn",
            "talk": Talk(), "learned": Written(), "calendar": Days(),
            "names": lambda who: NAMES.get(who, ""), "origins": {"own": ["I was there"],
                                                                 "common": ["it's common talk"]},
            "nouns": frozenset({"ada", "ash", "bel", "cade"}),
            **fields,
        }  # fmt: skip
        return Scene(
            turn=turn, query={**at, **(query or {})}, listener=Person("ash", stands.name, "player"),
            standing=stands, knowledge=Facts(found, fresh), past=Held(held), **tree,
        )  # fmt: skip

    return make


@pytest.fixture(scope="session")
def ada(persona: Callable[..., PersonaProfile]) -> Callable[..., Npc]:
    """``ada(neuroticism=1.0, goals=[...])``: somebody fresh; numbers are traits."""

    def make(**fields: Any) -> Npc:
        traits = [
            {"name": n, "value": v}
            for n, v in fields.items()
            if isinstance(v, float) and not n.startswith("_")
        ]
        rest = {n: v for n, v in fields.items() if not isinstance(v, float)}
        profile = persona("ada", personality_traits=traits, **rest)
        return born(profile, "inn", 0.0)

    return make


@pytest.fixture(scope="session")
def known() -> Callable[..., Known]:
    """``known("mill.burned", score=0.8)``: a fact within reach."""

    def make(fact: str, **fields: Any) -> Known:
        tree: dict[str, Any] = {
            "ways": (f"This is {fact}.",), "own": False, "about": (), "source": "authored",
            "teller": "", "hops": 0, "strength": 1.0, "trust": None, "importance": 0.5,
            "score": 0.9, **fields,
        }  # fmt: skip
        return Known(fact, **tree)

    return make


@pytest.fixture(scope="session")
def memory() -> Callable[..., Memory]:
    """``memory(3, actor="ash")``: a happening that is held."""

    def make(happening: int, **fields: Any) -> Memory:
        tree: dict[str, Any] = {
            "text": "{actor} helped {target} at the mill.", "kind": "help", "actor": "bel",
            "target": "ada", "place": "mill", "at": 0.0, "importance": 0.5, "names": (),
            "source": "seen", "teller": "", "hops": 0, "strength": 1.0, "score": 0.9, **fields,
        }  # fmt: skip
        return Memory(happening, **tree)

    return make


@pytest.fixture
def say(village: World, step: Callable[..., Any]) -> Callable[..., Reply]:
    """``say("edda", "Hello.", "Bye.")``: a player speaks in the example village; the last reply."""

    def said(npc: str, *lines: str) -> Reply:
        for line in lines:
            reply: Reply = step(village, talk.say, [npc], "ash", line).replies[0]
        return reply

    return said
