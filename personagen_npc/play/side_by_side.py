"""The same words to several NPCs, their answers one under the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from personagen_npc.authoring.problem import nearest
from personagen_npc.errors import Unknown
from personagen_npc.play.beats import Beat, Replied

if TYPE_CHECKING:
    from collections.abc import Sequence

    from personagen_npc.play.markdown import Markdown
    from personagen_npc.play.stage import Stage

ALL: Final = "all"


class Answers:
    """A page that passes answers on, with full names, and leaves out all else."""

    def __init__(self, page: Markdown, names: dict[str, str]) -> None:
        self._page, self._names = page, names

    def show(self, beat: Beat) -> None:
        """Write an answer."""
        if isinstance(beat, Replied):
            self._page.show(beat._replace(name=self._names[beat.npc]))


async def ask_all(stage: Stage, page: Markdown, questions: Sequence[str], npcs: str) -> None:
    """Put questions to NPCs, ``a,b,c`` or ``all``, each at its own place. Raises Unknown."""
    wanted = list(stage.where) if npcs == ALL else [n.strip() for n in npcs.split(",")]
    for npc in wanted:
        if npc not in stage.where:
            hint = nearest(npc, stage.where)
            raise Unknown(f"no NPC {npc}: {hint}", field="npcs", got=npc,
                          allowed=", ".join(stage.where))  # fmt: skip
    stage.page = Answers(page, stage.names)
    for question in questions:
        page.part(question)
        for npc in wanted:
            await stage.go(stage.where[npc])
            await stage.say(npc, question)
