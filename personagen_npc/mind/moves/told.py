"""Told: what a player tells of himself is met with a word on that, and with one thing asked back.

A purse lost, a brother, a long road, a plan: ``data/told.yaml`` says what each is known by, and the
words that answer it name what he named. What is none of these is heard out in the NPC's own way.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.mind.found import Found
from personagen_npc.mind.moves.move import BEFORE, BEHIND, NO_MOVE, Move
from personagen_npc.mind.statements.stated import TRADES
from personagen_npc.mind.telling.fitting import OUTRIGHT, tellable
from personagen_npc.tables import table
from personagen_npc.words.stem import stems
from personagen_npc.words.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.mind.perceive import Heard
    from personagen_npc.mind.scene import Known, Scene

_TABLE: Final = table("mind/data/told.yaml")
_STATES: Final = frozenset({"tell", "share_news", "confess"})
# intents that a line about oneself is at times taken for, where nothing of the kind is afoot
_LOOSELY: Final = frozenset({
    "disagree", "agree", "flirt", "introduce", "apologise", "ask_help", "chat", "persuade",
    "quest_report", "quest_accept", "quest_refuse",
})  # fmt: skip
_HEARD_OUT: Final = frozenset({"hear_out", "console", "react_news", "ask_back"})
_HOLLOW: Final = frozenset(_TABLE["hollow"])
_MINE: Final = frozenset({"i", "my", "our", "we", "i'm", "i've", "i'd", "me"})
_KIN: Final = frozenset(_TABLE["kin"].split("|"))
LONGEST: Final = 30  # words of a line that is still one matter, [D]
LOOKED_AT: Final = 5


class _Row(NamedTuple):
    name: str
    act: str
    goes_on: bool
    helps: str
    once: bool
    says: tuple[re.Pattern[str], ...]


def _row(name: str, tree: Mapping[str, Any]) -> _Row:
    lists = {n: _TABLE[n] for n in ("kin", "beast", "end")} | {"trade": "|".join(sorted(TRADES))}
    says = []
    for run in tree["says"]:
        for key, words in lists.items():
            run = run.replace(f"{{{key}}}", words)
        says.append(re.compile(run))
    return _Row(name, tree.get("act", "hear_out"), bool(tree.get("goes_on")),
                tree.get("helps", ""), bool(tree.get("once")), tuple(says))  # fmt: skip


_ROWS: Final = tuple(_row(name, tree) for name, tree in _TABLE["rows"].items())
_LOSSES: Final = tuple(
    r
    for r in _ROWS
    if r.name in {"beast_died", "thing_taken", "thing_lost", "hurt", "kin_hurt", "robbed", "lonely"}
)  # what is no grief, though it is told in the words of one
_BESIDE_A_NAME: Final = tuple(r for r in _ROWS if r.name in {"trade", "came"})


def lost(scene: Scene, heard: Heard, said: Sequence[str]) -> Move:
    """A small comfort and a hand for a small loss; no move on a grief, nor on anything else."""
    if heard.shade != "sorrow" or not _plain(scene, heard, said):
        return NO_MOVE
    move = _first(scene, heard, _LOSSES)
    marks = (*scene.talk.raised, small(scene.talk.turns))
    return move._replace(talk={"raised": marks}) if move else NO_MOVE


def small(turn: int) -> str:
    """The mark that a loss of this turn was no grief: what follows is not mourned as one."""
    return f"small:{turn}"


def told_of(
    scene: Scene, heard: Heard, said: Sequence[str], found: Found, quest: str = "none"
) -> Move:
    """A word on what the player tells of himself; no move on what is of somebody here.

    ``quest``: how work stands between the two; "I'll do it" is no word about oneself then.
    """
    loosely = heard.intent in _LOOSELY and quest == "none" and not _MINE.isdisjoint(said)
    if not (loosely or heard.intent in _STATES) or not _plain(scene, heard, said):
        return NO_MOVE
    squarely = found.fact is not None and found.fact.score >= OUTRIGHT
    goes_on = scene.talk.act in _HEARD_OUT
    if squarely and not goes_on and _MINE.isdisjoint(said) and heard.intent == "tell":
        return NO_MOVE
    if not heard.name:
        return _first(scene, heard, _ROWS)
    move = _first(scene, heard, _BESIDE_A_NAME)  # first the name, then the trade
    return move._replace(act="meet", place=BEHIND, found=None) if move else NO_MOVE


def of_here(scene: Scene, heard: Heard) -> bool:
    """Whether a line speaks of somebody of the place: by name, or as "he" who was talked of.

    "My father" is not the priest, and the "he" of somebody's own tale is of that tale.
    """
    people = [i for i, kind in heard.entities if kind == "npc"]
    if not people:
        return False
    words = {*heard.text.replace("'", " ").replace(",", " ").replace(".", " ").split()}
    if any(not words.isdisjoint(scene.name_of(i).split()) for i in people):
        return True
    own = scene.talk.act in _HEARD_OUT or not _MINE.isdisjoint(tokens(heard.text))
    return not own


def _plain(scene: Scene, heard: Heard, said: Sequence[str]) -> bool:
    """Whether a line is a statement of his own, that names nobody of here."""
    return 0 < len(said) <= LONGEST and "?" not in heard.text[-2:] and not of_here(scene, heard)


def _first(scene: Scene, heard: Heard, rows: Sequence[_Row]) -> Move:
    text = heard.text.lower().replace("\u2019", "'").rstrip(" .!")
    for row in rows:
        if row.goes_on and scene.talk.act not in _HEARD_OUT:
            continue
        if row.once and f"told:{row.name}" in scene.talk.raised:
            continue
        match = next((m for m in (p.search(text) for p in row.says) if m is not None), None)
        slots = _slots(heard, match) if match is not None else None
        if slots is not None:
            return _move(scene, row, slots)
    return NO_MOVE


def _slots(heard: Heard, match: re.Match[str]) -> dict[str, str] | None:
    """What the lines may name; None where what was caught is nothing to name."""
    out: dict[str, str] = {}
    for name, caught in match.groupdict().items():
        words = tokens(caught or "")
        if not words:
            continue
        if name == "thing" and (not _HOLLOW.isdisjoint(words) or not _KIN.isdisjoint(words)):
            return None
        out[name] = _as_written(heard.text, caught) if name == "name" else caught
    return out


def _as_written(text: str, name: str) -> str:
    """A name with the capital that it has, or should have."""
    at = text.lower().find(name)
    written = text[at : at + len(name)] if at >= 0 else name
    return written[:1].upper() + written[1:]


def _move(scene: Scene, row: _Row, slots: Mapping[str, str]) -> Move:
    talk = {"raised": (*scene.talk.raised, f"told:{row.name}")} if row.once else {}
    symbol = f"told_{row.name}"
    fact = _helper(scene, f"{row.helps} {slots.get('thing', '')}") if row.helps else None
    if fact is not None:
        found = Found("fact", fact, again=fact.id in scene.talk.told, facts=(fact,))
        return Move("answer", symbol, BEFORE, found=found, slots=slots, talk=talk)
    return Move(row.act, symbol, found=Found("none"), slots=slots, talk=talk)


def _helper(scene: Scene, needed: str) -> Known | None:
    """Who helps with it, or where."""
    found = scene.knowledge.search(stems(needed), (), "person", False, LOOKED_AT)
    fits = (f for f in found if f.score >= OUTRIGHT and tellable(scene, f))
    return next((f for f in fits if f.id not in scene.talk.told), None)
