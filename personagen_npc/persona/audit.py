"""What in a persona contradicts itself, can never happen, or is never seen.

Pure: a profile goes in, findings come out. What belongs to higher floors (which traits rules read,
the words of the era, what is unsafe) is an argument. A finding is a doubt, not an error: each has a
hint at what would settle it.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.events import ACTS, INTENTS
from personagen_npc.persona import consistency
from personagen_npc.persona.finding import Around, Finding
from personagen_npc.persona.traits import BIG_FIVE
from personagen_npc.tables import table
from personagen_npc.words.stem import stem, stems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from personagen_npc.persona.finding import Step
    from personagen_npc.persona.profile import PersonaProfile

__all__ = ["Around", "Finding", "audit"]

DATA: Final = "persona/data/audit.yaml"
HIGH, LOW = 0.8, 0.2  # a trait beyond these must not be contradicted by all that is said, [D]
FEW: Final = 3  # lines below which a manner cannot be judged, [D]
FAR: Final = 1.2  # affinities of a mutual tie that are further apart than this disagree, [D]
ALIKE: Final = 0.85  # share of two templates' words that makes them one, tuned on Emberfall
LONG: Final = 4  # words of a template below which being alike says nothing


def audit(profile: PersonaProfile, around: Around) -> tuple[Finding, ...]:
    """Every doubt about a persona, in the order of its fields."""
    return tuple(f for check in CHECKS for f in check(profile, around))


class _Manner(NamedTuple):
    trait: str
    high: bool
    says: re.Pattern[str]
    bars: re.Pattern[str]
    what: str


@cache
def _manners() -> tuple[_Manner, ...]:
    return tuple(
        _Manner(m["trait"], bool(m["high"]), _any(m["against"]), _any(m["for"]), m["what"])
        for m in table(DATA)["manners"]
    )


def _any(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(words) + r")\b", re.IGNORECASE)


def _manner(profile: PersonaProfile, _: Around) -> Iterator[Finding]:
    """Traits against everything that the persona is heard to say by its patterns."""
    lines = [p.response_template for p in profile.behavioral_patterns if p.response_template]
    values = {t.name.lower(): (i, t.value) for i, t in enumerate(profile.personality_traits)}
    for manner in _manners():
        i, value = values.get(manner.trait, (0, 0.5))
        if len(lines) < FEW or not (value >= HIGH if manner.high else value <= LOW):
            continue
        against = [x for x in lines if manner.says.search(x) and not manner.bars.search(x)]
        if 2 * len(against) > len(lines):
            what = f"{manner.trait} is {value:g}, but {len(against)} of {len(lines)} {manner.what}"
            hint = f'such as "{against[0]}"'
            yield Finding(("personality_traits", i, "value"), "warning", what, hint)


_YEARS = re.compile(
    r"\b(?:for|these|in)? ?(\w+(?:-\w+)?) (?:years|winters|summers)\b", re.IGNORECASE
)
_SINCE = re.compile(r"\b(?:for|these|this|nearly|over|my|spent)\b[^.]{0,20}$", re.IGNORECASE)


def _years(profile: PersonaProfile, _: Around) -> Iterator[Finding]:
    """Years of a life that do not fit into the age."""
    texts: list[tuple[tuple[Step, ...], str]] = [(("background",), profile.background)]
    texts += [(("knowledge_graph", k, "content"), n.content)
              for k, n in profile.knowledge_graph.items() if _OWN.search(n.content)]  # fmt: skip
    for at, text in texts:
        for match in _YEARS.finditer(text):
            number = _number(match[1])
            before = text[: match.start(1)]
            if number > profile.age and _SINCE.search(before) and number < 200:
                what = f'"{match[0].strip()}" do not fit into {profile.age} years of age'
                yield Finding(at, "warning", what, "age, or the years")


_OWN = re.compile(r"\b(I|I've|my)\b")


def _number(word: str) -> int:
    low = word.lower()
    if low.isdigit():
        return int(low[:6])
    numbers: dict[str, int] = table(DATA)["numbers"]
    return sum(numbers.get(part, 0) for part in low.split("-"))


def _ties(profile: PersonaProfile, around: Around) -> Iterator[Finding]:
    """Ties that both sides give and that cannot both be so."""
    pairs: dict[str, list[str]] = table(DATA)["ties"]
    for other, tie in profile.ties.items():
        person = around.people.get(other)
        back = person.ties.get(profile.id) if person is not None else None
        if back is None:
            continue
        fits = pairs.get(tie.kind)
        kinds = {b.kind for b in back.bonds()}
        if fits is not None and back.kind in pairs and not kinds & set(fits):
            what = f"is {tie.kind} of {other}, who is {back.kind} in return"
            yield Finding(("ties", other, "kind"), "warning", what, f"one of {', '.join(fits)}")
        if profile.id < other and abs(tie.affinity - back.affinity) > FAR and tie.kind == back.kind:
            what = f"likes {other} by {tie.affinity:g} and is liked by {back.affinity:g}"
            yield Finding(("ties", other, "affinity"), "note", what, "meant so?")


def _nodes(profile: PersonaProfile, around: Around) -> Iterator[Finding]:
    """Knowledge connected to nothing that no word of its own would bring up."""
    linked = {c for n in profile.knowledge_graph.values() for c in n.connections}
    for key, node in profile.knowledge_graph.items():
        if node.connections or key in linked or key in profile.secrets:
            continue
        words = {w for w in stems(f"{key.replace('_', ' ')} {node.content}") if not w.isdigit()}
        if not words - {stem(w) for w in table(DATA)["empty"]}:
            what = "is connected to nothing, and holds no word that a player would ask for"
            hint = "give it connections, or a telling id"
            yield Finding(("knowledge_graph", key), "warning", what, hint)


def _triggers(profile: PersonaProfile, _: Around) -> Iterator[Finding]:
    """Patterns that no line of a player can call up."""
    always: dict[str, int] = {}
    for i, pattern in enumerate(profile.behavioral_patterns):
        parts = [t.strip().lower() for t in pattern.trigger.split(",")]
        live = [t for t in parts if t in INTENTS or stems(t)]
        at = ("behavioral_patterns", i, "trigger")
        if not live:
            what = f'"{pattern.trigger}" is no intent and holds no word to listen for'
            yield Finding(at, "warning", what, "an intent, or words of a player's line")
        elif pattern.frequency == 0.0:
            yield Finding((*at[:2], "frequency"), "warning", "0 means never", "above 0")
        elif all(t in always for t in live):
            what = f"never comes up: pattern {always[live[0]] + 1} answers it every time"
            yield Finding(at, "warning", what, "a frequency below 1 there")
        if pattern.frequency >= 1.0 and pattern.response_template:
            always |= {t: i for t in live if t not in always}


def _unread(profile: PersonaProfile, around: Around) -> Iterator[Finding]:
    """Traits that no rule reads and no line of the persona shows."""
    said = Counter(s for text in _texts(profile, around) for s in stems(text))
    for i, trait in enumerate(profile.personality_traits):
        name = trait.name.lower()
        first = next(k for k, t in enumerate(profile.personality_traits) if t.name == trait.name)
        if name in BIG_FIVE or name in around.reads or first < i:
            continue
        signs = {*stems(name.replace("_", " ")), *stems(trait.description)}
        if not signs & said.keys():
            what = (
                f"nothing shows {trait.name}: no rule asks for trait.{name}, no line speaks of it"
            )
            yield Finding(("personality_traits", i), "warning", what, "a rule, or a pattern")


def _texts(profile: PersonaProfile, around: Around) -> list[str]:
    return [
        profile.background, profile.appearance, profile.voice.description, *profile.topics,
        *(p.response_template for p in profile.behavioral_patterns),
        *(n.content for n in profile.knowledge_graph.values()), *profile.opinions.values(),
        *(g.description for g in profile.goals), *around.lines,
        *(k.replace("_", " ") for k in profile.secrets),
    ]  # fmt: skip


_SLOT = re.compile(r"\{([a-z_]\w*)", re.IGNORECASE)


def _templates(profile: PersonaProfile, around: Around) -> Iterator[Finding]:
    """Templates that repeat another, and slots that never have a value."""
    seen: list[tuple[int, set[str]]] = []
    for i, pattern in enumerate(profile.behavioral_patterns):
        at = ("behavioral_patterns", i, "response_template")
        words = {w.lower() for w in re.findall(r"\w+", pattern.response_template)}
        twin = next((k for k, other in seen if _alike(words, other)), None)
        if twin is not None:
            yield Finding(at, "warning", f"repeats pattern {twin + 1}", "another line")
        if words:
            seen.append((i, words))
        needed = set(_SLOT.findall(pattern.response_template))
        if "name" in needed and pattern.trigger.strip() == "ask_name":
            yield Finding(at, "note", "{name} is the player's name, not the speaker's", "{npc}")
        role = "role" in needed and not profile.role
        oath = "oath" in needed and not profile.voice.oaths and not profile.culture
        for slot, empty in (("role", role), ("oath", oath)):
            if empty:
                yield Finding(at, "warning", f"{{{slot}}} never has a value here", f"give a {slot}")


def _alike(words: set[str], other: set[str]) -> bool:
    return len(words) >= LONG and len(words & other) >= ALIKE * len(words | other)


def _acts(profile: PersonaProfile, _: Around) -> Iterator[Finding]:
    """Patterns without a line whose act the trigger does not say either."""
    for i, pattern in enumerate(profile.behavioral_patterns):
        if not pattern.response_template and pattern.act not in ACTS:
            at = ("behavioral_patterns", i)
            yield Finding(
                at, "warning", "has neither a line nor an act", "response_template or act"
            )


def _unfit(profile: PersonaProfile, around: Around) -> Iterator[Finding]:
    """Words of another era, and what nobody may say."""
    for at, text in _spots(profile):
        if around.unsafe is not None and around.unsafe(text):
            what = "may be unsafe, or reads like an attack on a language model"
            yield Finding(at, "warning", what, "say it another way")
        for word in _forbidden(text, around):
            yield Finding(
                at, "warning", f'"{word}" is a forbidden word of this pack', "another word"
            )


def _forbidden(text: str, around: Around) -> list[str]:
    """Forbidden words and phrases in a text, in order."""
    low = text.lower()
    words = set(re.findall(r"\w+", low))
    phrases = (w for w in around.forbidden if not w.isalnum())
    found = {*(words & set(around.forbidden)), *(w for w in phrases if w.lower() in low)}
    return sorted(found)


def _spots(profile: PersonaProfile) -> Iterator[tuple[tuple[Step, ...], str]]:
    rows: list[tuple[tuple[Step, ...], str]] = [
        (("background",), profile.background), (("appearance",), profile.appearance),
    ]  # fmt: skip
    rows += [(("behavioral_patterns", i, "response_template"), p.response_template)
             for i, p in enumerate(profile.behavioral_patterns)]  # fmt: skip
    rows += [(("knowledge_graph", k, "content"), n.content)
             for k, n in profile.knowledge_graph.items()]  # fmt: skip
    rows += [(("opinions", k), text) for k, text in profile.opinions.items()]
    rows += [(("goals", i, "description"), g.description) for i, g in enumerate(profile.goals)]
    rows += [(("personality_traits", i, "description"), t.description)
             for i, t in enumerate(profile.personality_traits)]  # fmt: skip
    rows += [(("voice", room, i), word) for room in ("address", "oaths", "pet_words")
             for i, word in enumerate(getattr(profile.voice, room))]  # fmt: skip
    rows += [(("voice", "description"), profile.voice.description), (("role",), profile.role)]
    rows += [(("topics", i), t) for i, t in enumerate(profile.topics)]
    yield from ((at, text) for at, text in rows if text)


def _relations(profile: PersonaProfile, _: Around) -> Iterator[Finding]:
    """Own sentences that give one matter two values: "My brother is X", "My brother is Y"."""
    held: dict[str, tuple[str, str]] = {}
    for key, node in profile.knowledge_graph.items():
        for match in _MINE.finditer(node.content):
            subject, value = match[1].lower(), match[2]
            if subject not in table(DATA)["functional"]:
                continue
            first = held.setdefault(subject, (key, value))
            if first[1].lower() != value.lower():
                what = f'says its {subject} is {value}, and "{first[0]}" says {first[1]}'
                yield Finding(("knowledge_graph", key, "content"), "warning", what, "one of them")


_MINE = re.compile(r"\b[Mm]y (\w+)(?:'s name)? (?:is|was) (?:called )?([A-Z]\w+)")

CHECKS: Final[tuple[Callable[[PersonaProfile, Around], Iterator[Finding]], ...]] = (
    _manner, _years, _unread, _triggers, _acts, _templates, _nodes, _relations, _ties,
    *consistency.CHECKS, _unfit,
)  # fmt: skip
