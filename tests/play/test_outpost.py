"""The second example: no word of a village in another age, and all that it knows is found."""

from __future__ import annotations

import re
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
import yaml

from personagen_npc.authoring.cache import load_builtin_voice, load_packs
from personagen_npc.authoring.check import check_pack
from personagen_npc.world import roster
from personagen_npc.world.talking import talk
from personagen_npc.world.world import World

if TYPE_CHECKING:
    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.pack import Pack

ROOT: Final = Path(__file__).parents[2]
OUTPOST: Final = ROOT / "examples" / "outpost"
ASKED: Final = yaml.safe_load((Path(__file__).parent / "data" / "outpost.yaml").read_text())
VILLAGE_LINES: Final = (ROOT / "bench" / "lines.txt").read_text().splitlines()
PEOPLE: Final = sorted(p.stem for p in (OUTPOST / "npcs").glob("*.yaml"))
IN_OTHER_WORDS: Final = 0.9  # share of paraphrases that find their fact, [D]
TURNS: Final = 160  # lines said to each of the ten, [D]


@cache
def pack() -> Pack:
    """Pell's Catch, with the lines that everybody has."""
    made = load_packs([OUTPOST])
    return made.model_copy(update={"voice": (*load_builtin_voice(), *made.voice)})


def world(seed: int = 7) -> World:
    made = World("catch", pack(), seed)
    made.begin()
    roster.populate(made)
    made.end()
    return made


def say(here: World, npc: str, text: str, player: str = "ash") -> Reply:
    here.begin()
    said = talk.say(here, [npc], player, text)
    here.end()
    return said.replies[0]


def told(npc: str, question: str) -> tuple[str, ...]:
    """Ids of the facts that are told to a question, asked by somebody polite whom nobody knows."""
    here = world()
    say(here, npc, "Good morning!")
    return say(here, npc, question).told


def rows(kind: str) -> list[tuple[str, str, set[str]]]:
    return [(n, q, {f} if isinstance(f, str) else set(f)) for n, q, f in ASKED[kind]]


@pytest.mark.parametrize(("npc", "question", "facts"), rows("plain"))
def test_what_the_pack_can_answer_is_answered(npc: str, question: str, facts: set[str]) -> None:
    assert facts & set(told(npc, question))


def test_it_is_answered_in_other_words_too() -> None:
    asked = rows("other_words")
    missed = [(n, q, told(n, q)) for n, q, facts in asked if not facts & set(told(n, q))]
    assert len(missed) <= (1 - IN_OTHER_WORDS) * len(asked), missed


@pytest.mark.parametrize("npc", PEOPLE)
def test_no_word_of_another_age_is_ever_said(npc: str) -> None:
    wrong = re.compile(rf"\b(?:{'|'.join(map(re.escape, pack().forbidden_words))})s?\b", re.I)
    here = world(seed=len(npc))
    lines = [*ASKED["lines"], *VILLAGE_LINES]
    for text in islice(cycle(lines), TURNS):
        reply = say(here, npc, text).text
        assert reply.strip()
        assert not wrong.search(reply), (text, reply)


def test_nobody_sounds_like_anybody_else() -> None:
    """The same question, asked of all: ten answers, no two alike."""
    for text in ("Where can I get something to eat?", "What do you do here?", "How are you?"):
        replies = {say(world(), npc, text).text for npc in PEOPLE}
        assert len(replies) == len(PEOPLE), text


def test_the_pack_is_without_fault() -> None:
    assert check_pack(OUTPOST).problems == ()
