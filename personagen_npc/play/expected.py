"""What a plan can expect: of the last answer, of a mind, of any question that can be asked.

``EXPECTED`` looks at the last answer and only at it; ``LOOKED_UP`` asks the world. Each tells
whether it holds, and in words what was found instead.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from personagen_npc.errors import BadField
from personagen_npc.play.chat import plain_value

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from personagen_npc.play.beats import Replied
    from personagen_npc.play.stage import Stage

MOST: Final = 200  # rows that one question brings, the most the protocol allows
SHOWN: Final = 300  # characters of what was found that a failure tells, [D]
COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
    "==": operator.eq, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip


class Missed(Exception):
    """An expectation that did not hold."""


class Checked(NamedTuple):
    """Whether it holds, and what there was."""

    holds: bool
    found: str


def usage(text: str, words: Sequence[str]) -> BadField:
    """A statement that cannot be read."""
    return BadField(f"reads {text}", field="plan", got=" ".join(words), allowed=text)


async def expect(stage: Stage, words: Sequence[str]) -> None:
    """``expect [not] WHAT ...``. Raises Missed with what was found instead."""
    wanted = list(words)
    no = bool(wanted) and wanted[0] == "not"
    what, rest = (wanted[no], wanted[no + 1 :]) if wanted[no:] else ("", [])
    if what not in EXPECTED and what not in LOOKED_UP:
        raise usage(f"expect [not] {'|'.join((*EXPECTED, *LOOKED_UP))} ...", words)
    if what in LOOKED_UP and rest:
        checked = await LOOKED_UP[what](stage, rest)
    else:
        checked = _of_reply(stage, what, rest)
    if checked.holds == no:
        raise Missed(f"expected {' '.join(words)}; {checked.found}")


# --- of the last answer ---------------------------------------------------------------------------


def _of_reply(stage: Stage, what: str, rest: Sequence[str]) -> Checked:
    reply = stage.reply
    if reply is None:
        raise BadField("nothing was said before this", field="expect", allowed="a say before it")
    if not rest:
        raise usage(f"expect {what} WHAT", (what,))
    said = f"{reply.name} said ({reply.act}, {reply.mood}): {reply.text}"
    return Checked(EXPECTED[what](reply, rest), said)


def _act(reply: Replied, words: Sequence[str]) -> bool:
    return reply.act in words


def _mood(reply: Replied, words: Sequence[str]) -> bool:
    return reply.mood in words


def _intent(reply: Replied, words: Sequence[str]) -> bool:
    return reply.intent in words


def _by(reply: Replied, words: Sequence[str]) -> bool:
    return reply.npc in words


def _text(reply: Replied, words: Sequence[str]) -> bool:
    return _holds(reply.text, words, 'expect text contains|lacks "words"')


def _holds(text: str, words: Sequence[str], how_it_reads: str) -> bool:
    how, *parts = words
    if how not in {"contains", "lacks"} or not parts:
        raise usage(how_it_reads, words)
    held = [p.lower() in text.lower() for p in parts]
    return all(held) if how == "contains" else not any(held)


def _action(reply: Replied, words: Sequence[str]) -> bool:
    """``action NAME``, or ``action NAME argument value ...``."""
    name, *rest = words
    wanted = dict(zip(rest[::2], map(plain_value, rest[1::2]), strict=False))
    return any(a["name"] == name and wanted.items() <= a["args"].items() for a in reply.actions)


def _recalled(reply: Replied, words: Sequence[str]) -> bool:
    """A kind such as ``memory``, or the id of a fact that came to mind."""
    return reply.recalled in words or any(f in words for f in reply.facts)


def _one_of(reply: Replied, words: Sequence[str]) -> bool:
    if words[0] != "of" or len(words) < 2:
        raise usage("expect one of ACT ACT...", words)
    return reply.act in words[1:]


EXPECTED: Final[dict[str, Callable[[Replied, Sequence[str]], bool]]] = {
    "act": _act,
    "mood": _mood,
    "intent": _intent,
    "text": _text,
    "action": _action,
    "recalled": _recalled,
    "one": _one_of,
    "by": _by,
}


# --- of the world ---------------------------------------------------------------------------------


async def _heard(stage: Stage, words: Sequence[str]) -> Checked:
    """Of the lines that others have said since the last statement."""
    lines = [f"{line.name}: {line.text}" for line in stage.overheard]
    return _among(lines, words, 'expect heard contains|lacks "words"')


async def _memory(stage: Stage, words: Sequence[str]) -> Checked:
    """Some one memory holds all of the words, or none holds any."""
    reads = 'expect memory NPC contains|lacks "words"'
    npc, how, *parts = _at_least(words, 3, reads)
    lines = [str(m["text"]) for m in await _memories(stage, npc, " ".join(parts))]
    return _among(lines, (how, *parts), reads)


async def _memories(stage: Stage, npc: str, words: str) -> list[dict[str, Any]]:
    """The newest, and of all the rest those that fit the words."""
    newest = await stage.game.ask("memories", npc=npc, limit=MOST)
    found = await stage.game.ask("memories", npc=npc, query=words, limit=MOST)
    return [*newest["items"], *found["items"]]


async def _count(stage: Stage, words: Sequence[str]) -> Checked:
    reads = "expect memories NPC <= NUMBER"
    npc, *rest = _at_least(words, 3, reads)
    return _compared({"memories": (await stage.game.npc(npc))["memories"]}, ["memories", *rest])


async def _belief(stage: Stage, words: Sequence[str]) -> Checked:
    """Whether a fact of the pack is within the NPC's reach now; ``with PLAYER`` before it."""
    reads = "expect belief NPC FACT [with PLAYER]"
    npc, fact, *rest = _at_least(words, 2, reads)
    if rest and (rest[0] != "with" or len(rest) != 2):
        raise usage(reads, words)
    player = rest[1] if rest else None
    data = await stage.game.ask("beliefs", npc=npc, query=fact, player=player, limit=MOST)
    rows = [b for b in data["items"] if b["fact"] == fact]
    found = f"{npc} has {fact} ({rows[0]['source']})" if rows else f"{npc} does not know {fact}"
    return Checked(bool(rows), found)


