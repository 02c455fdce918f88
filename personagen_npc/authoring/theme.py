"""A persona from a few words: "a gruff old smith from the north".

The words are looked up in tables: archetype, adjectives, age, culture, pronouns; what they leave
open the dice decide. What happened to the persona is drawn first and told afterwards, so that the
background, the goals and what is known agree (after Caves of Qud).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.dice import Dice
from personagen_npc.persona.profile import (
    BehavioralPattern,
    Goal,
    KnowledgeNode,
    PersonalityTrait,
    PersonaProfile,
    Voice,
)
from personagen_npc.tables import table
from personagen_npc.words.inflect import capitalised, number_in_words

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

DATA: Final = "authoring/data/theme.yaml"
TRIES: Final = 40  # names drawn before a number is put behind one
WIDE, NARROW = 0.5, 0.25  # spread of a trait on [-1, 1]: nobody's, and an archetype's (Ryan et al.)
SAID = 0.8  # weight of an adjective's shift against everything else, tuned: it shows in 9 of 10
LONGEST: Final = 200  # characters of a theme that are read

ENDS: Final = ("of", "who", "from", "with", "in", "and", "that", "by")

_WORD = re.compile(r"[a-z]+")
_FILL = re.compile(r"<(\w+)>")
_NOT_ID = re.compile(r"[^a-z0-9]+")
_TRADE = re.compile(r"[a-z]{3,20}")


class Draft(NamedTuple):
    """What is settled about a persona before its texts are written."""

    dice: Dice
    data: Mapping[str, Any]
    words: tuple[str, ...]
    archetype: str
    culture: Mapping[str, Any]
    pronoun: str
    age: int
    name: str
    role: str
    events: tuple[Mapping[str, Any], ...]
    traits: Mapping[str, float]

    def pick(self, purpose: str, options: Sequence[Any]) -> Any:
        """One of some things, all alike."""
        return options[int(self.dice.roll(purpose) * len(options))]

    @property
    def kind(self) -> Mapping[str, Any]:
        """The archetype's table."""
        row: Mapping[str, Any] = self.data["archetypes"][self.archetype]
        return row


def persona_from_theme(theme: str, seed: int, taken: Container[str] = ()) -> PersonaProfile:
    """A whole persona for a theme.

    Args:
        theme: a few words; unknown ones do no harm, none at all gives a villager.
        seed: same theme, seed and taken names give the same persona.
        taken: names and ids that are in use.
    """
    draft = _draft(" ".join(_WORD.findall(theme[:LONGEST].lower())), seed, taken)
    fill = _fill(draft)
    tone = _tones(draft)
    knowledge = _knowledge(draft, fill)
    return PersonaProfile(
        id=_id(draft.name, taken),
        name=draft.name,
        aliases=(draft.name.split()[0],),
        background=_background(draft, fill),
        personality_traits=_traits(draft),
        behavioral_patterns=_patterns(draft, fill, tone),
        knowledge_graph=knowledge,
        pronouns=draft.pronoun,  # type: ignore[arg-type]
        age=draft.age,
        archetype=draft.archetype,
        culture=str(draft.culture["id"]),
        role=f"the {draft.role}",
        goals=_goals(draft, fill),
        voice=_voice(draft, tone),
        appearance=_appearance(draft),
        secrets=("secret",),
        topics=tuple(draft.kind["topics"]),
        opinions=_opinions(draft, tone),
        elasticity=round(0.3 + 0.4 * (draft.traits["neuroticism"]), 2),
    )


# what is settled first


def _draft(theme: str, seed: int, taken: Container[str]) -> Draft:
    data: Mapping[str, Any] = table(DATA)
    dice = Dice(seed, f"theme:{theme}", "create")
    words = tuple(theme.split())
    archetype, trade = _archetype(words, data)
    pronoun = _pronoun(words, data, dice)
    culture = _culture(words, data, dice)
    low, high = next((data["ages"][w] for w in words if w in data["ages"]), data["any_age"])
    age = low + int(dice.roll("age") * (high - low + 1))
    events = _with_told(_events(data, dice, age), words, data, dice, age)
    name = _name(culture, pronoun, dice, taken)
    role = _role(trade, data["archetypes"][archetype], data)
    bare = Draft(dice, data, words, archetype, culture, pronoun, age, name, role, events, {})
    return bare._replace(traits=_values(bare))


