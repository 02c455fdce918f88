"""One NPC's living state: what a save must keep of it, and what is compiled from its profile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.events import ACTS, INTENTS
from personagen_npc.learn import growth
from personagen_npc.learn.drift import drift, moved
from personagen_npc.learn.outcomes import Outcomes
from personagen_npc.memory.episodes import Memories
from personagen_npc.memory.graph import Beliefs, Graph
from personagen_npc.mind.telling.ways import NO_WAYS, Ways, Words, words_of
from personagen_npc.persona.profile import PersonalityTrait
from personagen_npc.persona.traits import BIG_FIVE, Mood, Pace, big_five, default_mood, pace_of
from personagen_npc.words.stem import stems

if TYPE_CHECKING:
    from collections.abc import Iterable

    from personagen_npc.learn.drift import Moved
    from personagen_npc.mind.feeling.mood import Emotion
    from personagen_npc.persona.profile import PersonaProfile

STATES = ("alive", "dead", "asleep", "busy", "unloaded")
GROWN = 15  # years; a child's short forms are never written out, [D]
RECENT = 10  # own lines kept to avoid saying them again, [D]
LEVEL = Mood(0.0, 0.0, 0.0)
USUAL = Pace()
NO_WORDS = Words()

# A pattern without an act gets the act that its trigger's intent most plainly asks for.
ACT_OF_INTENT = {
    "greet": "greet", "part": "farewell", "thank": "welcome_thanks", "insult": "insult_back",
    "threaten": "stand_firm", "compliment": "take_compliment", "apologise": "forgive",
    "trade": "offer_goods", "haggle": "counter_offer", "ask_opinion": "give_opinion",
    "ask_rumour": "gossip", "ask_wellbeing": "wellbeing", "ask_name": "introduce",
    "joke": "joke", "flirt": "flirt_back", "comfort": "accept", "ask_help": "comply",
}  # fmt: skip


class Grown(NamedTuple):
    """A pattern that was put together from authored parts; one that is not ``on`` was rejected."""

    id: str
    trigger: str
    response_template: str
    act: str
    frequency: float
    on: bool


class Pattern(NamedTuple):
    """A behavioural pattern, compiled: when it fits and which act it realises."""

    number: int
    act: str
    intents: frozenset[str]
    words: frozenset[str]
    template: str
    frequency: float


@dataclass(slots=True)
class Npc:
    """An NPC: the authored profile, what follows from it, and everything that moves.

    ``mood`` is the mood at game second ``mood_at``; it is read through ``mind.mood.settle``.
    ``lines`` maps a line's key to (times said, game second last said), ``notes`` what lines left
    behind (``mind.remembering.notes``): listener -> name -> (value, until). ``graph`` is what the
    NPC states and concludes for itself: ties, claims, summaries; ``slept`` the last night that it
    slept over. ``outcomes`` are what came of its turns, ``grown`` the patterns that came to the
    authored ones, numbered behind them.
    """

    profile: PersonaProfile
    place: str
    state: str = "alive"
    locked: bool = False
    mood: Mood = LEVEL
    mood_at: float = 0.0
    emotions: list[Emotion] = field(default_factory=list)
    goals: dict[str, float] = field(default_factory=dict)
    memories: Memories = field(default_factory=Memories)
    beliefs: Beliefs = field(default_factory=Beliefs)
    graph: Graph = field(default_factory=Graph)
    lines: dict[str, tuple[int, float]] = field(default_factory=dict)
    notes: dict[str, dict[str, tuple[Any, float]]] = field(default_factory=dict)
    patterns_used: dict[int, float] = field(default_factory=dict)
    spoken: list[str] = field(default_factory=list)
    spoken_keys: list[str] = field(default_factory=list)
    turns: int = 0
    due: float = -1.0
    slept: int = 0
    outcomes: Outcomes = field(default_factory=Outcomes)
    grown: tuple[Grown, ...] = ()
    # derived from the profile or built on first use; never saved
    id: str = ""
    big5: tuple[float, float, float, float, float] = (0.0, 0.0, 0.0, 0.0, 0.0)
    rest: Mood = LEVEL
    pace: Pace = USUAL
    ways: Ways = NO_WAYS
    words: Words = NO_WORDS
    patterns: tuple[Pattern, ...] = ()
    base: dict[str, Any] = field(default_factory=dict)
    still: bool = False  # frozen: as written, whatever came of its turns
    drift: tuple[Moved, ...] = ()
    shares: dict[int, float] = field(default_factory=dict)  # pattern -> times as often as written

    def compile(self) -> None:
        """Derive temper, patterns and the fixed part of the flat query from the profile."""
        p = self.profile
        self.id = p.id
        self._gather()
        self.base = {
            "npc": p.id, "archetype": p.archetype, "faction": p.faction, "culture": p.culture,
            "age": p.age,
        }  # fmt: skip
        short = p.voice.short_forms
        if short is not None or p.age < GROWN:
            self.base["short_forms"] = short is not False
        self.live_by(NO_WAYS)
        self._settle(self._drifted())
        self._share()

    def grow(self, patterns: Iterable[Iterable[Any]]) -> None:
        """Have these patterns behind the authored ones, each as the fields of a ``Grown``."""
        self.grown = tuple(Grown(*p) for p in patterns)
        self._gather()
        self._share()

    def mature(self) -> None:
        """Take in what came of its turns since: traits and the shares of patterns."""
        before, self.drift = self.drift, self._drifted()
        if [m[:2] for m in before] != [m[:2] for m in self.drift]:
            self._settle(self.drift)
        self._share()

    def _gather(self) -> None:
        every = (*self.profile.behavioral_patterns, *map(_live, self.grown))
        self.patterns = tuple(_pattern(i, b) for i, b in enumerate(every))

    def _share(self) -> None:
        numbers = () if self.still else [p.number for p in self.patterns]
        self.shares = growth.times(self.outcomes, numbers, self.profile.elasticity)

    def _drifted(self) -> tuple[Moved, ...]:
        if self.still or self.profile.elasticity <= 0.0:
            return ()
        return drift(self.outcomes, self.profile.adaptation_score)

    def _settle(self, drifted: tuple[Moved, ...]) -> None:
        """Be of the written traits, as far as they have not moved; temper follows from them."""
        self.drift = drifted
        p = _moved(self.profile, drifted) if drifted else self.profile
        self.big5 = big_five(p)
        self.rest = default_mood(self.big5)
        self.pace = pace_of(self.big5, p.temper)
        self.base |= {f"trait.{name}": 0.5 for name in BIG_FIVE}  # middling, as in `big_five`
        self.base |= {f"trait.{t.name.lower()}": t.value for t in p.personality_traits}

    def live_by(self, ways: Ways) -> None:
        """Take a culture's ways as its own; the world has them, not the profile."""
        self.ways = ways
        self.words = words_of(self.profile.voice, ways)


