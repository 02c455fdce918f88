"""The prompt: a brief put into words for a model, within a number of tokens, and its schema.

The persona's part stands first and never changes for one NPC, nor falls out when room is short;
what was remembered, said and known goes first. What others said or wrote is marked as such.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.engines.engine import TOKENS, Ask, Said
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.mind.brief import Brief

FILE: Final = "engines/data/prompts.yaml"
ROOM: Final = 1800  # tokens of a prompt, answer aside: fits a slot of 2,048 with it, [D]
CHARS: Final = 3.3  # of a token, on the small side: English runs at 3.5 to 4.5, so this holds
LEANING: Final = 0.2  # from the middle, before a trait is worth a word, [D]
EMOTIONS: Final = (
    "calm", "joy", "distress", "hope", "fear", "satisfaction", "relief", "disappointment", "pity",
    "gratitude", "anger", "remorse", "pride", "shame", "reproach", "gloating",
)  # fmt: skip
_SLOT: Final = re.compile(r"\{([a-z_]+)\}")
_MARKS: Final = re.compile(r"<<|>>|[\x00-\x1f\x7f]|[{}]")
# left out in this order when there is no room: (slot, how many of its items stay)
_SPARED: Final = ("memories", "said", "facts")


class World(NamedTuple):
    """What a prompt says of the world: a line, and what its canaries are made from."""

    about: str
    seed: int


class Prompt(NamedTuple):
    """A prompt as it is sent, and what must never come back.

    Attributes:
        ask: messages, schema and limits.
        rules: the instructions in it, without what is filled in.
        canary: a word of the prompt that no line may hold.
    """

    ask: Ask
    rules: str
    canary: str

    @property
    def text(self) -> str:
        """Everything that was told, to look for echoes of it in what comes back."""
        return "\n".join(m.text for m in self.ask.messages)


def compose(brief: Brief, world: World, model: str = "", room: int = ROOM) -> Prompt:
    """The prompt for one line."""
    words = table(FILE)["families"][family(model)]
    canary = _canary(brief.profile.id, world.seed)
    stable = _filled(words["stable"], _persona(brief, world, canary))
    moment = _moment(words["moment"], brief, room - _tokens(stable))
    seed = int.from_bytes(blake2b(brief.heard.encode(), digest_size=4).digest(), "big")
    ask = Ask((Said("system", stable), Said("user", moment)), schema(brief), TOKENS,
              seed=(world.seed ^ seed) & 0x7FFFFFFF)  # fmt: skip
    rules = _SLOT.sub(" ", f"{words['stable']}\n{words['moment']}")
    return Prompt(ask, rules, canary)


def family(model: str) -> str:
    """Which form of the prompt a model gets, by the longest beginning of its name."""
    name = model.rpartition("/")[2].lower()
    known = table(FILE)["models"]
    fits = [(len(b), f) for f, begins in known.items() for b in begins if name.startswith(b)]
    return str(max(fits, default=(0, "default"))[1])


def schema(brief: Brief) -> dict[str, Any]:
    """JSON Schema of an answer: only what is lawful now can be said at all."""
    none: list[str | None] = [None]
    properties: dict[str, Any] = {
        "say": {"type": "string", "minLength": 1, "maxLength": brief.most},
        "act": {"enum": [brief.act]},
        "target": {"enum": [*none, *(i for i, _ in brief.present)]},
        "emotion": {"enum": list(EMOTIONS)},
        "action": {"enum": [*none, *brief.actions]},
        "facts": {
            "type": "array", "maxItems": 4,
            "items": {"enum": [f.id for f in (*brief.facts, *brief.own)] or none},
        },
    }  # fmt: skip
    return {
        "type": "object", "properties": properties, "required": list(properties),
        "additionalProperties": False,
    }  # fmt: skip


def marked(text: str) -> str:
    """Words of others as data: on one line, without what could end the mark or fill a slot."""
    return " ".join(_MARKS.sub(" ", text).split())


def _canary(npc: str, seed: int) -> str:
    return blake2b(f"{seed}/{npc}".encode(), digest_size=6, person=b"canary").hexdigest()


def _tokens(text: str) -> int:
    """How many tokens a text is at most, near enough; other scripts cost more than English."""
    return int(len(text.encode()) / CHARS) + 1


def _persona(brief: Brief, world: World, canary: str) -> dict[str, str]:
    p = brief.profile
    return {
        "name": p.name, "role": p.role or f"a {p.archetype}", "age": str(p.age),
        "pronouns": table(FILE)["pronouns"][p.pronouns], "world": world.about,
        "manner_of_speaking": p.voice.description, "appearance": p.appearance,
        "traits": _traits(brief), "background": brief.background,
        "goals": "; ".join(g.description for g in p.goals if g.description and g.utility > 0.0),
        "own": _listed(f.text for f in brief.own), "canary": canary,
    }  # fmt: skip


def _traits(brief: Brief) -> str:
    ends = table(FILE)["traits"]
    out = []
    for trait in brief.profile.personality_traits:
        low, high = ends.get(trait.name.lower(), ("", trait.name))
        if abs(trait.value - 0.5) >= LEANING:
            said = high if trait.value > 0.5 else low
            out += [f"{said} ({trait.description.rstrip('.')})" if trait.description else said]
    return "; ".join(o for o in out if o)


def _moment(template: str, brief: Brief, room: int) -> str:
    """The moment's part; items are left out, the oldest and least first, until there is room."""
    lists = {
        "memories": [marked(m) for m in brief.memories],
        "said": [_line(who or brief.profile.name, text) for who, text in brief.said],
        "facts": [f.text for f in brief.facts],
    }
    slots = _now(brief)
    while True:
        text = _filled(template, slots | {k: _listed(v) for k, v in lists.items()})
        spare = next((k for k in _SPARED if lists[k]), None)
        if _tokens(text) <= room or spare is None:
            return text
        lists[spare].pop(0 if spare == "said" else -1)


