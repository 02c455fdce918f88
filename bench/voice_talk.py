"""How varied one NPC is over 200 lines, and whether it ever contradicts itself.

distinct-2: different pairs of words over all pairs. self-BLEU-4: how much of a line was said in
the NPC's other lines, in runs of one to four words (each line against all others, smoothed).
Duplicates: lines said before word for word. Contradictions are counted by
``world.coherence.Watch``, which reads what was told and the words that were said and trusts no
bookkeeping of the minds. Controls: an NPC that says one line for ever has distinct-2 near 0,
self-BLEU 1, duplicates 1.
``chorus``: everybody of a place is asked the same; how many say the same sentence.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from bench.voice_cast import join, lines, personas, rows, say, world_of
from personagen_npc.world.knowledge.coherence import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.world import World

TURNS = 200
OWN, NEW = 4, 4  # NPCs of the pack and newcomers who talk so long
RUNS = 4  # words of the longest run that self-BLEU looks at
MOUTHS = 2  # that may hold one sentence in a round of one question
ROUND = (
    "Good morning!", "Who are you?", "What do you do here?", "Are you married?",
    "What are you afraid of?", "What do you want most in life?",
    "What do you think of the weather?", "Heard any news?", "Can you help me?",
    "Where does the king sleep?", "You are a fool.", "Thank you. Goodbye.",
)  # fmt: skip
SAID_BY_ALL = 3  # words of a sentence that anybody may share, "I don't know." and the like
_WORD = re.compile(r"[a-z0-9']+")
_STOP = re.compile(r"(?<=[.!?…])\s+")


class Variety(NamedTuple):
    """Diversity of one NPC's lines."""

    distinct_2: float
    self_bleu_4: float
    duplicates: float


class Evening(NamedTuple):
    """What came of long talks with several NPCs."""

    said: dict[str, list[str]]
    claims: int
    conflicts: list[str]


def evening(pack: str, turns: int = TURNS, seed: int = 11) -> Evening:
    """Eight NPCs, so many turns with each, by one player, a third of them questions of fact."""
    dice, world = Random(seed), world_of(pack, seed)
    cast = [*list(world.npcs.values())[:: max(1, len(world.npcs) // OWN)][:OWN]]
    cast += join(world, personas(NEW, seed))
    watch = Watch(world)
    said: dict[str, list[str]] = {}
    conflicts: list[str] = []
    for npc in cast:
        player = f"long_{npc.id}"
        for text in _asked(pack, turns, dice):
            reply = say(world, npc.id, text, player)
            said.setdefault(npc.id, []).append(reply.text)
            conflicts += [
                f"{npc.id}: {c.kind}: {reply.text} / {c.against}" for c in watch.turn(reply)
            ]
    return Evening(said, watch.claims, conflicts)


def _asked(pack: str, turns: int, dice: Random) -> list[str]:
    bank = [*lines(), *lines(), *(row.direct for row in rows(pack) if not row.to)]
    while len(bank) < turns:
        bank += lines()
    return dice.sample(bank, turns)


def chorus(world: World, cast: Sequence[Npc], asked: Sequence[str] = ROUND) -> list[str]:
    """Sentences in more mouths than may be, in rounds in which everybody is asked one thing.

    What was asked of all is answered by all with one fact, where it has one wording: facts are
    not counted, only what the voice makes. Each as "mouths: question: sentence", most first.
    """
    found = []
    for text in asked:
        mouths: Counter[str] = Counter()
        for npc in cast:
            reply = say(world, npc.id, text, "asker")
            told = _told(world, reply)
            mouths.update({s for s in _STOP.split(reply.text) if not _shared(s, told)})
        found += [(n, f"{n}: {text}: {s}") for s, n in mouths.items() if n > MOUTHS]
    return [row for _, row in sorted(found, reverse=True)]


def _told(world: World, reply: Reply) -> list[str]:
    """The wordings of the facts that a reply told, if they are everybody's."""
    facts = [world.pack.facts.get(row[0]) for row in reply.why["recalled"]["facts"]]
    return [text for fact in facts if fact is not None for text in (fact.text, *fact.says)]


def _shared(sentence: str, told: Sequence[str]) -> bool:
    core = sentence.rstrip(".!?")
    return sentence.count(" ") < SAID_BY_ALL or any(core in text for text in told)


def variety(texts: Sequence[str]) -> Variety:
    """The three figures of some lines."""
    words = [_WORD.findall(text.lower()) for text in texts]
    pairs = [pair for line in words for pair in _runs(line, 2)]
    again = sum(text in texts[:i] for i, text in enumerate(texts))
    return Variety(len(set(pairs)) / max(1, len(pairs)), self_bleu(words), again / len(texts))


def self_bleu(lines_: Sequence[Sequence[str]]) -> float:
    """Mean BLEU-4 of each line with all the others as references."""
    most: dict[tuple[str, ...], list[tuple[int, int]]] = {}  # run -> (times, line), most first
    for number, words in enumerate(lines_):
        for size in range(1, RUNS + 1):
            for run, times in Counter(_runs(words, size)).items():
                most.setdefault(run, []).append((times, number))
    for found in most.values():
        found.sort(reverse=True)
    lengths = [len(words) for words in lines_]
    return sum(_bleu(n, w, most, lengths) for n, w in enumerate(lines_)) / len(lines_)


def _bleu(
    number: int, words: Sequence[str], most: dict[tuple[str, ...], list[tuple[int, int]]],
    lengths: Sequence[int],
) -> float:  # fmt: skip
    total = 0.0
    for size in range(1, RUNS + 1):
        runs = Counter(_runs(words, size))
        hits = sum(min(n, _elsewhere(most[run], number)) for run, n in runs.items())
        count = sum(runs.values())
        # a run that is never found counts as half a hit (Chen and Cherry 2014, method 1 with 0.5)
        total += math.log((hits or 0.5) / max(count, 1)) / RUNS
    others = [length for n, length in enumerate(lengths) if n != number]
    nearest = min(others, key=lambda n: (abs(n - len(words)), n))
    brevity = min(1.0, math.exp(1.0 - nearest / max(1, len(words))))
    return min(1.0, brevity * math.exp(total))


def _elsewhere(found: Sequence[tuple[int, int]], number: int) -> int:
    return next((times for times, line in found if line != number), 0)


def _runs(words: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[i : i + size]) for i in range(len(words) - size + 1))
