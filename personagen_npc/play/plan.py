"""Plans: a pack's own tests, conversations written down with what is expected of them.

A plan is a text file, one statement a line; ``#`` or ``//`` begins a comment. It is played in a
world of its own with a fixed seed, so it comes out alike each time. docs/command-line.md lists the
statements.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.authoring.problem import nearest
from personagen_npc.errors import BadField, PersonagenError
from personagen_npc.play.chat import plain_value
from personagen_npc.play.spans import seconds

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence
    from pathlib import Path

    from personagen_npc.play.beats import Replied
    from personagen_npc.play.stage import Stage


class Statement(NamedTuple):
    """One line of a plan: where it stands, its verb, the words after it."""

    where: str
    verb: str
    words: tuple[str, ...]


class Failure(NamedTuple):
    """What did not come out as written; reads ``tests/first.plan:4: expected ...``."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


class Missed(Exception):
    """An expectation that did not hold."""


def read_plan(file: Path) -> tuple[Statement, ...]:
    """The statements of a file. Raises BadField naming file and line of the first mistake."""
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), 1):
        where = f"{file.parent.name}/{file.name}:{number}"
        try:
            words = _words(line)
        except ValueError as wrong:
            raise BadField(f"{where}: {wrong}", field=where, got=line) from None
        if not words:
            continue
        if words[0] not in STATEMENTS:
            hint = nearest(words[0], STATEMENTS)
            raise BadField(f"{where}: no statement {words[0]} ({hint})", field=where, got=words[0],
                           allowed=", ".join(STATEMENTS))  # fmt: skip
        found.append(Statement(where, words[0], tuple(words[1:])))
    return tuple(found)


def _words(line: str) -> list[str]:
    """The words of a line, quoted ones whole; an apostrophe is a letter here. Raises ValueError."""
    if line.lstrip().startswith(("//", "#")):
        return []
    reader = shlex.shlex(line, posix=True, punctuation_chars=False)
    reader.whitespace_split, reader.quotes, reader.escape = True, '"', ""
    return list(reader)


async def run_plan(stage: Stage, plan: Iterable[Statement]) -> list[Failure]:
    """Play a plan; a failed expectation does not stop it, a refused statement does."""
    failures: list[Failure] = []
    for statement in plan:
        try:
            await STATEMENTS[statement.verb](stage, statement.words)
        except Missed as missed:
            failures.append(Failure(statement.where, str(missed)))
        except PersonagenError as fault:
            failures.append(Failure(statement.where, f"refused: {fault.message}"))
            break
    return failures


# --- statements -----------------------------------------------------------------------------------


async def _say(stage: Stage, words: Sequence[str]) -> None:
    if len(words) not in {2, 4} or (len(words) == 4 and words[2] != "as"):
        raise _usage('say NPC "text" [as PLAYER]', words)
    await stage.say(words[0], words[1], words[3] if len(words) == 4 else "")


async def _player(stage: Stage, words: Sequence[str]) -> None:
    """Who speaks from now on where a line does not say."""
    if len(words) not in {1, 2}:
        raise _usage('player ID ["Name"]', words)
    stage.player, stage.names[words[0]] = words[0], words[-1]
    await stage.game.set_player(words[0])


async def _event(stage: Stage, words: Sequence[str]) -> None:
    if not words:
        raise _usage("event TYPE name=value...", words)
    given = dict(_pair(w) for w in words[1:])
    fields: dict[str, Any] = {
        k: given.pop(k) for k in ("actor", "target", "place", "reach") if k in given
    }
    if "witnesses" in given:
        fields["witnesses"] = tuple(given.pop("witnesses").split(","))
    if given:
        fields["facts"] = {k: plain_value(v) for k, v in given.items()}
    await stage.event(words[0], fields)


async def _tick(stage: Stage, words: Sequence[str]) -> None:
    await stage.tick(seconds(" ".join(words)))


