"""Random small worlds in which every piece of knowledge has a word of its own.

Each fact, each event and each line of a player holds a marker: a word that stands nowhere else. So
whatever an NPC says, remembers or plans can be searched for words that it has no right to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from personagen_npc.world.pack import Pack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

MARK: Final = re.compile(r"qz[a-z]{4}x")
PLACES: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "inn": {"near": ("mill",)},
    "mill": {"near": ("inn", "wood")},
    "wood": {"near": ("mill",)},
    "tower": {"near": ()},
}
PEOPLE: Final = ("anna", "bert", "cora", "dirk", "ella")
PLAYERS: Final = ("ash", "bea")
ARCHETYPES: Final = ("smith", "guard", "innkeeper")
FACTIONS: Final = ("red", "blue")
STAGES: Final = ("begun", "found", "over")
TIES: Final = ("kin", "employer", "rival")
MATTERS: Final = ("kettle", "bridge", "lantern", "cellar", "barrel", "ladder", "orchard", "anvil",
                  "chapel", "ferry", "goose", "candle")  # fmt: skip
REACHES: Final = ("whisper", "talk", "loud", "far")
ASKED: Final = (
    "What do you know about the {matter}?", "Tell me about the {matter}.",
    "Where is the {matter}?", "Who has the {matter}?", "Have you heard of the {matter}?",
    "Is the {matter} old?", "Why is the {matter} here?", "What is the news?",
    "Any rumours about {person}?", "What do you think of {person}?", "Who told you that?",
    "Do you remember what I told you?", "What happened here yesterday?", "What happened today?",
    "Have you a secret?", "Tell me a secret about the {matter}.", "When was the {matter} lost?",
    "What did I tell you about the {matter}?", "Good day.", "Are you sure?", "And the {matter}?",
    "What has {person} been doing?", "Did you see it yourself?", "What happened before the theft?",
    "How are you?", "Goodbye.", "Who stole the {matter}?", "What do you know about {person}?",
)  # fmt: skip
STATED: Final = (
    "I saw a {mark} behind the {matter}.", "{person} hid a {mark} near the {matter}.",
    "My brother lost his {mark} in the wood.", "I confess that I took the {mark}.",
    "They say that the {mark} is worth a fortune.", "The {matter} holds a {mark}.",
)  # fmt: skip


class Marks:
    """Hands out words that no language has."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._given: set[str] = set()

    def new(self) -> str:
        """A fresh marker."""
        while True:
            word = f"qz{''.join(self._random.choices('abdegiklmnoprtuv', k=4))}x"
            if word not in self._given:
                self._given.add(word)
                return word


def marks_in(thing: object) -> set[str]:
    """Every marker in whatever can be printed."""
    return set(MARK.findall(str(thing).lower()))


def make_pack(random: Random, marks: Marks) -> tuple[Pack, dict[str, dict[str, Any]]]:
    """A small pack; and its facts by their marker, as they were written."""
    people = PEOPLE[: random.randint(2, 5)]
    facts = {f"f{i}": _fact(random, marks.new(), people) for i in range(random.randint(3, 8))}
    secrets = [i for i, f in facts.items() if random.random() < 0.15 or not f["who"]]
    npcs = {n: _person(random, n, secrets) for n in people}
    tree: dict[str, Any] = {
        "id": "reach", "name": "Reach", "time_scale": 60.0,
        "places": {i: {"id": i, "name": f"the {i}", **p} for i, p in PLACES.items()},
        "factions": {i: {"id": i, "name": f"the {i.capitalize()}s"} for i in FACTIONS},
        "variables": {"gate": {"default": False}, "weather": {"default": "rain"}},
        "quests": {"q": {"id": "q", "title": "A quest", "giver": people[0], "stages": STAGES}},
        "events": dict(_events(random)),
        "npcs": npcs,
        "facts": {i: {"id": i, **{k: v for k, v in f.items() if k != "mark"}}
                  for i, f in facts.items()},
    }  # fmt: skip
    written = {
        f["mark"]: {**f, "id": i, "keepers": [n for n, p in npcs.items() if i in p["secrets"]]}
        for i, f in facts.items()
    }
    return Pack.model_validate(tree, strict=False), written


