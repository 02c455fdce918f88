"""The persona as a designer writes it: the design's own fields, then ours, all of ours optional.

A file that holds only the design's fields loads unchanged. Values are checked here, once.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from personagen_npc.frozen import Frozen

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Signed = Annotated[float, Field(ge=-1.0, le=1.0)]
MOST_ASKED = 12  # questions that one fact may list, [D]: what more would say is in its topics
MEMORIES_MIN, MEMORIES_MAX = 20, 20_000  # fewer is no mind, more is no turn of a millisecond, [D]


class PersonalityTrait(Frozen):
    """One trait. The five of the Big Five steer the voice; others are read by rules by name."""

    name: Short
    value: Share
    description: str = ""


class BehavioralPattern(Frozen):
    """One way of behaving: when ``trigger`` fits, answer in the manner of ``response_template``.

    Attributes:
        trigger: words, or an intent's name, that call it up; several separated by commas.
        response_template: a line with slots such as ``{player}``; empty leaves the line to the act.
        frequency: share of fitting occasions on which it is used, in [0, 1].
        last_used: when it was last used, in the design's files any text; at run time game seconds.
        act: which of ``events.ACTS`` it realises; guessed from the trigger when empty.
    """

    trigger: Short
    response_template: str = Field(default="", max_length=600)
    frequency: Share = 0.5
    last_used: str | float | None = None
    act: str = ""


class KnowledgeNode(Frozen):
    """One thing the persona knows, in a sentence that can be said.

    ``asked``: whole questions that it answers, as players put them.
    """

    id: Short
    content: Text
    asked: Annotated[tuple[Short, ...], Field(max_length=MOST_ASKED)] = ()
    connections: tuple[str, ...] = ()
    importance: Share = 0.5
    last_accessed: str | float | None = None


class Goal(Frozen):
    """What the persona wants. ``utility`` in [-1, 1]: negative is what it wants to avoid."""

    id: Id
    utility: Signed
    description: str = ""
    likelihood: Share = 0.5


class Bond(Frozen):
    """One thing that the persona is to another: "brother", "creditor", "sworn to"."""

    kind: Short
    days: Annotated[float, Field(gt=0.0, le=1e6)] | None = None
    note: str = ""
    secret: bool = False


class Tie(Frozen):
    """How the persona starts out with another: axes in [-1, 1] ([0, 1] for fear, familiarity).

    ``kind`` is what the persona is to the other; ``also`` holds what else it is. ``days`` are game
    days from the persona's arrival in the world until it is no longer so; ``secret`` is not told.
    """

    kind: Short = "knows"
    affinity: Signed = 0.0
    trust: Signed = 0.0
    fear: Share = 0.0
    familiarity: Share = 0.5
    note: str = ""
    days: Annotated[float, Field(gt=0.0, le=1e6)] | None = None
    secret: bool = False
    also: tuple[Bond, ...] = ()

    def bonds(self) -> tuple[Bond, ...]:
        """Everything that the persona is to the other, the first kind first."""
        return (
            Bond(kind=self.kind, days=self.days, note=self.note, secret=self.secret),
            *self.also,
        )


class Ware(Frozen):
    """Something the persona sells: asking price and the lowest it will take, in the pack's coin."""

    price: Annotated[int, Field(ge=0, le=10**9)]
    reserve: Annotated[int, Field(ge=0, le=10**9)]
    stock: Annotated[int, Field(ge=0, le=10**6)] = 1


class Voice(Frozen):
    """How the persona sounds. Word lists are used sparingly by the style step."""

    address: tuple[str, ...] = ()
    oaths: tuple[str, ...] = ()
    pet_words: tuple[str, ...] = ()
    description: str = ""
    pace: Signed = 0.0
    pitch: Signed = 0.0
    short_forms: bool | None = None


class Temper(Frozen):
    """How long and how strongly things move the persona; what is left out follows from its traits.

    Half-lives are in scene seconds: game seconds over the pack's ``time_scale``; that of relations
    is in game days.
    """

    emotion_half_life_s: Annotated[float, Field(ge=1.0, le=3600.0)] | None = None
    mood_half_life_s: Annotated[float, Field(ge=5.0, le=604800.0)] | None = None
    intensity: Annotated[float, Field(ge=0.1, le=3.0)] | None = None
    relation_half_life_days: Annotated[float, Field(ge=0.1, le=100000.0)] | None = None


class PersonaProfile(Frozen):
    """A whole persona. Fields up to ``adaptation_score`` are the design's, in its words."""

    id: Id
    name: Short
    background: str = Field(default="", max_length=4000)
    personality_traits: tuple[PersonalityTrait, ...] = ()
    behavioral_patterns: tuple[BehavioralPattern, ...] = ()
    knowledge_graph: dict[str, KnowledgeNode] = {}
    creation_date: str = ""
    interaction_count: Annotated[int, Field(ge=0)] = 0
    adaptation_score: float = 0.0

    aliases: tuple[Short, ...] = ()
    pronouns: Literal["he", "she", "they", "it"] = "they"
    age: Annotated[int, Field(ge=0, le=100000)] = 30
    archetype: Id = "villager"
    culture: str = ""
    role: str = Field(default="", max_length=200)
    faction: str = ""
    place: str = ""
    home: str = ""
    goals: tuple[Goal, ...] = ()
    voice: Voice = Voice()
    appearance: str = Field(default="", max_length=1000)
    secrets: tuple[str, ...] = ()
    topics: tuple[Short, ...] = ()
    opinions: dict[str, Text] = {}
    ties: dict[str, Tie] = {}
    wares: dict[str, Ware] = {}
    quests: tuple[str, ...] = ()
    elasticity: Share = 0.5
    cares: dict[Id, Share] = {}
    inner: Share | None = None
    temper: Temper = Temper()
    memory_budget: Annotated[int, Field(ge=MEMORIES_MIN, le=MEMORIES_MAX)] | None = None