async def _reward(stage: Stage, words: Sequence[str]) -> None:
    try:
        value = float(words[0])
    except (IndexError, ValueError):
        raise _usage("reward VALUE [KIND], -1 to 1", words) from None
    await stage.reward(value, words[1] if len(words) > 1 else "reward")


async def _result(stage: Stage, words: Sequence[str]) -> None:
    await stage.result(words[0] if words else "done", " ".join(words[1:]))


async def _save(stage: Stage, words: Sequence[str]) -> None:
    await stage.save(_only(words, "save NAME"))


async def _load(stage: Stage, words: Sequence[str]) -> None:
    await stage.load(_only(words, "load NAME"))


async def _undo(stage: Stage, _: Sequence[str]) -> None:
    await stage.undo()


async def _set(stage: Stage, words: Sequence[str]) -> None:
    """``set stage.mill_fire traced``, ``set weather fog``, ``set gate_open false``."""
    if len(words) != 2:
        raise _usage("set NAME VALUE", words)
    await stage.set_world(words[0], plain_value(words[1]))


async def _move(stage: Stage, words: Sequence[str]) -> None:
    if len(words) != 2:
        raise _usage("move NPC PLACE", words)
    await stage.move(words[0], words[1])


async def _converse(stage: Stage, words: Sequence[str]) -> None:
    if len(words) not in {2, 3}:
        raise _usage("converse NPC NPC [TOPIC]", words)
    await stage.converse(*words)


async def _expect(stage: Stage, words: Sequence[str]) -> None:
    """``expect not text contains "..."`` and so on; of the last reply."""
    wanted = list(words)
    no = bool(wanted) and wanted[0] == "not"
    wanted = wanted[no:]
    check = EXPECTED.get(wanted[0] if wanted else "")
    if check is None:
        raise _usage(f"expect [not] {'|'.join(EXPECTED)} ...", words)
    reply = stage.reply
    if reply is None:
        raise BadField("nothing was said before this", field="expect", allowed="a say before it")
    if not wanted[1:]:
        raise _usage(f"expect {wanted[0]} WHAT", words)
    if check(reply, wanted[1:]) == no:
        said = f"{reply.name} said ({reply.act}, {reply.mood}): {reply.text}"
        raise Missed(f"expected {' '.join(words)}; {said}")


def _act(reply: Replied, words: Sequence[str]) -> bool:
    return reply.act in words


def _mood(reply: Replied, words: Sequence[str]) -> bool:
    return reply.mood in words


def _intent(reply: Replied, words: Sequence[str]) -> bool:
    return reply.intent in words


def _text(reply: Replied, words: Sequence[str]) -> bool:
    how, *parts = words
    if how not in {"contains", "lacks"} or not parts:
        raise _usage('expect text contains|lacks "words"', words)
    held = [p.lower() in reply.text.lower() for p in parts]
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
        raise _usage("expect one of ACT ACT...", words)
    return reply.act in words[1:]


EXPECTED: Final[dict[str, Callable[[Replied, Sequence[str]], bool]]] = {
    "act": _act,
    "mood": _mood,
    "intent": _intent,
    "text": _text,
    "action": _action,
    "recalled": _recalled,
    "one": _one_of,
}

STATEMENTS: Final[dict[str, Callable[[Stage, Sequence[str]], Awaitable[None]]]] = {
    "player": _player,
    "say": _say,
    "expect": _expect,
    "event": _event,
    "tick": _tick,
    "reward": _reward,
    "result": _result,
    "save": _save,
    "load": _load,
    "undo": _undo,
    "set": _set,
    "move": _move,
    "converse": _converse,
}


def _only(words: Sequence[str], usage: str) -> str:
    if len(words) != 1:
        raise _usage(usage, words)
    return words[0]


def _pair(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals:
        raise _usage("name=value", [word])
    return name, value


def _usage(usage: str, words: Sequence[str]) -> BadField:
    return BadField(f"reads {usage}", field="plan", got=" ".join(words), allowed=usage)
