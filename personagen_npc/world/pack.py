"""A world pack as the world sees it: frozen, checked, already merged from its files.

``authoring`` makes it from a designer's folder; nothing here reads a file. Conditions (``when``)
map a fact's name to a criterion, in the language of ``criteria.py``.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from personagen_npc.frozen import Frozen
from personagen_npc.learn.prior import Learned
from personagen_npc.persona.culture import Culture
from personagen_npc.persona.profile import (
    MEMORIES_MAX,
    MEMORIES_MIN,
    MOST_ASKED,
    Id,
    PersonaProfile,
    Share,
    Short,
    Signed,
    Text,
)

MEMORIES = 1000  # of one NPC, [D]: some years of a busy life once the small things went together
HALF_LIFE_DAYS = 45.0  # game days until half of what was done between two has worn off, [D]
PACK_FORMAT = 1
OLDEST_PACK_FORMAT = 1

# "9 years", "3 weeks", "2 years 1 month"
AGO = r"^(\d{1,4}(\.\d+)? ?(hour|day|week|month|year)s?,? ?)*$"

Scalar = bool | int | float | str
When = dict[str, Scalar | tuple[Scalar, ...]]
Reach = Literal["whisper", "talk", "loud", "far"]
Sense = Literal["any", "seen", "heard"]


class Month(Frozen):
    """One month of the pack's calendar."""

    name: Short
    days: Annotated[int, Field(ge=1, le=400)]
    season: str = ""


class Calendar(Frozen):
    """How game seconds read as dates. Second 0 is ``start_hour`` on ``start_day`` of month 1.

    ``feasts`` are days that return and go by a name: on a weekday, or on a day of a month.
    """

    months: tuple[Month, ...] = (Month(name="the year", days=360),)
    weekdays: tuple[Short, ...] = ()
    start_year: int = 1
    start_day: Annotated[int, Field(ge=1)] = 1
    start_month: Annotated[int, Field(ge=1)] = 1
    start_hour: Annotated[int, Field(ge=0, le=23)] = 8
    feasts: dict[str, Short] = {}


class Place(Frozen):
    """Somewhere an NPC can be. ``near`` places hear what is loud here.

    From here one sees what happens at the places that it ``sees``, but hears no word of it.
    """

    id: Id
    name: Short
    aliases: tuple[Short, ...] = ()
    kind: str = ""
    description: str = Field(default="", max_length=1000)
    near: tuple[Id, ...] = ()
    sees: tuple[Id, ...] = ()


class Faction(Frozen):
    """A group; ``attitudes`` give members' first affinity towards other factions."""

    id: Id
    name: Short
    aliases: tuple[Short, ...] = ()
    description: str = Field(default="", max_length=1000)
    attitudes: dict[str, Signed] = {}


class Thing(Frozen):
    """A named thing that people talk of: an item, a creature, an old king, a festival."""

    id: Id
    name: Short
    aliases: tuple[Short, ...] = ()
    kind: str = ""
    plural: str = ""


class Who(Frozen):
    """Whom an authored fact is granted to; any one match is enough, ``not_npcs`` always bars."""

    all: bool = False
    npcs: tuple[str, ...] = ()
    archetypes: tuple[str, ...] = ()
    factions: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    not_npcs: tuple[str, ...] = ()


# text, {subject} and {object} with modifiers, {verbs}
Saying = Annotated[
    str,
    Field(
        max_length=200,
        pattern=r"^([^{}]|\{(subject|object)(\.(a|the|plural|poss|cap))*\}|\{[A-Za-z']+\})+$",
    ),
]