def _archetype(words: Sequence[str], data: Mapping[str, Any]) -> tuple[str, str]:
    """The archetype that a word names, and the word."""
    head, kinds = _unknown_trade(words, data), data["archetypes"]
    for word in (head, *words):
        fits = (n for n, r in kinds.items() if {word, word.removesuffix("s")} & {*r["words"]})
        akin = (n for n, r in kinds.items() if word and word == head and word.endswith(n))
        found = next(fits, "") or next(akin, "")  # a locksmith is a smith
        if found:
            return found, head or word
    return ("worker", head) if head else ("villager", "")


def _unknown_trade(words: Sequence[str], data: Mapping[str, Any]) -> str:
    """The noun of the theme, taken to be the last word before "of", "who", "from", ..."""
    verbs = {w for row in data["told"] for w in row["words"]}
    cut = next((i for i, w in enumerate(words) if w in ENDS or (i > 1 and w in verbs)), None)
    last = words[:cut][-1:]
    known = {*data["adjectives"], *data["ages"], *data["pronouns"], "a", "an", "the"}
    return last[0] if last and last[0] not in known and _TRADE.fullmatch(last[0]) else ""


def _role(trade: str, kind: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """The trade as the theme calls it, where it is one that is told to anybody."""
    if not trade or kind.get("hidden") or trade in data["not_roles"]:
        return str(kind["role"])
    return trade


def _pronoun(words: Sequence[str], data: Mapping[str, Any], dice: Dice) -> str:
    for word in words:
        if word in data["pronouns"]:
            return str(data["pronouns"][word])
    forms = list(data["forms"])
    return str(forms[dice.index("pronoun", (0.47, 0.47, 0.06))])  # [D]


def _culture(words: Sequence[str], data: Mapping[str, Any], dice: Dice) -> Mapping[str, Any]:
    rows = [{"id": name, **row} for name, row in data["cultures"].items()]
    named = next((row for row in rows for word in words if word in row["words"]), None)
    return named or rows[int(dice.roll("culture") * len(rows))]


def _name(culture: Mapping[str, Any], pronoun: str, dice: Dice, taken: Container[str]) -> str:
    name = ""
    for i in range(TRIES):
        first = culture[pronoun][int(dice.roll(f"first{i}") * len(culture[pronoun]))]
        last = culture["surnames"][int(dice.roll(f"last{i}") * len(culture["surnames"]))]
        name = f"{first} {last}"
        if name not in taken and first not in taken and _slug(name) not in taken:
            break
    return name


def _slug(name: str) -> str:
    return _NOT_ID.sub("_", name.lower()).strip("_")


def _id(name: str, taken: Container[str]) -> str:
    stem = _slug(name)
    number = 2
    found = stem
    while found in taken:
        found = f"{stem}_{number}"
        number += 1
    return found


def _events(data: Mapping[str, Any], dice: Dice, age: int) -> tuple[Mapping[str, Any], ...]:
    """An origin, one or two turns in the order of years, and how things stand now."""
    rows = [r for r in data["events"] if r.get("from", 0) < age <= r.get("upto", age)]
    turns = [r for r in rows if r["stage"] == "turn"]
    chosen = [_one([r for r in rows if r["stage"] == "origin"], dice, "origin")]
    found: list[Mapping[str, Any]] = []
    for i in range(min(len(turns), 1 + round(dice.roll("turns")))):
        turn = _one(
            [t for t in turns if t["tag"] not in {f["tag"] for f in found}], dice, f"turn{i}"
        )
        span = min(age - 1, turn["from"] + 14) - turn["from"]
        year = turn["from"] + int(dice.roll(f"at{i}") * (span + 1))
        if all(f["at"] != year for f in found):  # a year has room for one
            found.append({**turn, "at": year})
    chosen += sorted(found, key=lambda turn: turn["at"])
    chosen.append(_one([r for r in rows if r["stage"] == "now"], dice, "now"))
    return tuple(chosen)


def _with_told(
    events: tuple[Mapping[str, Any], ...], words: Sequence[str], data: Mapping[str, Any],
    dice: Dice, age: int,
) -> tuple[Mapping[str, Any], ...]:  # fmt: skip
    """The events, and before how things stand now what the theme itself tells ("lost a son")."""
    found: list[Mapping[str, Any]] = []
    for row in data["told"]:
        whom = _whom(words, row["words"])
        if whom and age > row["from"]:
            year = row["from"] + int(dice.roll(f"told.{row['tag']}") * (age - row["from"]))
            texts = {k: row[k].replace("<whom>", whom) for k in ("says", "knows")}
            wish = row["goal"]["description"].replace("<whom>", whom)
            goal = {**row["goal"], "description": wish}
            found.append({**row, **texts, "goal": goal, "at": year, "stage": "turn"})
    first, *turns, last = events
    return (first, *sorted((*turns, *found), key=lambda turn: turn["at"]), last)


def _whom(words: Sequence[str], verbs: Sequence[str]) -> str:
    """What stands behind one of the verbs, "" if none is there; "the lost book" has no verb."""
    for i, word in enumerate(words):
        if word in verbs and i and words[i - 1] not in _ARTICLES:
            rest = list(words[i + 1 :])
            cut = next((k for k, w in enumerate(rest) if k and w in ENDS), len(rest))
            return " ".join(w for w in rest[:cut] if w not in _ARTICLES)
    return ""


_ARTICLES = frozenset({"a", "an", "the", "his", "her", "their", "its", "one"})


def _one(rows: Sequence[Mapping[str, Any]], dice: Dice, purpose: str) -> Mapping[str, Any]:
    return rows[int(dice.roll(purpose) * len(rows))]


# temper


def _values(draft: Draft) -> dict[str, float]:
    """Every trait of the persona in [0, 1]: means, archetype, what happened, adjectives, dice."""
    names = [*draft.data["means"]]
    for extra in (draft.kind.get("extra"), *_named_extras(draft), "courage", "humour"):
        if extra and extra not in names and len(names) < 7:
            names.append(extra)
    spread = NARROW if draft.kind["shifts"] else WIDE
    return {name: _value(draft, name, spread) for name in names}


def _named_extras(draft: Draft) -> list[str]:
    found = [draft.data["adjectives"].get(w, {}) for w in draft.words]
    return [trait for shifts in found for trait in shifts if trait not in draft.data["means"]]


def _value(draft: Draft, trait: str, spread: float) -> float:
    mean = draft.data["means"].get(trait, 0.0) + draft.kind["shifts"].get(trait, 0.0)
    mean += sum(e.get("shifts", {}).get(trait, 0.0) for e in draft.events)
    named = [draft.data["adjectives"].get(w, {}).get(trait, 0.0) for w in draft.words]
    if any(named):  # what the theme says outweighs what the persona might have been
        mean = SAID * sum(named) + (1.0 - SAID) * mean
    rolls = sum(draft.dice.roll(f"{trait}{i}") for i in range(4))
    bell = (rolls - 2.0) * 3.0**0.5  # four rolls have spread 1/sqrt(3); now it is 1
    value = float(mean + spread * bell + 1.0) / 2.0
    return round(min(0.97, max(0.03, value)), 2)


def _traits(draft: Draft) -> tuple[PersonalityTrait, ...]:
    return tuple(
        PersonalityTrait(
            name=name,
            value=value,
            description=draft.data["traits"][name][0 if value < 0.4 else 1 if value < 0.65 else 2],
        )
        for name, value in draft.traits.items()
    )


def _tones(draft: Draft) -> dict[str, float]:
    """Weight of each tone: how much the traits pull that way, the strongest counting most."""
    weights = {}
    for tone, pulls in draft.data["tones"].items():
        pull = sum(w * (2 * draft.traits.get(t, 0.5) - 1) for t, w in pulls.items())
        weights[tone] = max(0.02, pull / sum(abs(w) for w in pulls.values())) ** 2
    return weights


def _tone(draft: Draft, tones: Mapping[str, float], purpose: str) -> str:
    return list(tones)[draft.dice.index(f"tone:{purpose}", list(tones.values()))]


# texts


def _fill(draft: Draft) -> dict[str, str]:
    forms = draft.data["forms"][draft.pronoun]
    words = {**forms, **draft.kind["fill"], "home": draft.culture["home"]}
    words["at_home"] = draft.culture["at_home"]
    words["topic"] = draft.kind["topics"][0]
    words["name"] = draft.name.split()[0]
    return words


def _filled(text: str, fill: Mapping[str, str]) -> str:
    """``<word>`` filled in; ``<Word>`` with a capital."""

    def put(match: re.Match[str]) -> str:
        word = match[1]
        return fill[word] if word in fill else capitalised(fill[word.lower()])

    return _FILL.sub(put, text)


def _background(draft: Draft, fill: Mapping[str, str]) -> str:
    rows = []
    for event in draft.events:
        text = (
            event["they_says"]
            if draft.pronoun == "they" and "they_says" in event
            else event["says"]
        )
        rows.append(_filled(text, {**fill, "n": number_in_words(event.get("at", 0))}))
    return " ".join(rows)


def _knowledge(draft: Draft, fill: Mapping[str, str]) -> dict[str, KnowledgeNode]:
    """What happened to the persona, what its trade taught it, and its secret; linked."""
    rows = {f"past_{e['tag']}": (e["knows"], 0.6) for e in draft.events}
    rows |= {f"trade_{i}": (text, 0.5) for i, text in enumerate(draft.kind["knows"], 1)}
    rows["secret"] = (draft.kind["secret"], 0.9)
    names = list(rows)
    return {
        name: KnowledgeNode(
            id=name,
            content=_filled(text, fill),
            importance=weight,
            connections=tuple(n for n in names[max(0, i - 1) : i + 2] if n != name),
        )
        for i, (name, (text, weight)) in enumerate(rows.items())
    }


def _goals(draft: Draft, fill: Mapping[str, str]) -> tuple[Goal, ...]:
    rows = [e["goal"] for e in draft.events if "goal" in e]
    rows.append(draft.pick("goal", draft.data["goals"]))
    goals = [Goal(**{**row, "description": _filled(row["description"], fill)}) for row in rows]
    kept = "take one old secret to the grave"
    return (*goals, Goal(id="secret_kept", utility=0.7, description=kept, likelihood=0.6))


def _patterns(
    draft: Draft, fill: Mapping[str, str], tones: Mapping[str, float]
) -> tuple[BehavioralPattern, ...]:
    rows = []
    for row in draft.data["patterns"]:
        act = row["act"]
        line = draft.pick(f"line:{act}", row["lines"][_tone(draft, tones, act)])
        rows.append(
            BehavioralPattern(
                trigger=_filled(row["trigger"], fill),
                response_template=_filled(line, fill),
                frequency=round(0.35 + 0.4 * draft.dice.roll(f"frequency:{act}"), 2),
                act=act,
            )
        )
    return tuple(rows)


def _opinions(draft: Draft, tones: Mapping[str, float]) -> dict[str, str]:
    rows = draft.data["opinions"]
    return {row["topic"]: row[_tone(draft, tones, f"opinion:{row['topic']}")] for row in rows}


def _voice(draft: Draft, tones: Mapping[str, float]) -> Voice:
    row = draft.data["voices"][max(tones, key=tones.__getitem__)]
    pitch = 0.3 if draft.pronoun == "she" else -0.2
    return Voice(
        address=tuple(row["address"]),
        oaths=tuple(draft.culture["oaths"]),
        pet_words=tuple(row["pet"]),
        description=row["says"],
        pace=round(draft.traits["extraversion"] - 0.5, 2),
        pitch=round(pitch + (0.3 if draft.age < 14 else -0.1 if draft.age > 60 else 0.0), 2),
    )


def _appearance(draft: Draft) -> str:
    looks = draft.data["appearance"]
    build, mark, wear = (draft.pick(part, looks[part]) for part in ("build", "marks", "wears"))
    return f"{build}, with {mark} and {wear}."
