"""Reconcile: a world that was made under one pack goes on under another.

Everything that changes is told in a sentence, and nothing goes unless the pack's ``migrations`` say
so: people whose entry is gone stay as the save has them, what the game set of somebody stays unless
the pack changed the same thing, and what an NPC learned of a pattern moves with the pattern.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from personagen_npc.changes import NpcRemoved, NpcSet, PlayerSet, VariableSet
from personagen_npc.learn.growth import matter_of
from personagen_npc.world.roster import spawn
from personagen_npc.world.state import snapshot
from personagen_npc.world.talking.talk import player_set

if TYPE_CHECKING:
    from collections.abc import Iterable

    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.pack import Pack, Quest
    from personagen_npc.world.world import World

Tree = dict[str, Any]
_WORDS: Final = frozenset({"text", "said", "heard", "spoken", "profile"})  # no ids, or not only
_PATTERN: Final = re.compile(r"pattern#(\d+)")
_STAGE: Final = "stage."


class Reconciled(NamedTuple):
    """The world under its new pack, in words what became of the old one's, and who is other now."""

    world: World
    report: tuple[str, ...]
    changed: tuple[str, ...]


def reconciled(old: World, pack: Pack) -> Reconciled:
    """A world under another pack; ``old`` is used up only if it is let go. Raises BadSave."""
    report: list[str] = []
    was, tree = old.pack, snapshot.to_tree(old)
    renamed = _renamings(tree, pack, report)
    if renamed:
        tree = _renamed(tree, renamed)
    for npc, person in tree["npcs"].items():
        before = was.npcs.get(_before(npc, renamed))
        if before is not None and npc in pack.npcs:
            _move_patterns(tree, npc, person, before, pack.npcs[npc], report)
    vectors = old.vectors.to_block() if len(old.vectors) else b""
    world = snapshot.load(orjson.dumps(tree), pack, vectors)
    world.embedder = old.embedder
    changed = _people(world, was, renamed, report)
    _places(world, report)
    _variables(world, was, report)
    _lost(world, was, renamed, report)
    world.recent = []
    return Reconciled(world, tuple(report), tuple(changed))


# --- ids --------------------------------------------------------------------------------------


def _renamings(tree: Tree, pack: Pack, report: list[str]) -> dict[str, str]:
    """The renamings that apply; one onto somebody who lives already does not."""
    out: dict[str, str] = {}
    for old, new in pack.migrations.renamed.items():
        if old in tree["npcs"] and new in tree["npcs"]:
            report.append(f"{old}: not renamed, because {new} is in the save as well")
        else:
            out[old] = new
            if old in tree["npcs"]:
                report.append(f"{old}: is {new} now")
    return out


def _before(now: str, renamed: dict[str, str]) -> str:
    return next((old for old, new in renamed.items() if new == now), now)


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """A tree with ids renamed, as keys and as values; texts stay."""
    if isinstance(value, str):
        return _id(value, names)
    if isinstance(value, list | tuple):
        return [_renamed(v, names) for v in value]
    if isinstance(value, dict):
        return {
            _id(k, names): _profile(v, names) if k == "profile" else v if k in _WORDS
            else _renamed(v, names)
            for k, v in value.items()
        }  # fmt: skip
    return value


def _id(text: str, names: dict[str, str]) -> str:
    """An id; or one in front of a dot (facts of somebody), behind ``stage.``, between colons."""
    if text in names:
        return names[text]
    if " " in text:
        return text
    if ":" in text:
        return ":".join(_id(part, names) for part in text.split(":"))
    head, dot, rest = text.partition(".")
    if not dot:
        return text
    return f"{head}.{names.get(rest, rest)}" if f"{head}." == _STAGE else (
        f"{names.get(head, head)}.{rest}")  # fmt: skip


def _profile(profile: Tree, names: dict[str, str]) -> Tree:
    """A profile names itself, where it lives, and whom it is tied to."""
    out: Tree = {
        k: names.get(v, v) if k in ("id", "place", "home", "faction") else v
        for k, v in profile.items()
    }
    if "ties" in out:
        out["ties"] = {names.get(k, k): v for k, v in out["ties"].items()}
    return out


# --- people -----------------------------------------------------------------------------------


def _people(world: World, was: Pack, renamed: dict[str, str], report: list[str]) -> list[str]:
    """Newcomers arrive, those who are gone for good go, the rest is as both want it."""
    changed: list[str] = []
    pack, gone = world.pack, set(world.pack.migrations.gone)
    known = {renamed.get(i, i) for i in was.npcs}
    for npc in [n for n in world.npcs if n in gone and n not in pack.npcs]:
        world.do(NpcRemoved(npc))
        report.append(f"{npc}: gone for good, as the pack says")
    report += [f"{n}: no longer in the pack, stays as the save has it"
               for n in world.npcs if n in known and n not in pack.npcs]  # fmt: skip
    for npc, profile in pack.npcs.items():
        if npc in world.npcs:
            if _renew(world, npc, was.npcs.get(_before(npc, renamed)), profile, report):
                changed.append(npc)
        elif npc in known:
            report.append(f"{npc}: had left the world, stays away")
        else:
            spawn(world, profile, profile.place)
            report.append(f"{npc}: new in the pack, arrives")
            changed.append(npc)
    return changed