class Fact(Frozen):
    """One thing that can be known, told and asked about.

    Attributes:
        text: a full sentence, third person, as the narrator would put it; a fact with a triple can
            do without, and is said by its relation's words (``Pack.sayings``).
        triple: (subject, relation, object); subject and object are ids where they name something.
        topics: other words under which a player may ask for it, synonyms of the question's words.
        asked: whole questions that it answers, as players put them.
        who: whom it is authored for; nobody by default, then it can only be witnessed or told.
        when: world condition under which the grant holds.
        trust: a secret; its holder tells it only to those it trusts at least so much, in [-1, 1].
        true: False for a wrong belief.
        says: ways to say it, best ones first; ``{topic}`` style slots as in voice lines.
        said_by: the same for single NPCs, in their own manner and person.
        source: where its holders have it from, as they would say it ("my father told me").
        ago: how long ago it was when the world began ("9 years", "3 weeks"): the day by which its
            holders date it, and what they date by it.
        contradicts: facts that cannot be so if this one is; needed on one side only.
        because, but, so: a fact that is the reason of this one, stands against it, follows from it;
            told behind it by those who know both, and the answer to "why?".
    """

    id: Id
    text: str = Field(default="", max_length=2000)
    triple: tuple[str, str, str] | None = None
    topics: tuple[Short, ...] = ()
    asked: Annotated[tuple[Short, ...], Field(max_length=MOST_ASKED)] = ()
    about: tuple[str, ...] = ()
    who: Who = Who()
    when: When = {}
    trust: Signed | None = None
    true: bool = True
    importance: Share = 0.5
    says: tuple[Text, ...] = ()
    said_by: dict[str, tuple[Text, ...]] = {}
    source: str = ""
    ago: Annotated[str, Field(pattern=AGO)] = ""
    contradicts: tuple[str, ...] = ()
    because: str = ""
    but: str = ""
    so: str = ""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.text and self.triple is None:
            raise ValueError("a text is missing; only a fact with a triple can do without")
        return self


class Arg(Frozen):
    """One argument of an action. ``npc``, ``place``, ``thing``, ``player`` are ids of that kind."""

    type: Literal["string", "integer", "number", "boolean", "npc", "place", "thing", "player"]
    description: str = ""
    required: bool = True
    min: float | None = None
    max: float | None = None
    enum: tuple[Scalar, ...] = ()


class Action(Frozen):
    """Something the game can carry out when an NPC asks for it; the game alone authorises.

    Attributes:
        on: acts with which the embedded voice asks for it; with ``comply`` only when the player
            asked for it, by the words of its id or ``topics``.
        npcs: who may; empty is everyone for whom ``when`` holds.
        reward: kind of reward that its success is ("trade", "quest", ...), for learning.
    """

    id: Id
    description: Text
    args: dict[str, Arg] = {}
    when: When = {}
    on: tuple[str, ...] = ()
    npcs: tuple[str, ...] = ()
    archetypes: tuple[str, ...] = ()
    reward: str = ""
    topics: tuple[Short, ...] = ()


class Quest(Frozen):
    """A quest that NPCs may offer. Its stage is a world variable that the game alone moves.

    ``stages[0]`` is before it was offered; the last one is done.
    """

    id: Id
    title: Short
    giver: str
    stages: Annotated[tuple[Short, ...], Field(min_length=2)]
    when: When = {}
    offer: tuple[Text, ...] = ()
    waiting: tuple[Text, ...] = ()
    done: tuple[Text, ...] = ()
    topics: tuple[Short, ...] = ()
    reward: str = ""


class EventType(Frozen):
    """A kind of happening that the game reports.

    Attributes:
        text: how it is remembered, past tense, with ``{actor}``, ``{target}``, ``{place}`` and the
            event's own facts as slots.
        praise: how praiseworthy the deed is, in [-1, 1]; drives admiration and reproach.
        benefit: good or ill done to the target, in [-1, 1]; drives gratitude and anger.
        goals: goal id -> congruence in [-1, 1] for every witness that has the goal.
        reach: who notices: whisper (those taking part), talk (the place), loud (near), far (all).
        sense: ``seen`` makes no sound (who is there or sees the place notices), ``heard`` shows
            nothing (who hears it knows what it was, not who it was).
        to_actor: ways a witness later brings it up with the one who did it.
        to_others: ways it is passed on to anyone else; ``text`` when empty.
        often: ways to sum up that it was done time and again, with ``{times}`` and ``{span}``.
        reactions: what a witness says at once, if anything.
        likelihood: how sure it is that it happened so; moves goals by so much.
        tags: words by which a culture takes several kinds of event alike.
        grows: kinds of event that it is blown up into by those who have it from others.
    """

    id: Id
    text: Text
    importance: Share = 0.5
    praise: Signed = 0.0
    benefit: Signed = 0.0
    goals: dict[str, Signed] = {}
    reach: Reach = "talk"
    sense: Sense = "any"
    topics: tuple[Short, ...] = ()
    to_actor: tuple[Text, ...] = ()
    to_others: tuple[Text, ...] = ()
    often: tuple[Text, ...] = ()
    reactions: tuple[Text, ...] = ()
    likelihood: Share = 1.0
    tags: tuple[Id, ...] = ()
    grows: tuple[Id, ...] = ()


