"""Behavioural patterns: are they realised, as often as declared, and do they cool down?

One NPC gets a pattern for each of eight intents, with frequencies from 0.1 to 0.9. It hears lines
of those intents by turns, from players it never met, three hours apart, so that no pattern is still
cooling down. An occasion is a line that was understood as the pattern's intent while the pattern
was not among the NPC's last lines. Then the same without pauses: a pattern used twice within ten
lines is a breach. The control gives each pattern the trigger of the next one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bench.voice_cast import join, personas, say, world_of
from personagen_npc.changes import ClockMoved
from personagen_npc.persona.profile import BehavioralPattern

if TYPE_CHECKING:
    from personagen_npc.mind.npc import Npc
    from personagen_npc.world.world import World

REST_S = 3 * 3600.0
WITHIN = 10  # of the NPC's lines, in which a pattern may not come twice
LINES = {
    "greet": ("Hello there.", "Good morning to you.", "Well met.", "Hi."),
    "part": ("Goodbye.", "Farewell, and keep well.", "See you tomorrow.", "I must be off now."),
    "thank": ("Thank you.", "Thanks a lot, you have been kind.", "I'm grateful.", "Much obliged."),
    "insult": ("You fool.", "You are an idiot.", "You stink.", "What a stupid oaf you are."),
    "compliment": ("You are wonderful.", "That's a fine hat.", "You look lovely today.",
                   "You're the best there is."),
    "joke": ("A monk and a goose walk into an inn. Ha ha!",
             "Why did the hen cross? Ha ha, just a joke.", "Only joking!", "Haha, just kidding."),
    "flirt": ("I love you.", "Kiss me.", "You have beautiful eyes.", "Will you dance with me?"),
    "threaten": ("I'll kill you.", "I will burn your house down.", "Give me your purse or die.",
                 "I'll break your legs."),
}  # fmt: skip
ACTS = {
    "greet": "greet", "part": "farewell", "thank": "welcome_thanks", "insult": "insult_back",
    "compliment": "take_compliment", "joke": "laugh", "flirt": "rebuff", "threaten": "stand_firm",
}  # fmt: skip
FREQUENCIES = (0.1, 0.2, 0.3, 0.45, 0.55, 0.7, 0.8, 0.9)


class Fidelity(NamedTuple):
    """What became of the patterns."""

    triggered: int
    realised: float
    frequency_error: float
    breaches: int
    shares: tuple[tuple[str, float, float], ...]


def fidelity(pack: str, rounds: int, seed: int = 5, *, sabotaged: bool = False) -> Fidelity:
    """Play the lines and count; ``sabotaged``: the control, with others' triggers."""
    world = world_of(pack, seed)
    npc = _patterned(world, seed, sabotaged=sabotaged)
    fits, used, good = dict.fromkeys(LINES, 0), dict.fromkeys(LINES, 0), 0
    for number in range(rounds * len(LINES)):
        intent = list(LINES)[number % len(LINES)]
        text = LINES[intent][number // len(LINES) % len(LINES[intent])]
        _wait(world, REST_S)
        index = list(LINES).index(intent)
        cooling = f"pattern#{index}" in npc.spoken_keys
        reply = say(world, npc.id, text, f"new{number}")
        if cooling or reply.why["perceived"]["intent"] != intent:
            continue
        fits[intent] += 1
        if reply.pattern >= 0:
            used[intent] += reply.pattern == index
            good += reply.text.startswith(_template(intent))
    rows = [(i, f, used[i] / max(1, fits[i])) for i, f in zip(LINES, FREQUENCIES, strict=True)]
    error = sum(abs(declared - seen) for _, declared, seen in rows) / len(rows)
    total = sum(used.values())
    return Fidelity(total, good / max(1, total), error, breaches(world, npc, rounds), tuple(rows))


def breaches(world: World, npc: Npc, rounds: int) -> int:
    """How often a pattern came again within its NPC's next lines, without pauses."""
    found, last = 0, dict.fromkeys(range(len(LINES)), -WITHIN)
    for number in range(rounds * len(LINES)):
        intent = list(LINES)[number // 2 % len(LINES)]
        text = LINES[intent][number % len(LINES[intent])]
        reply = say(world, npc.id, text, f"quick{number // 16}")
        if reply.pattern >= 0:
            found += number - last[reply.pattern] < WITHIN
            last[reply.pattern] = number
    return found


def _patterned(world: World, seed: int, *, sabotaged: bool) -> Npc:
    profile, intents = next(personas(1, seed)), list(LINES)
    triggers = [*intents[1:], intents[0]] if sabotaged else intents
    patterns = tuple(
        BehavioralPattern(
            trigger=trigger, response_template=_template(intent), frequency=share, act=ACTS[intent]
        )
        for intent, trigger, share in zip(intents, triggers, FREQUENCIES, strict=True)
    )
    return join(world, iter([profile.model_copy(update={"behavioral_patterns": patterns})]))[0]


def _template(intent: str) -> str:
    return f"So that is what they call {ACTS[intent].replace('_', ' ')} with you."


def _wait(world: World, seconds: float) -> None:
    world.begin()
    world.do(ClockMoved(world.now + seconds))
    world.end()
