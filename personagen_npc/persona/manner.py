"""Manner: how somebody behaves, sounds, looks and judges, from temper, trade and what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from personagen_npc.persona.profile import BehavioralPattern, Voice
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.persona.character import Character
    from personagen_npc.persona.life import Event
    from personagen_npc.persona.prose import Prose

MANNER: Final = "persona/data/manner.yaml"
TEMPER: Final = "persona/data/temper.yaml"
FEWEST: Final = 10  # patterns at complexity 1, and one more for every step, by the design
ALWAYS: Final = ("greet", "part")
OFTEN: Final = (0.35, 0.4)  # least and range of a pattern's frequency: heard, not every time, [D]
OWN: Final = 0.6  # share of ways that are the trade's where it has one, tuned on casts of twelve
TOPICS_EACH: Final = 2  # words of a trigger: one of two in a line is enough to call it up


def patterns(
    made: Character, events: Sequence[Event], topic: str, complexity: int, prose: Prose,
    ways: Mapping[str, Sequence[str]],
) -> tuple[BehavioralPattern, ...]:  # fmt: skip
    """What life left, what the traits show, then the ways of everybody, each in a tone."""
    wanted = FEWEST + complexity
    shown, lived = _shown(made, prose), _lived(events, prose)
    own = [_trade(made, topic, prose), *shown[: wanted // 4], *lived, *shown[wanted // 4 :]]
    data = table(MANNER)
    greeting = [r for r in data["patterns"] if r["trigger"] in ALWAYS]
    rest = [
        r
        for r in (*data["patterns"], *data["more"])
        if r["trigger"] not in ALWAYS and r["trigger"] != "<topic>"
    ]
    rest = prose.some("ways", rest, len(rest))
    usual = [_toned(row, made, prose, ways) for row in (*greeting, *rest)]
    kept = own[: max(wanted * 3 // 5, wanted - len(usual))]
    heard = {p.trigger for p in kept}
    usual = [p for p in usual if p.trigger not in heard]
    return (*kept, *usual[: wanted - len(kept)])


def _pattern(prose: Prose, name: str, trigger: str, act: str, line: str) -> BehavioralPattern:
    low, width = OFTEN
    often = round(low + width * prose.dice.roll(f"frequency:{name}"), 2)
    return BehavioralPattern(trigger=trigger, response_template=line, frequency=often, act=act)


def _toned(
    row: Mapping[str, Any], made: Character, prose: Prose, ways: Mapping[str, Sequence[str]]
) -> BehavioralPattern:
    """In the tone of the temper, or as only the trade says it."""
    act, lines = row["act"], row["lines"][tone(made, prose, row["act"])]
    if row["trigger"] in ways and prose.dice.roll(f"own way:{act}") < OWN:
        lines = ways[row["trigger"]]
    line = prose.line(f"line:{act}", lines)
    return _pattern(prose, act, row["trigger"], act, line)


def _trade(made: Character, topic: str, prose: Prose) -> BehavioralPattern:
    row = next(r for r in table(MANNER)["patterns"] if r["trigger"] == "<topic>")
    line = prose.line("line:trade", row["lines"][tone(made, prose, "trade")])
    return _pattern(prose, "trade", topic, row["act"], line)


def _lived(events: Sequence[Event], prose: Prose) -> list[BehavioralPattern]:
    """What comes up when somebody names what happened."""
    found = []
    told_first = sorted(events, key=lambda e: "whom" not in e.fill)
    for event in told_first:
        if "line" in event.row:
            own = prose.among(event.fill)
            topics = event.row.get("topics") or [event.fill["whom"].split()[-1]]
            words = ", ".join(own.some(f"topics:{event.tag}", topics, TOPICS_EACH))
            line = own.line(f"line:{event.tag}", event.row["line"])
            found.append(_pattern(own, event.tag, words, "smalltalk", line))
    return found


def _shown(made: Character, prose: Prose) -> list[BehavioralPattern]:
    """One way of each trait beside the Big Five that is not in the middle."""
    shows = table(TEMPER)["shows"]
    found: dict[str, BehavioralPattern] = {}
    for trait in made.values:
        side = made.side(trait)
        if trait in shows and side:
            for row in shows[trait][side]:
                line = prose.line(f"shows:{trait}:{row['act']}", row["lines"])
                name = f"{trait}:{row['act']}"
                found.setdefault(
                    row["trigger"], _pattern(prose, name, row["trigger"], row["act"], line)
                )
    return list(found.values())


def tone(made: Character, prose: Prose, purpose: str) -> str:
    """One of the tones, the more the traits pull that way the likelier."""
    return list(made.tones)[prose.dice.index(f"tone:{purpose}", list(made.tones.values()))]


def opinions(made: Character, complexity: int, prose: Prose) -> dict[str, str]:
    """Judgements on matters at large."""
    rows = prose.some("opinions", table(MANNER)["opinions"], 2 + (complexity + 1) // 2)
    found = {}
    for row in rows:
        purpose = f"opinion:{row['topic']}"
        said: list[str] = row[tone(made, prose, purpose)]
        found[row["topic"]] = prose.one(f"{purpose}:said", said)
    return found


def voice(
    made: Character, people: Mapping[str, Any], genre: str, who: tuple[str, int], prose: Prose
) -> Voice:
    """How somebody sounds; ``who`` is pronoun and age."""
    row = table(MANNER)["voices"][max(made.tones, key=made.tones.__getitem__)]
    pronoun, age = who
    pitch = (0.3 if pronoun == "she" else -0.2) + (0.3 if age < 14 else -0.1 if age > 60 else 0.0)
    pitch += 0.2 * prose.dice.roll("pitch") - 0.1
    return Voice(
        address=tuple(prose.some("address", row["address"][genre], 2)),
        oaths=tuple(prose.some("oaths", people["oaths"], 2)),
        pet_words=tuple(prose.some("pet", row["pet"], 2)),
        description=row["says"],
        pace=round(made.values["extraversion"] - 0.5, 2),
        pitch=round(pitch, 2),
    )


def appearance(prose: Prose, ways: Mapping[str, Sequence[str]]) -> str:
    """Build, a mark, and what is worn."""
    looks = table(MANNER)["appearance"]
    worn = [*looks["wears"], *(4 * tuple(ways.get("wears", ())))]
    build, mark = (prose.line(part, looks[part]) for part in ("build", "marks"))
    wear = prose.line("wears", worn)
    return f"{build}, with {mark[0].lower()}{mark[1:]} and {wear[0].lower()}{wear[1:]}."
