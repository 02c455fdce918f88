"""Talk with NPCs: what is typed is said, what begins with a slash is a command."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.authoring.problem import nearest
from personagen_npc.errors import BadField, PersonagenError, Unknown
from personagen_npc.play.beats import Listed, Note, Refused
from personagen_npc.play.spans import seconds

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from personagen_npc.play.stage import Stage

QUICK = "quick"  # name of a save when none is given


class Chat:
    """One player's talk. ``handle`` each line he types until ``over``."""

    def __init__(self, stage: Stage, npc: str = "") -> None:
        self.stage, self.npc = stage, npc
        self.over = False

    @property
    def prompt(self) -> str:
        """What stands before the cursor."""
        return f"you to {self.stage.name(self.npc)}> " if self.npc else "you> "

    async def begin(self) -> None:
        """Take a place among them."""
        if not self.npc and self.stage.where:
            self.npc = next(iter(self.stage.where))
        if self.npc:
            await self.go([self.npc])

    async def handle(self, line: str) -> None:
        """One typed line. What the server refuses is shown; only a lost connection raises."""
        try:
            await self.obey(line)
        except PersonagenError as fault:
            if fault.code == "lost":
                raise
            self.stage.page.show(Refused(fault.code, _told(fault)))

    async def obey(self, line: str) -> None:
        """The same, but raises what the server refuses."""
        text = line.strip()
        if text.startswith("/"):
            await self._command(text[1:])
        elif text:
            await self._say(text)

    async def _say(self, text: str) -> None:
        if not self.npc:
            raise BadField("nobody to talk to", field="npc", allowed="/npcs, then /go NPC")
        await self.stage.say(self.npc, text)

    async def _command(self, text: str) -> None:
        try:
            words = shlex.split(text)
        except ValueError as wrong:
            raise BadField(f"{wrong}", field="command", got=text) from None
        name = words[0] if words else "help"
        command = COMMANDS.get(name)
        if command is None:
            hint = nearest(name, COMMANDS)
            raise Unknown(f"no command /{name}: {hint or '/help lists them'}", field="command")
        await command.run(self, words[1:])

    # --- commands ---------------------------------------------------------------------------------

    async def help(self, _: Sequence[str]) -> None:
        """What can be typed."""
        rows = tuple((f"/{n} {c.usage}".rstrip(), c.help) for n, c in COMMANDS.items())
        self.stage.page.show(Listed("anything else is said aloud", rows))

    async def npcs(self, _: Sequence[str]) -> None:
        """Who is where."""
        rows = await self.stage.look_round()
        rows.sort(key=lambda r: (r["place"] != self.stage.place, r["place_name"], r["id"]))
        shown = tuple((r["id"], r["name"], r["role"], r["place_name"], r["mood"]) for r in rows)
        self.stage.page.show(Listed("", shown))

    async def go(self, words: Sequence[str]) -> None:
        """To an NPC (and the place where it is), or to a place."""
        stage = self.stage
        where = self._meant(" ".join(words) or _one(words, "go", "an NPC or a place, see /npcs"))
        if where in stage.where:
            self.npc, place = where, stage.where[where]
        elif where in stage.places:
            place = where
            self.npc = next((n for n, p in stage.where.items() if p == place), self.npc)
        else:
            hint = nearest(where, [*stage.where, *stage.places])
            raise Unknown(f"no NPC or place {where}: {hint}", field="go", got=where)
        await stage.go(place)
        here = [stage.name(n) for n, p in stage.where.items() if p == place]
        stage.page.show(Note(f"{stage.places.get(place, place)}. Here: {', '.join(here)}."))

    def _meant(self, text: str) -> str:
        """An id as it stands, or whose name has all these words if there is one such."""
        stage, words = self.stage, set(text.lower().split())
        known = {**stage.places, **{n: stage.name(n) for n in stage.where}}
        if text in known:
            return text
        found = [i for i, name in known.items() if words <= set(name.lower().split())]
        return found[0] if len(found) == 1 else text

    async def event(self, words: Sequence[str]) -> None:
        """Something happens: /event theft target=orle, by you and here unless you say otherwise."""
        kind = _one(words[:1], "event", "a kind of event that the pack declares")
        given = dict(_pair(w) for w in words[1:])
        known = ("actor", "target", "place", "reach")
        fields: dict[str, Any] = {"actor": self.stage.player, "place": self.stage.place}
        fields |= {k: given.pop(k) for k in known if k in given}
        if "witnesses" in given:
            fields["witnesses"] = tuple(given.pop("witnesses").split(","))
        if given:
            fields["facts"] = given
        await self.stage.event(kind, {k: v for k, v in fields.items() if v})

    async def reward(self, words: Sequence[str]) -> None:
        """How you liked the last line, -1 to 1."""
        value = _number(_one(words, "reward", "a number from -1 to 1"))
        await self.stage.reward(value, "liked")

    async def result(self, words: Sequence[str]) -> None:
        """What became of the action that the last line asked for."""
        await self.stage.result(words[0] if words else "done")

    async def why(self, _: Sequence[str]) -> None:
        """How the last line came about."""
        await self.stage.why()

    async def memories(self, words: Sequence[str]) -> None:
        """What the NPC before you remembers."""
        await self.stage.memories(self.npc, " ".join(words))

    async def rumour(self, words: Sequence[str]) -> None:
        """The way of a rumour through the village."""
        await self.stage.rumour(" ".join(words))

    async def tick(self, words: Sequence[str]) -> None:
        """Let time pass."""
        await self.stage.tick(seconds(" ".join(words) or "1h"))

    async def set(self, words: Sequence[str]) -> None:
        """A variable of the world, a quest's stage or the weather."""
        if len(words) != 2:
            raise BadField("what and to what?", field="set", allowed="/set stage.mill_fire traced")
        await self.stage.set_world(words[0], plain_value(words[1]))

    async def save(self, words: Sequence[str]) -> None:
        """Keep this moment."""
        await self.stage.save(words[0] if words else QUICK)

    async def load(self, words: Sequence[str]) -> None:
        """Go back to a kept moment."""
        await self.stage.load(words[0] if words else QUICK)

    async def undo(self, _: Sequence[str]) -> None:
        """Take the last load back."""
        await self.stage.undo()

    async def quit(self, _: Sequence[str]) -> None:
        """Leave."""
        self.over = True


