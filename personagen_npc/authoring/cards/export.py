"""A pack's person as a character card.

Where the person came from a card, that card goes out again, with what was changed since:
a part of the person that an import of the card would still give stands as the card's author wrote
it. Anybody else's card is written from the profile and from what he is granted to know. What is
secret goes out switched off, with its trust in our corner of ``extensions``, because another front
end would tell it to anyone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from personagen_npc.authoring.cards.card import DATA, OURS, Card, card_of
from personagen_npc.authoring.cards.persona import person_of
from personagen_npc.authoring.cards.spoken import sentences
from personagen_npc.authoring.references import knows
from personagen_npc.errors import Unknown
from personagen_npc.persona.traits import BIG_FIVE
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.pack import Fact, Pack

_SLOT = re.compile(r"\{[^{}]*\}")
_GAP: Final = "\ue001"  # stands for a slot that no front end knows
_HERE: Final = "\ue000"  # stands for the player while sentences with slots are taken out
HIGH, LOW = 0.65, 0.35  # a trait beyond these is worth a word, [D]
STRONG, WEAK = 0.85, 0.15  # and beyond these it is "very"
GENDERS: Final = {"he": "male", "she": "female"}
ENTRIES: Final = 200  # of a lorebook, the most important ones, [D]
ORDERS: Final = 100  # insertion_order of what matters most; front ends count from 0 to 100

# part of a card -> parts of the person that an import reads out of it
READ: Final[dict[str, tuple[str, ...]]] = {
    "description": ("background", "appearance", "age", "role", "opinions", "goals", "pronouns"),
    "personality": ("personality_traits",),
    "mes_example": ("behavioral_patterns",),
    "name": ("name",),
}


def card_for(pack: Pack, npc: str, kept: Card | None = None) -> Card:
    """The card of one of a pack's people. Raises Unknown, BadCard.

    Args:
        pack: the pack.
        npc: whose.
        kept: the card that the person was made from.
    """
    persona = pack.npcs.get(npc)
    if persona is None:
        allowed = ", ".join(sorted(pack.npcs)[:12])
        raise Unknown(f"no npc {npc}", field="npc", got=npc, allowed=allowed)
    fresh = _written(pack, persona)
    data = fresh if kept is None else _over(kept, fresh, pack, persona)
    return card_of({"spec": "chara_card_v3", "spec_version": "3.0", "data": data})


def _over(
    kept: Card, fresh: Mapping[str, Any], pack: Pack, persona: PersonaProfile
) -> dict[str, Any]:
    """The kept card, with those fields fresh whose part of the person was changed."""
    was = person_of(kept, "adult")
    data = dict(kept.data)
    for name, parts in READ.items():
        if any(getattr(was.persona, p) != getattr(persona, p) for p in parts):
            data[name] = fresh[name]
    book = dict(data.get("character_book") or {"extensions": {}, "entries": []})
    rows = list(book.get("entries", []))
    entries = [
        _entry_over(row, [f for f, i in was.lore.sources.items() if i == n], was.lore.facts, pack)
        for n, row in enumerate(rows)
    ]
    added = [_entry(f) for f in _known(pack, persona) if f.id not in was.lore.facts]
    if rows or added:
        data["character_book"] = {**book, "entries": [e for e in entries if e] + added}
    return data


def _entry_over(
    row: dict[str, Any], names: list[str], was: Mapping[str, Fact], pack: Pack
) -> dict[str, Any] | None:
    """A kept entry: as it was, with the text that it has now, or None where it is gone."""
    now = [pack.facts[n] for n in names if n in pack.facts]
    if not names or now == [was[n] for n in names]:
        return row
    return {**row, "content": " ".join(f.text for f in now)} if now else None


def _written(pack: Pack, persona: PersonaProfile) -> dict[str, Any]:
    """All fields, from the profile."""
    greetings = [u for line in _lines(pack, persona, "greet") if (u := _user(line))]
    return {
        "name": persona.name,
        "description": _description(persona),
        "personality": _personality(persona),
        "scenario": _scenario(pack, persona),
        "first_mes": greetings[0] if greetings else "Good day.",
        "alternate_greetings": greetings[1:8],
        "mes_example": _examples(persona),
        "creator_notes": "", "system_prompt": "", "post_history_instructions": "",
        "tags": [persona.archetype, pack.name], "creator": "", "character_version": pack.version,
        "group_only_greetings": [], "extensions": {},
        "character_book": {
            "name": pack.name, "extensions": {}, "entries": [
                *(_entry(f) for f in _known(pack, persona)), *_own(persona),
            ],
        },
    }  # fmt: skip


def _description(persona: PersonaProfile) -> str:
    rows = [
        f"Age: {persona.age}",
        f"Gender: {GENDERS.get(persona.pronouns, persona.pronouns)}",
        f"Occupation: {persona.role or persona.archetype}",
        f"Appearance: {persona.appearance}" if persona.appearance else "",
        f"Speech: {persona.voice.description}" if persona.voice.description else "",
        *(f"{'Goal' if g.utility > 0 else 'Fears'}: {g.description}"
          for g in persona.goals if g.description),
        persona.background.strip(),
    ]  # fmt: skip
    return "\n".join(r for r in rows if r)


def _personality(persona: PersonaProfile) -> str:
    words: dict[str, list[str]] = table(DATA)["adjectives"]
    rows = []
    for trait in persona.personality_traits:
        name = trait.name.lower()
        if LOW <= trait.value <= HIGH and name in BIG_FIVE:
            continue
        very = "very " if not WEAK <= trait.value <= STRONG else ""
        word = words[name][trait.value > HIGH] if name in words else f"{name}: {trait.value:g}"
        rows.append(f"{very}{word}" if name in words else word)
    return ", ".join(rows)


def _scenario(pack: Pack, persona: PersonaProfile) -> str:
    place = pack.places.get(persona.place)
    return f"{{{{user}}}} meets {{{{char}}}} at {place.name}. {pack.description}" if place else ""


def _lines(pack: Pack, persona: PersonaProfile, act: str) -> Iterator[str]:
    for pattern in persona.behavioral_patterns:
        if pattern.act == act or pattern.trigger == act:
            yield pattern.response_template
    for rule in pack.voice:
        if rule.npc == persona.id and rule.act == act:
            yield from rule.lines


def _user(line: str) -> str:
    """A line as a card writes it; sentences with a slot that no front end knows are left out."""
    text = re.sub(r"\[([^|\[\]]*)[^\[\]]*\]", r"\1", line.replace("{player}", _HERE))
    kept = [s for s in sentences(_SLOT.sub(_GAP, text)) if _GAP not in s]
    return " ".join(kept).replace(_HERE, "{{user}}")


def _examples(persona: PersonaProfile) -> str:
    asked: dict[str, str] = table(DATA)["asked"]
    rows = []
    for pattern in persona.behavioral_patterns:
        first = pattern.trigger.split(",")[0].strip()
        said = _user(pattern.response_template)
        if said:
            line = asked.get(first, first.replace("_", " "))
            rows.append(f"<START>\n{{{{user}}}}: {line}\n{{{{char}}}}: "
                        f'"{said}"')  # fmt: skip
    return "\n".join(rows)


def _known(pack: Pack, persona: PersonaProfile) -> list[Fact]:
    rows = [f for f in pack.facts.values() if knows(f.who, persona) or f.id in persona.secrets]
    rows.sort(key=lambda f: (-f.importance, f.id))
    return rows[:ENTRIES]


def _entry(fact: Fact) -> dict[str, Any]:
    own: dict[str, Any] = {"id": fact.id}
    if fact.trust is not None:
        own["trust"] = fact.trust
    if fact.when:
        own["when"] = {k: list(v) if isinstance(v, tuple) else v for k, v in fact.when.items()}
    return _row([*fact.topics, *fact.about], fact.text, fact.importance, own,
                enabled=fact.trust is None and not fact.when)  # fmt: skip


def _own(persona: PersonaProfile) -> Iterator[dict[str, Any]]:
    for node in persona.knowledge_graph.values():
        yield _row([node.id.replace("_", " "), *node.connections],
                   f'{{{{char}}}} says: "{node.content}"', node.importance, {"node": node.id},
                   enabled=node.id not in persona.secrets)  # fmt: skip


def _row(
    keys: list[str], content: str, importance: float, own: dict[str, Any], *, enabled: bool
) -> dict[str, Any]:
    return {
        "keys": list(dict.fromkeys(keys)) or ["{{char}}"], "content": content, "enabled": enabled,
        "insertion_order": round(importance * ORDERS), "use_regex": False,
        "extensions": {OURS: own},
    }  # fmt: skip
