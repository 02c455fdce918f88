"""Checks of cultures: what they name must be there, and what they say must be sayable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from personagen_npc.authoring.lines import check_line, slots_for
from personagen_npc.events import INTENTS
from personagen_npc.mind.telling.customs import TABLE
from personagen_npc.words.stem import stems
from personagen_npc.world.people.cultures import CUSTOMS

if TYPE_CHECKING:
    from personagen_npc.authoring.look import Look, Step
    from personagen_npc.persona.culture import Culture, Taboo
    from personagen_npc.persona.profile import PersonaProfile


def check_cultures(look: Look) -> None:
    """Every culture of the pack."""
    for name, culture in look.pack.cultures.items():
        loc = ("cultures", name)
        _check_regards(look, culture, loc)
        for i, taboo in culture.taboos.items():
            _check_taboo(look, taboo, (*loc, "taboos", i))
        for act, lines in culture.says.items():
            look.act(act, (*loc, "says", act))
            _check_lines(look, lines, act, (*loc, "says", act))
        for kind in CUSTOMS:
            _check_lines(look, getattr(culture, kind), "", (*loc, kind))
        for kind in ("refused", "taken"):
            if getattr(culture, kind) and not culture.hosting:
                text = "is never said: nothing is offered (hosting)"
                look.say((*loc, kind), text, "warning")
        if look.complete and not any(p.culture == name for p in look.whole.npcs.values()):
            look.say(loc, "nobody is of it", "warning")


def check_belonging(look: Look, name: str, npc: PersonaProfile) -> None:
    """A person's culture, where the pack says which there are."""
    if npc.culture and look.known("culture"):
        look.refer("culture", npc.culture, ("npcs", name, "culture"))


def _check_regards(look: Look, culture: Culture, loc: tuple[Step, ...]) -> None:
    tags = [*TABLE["tags"], *(t for e in look.whole.events.values() for t in e.tags)]
    known = [*INTENTS, *look.known("event"), *(f"#{t}" for t in dict.fromkeys(tags))]
    for kind in culture.regards:
        look.one_of("intent, event or #tag", kind, known, (*loc, "regards", kind))


def _check_taboo(look: Look, taboo: Taboo, loc: tuple[Step, ...]) -> None:
    if not (taboo.words or taboo.about):
        look.say(loc, "nothing touches it: it has neither words nor about")
    for i, word in enumerate(taboo.words):
        if not stems(word):
            text = f'"{word}" is too common a word to be one'
            look.say((*loc, "words", i), text)
    for i, other in enumerate(taboo.about):
        look.one_of("entity", other, look.entities(), (*loc, "about", i))
    _check_lines(look, taboo.lines, "", (*loc, "lines"))


def _check_lines(look: Look, lines: tuple[str, ...], act: str, loc: tuple[Step, ...]) -> None:
    for i, line in enumerate(lines):
        check_line(look, line, slots_for(act), (*loc, i))
