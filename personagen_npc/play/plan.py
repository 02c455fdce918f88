"""Plans: conversations written down with what is expected of them.

A plan is a text file, one statement a line; ``#`` or ``//`` begins a comment. It is played in a
world of its own with a fixed seed, so it comes out alike each time. docs/command-line.md lists the
statements (``play/statements.py``) and what can be expected (``play/expected.py``).

``repeat`` plays lines again, with two slots to vary them::

    repeat 500 over lines/smalltalk.txt
      say berta "{line}" as guest{n}
    end
    repeat 3 say wick "You are a fool, and this is the {n}. time I say so."

``{n}`` counts the rounds from 1, ``{line}`` goes through the lines of the file (beside the plan)
and begins again. Only the first round is shown; what fails in any round is told.

A pack's own plans lie in its ``tests`` folder. A folder of plans without a pack has a comment as
the first line of each that names one, as seen from the plan: ``# pack: ../mill`` (the example
Emberfall when there is none). ``NAME.expected`` beside ``NAME.plan`` is the conversation as it was
read and found good; when it comes out otherwise the plan fails. ``personagen-npc plan FOLDER NAME
--keep`` writes it anew: read it, then keep it.
"""

from __future__ import annotations

import shlex
from itertools import cycle
from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.authoring.problem import nearest
from personagen_npc.errors import BadField, PersonagenError
from personagen_npc.play.beats import Note
from personagen_npc.play.expected import Missed, usage
from personagen_npc.play.statements import STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from personagen_npc.play.beats import Beat
    from personagen_npc.play.stage import Stage

REPEAT, END = "repeat", "end"
VERBS: Final = (*STATEMENTS, REPEAT, END)
MOST: Final = 100_000  # rounds of one repeat: more is a mistake in writing, [D]


class Statement(NamedTuple):
    """One line of a plan: where it stands, its verb, the words after it.

    A repeat has a ``body``, how many ``rounds`` it is played, and the ``lines`` it goes through.
    """

    where: str
    verb: str
    words: tuple[str, ...]
    body: tuple[Statement, ...] = ()
    rounds: int = 0
    lines: tuple[str, ...] = ()


class Failure(NamedTuple):
    """What did not come out as written; reads ``tests/first.plan:4: expected ...``."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


def read_plan(file: Path) -> tuple[Statement, ...]:
    """The statements of a file. Raises BadField naming file and line of the first mistake."""
    flat = iter(list(_flat(file)))
    body, end = _block(flat, file)
    if end is not None:
        raise BadField(f"{end}: end without a repeat", field=end, got=END)
    return body


def _flat(file: Path) -> Iterator[Statement]:
    for number, line in enumerate(file.read_text(encoding="utf-8-sig").splitlines(), 1):
        where = f"{file.parent.name}/{file.name}:{number}"
        try:
            words = _words(line)
        except ValueError as wrong:
            raise BadField(f"{where}: {wrong}", field=where, got=line) from None
        if not words:
            continue
        _known(where, words[0])
        yield Statement(where, words[0], tuple(words[1:]))


def _known(where: str, verb: str) -> None:
    if verb not in VERBS:
        hint = nearest(verb, VERBS)
        raise BadField(f"{where}: no statement {verb} ({hint})", field=where, got=verb,
                       allowed=", ".join(VERBS))  # fmt: skip


def _block(flat: Iterator[Statement], file: Path) -> tuple[tuple[Statement, ...], str | None]:
    """Statements up to the end of the block, and where that stands (None: the file's end)."""
    found: list[Statement] = []
    for statement in flat:
        if statement.verb == END:
            return tuple(found), statement.where
        found.append(_repeat(statement, flat, file) if statement.verb == REPEAT else statement)
    return tuple(found), None


def _repeat(head: Statement, flat: Iterator[Statement], file: Path) -> Statement:
    """``repeat N``, ``repeat N over FILE`` with a block, or ``repeat N STATEMENT``."""
    where, words = head.where, list(head.words)
    if not words or not words[0].isdigit() or not 1 <= int(words[0]) <= MOST:
        raise BadField(f"{where}: reads repeat N [over FILE], or repeat N STATEMENT", field=where,
                       got=" ".join(words), allowed=f"1 to {MOST} rounds")  # fmt: skip
    rounds, rest = int(words[0]), words[1:]
    lines: tuple[str, ...] = ()
    if rest[:1] == ["over"]:
        lines = _lines(where, file, rest[1] if len(rest) > 1 else "")
        rest = rest[2:]
    if rest:
        _known(where, rest[0])
        body: tuple[Statement, ...] = (Statement(where, rest[0], tuple(rest[1:])),)
    else:
        body, end = _block(flat, file)
        if end is None:
            raise BadField(f"{where}: no end to this repeat", field=where, allowed=END)
    return Statement(where, REPEAT, head.words, body, rounds, lines)


def _lines(where: str, file: Path, name: str) -> tuple[str, ...]:
    """The lines of a file beside the plan, without empty ones and comments."""
    source = file.parent / name
    if not name or not source.is_file():
        raise BadField(f"{where}: no file {name!r} beside the plan", field=where, got=name)
    rows = (line.strip() for line in source.read_text(encoding="utf-8-sig").splitlines())
    kept = tuple(r for r in rows if r and not r.startswith(("#", "//")))
    if not kept:
        raise BadField(f"{where}: no lines in {name}", field=where, got=name)
    return kept


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
    await _play(stage, plan, failures)
    return failures


async def _play(stage: Stage, plan: Iterable[Statement], failures: list[Failure]) -> bool:
    """Play statements in order; whether none was refused."""
    for statement in plan:
        try:
            if statement.verb == REPEAT:
                if not await _rounds(stage, statement, failures):
                    return False
            elif statement.verb in STATEMENTS:
                await STATEMENTS[statement.verb](stage, statement.words)
            else:
                raise usage(f"one of {', '.join(STATEMENTS)}", (statement.verb,))
        except Missed as missed:
            failures.append(Failure(statement.where, str(missed)))
        except PersonagenError as fault:
            failures.append(Failure(statement.where, f"refused: {fault.message}"))
            return False
    return True


async def _rounds(stage: Stage, repeat: Statement, failures: list[Failure]) -> bool:
    """All rounds of a repeat; the page sees the first."""
    page, lines = stage.page, cycle(repeat.lines or ("",))
    try:
        for n in range(1, repeat.rounds + 1):
            slots = {"{n}": str(n), "{line}": next(lines)}
            body = [_filled(s, slots) for s in repeat.body]
            if not await _play(stage, body, failures):
                return False
            if n == 1:
                stage.page = Blank()
    finally:
        stage.page = page
    if repeat.rounds > 1:
        page.show(Note(f"... and so on, {repeat.rounds:,} times in all."))
    return True


def _filled(statement: Statement, slots: dict[str, str]) -> Statement:
    return statement._replace(
        words=tuple(_fill(w, slots) for w in statement.words),
        body=tuple(_filled(s, slots) for s in statement.body),
    )


def _fill(word: str, slots: dict[str, str]) -> str:
    for slot, value in slots.items():
        word = word.replace(slot, value)
    return word


class Blank:
    """A page that shows nothing."""

    def show(self, beat: Beat) -> None:
        """Nothing."""
