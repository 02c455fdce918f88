"""The demo: a script played on the stage, scene by scene."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from personagen_npc.play.beats import Heading, Note

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from personagen_npc.play.beats import Figures
    from personagen_npc.play.script import Scene, Script, Step
    from personagen_npc.play.stage import Stage

Fields = dict[str, Any]


async def play(stage: Stage, script: Script) -> Figures:
    """Play all scenes; the figures of it are shown last and given back."""
    for scene in script.scenes:
        await _scene(stage, scene)
    figures = await stage.figures()
    stage.page.show(figures)
    return figures


async def _scene(stage: Stage, scene: Scene) -> None:
    await stage.go(scene.place)
    meanwhile = await stage.pass_time(scene.after) if scene.after else []
    place = stage.places.get(scene.place, scene.place)
    stage.page.show(Heading(scene.title, place, str((await stage.stats())["date"])))
    stage.show_all(meanwhile)
    for step in scene.steps:
        await _step(stage, step)


async def _step(stage: Stage, step: Step) -> None:
    await STEPS[step.verb](stage, step.what, step.fields)


async def _say(stage: Stage, text: str, fields: Fields) -> None:
    await stage.approach(fields["to"])
    await stage.say(fields["to"], text)


async def _note(stage: Stage, text: str, _: Fields) -> None:
    stage.page.show(Note(text))


async def _event(stage: Stage, kind: str, fields: Fields) -> None:
    await stage.event(kind, fields)


async def _tick(stage: Stage, span: float, _: Fields) -> None:
    await stage.tick(span)


async def _reward(stage: Stage, value: float, fields: Fields) -> None:
    await stage.reward(value, fields.get("kind", "reward"))


async def _result(stage: Stage, result: str, fields: Fields) -> None:
    if stage.last is not None and stage.last.actions:  # a deal that was not struck has no result
        await stage.result(result, fields.get("text", ""))


async def _move(stage: Stage, npc: str, fields: Fields) -> None:
    await stage.move(npc, fields["place"])


async def _converse(stage: Stage, npc: str, fields: Fields) -> None:
    await stage.converse(npc, fields["with"], fields.get("topic", ""))


async def _bark(stage: Stage, npc: str, fields: Fields) -> None:
    await stage.bark(npc, fields["situation"])


async def _save(stage: Stage, name: str, _: Fields) -> None:
    await stage.save(name)


async def _load(stage: Stage, name: str, _: Fields) -> None:
    await stage.load(name)


async def _undo(stage: Stage, _what: Any, _: Fields) -> None:
    await stage.undo()


async def _set(stage: Stage, name: str, fields: Fields) -> None:
    await stage.set_world(name, fields["value"])


STEPS: dict[str, Callable[[Stage, Any, Fields], Awaitable[None]]] = {
    "say": _say, "note": _note, "event": _event, "tick": _tick, "reward": _reward,
    "result": _result, "move": _move, "converse": _converse, "bark": _bark, "save": _save,
    "load": _load, "undo": _undo, "set": _set,
}  # fmt: skip
