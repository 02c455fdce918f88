"""Grounding: questions about a pack's facts to people who know them, and to people who cannot.

A question is put by a player nobody met before to one of those who hold a fact that answers it, so
that neither the talk before nor what was told already helps. Right is only the fact itself, told.
Admitted is an answer that tells no fact, no memory and no opinion. Names are looked for in the
words that were said, by capitals, and held against everything that the speaker can have read.
"""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from bench.voice_cast import join, personas, query_of, rows, say, unanswerable, world_of
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.world import World

NEWCOMERS = 20
ADMITS = frozenset({"admit_ignorance", "deflect", "baffled", "doubt", "ask_back", "refuse"})
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_INNER = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+")


class Asked(NamedTuple):
    """One question, what was said, and whether it was right."""

    text: str
    npc: str
    said: str
    told: tuple[str, ...]
    right: bool
    admitted: bool


class Exam(NamedTuple):
    """All answers in one world."""

    direct: list[Asked]
    other: list[Asked]
    unknown: list[Asked]
    nouns: list[str]


def exam(pack: str, seed: int = 3) -> Exam:
    """Ask everything in a pack; a cast of newcomers answers beside its own people."""
    world = world_of(pack, seed)
    join(world, personas(NEWCOMERS, seed))
    dice = Random(seed)
    people = list(world.npcs.values())
    asked = rows(pack)
    direct = [a for row in asked for a in _ask(world, row.direct, row.facts, row.to, dice)]
    other = [a for row in asked for a in _ask(world, row.other, row.other_facts, row.to, dice)]
    unknown = [_asked(world, dice.choice(people), text, frozenset()) for text in unanswerable(pack)]
    everything = [*direct, *other, *unknown]
    nouns = [f"{n}: {a.said}" for a in everything for n in strangers(world, world.npcs[a.npc], a)]
    return Exam(direct, other, unknown, nouns)


def _ask(world: World, text: str, facts: frozenset[str], to: str, dice: Random) -> Iterator[Asked]:
    """The question to one who holds a fact that answers it; none if nobody does now."""
    everybody = world.npcs.values()
    holders = [world.npcs[to]] if to else [n for n in everybody if holds(world, n, facts)]
    if holders:
        yield _asked(world, dice.choice(holders), text, facts)


def holds(world: World, npc: Npc, facts: frozenset[str]) -> bool:
    """Whether one may tell one of the facts to a stranger now, and is not asked about himself."""
    if any(f"{npc.id}_who" == f or f == f"common.where.{npc.id}" for f in facts):
        return False
    query = query_of(world, npc, "nobody")
    return any(f in world.lore and world.lore.reaches(npc, f, query) for f in facts)


def _asked(world: World, npc: Npc, text: str, facts: frozenset[str]) -> Asked:
    reply = say(world, npc.id, text, f"asker{world.step}")
    right = bool(facts) and reply.told[:1] != () and reply.told[0] in facts
    return Asked(text, npc.id, reply.text, reply.told, right, admits(reply))


def admits(reply: Reply) -> bool:
    """Whether a reply tells nothing, and says so or turns the question away."""
    return not reply.told and reply.act in ADMITS


def f1(exam_: Exam) -> float:
    """F1 of admitting, over all questions: those nobody can answer are the ones to admit."""
    hits = sum(a.admitted for a in exam_.unknown)
    false = sum(a.admitted for a in (*exam_.direct, *exam_.other))
    missed = len(exam_.unknown) - hits
    return 2 * hits / max(1, 2 * hits + false + missed)


def share(asked: Sequence[Asked]) -> float:
    """Share of answers that were right."""
    return sum(a.right for a in asked) / max(1, len(asked))


def strangers(world: World, npc: Npc, asked: Asked) -> list[str]:
    """Names in mid-sentence that stand neither in what the speaker can know nor in the question."""
    known = _readable(world, npc) | {w.lower() for w in _WORD.findall(asked.text)}
    found = [w.lower() for w in _INNER.findall(asked.said)]
    return [w for w in found if w not in known and w.removesuffix("s") not in known]


def _readable(world: World, npc: Npc) -> set[str]:
    """Words of the speaker's profile, of the facts he holds, of names, and of common speech."""
    pack, query = world.pack, query_of(world, npc, "nobody")
    texts = [npc.profile.model_dump_json(), pack.model_dump_json(include={"calendar", "strangers"})]
    for npc_ in world.npcs.values():
        texts += [npc_.profile.name, *npc_.profile.aliases]
    for named in (pack.places, pack.things, pack.factions):
        texts += [f"{n.name} {' '.join(n.aliases)}" for n in named.values()]
    for fact in world.lore.granted(npc, query):
        texts.append(world.lore.fact(fact).model_dump_json())
    texts += table("guard/data/outgoing.yaml")["capitals"]
    return {w.lower() for text in texts for w in _WORD.findall(text)}
