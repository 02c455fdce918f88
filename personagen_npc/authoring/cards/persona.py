"""A card becomes a person of a pack: profile, lore as gated facts, greetings, a place to stand.

Nothing of the card's instructions to a model is read here. What cannot be said aloud in character
is left out and noted; the card itself goes with the pack, so that nothing is lost on the way out.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.authoring.cards.card import DATA
from personagen_npc.authoring.cards.examples import Examples, examples_of
from personagen_npc.authoring.cards.lists import Listed, age_of, listed
from personagen_npc.authoring.cards.lore import KEPT, Lore, lore_of
from personagen_npc.authoring.cards.names import slug, things_named
from personagen_npc.authoring.cards.oneself import as_oneself
from personagen_npc.authoring.cards.spoken import (
    line_of,
    plain,
    sentences,
    speech,
    told_by_narrator,
)
from personagen_npc.authoring.cards.vet import sayable, vet
from personagen_npc.persona.profile import (
    Goal,
    KnowledgeNode,
    PersonalityTrait,
    PersonaProfile,
)
from personagen_npc.persona.traits import BIG_FIVE
from personagen_npc.tables import table
from personagen_npc.world.pack import Fact, Thing, Who

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from personagen_npc.authoring.cards.card import Card

REACH, LEFT = 0.45, 0.65  # one word moves a trait from .5 by .16, two by .26, none beyond .45, [D]
OWN: Final = (0.8, 0.4)  # importance of what the description says first, and of the rest, [D]
ASKED: Final = {"fears": "afraid_fear", "wants": "want_wish"}
MANY: Final = 12  # topics, opinions, goals of a person at most, [D]
_WORD = re.compile(r"[a-z][a-z'-]*")
_USER: Final = "\ue002"


class Imported(NamedTuple):
    """What a card gives: see ``folder.py`` for the files that it becomes."""

    persona: PersonaProfile
    lore: Lore
    greetings: tuple[str, ...]
    smalltalk: tuple[str, ...]
    place: str
    kind: str
    rating: str
    notes: tuple[str, ...]


def person_of(card: Card, most: str = "mature") -> Imported:
    """The person on a card. Raises BadCard for what no pack may hold; ``most`` as for ``vet``."""
    name = _clean(card.called)
    found = listed(_about(card, "description"))
    age = age_of(found)
    rating = vet(card, most, age)
    notes: list[str] = []
    who = slug(name) or "someone"
    pronouns = _pronouns(found, _about(card, "description", "personality"))
    examples = examples_of(card.text("mes_example"), card.called, sayable)
    place, kind = _place(_about(card, "scenario"))
    facts = lore_of(card, (who, name, pronouns), notes, place)
    facts.facts.update(_answers(examples, who))
    facts.facts.update(_secrets(found, (who, name, pronouns)))
    facts.things.update(_liked(found, facts))
    prose = _prose(found, notes)
    sides = _sides(_about(card, "personality") + " " + found.whole("mind"))
    patterns, knowledge = examples.patterns, _knowledge(found, prose, (name, pronouns))
    persona = PersonaProfile(
        id=who,
        name=name,
        aliases=_aliases(card, name),
        pronouns=pronouns,  # type: ignore[arg-type]
        age=30 if age is None else age,
        archetype=_archetype(found, card),
        role=_role(found),
        culture="",
        place="here",
        background=_fitting(s for s in prose if not _is_look(s)),
        appearance=_appearance(found, prose),
        personality_traits=_traits(sides, card),
        behavioral_patterns=patterns,
        knowledge_graph=knowledge,
        goals=_goals(found),
        topics=_topics(found, facts),
        opinions=_opinions(found),
    )  # fmt: skip
    greetings = _greetings(card, notes)
    texts = [
        *greetings, *examples.smalltalk, *(n.content for n in knowledge.values()),
        *(p.response_template for p in patterns), *(f.text for f in facts.facts.values()),
    ]  # fmt: skip
    for key in [k for k, t in facts.things.items() if t.name.lower() == place.lower()[4:]]:
        del facts.things[key]  # the place has that name
    facts.things.update(things_named(texts, facts.things, (name, card.text("name"), place)))
    return Imported(
        persona, facts, greetings, examples.smalltalk, place, kind, rating,
        (*notes, *_inert(card)),
    )  # fmt: skip


def _fitting(rows: Iterable[str], most: int = 1200) -> str:
    """As many whole sentences as fit."""
    text = ""
    for row in rows:
        if len(text) + len(row) < most:
            text = f"{text} {row}".strip()
    return text


def _clean(name: str) -> str:
    """A name as it is said: without brackets and what stands behind a bar or a comma."""
    first = re.split(r"[|(\[{~/]|,| - ", name)[0]
    return " ".join(re.sub(r"[^\w'\u2019. -]", " ", first).split())[:60].strip(" .-") or "Someone"


def _about(card: Card, *names: str) -> str:
    return "\n".join(plain(card.text(n), card.called, _USER) for n in names)


def _prose(found: Listed, notes: list[str]) -> tuple[str, ...]:
    """Sentences of the description and the past that hold of anyone one meets."""
    rows = [*found.prose, *(s for t in found.rows.get("past", ()) for s in sentences(t))]
    kept = tuple(s for s in rows if _USER not in s and sayable(s) and "{" not in s)
    if len(kept) < len(rows):
        notes.append(f"description: {len(rows) - len(kept)} sentences about {{{{user}}}}, or not "
                     "fit to be said, are left out: players are strangers at first")  # fmt: skip
    return kept


def _pronouns(found: Listed, text: str) -> str:
    words = Counter(_WORD.findall(text.lower()))
    named = found.whole("gender").lower()
    if named:
        for word, pronoun in (("fem", "she"), ("woman", "she"), ("she", "she"), ("girl", "she"),
                              ("male", "he"), ("man", "he"), ("he", "he")):  # fmt: skip
            if word in named:
                return pronoun
    he = words["he"] + words["his"] + words["him"]
    she = words["she"] + words["her"] + words["hers"]
    return "they" if he == she else "he" if he > she else "she"


def _aliases(card: Card, name: str) -> tuple[str, ...]:
    full = _clean(card.text("name"))
    rows = (name.split()[0], full, full.split()[0])
    return tuple(dict.fromkeys(r for r in rows if r != name and len(r) > 1))


def _archetype(found: Listed, card: Card) -> str:
    text = " ".join((found.whole("role"), *card.texts("tags"), *found.prose[:3])).lower()
    for kind, words in table(DATA)["trades"].items():
        if any(re.search(rf"\b{re.escape(w)}s?\b", text) for w in words):
            return str(kind)
    return "villager"


def _role(found: Listed) -> str:
    rows = found.all("role")
    if not rows or not sayable(rows[0]):
        return ""
    role = re.sub(r"^(an?|the) ", "", rows[0].strip(), flags=re.IGNORECASE)
    return f"the {role[:1].lower()}{role[1:]}" if role and len(role) < 60 else ""


def _sides(text: str) -> Mapping[str, tuple[float, tuple[str, ...]]]:
    """Trait -> (how far words push it, those words)."""
    low = text.lower()
    data = table(DATA)
    sides: dict[str, tuple[float, tuple[str, ...]]] = {}
    for name, words in {**data["traits"], **data["own_traits"]}.items():
        up = [w for w in words["up"] if _holds(w, low)]
        down = [w for w in words["down"] if _holds(w, low)]
        if up or down:
            sides[name] = (float(len(up) - len(down)), (*up, *down))
    return sides


def _holds(word: str, text: str) -> bool:
    found = re.search(rf"\b(not |never |isn't |un)?{re.escape(word)}(ly|ness)?\b", text)
    return found is not None and not found[1]


def _traits(
    sides: Mapping[str, tuple[float, tuple[str, ...]]], card: Card
) -> tuple[PersonalityTrait, ...]:
    shown = table(DATA)["shown"]
    rows = []
    for name in (*BIG_FIVE, *(n for n in sides if n not in BIG_FIVE)):
        push, words = sides.get(name, (0.0, ()))
        moved = REACH * (1.0 - LEFT ** abs(push))
        value = round(0.5 + (moved if push > 0 else -moved), 2)
        level = 0 if value < 0.4 else 2 if value > 0.6 else 1
        text = ", ".join(words) if words else shown[name][level]
        rows.append(PersonalityTrait(name=name, value=value, description=text))
    return tuple(rows)


def _knowledge(
    found: Listed, prose: Iterable[str], who: tuple[str, str]
) -> dict[str, KnowledgeNode]:
    """What the person says of itself: own past, wishes and fears."""
    nodes: dict[str, KnowledgeNode] = {}
    names = (who[0], who[0].split()[0])
    for i, sentence in enumerate(prose, 1):
        said = line_of((as_oneself(sentence, names, who[1]),), 1)
        if said and not _is_look(sentence):
            nodes[f"own_{i}"] = KnowledgeNode(id=f"own_{i}", content=said, importance=OWN[i > 1])
    for what, words in ASKED.items():
        for i, value in enumerate(found.all(what)[:3]):
            thing = _thing(value)
            if thing and sayable(thing):
                key = f"{words}_{slug(thing)}"
                nodes[key] = KnowledgeNode(id=key, content=_said(what, thing, i), importance=0.5)
    return nodes


def _said(what: str, x: str, i: int) -> str:
    lines: list[str] = table(DATA)["says"][what]
    return lines[i % len(lines)].replace("<x>", x)


def _thing(text: str) -> str:
    """A value of a list as it stands inside a sentence."""
    bare = re.sub(r"[\[\]{}|\\#*_`<>\"]", "", text).strip(" .!")
    return bare if bare[1:2].isupper() or bare[:1] == "I" else f"{bare[:1].lower()}{bare[1:]}"


def _tastes(found: Listed) -> dict[str, tuple[str, str]]:
    """Id -> (what is liked or not, what is said of it)."""
    rows: dict[str, tuple[str, str]] = {}
    for what in ("likes", "dislikes"):
        for i, value in enumerate(found.all(what)[:MANY]):
            thing = _thing(value)
            if slug(thing) and _USER not in thing and sayable(thing) and thing.count(" ") < 6:
                rows.setdefault(slug(thing), (thing, _said(what, thing, i)))
    return rows


def _opinions(found: Listed) -> dict[str, str]:
    return {key: said for key, (_, said) in _tastes(found).items()}


def _liked(found: Listed, lore: Lore) -> dict[str, Thing]:
    """What there are opinions of, as things that can be asked about."""
    taken = {n.lower() for t in lore.things.values() for n in (t.name, *t.aliases)}
    return {key: Thing(id=key, name=thing) for key, (thing, _) in _tastes(found).items()
            if key not in lore.things and thing.lower() not in taken}  # fmt: skip


def _answers(examples: Examples, who: str) -> dict[str, Fact]:
    """What the examples answer, found by the words of the question."""
    return {
        f"answer_{slug(' '.join(words))}": Fact(
            id=f"answer_{slug(' '.join(words))}", text=line, topics=words,
            who=Who(npcs=(who,)), importance=0.6,
        )
        for words, line in examples.answers.items()
    }  # fmt: skip


def _secrets(found: Listed, who: tuple[str, str, str]) -> dict[str, Fact]:
    """What a description calls a secret: told to those who are trusted."""
    rows = {}
    for i, text in enumerate(found.rows.get("secret", ()), 1):
        kept = tuple(s for s in sentences(text) if sayable(s) and _USER not in s)
        said = line_of(tuple(as_oneself(s, (who[1],), who[2]) for s in kept))
        if said:
            rows[f"secret_{i}"] = Fact(
                id=f"secret_{i}", text=" ".join(kept), says=(said,), topics=("secret", "hide"),
                about=(who[0],), who=Who(npcs=(who[0],)), importance=0.8, trust=KEPT,
            )  # fmt: skip
    return rows


def _goals(found: Listed) -> tuple[Goal, ...]:
    rows: dict[str, Goal] = {}
    for what, worth in (("wants", 0.7), ("fears", -0.6)):
        for value in found.all(what)[:MANY]:
            thing = _thing(value)
            name = slug(thing)
            if name and _USER not in thing and sayable(thing):
                rows.setdefault(name, Goal(id=name, utility=worth, description=thing))
    return tuple(rows.values())


def _topics(found: Listed, lore: Lore) -> tuple[str, ...]:
    things = [_thing(v) for v in found.all("likes") if _USER not in v and sayable(v)]
    names = [row.name for row in lore.things.values()]
    return tuple(dict.fromkeys(t for t in (*things, *names) if t))[:MANY]


_LOOK = re.compile(r"\b(hair|eyes?|wears?|wearing|dressed|tall|short|skin|beard|scar|robes?)\b")


def _is_look(sentence: str) -> bool:
    return _LOOK.search(sentence.lower()) is not None


def _appearance(found: Listed, prose: Iterable[str]) -> str:
    listed_ = [t for t in found.rows.get("looks", ()) if _USER not in t and sayable(t)]
    text = ", ".join(t.strip(". ") for t in listed_) or " ".join(s for s in prose if _is_look(s))
    return text[:1000]


def _greetings(card: Card, notes: list[str]) -> tuple[str, ...]:
    """What the opening messages say aloud, a line each."""
    rows = []
    for i, message in enumerate((card.text("first_mes"), *card.texts("alternate_greetings"))):
        field = "first_mes" if i == 0 else f"alternate_greetings.{i}"
        spoken = () if told_by_narrator(message) else speech(message, card.called)
        line = line_of(tuple(s for s in spoken if sayable(s)), 3)
        if line:
            rows.append(line)
        elif message:
            notes.append(f"{field}: nothing in it is said aloud, so it is no greeting here")
    return tuple(dict.fromkeys(rows))


_AT: Final = (
    r"\b(?:[Ii]n|[Aa]t|[Ii]nside|of|to|[Oo]n|[Aa]board|[Tt]he) (?:(?:the|an?|her|his|their) )?"
)


def _place(scenario: str) -> tuple[str, str]:
    """A place's name and kind out of a scenario."""
    best: tuple[int, str, str] | None = None
    for kind, words in table(DATA)["places"].items():
        for word in words:
            found = re.search(rf"{_AT}((?:[\w'-]+ ){{0,2}}?{re.escape(word)})\b", scenario)
            if found and (best is None or found.start() < best[0]):
                best = (found.start(), f"the {found[1]}", str(kind))
    return (best[1], best[2]) if best and sayable(best[1]) else ("a quiet place", "place")


def _inert(card: Card) -> list[str]:
    names = ("system_prompt", "post_history_instructions")
    return [f"{n}: instructions to a model are kept in the card and never used"
            for n in names if card.text(n)]  # fmt: skip


def profile_row(persona: PersonaProfile) -> dict[str, Any]:
    """A persona as the fields of ``npcs/ID.yaml``: only what differs from the defaults."""
    plain_row = persona.model_dump(mode="json", exclude_defaults=True)
    plain_row["knowledge_graph"] = {
        key: {k: v for k, v in node.items() if k != "id"}
        for key, node in plain_row.get("knowledge_graph", {}).items()
    }
    return plain_row