def _line(who: str, text: str) -> str:
    """A line of the talk; a memory of one says itself who said it."""
    said = marked(text)
    return f"<<{said}>>" if said.startswith(f"{who} ") else f"{marked(who)}: <<{said}>>"


def _now(brief: Brief) -> dict[str, str]:
    relation = table(FILE)["relations"][brief.relation]
    return {
        "name": brief.profile.name, "place": brief.place, "mood": brief.mood.replace("_", " "),
        "emotion": brief.emotion, "listener": marked(brief.listener), "relation": relation,
        "tie": f"({brief.tie})" if brief.tie else "", "heard": marked(brief.heard),
        "act": brief.act.replace("_", " "), "pattern": brief.manner and f"In this manner: "
        f"{marked(brief.manner)}", "line": brief.line, "most": str(brief.most),
    }  # fmt: skip


def _listed(items: Any) -> str:
    return "\n".join(f"- {item}" for item in items)


def _filled(template: str, slots: Mapping[str, str]) -> str:
    """A template with its slots filled; a line of which all slots are empty is left out.

    So is a heading (a line that ends with a colon) under which nothing stands.
    """
    out: list[str] = []
    for line in template.splitlines():
        names = _SLOT.findall(line)
        if names and not any(slots[n] for n in names if n != "name"):
            if "name" in names and set(names) == {"name"}:
                out.append(_SLOT.sub(lambda m: slots[m[1]], line))
            elif out and line.strip() == f"{{{names[0]}}}" and out[-1].endswith(":"):
                out.pop()
            continue
        out.append(" ".join(_SLOT.sub(lambda m: slots[m[1]], line).split(" ")).rstrip())
    return "\n".join(out)


def ids(answer: Mapping[str, Any], allowed: Sequence[str]) -> tuple[str, ...]:
    """The fact ids of an answer that were offered to it; the rest was made up."""
    given = answer.get("facts")
    return tuple(i for i in given if i in allowed) if isinstance(given, list) else ()
