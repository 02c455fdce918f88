"""Talk: a player's line to one NPC or a group, and what everybody else in earshot takes from it."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from personagen_npc.changes import Conversed, Happened, Held, PlayerSet, TurnTaken
from personagen_npc.errors import Conflict, Expired, Unknown
from personagen_npc.mind.feel import mood_now
from personagen_npc.mind.reply import delivery_of, emotion_of, parts_of
from personagen_npc.world.entities import Player
from personagen_npc.world.growth import look_back
from personagen_npc.world.outcome import Noted, Outcome, Said
from personagen_npc.world.remembering.past import Remembered
from personagen_npc.world.rumours.tales import hush
from personagen_npc.world.scenes import standing_of
from personagen_npc.world.talking.earshot import (
    OVERHEARD,
    bystanders,
    lines_of,
    overhear_line,
    overhear_reply,
    take_back,
    unsay,
)
from personagen_npc.world.talking.groups import Line, answer, first_voice, second_voice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.talking.groups import Answered
    from personagen_npc.world.world import World

WHYS_KEPT = 256


def say(
    world: World, to: Sequence[str], player: str, text: str, *, place: str = "",
    whisper: bool = False, max_chars: int = 400, facts: Mapping[str, Any] | None = None,
) -> Outcome:  # fmt: skip
    """A player says something; one NPC answers, of a group at most two. Changes nothing if refused.

    Raises Unknown or Conflict.
    """
    group = admit(world, to, player, place)
    for k, npc in enumerate(to):
        world.awake(npc, _field(to, k))
    meet_player(world, player, group[0].place)
    line = Line(player, text, max_chars, facts)
    first = answer(world, group[0] if len(group) == 1 else first_voice(world, group, line), line)
    second = second_voice(world, group, first, line) if len(group) > 1 else None
    turns = [first] if second is None else [first, second]
    for turn in turns:
        keep_why(world, turn.closed.reply)
        look_back(world, turn.npc, turn.opened.plan, turn.closed.reply)
    said = others_hear(world, group, turns, whisper=whisper)
    replies = tuple(t.closed.reply for t in turns)
    return Outcome(replies=replies, said=said, noted=tuple(noted(r) for r in replies))


def admit(world: World, to: Sequence[str], player: str, place: str) -> list[Npc]:
    """Everything that a line can be refused for, but for a script that holds one spoken to."""
    group = [world.living(npc, _field(to, k)) for k, npc in enumerate(to)]
    _refuse_apart(group)
    if place and world.place_known(place) != group[0].place:
        raise Conflict(
            f"{group[0].profile.name} is not at {place}",
            field="place", got=place, allowed=group[0].place,
        )  # fmt: skip
    _refuse_npc(world, player)
    return group


def held_by_script(world: World, to: Sequence[str]) -> list[str]:
    """Which of those spoken to a script holds."""
    return [i for i in to if i in world.npcs and world.npcs[i].locked]


def _field(to: Sequence[str], k: int) -> str:
    return "npc" if len(to) == 1 else f"to.{k}"


def others_hear(
    world: World, group: Sequence[Npc], turns: Sequence[Answered], *, whisper: bool
) -> tuple[Said, ...]:
    """What everybody else takes from a line and its answers; what other players overhear."""
    spoke = {t.npc.id for t in turns}
    addressed = [n for n in group if n.id not in spoke]
    listeners = [] if whisper else bystanders(world, turns[0].npc)
    heard = turns[0].opened.changes
    others = [n for n in listeners if n.id not in {m.id for m in group}]
    overhear_line(world, addressed, heard, "said")
    overhear_line(world, others, heard, "overheard")
    if whisper:
        player = turns[0].closed.reply.player
        for happening in [c.happening for c in heard if isinstance(c, Held)]:
            for npc in (*(t.npc for t in turns), *addressed):
                hush(world, npc, player, happening)
    said: tuple[Said, ...] = ()
    for turn in turns:
        near = [*(addressed if whisper else listeners), *(t.npc for t in turns)]
        around = list({n.id: n for n in near if n is not turn.npc}.values())
        overhear_reply(world, around, turn.npc, turn.closed.reply)
        said += () if whisper else _told_aloud(world, turn.npc, turn.closed.reply, around)
    return said


def _refuse_apart(group: Sequence[Npc]) -> None:
    for k, npc in enumerate(group):
        if npc.place != group[0].place:
            raise Conflict(
                f"{npc.profile.name} and {group[0].profile.name} are not at the same place",
                field=f"to.{k}", got=npc.place, allowed=group[0].place,
            )  # fmt: skip


def _refuse_npc(world: World, player: str) -> None:
    if player in world.npcs:
        raise Conflict(
            f"{player!r} is an NPC, not a player", field="player", got=player,
            allowed="a player's id",
        )  # fmt: skip


def meet_player(world: World, player: str, place: str) -> None:
    """A player who speaks is known to the world from then on, and is where he speaks."""
    _refuse_npc(world, player)
    known = world.players.get(player) or Player(player)
    if known.place != place or player not in world.players:
        world.do(player_set(known._replace(place=place)))


def player_set(player: Player) -> PlayerSet:
    """The change that makes a player what this record says."""
    fields = player._asdict()
    del fields["id"]
    return PlayerSet(player.id, fields)


def perform(world: World, npc_id: str, text: str, player: str, *, whisper: bool) -> Outcome:
    """The game makes an NPC say an authored line; it enters memory as said by the NPC."""
    npc = world.npc(npc_id)
    turn = world.turn_id()
    episode = world.step
    happening = _performed(world, npc, text, player)
    world.do(Held(npc.id, happening, "said", "", 0, 1.0, "", 0.0, episode, 0))
    world.do(TurnTaken(turn, npc.id, "", "", "bark", -1, 1.0, (), 0.0, (), text, world.now))
    if player:
        world.do(
            Conversed(npc.id, player, {
                "said": text, "at": world.now, "last_turn": turn, "last_told": (),
                "last_mentioned": (),
            })
        )  # fmt: skip
    others = [] if whisper else bystanders(world, npc)
    for other in others:
        world.do(Held(other.id, happening, "overheard", npc.id, 1, OVERHEARD, "", 0.0, episode, 0))
    said = line_said(world, npc, turn, text, "bark", player, [o.id for o in others])
    if whisper:
        said = said._replace(heard_by=(player,) if player else ())
    return Outcome(data={"turn": turn}, said=(said,))


def _performed(world: World, npc: Npc, text: str, player: str) -> int:
    """The happening of a performed line; one performed before is the same one."""
    line = f"{{actor}} said: {text}"
    past = Remembered(npc, world.happenings, world.pack.events, world.minds.deeds, world.now)
    before = past.again("performed", line, npc.id, frozenset(), -inf)
    if before >= 0:
        return before
    happening = len(world.happenings)
    world.do(
        Happened(happening, line, "performed", npc.id, player, npc.place, world.now, 0.4, "", ())
    )
    return happening


def shown(world: World, turn: str, text: str) -> Outcome:
    """What the player really heard of a line is what everybody remembers of it."""
    step = _step_of(world, turn)
    pair, talk = next(
        ((p, t) for p, t in world.talks.items() if t.last_turn == turn), (("", ""), None)
    )
    speaker = pair[0] or _performer(world, step)
    if speaker not in world.npcs:
        raise no_such_turn(world, turn)
    npc = world.npcs[speaker]
    if talk is not None:
        if not text:
            take_back(world, npc, pair[1], talk, step)
        world.do(Conversed(*pair, {"said": text}))
    unsay(world, lines_of(world, npc.id, step), text)
    return Outcome(data={"turn": turn})


def _step_of(world: World, turn: str) -> int:
    """The step of a turn of this world's own past, -1 for any other."""
    branch, _, rest = turn.partition(".s")
    digits = rest.partition("-")[0]
    number = branch.removeprefix("b")
    if not (number.isdigit() and digits.isdigit()):
        return -1
    line = {world.branch: world.step, **dict(world.ancestry)}
    return int(digits) if int(digits) <= line.get(int(number), -1) else -1


