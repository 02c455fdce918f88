"""The statements of plans: each does one thing on the stage. docs/command-line.md lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from personagen_npc.play.chat import plain_value
from personagen_npc.play.clock import moment
from personagen_npc.play.expected import expect, usage
from personagen_npc.play.spans import seconds

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from personagen_npc.play.stage import Stage


async def _say(stage: Stage, words: Sequence[str]) -> None:
    await _speak(stage, words, 'say NPC "text" [as PLAYER]', whisper=False)


async def _whisper(stage: Stage, words: Sequence[str]) -> None:
    await _speak(stage, words, 'whisper NPC "text" [as PLAYER]', whisper=True)


async def _speak(stage: Stage, words: Sequence[str], reads: str, *, whisper: bool) -> None:
    """One NPC, or several with commas between."""
    if len(words) not in {2, 4} or (len(words) == 4 and words[2] != "as"):
        raise usage(reads, words)
    to, text, player = words[0].split(","), words[1], words[3] if len(words) == 4 else ""
    await stage.say(to[0], text, player, also=to[1:], whisper=whisper)


async def _player(stage: Stage, words: Sequence[str]) -> None:
    """Who speaks from now on where a line does not say."""
    if len(words) not in {1, 2}:
        raise usage('player ID ["Name"]', words)
    stage.player, stage.names[words[0]] = words[0], words[-1]
    await stage.game.set_player(words[0])


async def _go(stage: Stage, words: Sequence[str]) -> None:
    await stage.go(_only(words, "go PLACE"))


async def _event(stage: Stage, words: Sequence[str]) -> None:
    if not words:
        raise usage("event TYPE name=value...", words)
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
    """``tick 3 days``, ``tick to 06:00``, ``tick to day 12 06:00``."""
    if words and words[0] == "to":
        stats = await stage.stats()
        await stage.tick(moment(" ".join(words[1:]), stats["time"], stats["date"]) - stats["time"])
    else:
        await stage.tick(seconds(" ".join(words)))


async def _reward(stage: Stage, words: Sequence[str]) -> None:
    """``reward 1``, ``reward 1 trade``, ``reward 1 trade if flirt_back joke``: for these acts."""
    reads = "reward VALUE [KIND] [if ACT...], -1 to 1"
    at = words.index("if") if "if" in words else len(words)
    given, acts = words[:at], words[at + 1 :]
    try:
        value = float(given[0])
    except (IndexError, ValueError):
        raise usage(reads, words) from None
    if len(given) > 2 or (at < len(words) and not acts):
        raise usage(reads, words)
    if not acts or (stage.reply is not None and stage.reply.act in acts):
        await stage.reward(value, given[1] if len(given) > 1 else "reward")


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
        raise usage("set NAME VALUE", words)
    await stage.set_world(words[0], plain_value(words[1]))


async def _move(stage: Stage, words: Sequence[str]) -> None:
    if len(words) != 2:
        raise usage("move NPC PLACE", words)
    await stage.move(words[0], words[1])


async def _converse(stage: Stage, words: Sequence[str]) -> None:
    if len(words) not in {2, 3}:
        raise usage("converse NPC NPC [TOPIC]", words)
    await stage.converse(*words)


async def _bark(stage: Stage, words: Sequence[str]) -> None:
    if len(words) != 2:
        raise usage("bark NPC SITUATION", words)
    await stage.bark(words[0], words[1])


async def _perform(stage: Stage, words: Sequence[str]) -> None:
    """An authored line, in an NPC's mouth."""
    if len(words) != 2:
        raise usage('perform NPC "text"', words)
    await stage.game.perform(words[0], words[1], player=stage.player)
    await stage.overhear()


async def _shown(stage: Stage, words: Sequence[str]) -> None:
    """What was really heard of the last answer."""
    await stage.shown(_only(words, 'shown "text"'))


async def _tell(stage: Stage, words: Sequence[str]) -> None:
    """``tell mara mill_fire``, ``tell mara "The duke is ill." teller=orle``."""
    if len(words) < 2:
        raise usage('tell NPC FACT|"text" [teller=WHO] [source="where from"]', words)
    npc, what, *rest = words
    given = dict(_pair(w) for w in rest)
    if given.keys() - {"teller", "source"}:
        raise usage('tell NPC FACT|"text" [teller=WHO] [source="where from"]', words)
    await stage.tell(npc, what, given)


async def _spawn(stage: Stage, words: Sequence[str]) -> None:
    """``spawn bran place=forge theme="a gruff old smith"``, or ``entry=ID`` of the pack."""
    reads = 'spawn NPC [place=PLACE] theme="words"|entry=ID'
    if len(words) < 2:
        raise usage(reads, words)
    given = dict(_pair(w) for w in words[1:])
    if given.keys() - {"place", "theme", "entry"}:
        raise usage(reads, words)
    await stage.spawn(words[0], given)


async def _lock(stage: Stage, words: Sequence[str]) -> None:
    await stage.game.set_npc(_only(words, "lock NPC"), locked=True)
    await stage.overhear()


async def _unlock(stage: Stage, words: Sequence[str]) -> None:
    await stage.game.set_npc(_only(words, "unlock NPC"), locked=False)
    await stage.overhear()


STATEMENTS: Final[dict[str, Callable[[Stage, Sequence[str]], Awaitable[None]]]] = {
    "player": _player,
    "say": _say,
    "whisper": _whisper,
    "go": _go,
    "expect": expect,
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
    "bark": _bark,
    "perform": _perform,
    "shown": _shown,
    "tell": _tell,
    "spawn": _spawn,
    "lock": _lock,
    "unlock": _unlock,
}


def _only(words: Sequence[str], reads: str) -> str:
    if len(words) != 1:
        raise usage(reads, words)
    return words[0]


def _pair(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals:
        raise usage("name=value", [word])
    return name, value