NoteName = Annotated[str, Field(pattern=r"^(self\.)?[a-z_][a-z0-9_]{0,39}$")]


class VoiceRule(Frozen):
    """Lines for one act under a condition; the most specific rule that fits speaks.

    Attributes:
        act: one of ``events.ACTS``, or a grammar symbol's name with ``#`` in front.
        npc: whose rule it is, "" for everyone; ``archetype`` likewise.
        when: criteria over the flat query (see docs/world-pack.md).
        weight: share among equally specific rules.
        respeak: game seconds before one line of it may be said again by the same NPC.
        once: each line at most once per NPC.
        order: how a line is taken: least used first with chance, in turn, or the first that fits.
        first: a line that goes before the others in each round of them.
        last: a line that comes when each of the others was said.
        set: facts noted when a line of it is said: ``{told_joke: 1}`` is ``said.told_joke`` to this
            listener, ``{self.sang: true}`` is ``said.self.sang`` whoever listens; "+1" counts up.
        set_for: game seconds that they last, 0 for good.
        follow: act whose line may come after this one, in the same reply.
    """

    id: Id
    act: Short
    npc: str = ""
    archetype: str = ""
    when: When = {}
    weight: Annotated[float, Field(gt=0.0, le=100.0)] = 1.0
    respeak: Annotated[float, Field(ge=0.0)] = 0.0
    once: bool = False
    order: Literal["spread", "turn", "first"] = "spread"
    lines: Annotated[tuple[Text, ...], Field(min_length=1)]
    first: str = Field(default="", max_length=2000)
    last: str = Field(default="", max_length=2000)
    set: Annotated[dict[NoteName, Scalar], Field(max_length=8)] = {}
    set_for: Annotated[float, Field(ge=0.0)] = 0.0
    follow: str = ""


class Variable(Frozen):
    """A fact that the game owns. The default's type is the variable's type."""

    default: Scalar
    description: str = ""
    values: tuple[Scalar, ...] = ()


class Coin(Frozen):
    """What prices are counted in."""

    name: Short = "coin"
    plural: Short = "coins"


class Lexicon(Frozen):
    """Words by which the pack's players may mean something (added to the built-in lexicon)."""

    synonyms: dict[str, tuple[Short, ...]] = {}


class Migrations(Frozen):
    """What became of what older saves still name.

    Attributes:
        renamed: old id -> the id it has now; of people, places, factions, things, facts, quests,
            variables.
        gone: people who leave the world with their entry; others stay as a save has them.
    """

    renamed: dict[str, Id] = {}
    gone: tuple[str, ...] = ()


class Pack(Frozen):
    """Everything that one or more pack folders say, merged in order, ids namespaced where given."""

    format: int = PACK_FORMAT
    id: Id
    name: Short
    version: str = "0"
    description: str = ""
    sources: tuple[tuple[str, str], ...] = ()
    time_scale: Annotated[float, Field(gt=0.0, le=100000.0)] = 1.0
    relation_half_life_days: Annotated[float, Field(ge=0.1, le=100000.0)] = HALF_LIFE_DAYS
    memory_budget: Annotated[int, Field(ge=MEMORIES_MIN, le=MEMORIES_MAX)] = MEMORIES
    calendar: Calendar = Calendar()
    era: str = ""
    forbidden_words: tuple[Short, ...] = ()
    coin: Coin = Coin()
    strangers: tuple[Short, ...] = ("stranger",)
    places: dict[str, Place] = {}
    factions: dict[str, Faction] = {}
    things: dict[str, Thing] = {}
    variables: dict[str, Variable] = {}
    quests: dict[str, Quest] = {}
    actions: dict[str, Action] = {}
    events: dict[str, EventType] = {}
    cultures: dict[str, Culture] = {}
    npcs: dict[str, PersonaProfile] = {}
    facts: dict[str, Fact] = {}
    sayings: dict[Short, Saying] = {}
    voice: tuple[VoiceRule, ...] = ()
    lexicon: Lexicon = Lexicon()
    inner: Share = 0.0
    evolution: Literal["off", "ask", "auto"] = "ask"
    learner: Literal["bayes", "network"] = "bayes"
    learned: Learned | None = None
    migrations: Migrations = Migrations()