def written(profile: PersonaProfile, trait: str) -> float:
    """A trait as authored, by its name in small letters; middling where none is written."""
    return next((t.value for t in profile.personality_traits if t.name.lower() == trait), 0.5)


def _moved(profile: PersonaProfile, drifted: Iterable[Moved]) -> PersonaProfile:
    traits = {t.name.lower(): t for t in profile.personality_traits}
    for trait, by, *_ in drifted:
        value = moved(written(profile, trait), by)
        old = traits.get(trait, PersonalityTrait(name=trait, value=value))
        traits[trait] = old.model_copy(update={"value": value})
    return profile.model_copy(update={"personality_traits": tuple(traits.values())})


def born(profile: PersonaProfile, place: str, now: float) -> Npc:
    """A fresh NPC at rest; the profile's goals give the first likelihoods."""
    npc = Npc(profile, place, goals={g.id: g.likelihood for g in profile.goals})
    npc.turns = profile.interaction_count
    npc.compile()
    npc.mood, npc.mood_at = npc.rest, now
    return npc


def _live(grown: Grown) -> Grown:
    return grown if grown.on else grown._replace(frequency=0.0)


def _pattern(index: int, authored: Any) -> Pattern:
    triggers = [t.strip().lower() for t in authored.trigger.split(",")]
    intents = [t for t in triggers if t in INTENTS]
    words = [s for t in triggers if t not in INTENTS for s in stems(t)]
    act = authored.act
    if act not in ACTS:
        act = next((ACT_OF_INTENT[i] for i in intents if i in ACT_OF_INTENT), "smalltalk")
    return Pattern(
        index,
        act,
        frozenset(intents),
        frozenset(words),
        authored.response_template,
        authored.frequency,
    )


def remember_line(npc: Npc, keys: tuple[str, ...], text: str, at: float) -> None:
    """Note that a line was said, so that it is not said again soon."""
    for key in keys:
        times, _ = npc.lines.get(key, (0, 0.0))
        npc.lines[key] = (times + 1, at)
        npc.spoken_keys.append(key)
    npc.spoken.append(text)
    del npc.spoken[:-RECENT], npc.spoken_keys[: -2 * RECENT]
