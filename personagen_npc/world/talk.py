"""Talk: a player's line to one NPC or a group, and what everybody else in earshot takes from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.changes import Believed, Conversed, Happened, Held, PlayerSet, TurnTaken
from personagen_npc.errors import Conflict, Expired, Unknown
from personagen_npc.mind.feel import mood_now
from personagen_npc.mind.reply import delivery_of, emotion_of, parts_of
from personagen_npc.mind.turn import close_turn, hear, open_turn
from personagen_npc.world.entities import Player
from personagen_npc.world.lore import Question
from personagen_npc.world.outcome import Noted, Outcome, Said
from personagen_npc.world.scenes import scene_for, standing_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.changes import Change
    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.reply import Reply
    from personagen_npc.world.world import World

EARSHOT = 24  # NPCs who can overhear one line: bounds the work of a crowd, [D]
OVERHEARD = 0.6  # strength of what was only overheard, [D]
WHYS_KEPT = 256
CONCERN = 3  # facts looked at to see whom of a group a line concerns most


def say(
    world: World, to: Sequence[str], player: str, text: str, *, place: str = "",
    whisper: bool = False, max_chars: int = 400, facts: Mapping[str, Any] | None = None,
) -> Outcome:  # fmt: skip
    """A player says something; one NPC answers. Raises Unknown or Conflict and changes nothing."""
    group = [world.awake(i, "npc" if len(to) == 1 else f"to.{k}") for k, i in enumerate(to)]
    _refuse_apart(group)
    if place and world.place_known(place) != group[0].place:
        raise Conflict(
            f"{group[0].profile.name} is not at {place}",
            field="place", got=place, allowed=group[0].place,
        )  # fmt: skip
    meet_player(world, player, group[0].place)
    npc = group[0] if len(group) == 1 else _answerer(world, group, text)
    turn = world.turn_id()
    scene = scene_for(world, npc, player, turn, max_chars=max_chars, extra=facts)
    opened = open_turn(world.minds, npc, scene, text)
    world.do_all(opened.changes)
    closed = close_turn(npc, scene, opened.plan)  # the same step: the scene is still this moment
    world.do_all(closed.changes)
    reply = closed.reply
    keep_why(world, reply)
    listeners = [] if whisper else _others(world, npc)
    overhear(world, listeners, npc.id, opened.changes, reply.told)
    said = () if whisper else _told_aloud(world, npc, reply, listeners)
    return Outcome(replies=(reply,), said=said, noted=(_noted(reply),))


def _refuse_apart(group: Sequence[Npc]) -> None:
    for k, npc in enumerate(group):
        if npc.place != group[0].place:
            raise Conflict(
                f"{npc.profile.name} and {group[0].profile.name} are not at the same place",
                field=f"to.{k}", got=npc.place, allowed=group[0].place,
            )  # fmt: skip


def meet_player(world: World, player: str, place: str) -> None:
    """A player who speaks is known to the world from then on, and is where he speaks."""
    if player in world.npcs:
        raise Conflict(
            f"{player!r} is an NPC, not a player", field="player", got=player,
            allowed="a player's id",
        )  # fmt: skip
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
    happening = len(world.happenings)
    episode = world.step
    world.do(
        Happened(happening, f"{{actor}} said: {text}", "performed", npc.id, player, npc.place,
                 world.now, 0.4, "", ())
    )  # fmt: skip
    world.do(Held(npc.id, happening, "said", "", 0, 1.0, "", 0.0, episode, 0))
    world.do(TurnTaken(turn, npc.id, "", "", "bark", -1, 1.0, (), 0.0, (), text, world.now))
    if player:
        world.do(Conversed(npc.id, player, {"said": text, "at": world.now, "last_turn": turn}))
    others = [] if whisper else _others(world, npc)
    for other in others:
        world.do(Held(other.id, happening, "overheard", npc.id, 1, OVERHEARD, "", 0.0, episode, 0))
    said = line_said(world, npc, turn, text, "bark", player, [o.id for o in others])
    if whisper:
        said = said._replace(heard_by=(player,) if player else ())
    return Outcome(data={"turn": turn}, said=(said,))


def shown(world: World, turn: str, text: str) -> Outcome:
    """What the player really heard of a line replaces what the NPC thinks that it said."""
    for (npc, player), talk in world.talks.items():
        if talk.last_turn == turn:
            fields: dict[str, Any] = {"said": text}
            if not text and talk.told:
                fields["told"] = talk.told[:-1]
            world.do(Conversed(npc, player, fields))
            return Outcome(data={"turn": turn})
    raise no_such_turn(world, turn)


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


def overhear(
    world: World, others: Sequence[Npc], speaker: str, heard: Sequence[Change],
    told: Sequence[str],
) -> None:  # fmt: skip
    """Others in earshot hold what was said, and the facts that were told aloud."""
    kept = [c for c in heard if isinstance(c, Held)]
    for other in others:
        for held in kept:
            world.do(held._replace(npc=other.id, source="overheard", strength=OVERHEARD))
        for fact in told:
            if not world.lore.reaches(other, fact, world.query()):
                world.do(Believed(other.id, fact, "overheard", speaker, 1, OVERHEARD, world.now))


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
        delivery_of(npc, mood, act), (*heard_by, *players),
    )  # fmt: skip


def keep_why(world: World, reply: Reply) -> None:
    """Keep the latest turns laid open, for ``ask why``."""
    world.whys[reply.turn] = reply.why
    if len(world.whys) > WHYS_KEPT:
        del world.whys[next(iter(world.whys))]


def _others(world: World, npc: Npc) -> list[Npc]:
    return [n for n in world.present(npc.place) if n.id != npc.id][:EARSHOT]


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


def _noted(reply: Reply) -> Noted:
    return Noted("npc", reply.npc, {"mood": reply.mood, "emotion": reply.emotion})


def _answerer(world: World, group: Sequence[Npc], text: str) -> Npc:
    """Of a group: the one named first, then whom it concerns most, then the most extraverted."""
    heard = hear(world.minds, text)
    ids = {n.id: n for n in group}
    if heard.addressed in ids:
        return ids[heard.addressed]
    names = tuple(i for i, _ in heard.entities)

    def concern(npc: Npc) -> tuple[float, float, str]:
        asked = Question(heard.stems, names, heard.focus)
        found = world.lore.search(npc, world.query(), asked, CONCERN)
        best = max((f.score + 0.3 * f.own for f in found), default=0.0)
        return (round(best, 1), npc.big5[2] + 0.2 * standing_of(world, npc, "").affinity, npc.id)

    return max(group, key=concern)