def _person(random: Random, who: str, secrets: list[str]) -> dict[str, Any]:
    place = random.choice(tuple(PLACES))
    return {
        "id": who, "name": who.capitalize(), "pronouns": "she", "age": random.choice((9, 30, 66)),
        "archetype": random.choice((*ARCHETYPES, "villager")),
        "faction": random.choice((*FACTIONS, "")),
        "place": random.choice(("inn", "inn", place)), "home": place,
        "personality_traits": [{"name": t, "value": round(random.random(), 2)} for t in
                               ("openness", "extraversion", "agreeableness", "neuroticism",
                                "conscientiousness")],
        "secrets": [s for s in secrets if random.random() < 0.4],
        "ties": {o: {"kind": random.choice(TIES), "affinity": round(random.uniform(-1, 1), 2),
                     "trust": round(random.uniform(-1, 1), 2)}
                 for o in PEOPLE[:2] if o != who and random.random() < 0.4},
    }  # fmt: skip


def _fact(random: Random, mark: str, people: tuple[str, ...]) -> dict[str, Any]:
    matter, other = random.sample(MATTERS, 2)
    about = random.choice(people)
    texts = [f"There is a {mark} in the {matter}.", f"{about.capitalize()} keeps the {mark}."]
    fact: dict[str, Any] = {
        "mark": mark, "text": f"The {matter} has a {mark} under it.",
        "topics": (matter, other) if random.random() < 0.3 else (matter,),
        "about": (about,) if random.random() < 0.4 else (),
        "who": _who(random, people), "when": _when(random),
        "says": tuple(texts[: random.randint(0, 2)]),
        "importance": round(random.random(), 2),
    }  # fmt: skip
    if random.random() < 0.45:
        fact["trust"] = round(random.uniform(-0.2, 0.9), 2)
    if random.random() < 0.2:
        fact["triple"] = (about, random.choice(("owns", "lives_in", "made")), mark)
    if random.random() < 0.2:
        fact["said_by"] = {about: (f"My {mark} is by the {matter}.",)}
    if random.random() < 0.3:
        fact["ago"] = random.choice(("3 days", "9 years", "2 weeks"))
    return fact


def _who(random: Random, people: tuple[str, ...]) -> dict[str, Any]:
    kind = random.choice(("all", "npcs", "archetypes", "factions", "places", "nobody", "npcs"))
    if kind == "nobody":
        return {}
    given: dict[str, Any] = {
        "all": True,
        "npcs": tuple(random.sample(people, random.randint(1, 2))),
        "archetypes": (random.choice(ARCHETYPES),),
        "factions": (random.choice(FACTIONS),),
        "places": (random.choice(tuple(PLACES)),),
    }
    who = {kind: given[kind]}
    if random.random() < 0.2:
        who["not_npcs"] = (random.choice(people),)
    return who


def _when(random: Random) -> dict[str, Any]:
    """A condition, in forms of which the model understands each."""
    if random.random() < 0.45:
        return {}
    return random.choice(
        (
            {"var.gate": True}, {"stage.q": "found"}, {"stage.q": "!over"},
            {"stage.q": ["found", "over"]}, {"rel.trust": ">=0.3"}, {"rel.affinity": "<0"},
            {"rel.band": ["like", "friend"]}, {"rel.band": "!hate"}, {"rel.tie": "kin"},
            {"place": "inn"}, {"weather": "fog"}, {"faction": "red"}, {"archetype": "guard"},
            {"meetings": ">=1"}, {"listener": "player", "var.gate": False},
            {"trait.openness": ">=0.5"}, {"tie.rival": True},
        )
    )  # fmt: skip


def _events(random: Random) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind, text in (
        ("theft", "{actor} stole the {what} from {target}."),
        ("gift", "{actor} gave {target} a {what}."),
        ("storm", "A storm took the {what} from {place}."),
    ):
        yield kind, {
            "id": kind, "text": text, "importance": random.choice((0.4, 0.7, 0.95)),
            "praise": {"theft": -0.8, "gift": 0.6, "storm": 0.0}[kind],
            "benefit": {"theft": -0.6, "gift": 0.7, "storm": -0.2}[kind],
            "reach": random.choice(REACHES), "topics": (kind,),
        }  # fmt: skip