def _renew(
    world: World, npc: str, before: PersonaProfile | None, after: PersonaProfile, report: list[str]
) -> bool:
    """What the pack changed of somebody; what the game set stays where the pack did not."""
    person = world.npcs[npc]
    held, new = person.profile.model_dump(mode="json"), after.model_dump(mode="json")
    old = before.model_dump(mode="json") if before is not None else {}
    moved = [k for k in new if k != "id" and new[k] != old.get(k) and held.get(k) != new[k]]
    if not moved:
        return False
    both = [k for k in moved if k in old and held.get(k) != old[k]]
    world.do(NpcSet(npc, "profile", held | {k: new[k] for k in moved}))
    report.append(f"{npc}: {', '.join(moved)} as the pack has it now")
    if both:
        report.append(f"{npc}: {', '.join(both)} had been changed in the game, which is overruled")
    return True


def _places(world: World, report: list[str]) -> None:
    """Nobody stands where there is no place any more."""
    places = world.pack.places
    if not places:
        return
    for npc in list(world.npcs.values()):
        if npc.place and npc.place not in places:
            there = next((p for p in (npc.profile.place, npc.profile.home) if p in places), "")
            there = there or next(iter(places))
            report.append(f"{npc.id}: was at {npc.place}, which is no more; is at {there}")
            world.do(NpcSet(npc.id, "place", there))
    for player in list(world.players.values()):
        if player.place and player.place not in places:
            report.append(
                f"player {player.id}: was at {player.place}, which is no more; is nowhere"
            )
            fields = player_set(player).fields | {"place": ""}
            world.do(PlayerSet(player.id, fields))


# --- variables, quests, facts -----------------------------------------------------------------


def _variables(world: World, was: Pack, report: list[str]) -> None:
    """Values of another kind than the pack's begin anew; what it does not name stays."""
    pack = world.pack
    for name, value in list(world.variables.items()):
        if name.startswith(_STAGE):
            _stage(world, name, pack.quests.get(name.removeprefix(_STAGE)), report)
        elif name in pack.variables:
            default = pack.variables[name].default
            if _kind(value) != _kind(default):
                world.do(VariableSet(name, default))
                report.append(f"variable {name}: {value!r} is no such value now; is {default!r}")
        elif name in was.variables:
            report.append(f"variable {name}: no longer in the pack, stays {value!r}")


def _stage(world: World, name: str, quest: Quest | None, report: list[str]) -> None:
    value = world.variables[name]
    if quest is None:
        report.append(f"quest {name.removeprefix(_STAGE)}: no longer in the pack, stays {value!r}")
    elif value not in quest.stages:
        world.do(VariableSet(name, quest.stages[0]))
        report.append(f"quest {quest.id}: stage {value!r} is no more; is {quest.stages[0]!r}")


def _kind(value: object) -> str:
    if isinstance(value, bool | str):
        return type(value).__name__
    return "number"


def _lost(world: World, was: Pack, renamed: dict[str, str], report: list[str]) -> None:
    """Facts, things, factions that are no more, as far as somebody's mind holds on to them."""
    gone = {renamed.get(f, f) for f in was.facts} - set(world.pack.facts)
    for npc in world.npcs.values():
        held = sorted(b.fact for b in npc.beliefs if b.fact in gone)
        if held:
            report.append(f"{npc.id}: still believes {', '.join(held)}, no longer in the pack")
        if npc.profile.faction and npc.profile.faction not in world.pack.factions:
            report.append(f"{npc.id}: of {npc.profile.faction}, which is no longer in the pack")


# --- patterns ---------------------------------------------------------------------------------


def _move_patterns(
    tree: Tree, npc: str, person: Tree, before: PersonaProfile, after: PersonaProfile,
    report: list[str],
) -> None:  # fmt: skip
    """Patterns are known by their place in the list: what was learned of each goes with it."""
    old, new = before.behavioral_patterns, after.behavioral_patterns
    if old == new or tuple(_patterns(person)) == _plain(new):
        return
    moved = {k: new.index(p) for k, p in enumerate(old) if p in new}
    moved |= {len(old) + k: len(new) + k for k in range(len(person["grown"]))}
    used = person["patterns_used"]
    person["patterns_used"] = {str(moved[int(k)]): v for k, v in used.items() if int(k) in moved}
    matters = {matter_of(k): matter_of(n) for k, n in moved.items()}
    was = {matter_of(k) for k in range(len(old) + len(person["grown"]))}
    lost = sorted({row[1] for row in person["outcomes"] if row[1] in was - matters.keys()})
    person["outcomes"] = sorted(
        [row[0], matters.get(row[1], row[1]), *row[2:]]
        for row in person["outcomes"] if row[1] not in lost
    )  # fmt: skip
    person["spoken_keys"] = [_key(k, moved) for k in person["spoken_keys"]]
    person["lines"] = {_key(k, moved): v for k, v in person["lines"].items()}
    for row in tree["ledger"]["rows"]:
        if row[1] == npc and row[-1] >= 0:
            row[-1] = moved.get(row[-1], -1)
    if lost:
        report.append(f"{npc}: what was learned of patterns {', '.join(lost)}, which changed, is "
                      "forgotten")  # fmt: skip


def _patterns(person: Tree) -> Iterable[Any]:
    found: Iterable[Any] = person["profile"].get("behavioral_patterns", ())
    return found


def _plain(patterns: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(p.model_dump(mode="json", exclude_defaults=True) for p in patterns)


def _key(key: str, moved: dict[int, int]) -> str:
    found = _PATTERN.fullmatch(key)
    if found is None:
        return key
    number = moved.get(int(found[1]))
    return "pattern#gone" if number is None else f"pattern#{number}"