async def _relation(stage: Stage, words: Sequence[str]) -> Checked:
    reads = "expect relation NPC WHO FIELD >= VALUE"
    npc, who, *rest = _at_least(words, 4, reads)
    data = await stage.game.ask("relations", npc=npc, player=who)
    row = data["items"][0] if data["items"] else _STRANGER
    return _compared(row, rest)


_STRANGER: Final = {
    "affinity": 0.0, "trust": 0.0, "fear": 0.0, "familiarity": 0.0, "tie": "", "name": "",
    "band": "neutral", "meetings": 0,
}  # fmt: skip


async def _npc(stage: Stage, words: Sequence[str]) -> Checked:
    """``npc wick mood furious annoyed``, ``npc wick pleasure < 0``: how somebody is now."""
    npc, *rest = _at_least(words, 3, "expect npc NPC FIELD VALUE..., or FIELD >= VALUE")
    return _compared(await stage.game.npc(npc), rest)


async def _odds(stage: Stage, words: Sequence[str]) -> Checked:
    """How likely an act was in the last answer, 0 where it could not be: ``odds joke > .3``."""
    act, *rest = _at_least(words, 3, "expect odds ACT >= VALUE")
    shares = (await stage.asked("why", {}))["chosen"]["shares"]
    odds = {name: p for name, _, _, p in shares}
    return _compared({act: odds.get(act, 0.0)}, [act, *rest])


async def _ask(stage: Stage, words: Sequence[str]) -> Checked:
    """``ask rumour npc=mara fact=x contains "..."``, ``ask graph npc=mara items >= 3``."""
    reads = 'expect ask WHAT name=value... contains|lacks "words", or FIELD >= VALUE'
    what, *rest = _at_least(words, 3, reads)
    given: dict[str, Any] = {}
    while rest and "=" in rest[0] and rest[0] not in COMPARE:
        name, _, value = rest.pop(0).partition("=")
        given[name] = plain_value(value) if name in _PLAIN else value
    data = await stage.asked(what, given)
    if rest and rest[0] in {"contains", "lacks"}:
        found = orjson.dumps(data).decode()
        return Checked(_holds(found, rest, reads), _cut(found))
    return _compared(data, _at_least(rest, 2, reads))


_PLAIN: Final = frozenset({"limit", "happening", "graphml"})  # fields that are no text

LOOKED_UP: Final[dict[str, Callable[[Stage, Sequence[str]], Awaitable[Checked]]]] = {
    "heard": _heard,
    "memory": _memory,
    "memories": _count,
    "belief": _belief,
    "relation": _relation,
    "npc": _npc,
    "ask": _ask,
    "odds": _odds,
}


def _among(lines: Iterable[str], words: Sequence[str], reads: str) -> Checked:
    """Some one line holds all of the words; or, with ``lacks``, no line holds any."""
    rows = list(lines)
    how = words[0] if words else ""
    each = [_holds(line, words, reads) for line in rows or [""]]
    return Checked(all(each) if how == "lacks" else any(each), _cut("; ".join(rows) or "nothing"))


def _compared(row: dict[str, Any], words: Sequence[str]) -> Checked:
    """``FIELD OP VALUE``, or ``FIELD VALUE...`` for one of these; a list counts by its length."""
    field, first, *rest = _at_least(words, 2, "FIELD >= VALUE, or FIELD VALUE...")
    if field not in row:
        raise BadField("no such field", field=field, got=field, allowed=", ".join(sorted(row)))
    value = row[field]
    has = len(value) if isinstance(value, list | tuple) else value
    found = f"{field} is {has}"
    if first not in COMPARE:
        return Checked(has in [plain_value(w) for w in (first, *rest)], found)
    wanted = plain_value(" ".join(rest))
    if isinstance(has, str) != isinstance(wanted, str):
        raise BadField(f"{found}: not to be compared", field=field, got=wanted, allowed="its kind")
    return Checked(COMPARE[first](has, wanted), found)


def _at_least(words: Sequence[str], count: int, reads: str) -> Sequence[str]:
    if len(words) < count:
        raise usage(reads, words)
    return words


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
