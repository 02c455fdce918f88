"""What one NPC may know at one moment. What is not in the scene cannot be known.

The world fills a ``Scene`` for each turn; the mind cannot import the world. Knowledge and memories
stand behind small protocols that are already narrowed to this NPC's reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence

    from personagen_npc.dice import Dice
    from personagen_npc.learn.policy import Choice
    from personagen_npc.mind.reading.when import Moment, When


OWN_WORDS = "~"  # a teller that begins so is no id but where from, as the NPC would say it


class Person(NamedTuple):
    """Somebody present: id, what this NPC calls them ("" if it does not know), kind."""

    id: str
    name: str
    kind: str


class Standing(NamedTuple):
    """How the NPC stands to somebody. Affinity, trust in [-1, 1]; fear, familiarity in [0, 1].

    ``ties``: what the NPC is to the other now, the newest first; ``tie`` is the first of them.
    """

    affinity: float = 0.0
    trust: float = 0.0
    fear: float = 0.0
    familiarity: float = 0.0
    name: str = ""
    meetings: int = 0
    at: float = -1.0
    tie: str = ""
    ties: tuple[str, ...] = ()


class Known(NamedTuple):
    """One fact within reach: ways to say it, where it is from, how well it fits the question.

    ``text`` and ``triple`` are the pack's own; ``stale``: learned once, and no longer as it stands
    in the world; ``links``: (because | but | so, fact).
    """

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
    text: str = ""
    triple: tuple[str, str, str] | None = None
    stale: bool = False
    at: float | None = None
    links: tuple[tuple[str, str], ...] = ()


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


class Derived(NamedTuple):
    """What follows from facts within reach: ways to say it, how sure, and from which facts."""

    subject: str
    relation: str
    object: str
    word: str
    ways: tuple[str, ...]
    confidence: float
    premises: tuple[str, ...]


class Mouth(NamedTuple):
    """One telling: who told, where that one said it had it from, how far it was believed, when.

    ``origin`` is the teller itself if it said that it was there, "" if it did not say.
    """

    teller: str
    origin: str
    strength: float
    hops: int
    at: float
    happening: int = -1


class Knowledge(Protocol):
    """Facts within this NPC's reach now."""

    def search(
        self, stems: Sequence[str], names: Sequence[str], focus: str, me: bool, k: int,
        text: str = "",
    ) -> list[Known]:  # fmt: skip
        """The ``k`` facts that best answer a question, in words or (``text``) by its sense."""
        ...

    def fact(self, fact: str) -> Known | None:
        """One fact by its id, None if it is out of reach."""
        ...

    def own(self, skip: frozenset[str]) -> list[Known]:
        """The weightiest of one's own story, none of ``skip``."""
        ...

    def personal(
        self, nodes: Sequence[str], ties: Sequence[str], topics: frozenset[str]
    ) -> list[Known]:
        """One's own nodes by their ids, then ties of these kinds, then facts of these topics."""
        ...

    def news(self, about: str, skip: frozenset[str]) -> list[Known]:
        """Facts worth telling unasked, none of ``skip``."""
        ...

    def during(self, first: float, last: float) -> list[Known]:
        """Facts of a span of game seconds that anybody may hear, weightiest first."""
        ...


class Grounds(Protocol):
    """What a statement is weighed against. Only facts within this NPC's reach are handed out."""

    def rivals(self, fact: str) -> Sequence[Known]:
        """Facts held that cannot be so if this one is."""
        ...

    def against(self, fact: str) -> Sequence[tuple[str, str, str]]:
        """As what claims the facts count that cannot be so if this one is, held or not."""
        ...

    def was(self, fact: str) -> Sequence[tuple[str, str, str]]:
        """As what claims the facts count that were so until this one came true."""
        ...

    def on(self, subject: str, relation: str) -> Sequence[Known]:
        """Facts held that state a relation (in its own form) of a subject."""
        ...

    def trust_in(self, who: str) -> float:
        """How far this NPC trusts somebody, in [-1, 1]."""
        ...

    def names(self) -> frozenset[str]:
        """Ids of all that has a name."""
        ...

    def infer(self, about: str, word: str) -> Derived | None:
        """What follows from what may be told, for a relation asked of somebody by a word."""
        ...