class Command(NamedTuple):
    """One row of the help."""

    usage: str
    help: str
    run: Callable[[Chat, Sequence[str]], Awaitable[None]]


COMMANDS: dict[str, Command] = {
    "npcs": Command("", "who is where, and in what mood", Chat.npcs),
    "go": Command("NPC|PLACE", "walk to somebody or somewhere", Chat.go),
    "event": Command(
        "TYPE k=v...", "something happens: target=, place=, witnesses=a,b", Chat.event
    ),
    "reward": Command("-1..+1", "how you liked the last line; NPCs learn from it", Chat.reward),
    "result": Command("done|failed|refused", "of the action last asked for", Chat.result),
    "why": Command("", "how the last line came about", Chat.why),
    "memories": Command("[WORDS]", "what the NPC before you remembers", Chat.memories),
    "rumour": Command("WORDS", "who holds it, from whom; of a name, what is said", Chat.rumour),
    "tick": Command("3h", "let game time pass: 30m, 3h, 2d", Chat.tick),
    "set": Command("NAME VALUE", "a variable, stage.QUEST or weather", Chat.set),
    "save": Command("[NAME]", "keep this moment", Chat.save),
    "load": Command("[NAME]", "go back to a kept moment", Chat.load),
    "undo": Command("", "take the last load back", Chat.undo),
    "help": Command("", "this list", Chat.help),
    "quit": Command("", "leave", Chat.quit),
}


def plain_value(text: str) -> Any:
    """A typed value as what it looks like: true, 3, 0.5, or the text."""
    if text in {"true", "false"}:
        return text == "true"
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _one(words: Sequence[str], name: str, allowed: str) -> str:
    if len(words) != 1:
        raise BadField(f"/{name} takes {allowed}", field=name, got=" ".join(words), allowed=allowed)
    return words[0]


def _pair(word: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals:
        raise BadField("not k=v", field="event", got=word, allowed="such as target=orle")
    return name, value


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadField("no number", field="reward", got=text, allowed="-1 to 1") from None


def _told(fault: PersonagenError) -> str:
    return fault.message + (f" (allowed: {fault.allowed})" if fault.allowed else "")
