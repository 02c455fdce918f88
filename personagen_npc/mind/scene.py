"""What one NPC may know at one moment. What is not in the scene cannot be known.

The world fills a ``Scene`` for each turn; the mind cannot import the world. Knowledge and memories
stand behind small protocols that are already narrowed to this NPC's reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from personagen_npc.dice import Dice
    from personagen_npc.learn.policy import Choice


OWN_WORDS = "~"  # a teller that begins so is no id but where from, as the NPC would say it


class Person(NamedTuple):
    """Somebody present: id, what this NPC calls them ("" if it does not know), kind."""

    id: str
    name: str
    kind: str


class Standing(NamedTuple):
    """How the NPC stands to somebody. Affinity, trust in [-1, 1]; fear, familiarity in [0, 1]."""

    affinity: float = 0.0
    trust: float = 0.0
    fear: float = 0.0
    familiarity: float = 0.0
    name: str = ""
    meetings: int = 0
    at: float = -1.0
    tie: str = ""


class Known(NamedTuple):
    """One fact within reach: ways to say it, where it is from, how well it fits the question."""

    id: str
    ways: tuple[str, ...]
    own: bool
    about: tuple[str, ...]
    source: str
    teller: str
    hops: int
    strength: float
    trust: float | None
    importance: float
    score: float
    origin: str = ""


class Memory(NamedTuple):
    """One happening that this NPC holds, as it may tell it."""

    happening: int
    text: str
    kind: str
    actor: str
    target: str
    place: str
    at: float
    importance: float
    names: tuple[str, ...]
    source: str
    teller: str
    hops: int
    strength: float
    score: float
    to_actor: tuple[str, ...] = ()
    to_others: tuple[str, ...] = ()


class Knowledge(Protocol):
    """Facts within this NPC's reach now."""

    def search(
        self, stems: Sequence[str], names: Sequence[str], focus: str, me: bool, k: int
    ) -> list[Known]:
        """The ``k`` facts that cover most of a question, best first; ``me``: asked with "you"."""
        ...

    def own(self, skip: frozenset[str]) -> list[Known]:
        """The weightiest of one's own story, none of ``skip``."""
        ...

    def news(self, about: str, skip: frozenset[str]) -> list[Known]:
        """Facts worth telling unasked, none of ``skip``."""
        ...


class Past(Protocol):
    """What this NPC holds in memory."""

    def recall(self, stems: Sequence[str], names: Sequence[str], k: int) -> list[Memory]:
        """The ``k`` memories that fit the words best."""
        ...

    def with_person(self, person: str, k: int) -> list[Memory]:
        """What somebody did, weightiest first."""
        ...

    def fresh(self, k: int) -> list[Memory]:
        """The newest, newest first."""
        ...


class Learned(Protocol):
    """The learned part of choosing; exact propensities, one uniform number draws the arm."""

    def choose(
        self, arms: Sequence[str], weights: Sequence[float], query: Mapping[str, Any], u: float
    ) -> tuple[Choice, tuple[float, ...]]:
        """Draw one arm; also the features that it was drawn on."""
        ...


class Offer(NamedTuple):
    """An action that the pack declares and that is lawful for this NPC now."""

    name: str
    on: tuple[str, ...]
    args: tuple[tuple[str, str, bool], ...]
    words: frozenset[str] = frozenset()


class QuestView(NamedTuple):
    """A quest this NPC gives: its stage by name and number, and whether it may be offered."""

    id: str
    title: str
    stage: str
    step: int
    last: int
    open: bool
    offer: tuple[str, ...]
    waiting: tuple[str, ...]
    done: tuple[str, ...]
    topics: tuple[str, ...]


class WareView(NamedTuple):
    """Something this NPC sells."""

    id: str
    name: str
    aliases: tuple[str, ...]
    price: int
    reserve: int


@dataclass(slots=True)
class Talk:
    """Where a conversation between an NPC and a player stands; saved with the world.

    ``deal``: {item, asking, reserve, bid, rounds} while goods are on the table.
    """

    id: str = ""
    turns: int = 0
    started: float = 0.0
    at: float = 0.0
    topic: str = ""
    entities: tuple[tuple[str, str], ...] = ()
    intent: str = ""
    act: str = ""
    told: tuple[str, ...] = ()
    source: str = ""
    said: str = ""
    heard: tuple[str, ...] = ()
    deal: dict[str, Any] | None = None
    quest: str = ""
    mentioned: tuple[int, ...] = ()
    last_turn: str = ""


class Calendar(Protocol):
    """Dates in words."""

    def ago(self, then: float, now: float) -> str:
        """How long ago, as one would say it."""
        ...

    def told(self, way: str, now: float) -> str:
        """A way to say the time and date, its {hour}, {part}, {weekday} ... filled."""
        ...


class Scene(NamedTuple):
    """One moment for one NPC.

    ``now`` in game seconds; ``scale`` game seconds per scene second; ``query`` the flat facts of
    the world and place (docs/world-pack.md lists the names).
    """

    turn: str
    now: float
    scale: float
    dice: Dice
    query: Mapping[str, Any]
    place_name: str
    listener: Person
    standing: Standing
    talk: Talk
    knowledge: Knowledge
    past: Past
    learned: Learned
    calendar: Calendar
    names: Callable[[str], str]
    nouns: frozenset[str] = frozenset()
    forbidden: frozenset[str] = frozenset()
    strangers: tuple[str, ...] = ("stranger",)
    coin: tuple[str, str] = ("coin", "coins")
    offers: tuple[Offer, ...] = ()
    quests: tuple[QuestView, ...] = ()
    wares: tuple[WareView, ...] = ()
    crowd: Mapping[str, int] = {}
    origins: Mapping[str, Sequence[str]] = {}
    max_chars: int = 400
    next_happening: int = 0
    next_conversation: str = ""

    def name_of(self, who: str) -> str:
        """What this NPC calls someone or something when speaking of it."""
        return self.names(who)