class Past(Protocol):
    """What this NPC holds in memory."""

    def recall(
        self, stems: Sequence[str], names: Sequence[str], k: int, text: str = "",
        dates: Sequence[tuple[float, float]] = (), focus: str = "", least: float = 0.0,
    ) -> list[Memory]:  # fmt: skip
        """The ``k`` memories that fit the words best, or the whole line ``text`` in meaning.

        ``dates``: only of these spans of game seconds. ``least``: with so much of the words in it.
        """
        ...

    def of_kind(
        self, stems: Sequence[str], names: Sequence[str], dates: Sequence[tuple[float, float]] = ()
    ) -> Iterable[Memory]:
        """Events of a kind that goes by one of the words, with everybody named, newest first."""
        ...

    def during(
        self, first: float, last: float, k: int, among: Container[int] | None = None
    ) -> list[Memory]:
        """What happened in a span of game seconds, weightiest first; of those only ``among``."""
        ...

    def with_person(self, person: str, k: int) -> list[Memory]:
        """What somebody did, weightiest first."""
        ...

    def fresh(self, k: int) -> list[Memory]:
        """The newest, newest first."""
        ...

    def memory(self, happening: int) -> Memory | None:
        """One memory, None if it is not held (any more)."""
        ...

    def versions(self, happening: int) -> tuple[int, Sequence[Memory]]:
        """(what all tellings of it go back to, the others of them that are held)."""
        ...

    def hushed(self, happening: int) -> bool:
        """Whether it was told in confidence."""
        ...

    def mouths(self, happening: int, fact: str = "") -> Sequence[Mouth]:
        """Who told of a happening, in any version, or of a fact; oldest first."""
        ...

    def again(self, kind: str, text: str, actor: str, names: frozenset[str], since: float) -> int:
        """The memory of the same deed or the same words of ``actor``, -1 if there is none."""
        ...


class Learned(Protocol):
    """The learned part of choosing; exact propensities, one uniform number draws the arm."""

    by: str  # which learner it is

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

    ``deal``: {item, asking, reserve, bid, rounds} while goods are on the table. ``last_*``: facts
    and happenings of the last turn. ``plea``: what was refused and may yet be begged for.
    ``raised``: what the NPC brought up; ``asked``: what it ever asked, kept from talk to talk.
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
    last_told: tuple[str, ...] = ()
    last_mentioned: tuple[int, ...] = ()
    plea: dict[str, Any] | None = None
    raised: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


class Near(NamedTuple):
    """What would be lawful before somebody who is trusted and liked a little better."""

    offers: tuple[Offer, ...] = ()
    quests: tuple[str, ...] = ()


class Calendar(Protocol):
    """Dates in words."""

    def ago(self, then: float, now: float) -> str:
        """How long ago, as one would say it."""
        ...

    def told(self, way: str, now: float) -> str:
        """A way to say the time and date, its {hour}, {part}, {weekday} ... filled."""
        ...

    def span(self, first: float, last: float, now: float) -> str:
        """A stretch of time as one would speak of it."""
        ...


class Times(Protocol):
    """Times that people name."""

    def heard(self, text: str) -> When | None:
        """The time gone by that a line speaks of, None if it speaks of none."""
        ...

    def when(self, moment: Moment, now: float) -> tuple[float, float] | None:
        """First and last game second of it, None if it has not come yet."""
        ...

    def then(self, at: float, now: float) -> str:
        """When something was: "nine days ago, in the evening"."""
        ...


class Scene(NamedTuple):
    """One moment for one NPC.

    ``met`` gives the player that this NPC knows by a name, ``stands`` how it stands to anybody.
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
    grounds: Grounds | None = None
    times: Times | None = None
    met: Callable[[str], str] | None = None
    stands: Callable[[str], Standing] | None = None
    near: Callable[[], Near] | None = None
    max_chars: int = 400
    next_happening: int = 0
    next_conversation: str = ""

    def name_of(self, who: str) -> str:
        """What this NPC calls someone or something when speaking of it."""
        return self.names(who)