def _performer(world: World, step: int) -> str:
    """Who said an authored line to nobody in particular in a step, "" if nobody did."""
    spoken = lines_of(world, "", step) if step >= 0 else []
    return world.happenings[spoken[0]].actor if spoken else ""


def no_such_turn(world: World, turn: str) -> Unknown | Expired:
    """Why a turn cannot be found: never was, too old, or on an abandoned branch."""
    branch, _, step = turn.partition(".s")
    number = branch.removeprefix("b")
    digits = step.partition("-")[0]
    if not (number.isdigit() and digits.isdigit()):
        return Unknown(f"no turn {turn!r}", field="turn", got=turn, allowed="a turn id of a reply")
    line = {world.branch: world.step, **dict(world.ancestry)}
    if int(number) not in line:
        return Expired(
            f"turn {turn!r} is on a branch that was abandoned by a load",
            field="turn", got=turn, allowed=f"turns of branch {world.branch}",
        )  # fmt: skip
    if int(digits) > line[int(number)]:
        return Unknown(f"turn {turn!r} never was", field="turn", got=turn, allowed="past turns")
    return Expired(f"turn {turn!r} is too long ago", field="turn", got=turn, allowed="later turns")


def line_said(
    world: World, npc: Npc, turn: str, text: str, act: str, to: str, heard_by: Sequence[str],
    key: str = "",
) -> Said:  # fmt: skip
    """A line that is not a reply, with its mood and delivery."""
    mood = mood_now(npc, world.now, world.pack.time_scale)
    emotion = emotion_of(npc, mood, world.now, world.pack.time_scale)
    players = [p.id for p in world.players.values() if p.place == npc.place]
    return Said(
        turn, npc.id, to, npc.place, text, parts_of(text, key, {}), act, emotion,
        delivery_of(npc, mood, act, emotion, standing_of(world, npc, to)), (*heard_by, *players),
    )  # fmt: skip


def keep_why(world: World, reply: Reply) -> None:
    """Keep the latest turns laid open, for ``ask why``."""
    world.whys[reply.turn] = reply.why
    if len(world.whys) > WHYS_KEPT:
        del world.whys[next(iter(world.whys))]


def _told_aloud(world: World, npc: Npc, reply: Reply, listeners: Sequence[Npc]) -> tuple[Said, ...]:
    """Other players at the place overhear a reply."""
    others = [p for p in world.players.values() if p.place == npc.place and p.id != reply.player]
    if not others:
        return ()
    heard_by = (*(n.id for n in listeners), *(p.id for p in others), reply.player)
    said = Said(
        reply.turn, npc.id, reply.player, npc.place, reply.text, reply.parts, reply.act,
        reply.emotion, reply.delivery, heard_by, reply.player,
    )  # fmt: skip
    return (said,)


def noted(reply: Reply) -> Noted:
    """How a reply left its speaker, for those who watch."""
    return Noted("npc", reply.npc, {"mood": reply.mood, "emotion": reply.emotion})
