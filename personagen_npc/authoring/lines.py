"""Checks of everything that is said: grammar, slots, symbols, forbidden words, split commas."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from personagen_npc.authoring.conditions import check_when
from personagen_npc.authoring.problem import listed, nearest
from personagen_npc.errors import BadField
from personagen_npc.events import ACTS, INTENTS
from personagen_npc.tables import table
from personagen_npc.voice.grammar import compile_line, symbols_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from personagen_npc.authoring.look import Look, Step
    from personagen_npc.authoring.yamlfile import Node
    from personagen_npc.persona.profile import BehavioralPattern
    from personagen_npc.world.pack import VoiceRule

SLOTS: Final = "authoring/data/slots.yaml"
SENTENCES: Final = (
    "says",
    "lines",
    "offer",
    "waiting",
    "done",
    "to_actor",
    "to_others",
    "often",
    "reactions",
)

_SLOT = re.compile(r"\{([A-Za-z_]\w*)[^{}]*\}")
_ENDED = re.compile(r"[.!?…:;\"'”’)\]}*]\s*$")


def slots_for(act: str) -> tuple[str, ...]:
    """Slots that a line of an act may use; every slot there is where the act is not known."""
    rows: dict[str, Any] = table(SLOTS)
    acts: dict[str, dict[str, str]] = rows["acts"]
    every = (*acts.values(), *rows["symbols"].values())
    own = acts.get(act, {}) if act in ACTS else {s: "" for names in every for s in names}
    return (*rows["always"], *own)


def check_line(look: Look, text: str, slots: Sequence[str], loc: Sequence[Step]) -> tuple[str, ...]:
    """One line's grammar and slots; gives the symbols it needs. ``slots`` empty allows any."""
    try:
        program = compile_line(text, "line")
    except BadField as error:
        why = error.message.removeprefix("line: ")
        look.say(loc, f'{why} in "{error.got}" (allowed: {error.allowed})')
        return ()
    for name in dict.fromkeys(_SLOT.findall(text)):
        if slots and name not in slots:
            hint = nearest(name, slots)
            guess = hint if hint.startswith("did") else f"allowed here: {listed(slots)}"
            look.say(loc, f"there is no slot {{{name}}} in this line ({guess})")
    return symbols_of(program)


def check_voice(look: Look, built_in: Iterable[VoiceRule]) -> None:
    """All rules of the pack. ``built_in`` rules give symbols that need not be written again."""
    symbols = {rule.act for rule in (*built_in, *look.whole.voice) if rule.act.startswith("#")}
    needs: dict[str, list[str]] = {}
    for i, rule in enumerate(look.pack.voice):
        loc = ("voice", i)
        _check_rule(look, rule, loc)
        ends = [
            ((end,), text) for end, text in (("first", rule.first), ("last", rule.last)) if text
        ]
        for at, line in [*((("lines", j), line) for j, line in enumerate(rule.lines)), *ends]:
            wanted = check_line(look, line, slots_for(rule.act), (*loc, *at))
            needs.setdefault(rule.act, []).extend(f"#{name}" for name in wanted)
            for name in wanted:
                look.one_of("symbol", f"#{name}", sorted(symbols), (*loc, *at))
    _check_circles(look, needs)


def _check_rule(look: Look, rule: VoiceRule, loc: Sequence[Step]) -> None:
    check_when(look, rule.when, (*loc, "when"))
    if not rule.act.startswith("#"):
        look.act(rule.act, (*loc, "act"))
    if rule.follow:
        look.act(rule.follow.rstrip("!"), (*loc, "follow"))
    if rule.npc:
        look.refer("npc", rule.npc, (*loc, "npc"))
    if rule.archetype:
        kinds = look.archetypes()
        look.one_of("archetype", rule.archetype, kinds, (*loc, "archetype"), "warning")


def _check_circles(look: Look, needs: dict[str, list[str]]) -> None:
    """Symbols that lead back to themselves would never end."""
    for i, rule in enumerate(look.pack.voice):
        if rule.act.startswith("#") and _reaches(rule.act, needs):
            look.say(("voice", i, "act"), f"{{{rule.act}}} leads back to itself")


def _reaches(symbol: str, needs: dict[str, list[str]]) -> bool:
    seen: set[str] = set()
    todo = list(needs.get(symbol, ()))
    while todo:
        name = todo.pop()
        if name == symbol:
            return True
        if name not in seen:
            seen.add(name)
            todo += needs.get(name, ())
    return False


def check_pattern(look: Look, pattern: BehavioralPattern, loc: Sequence[Step]) -> None:
    """One behavioural pattern: its act, its trigger's intents, its template."""
    if pattern.act:
        look.act(pattern.act, (*loc, "act"))
    for word in (w.strip() for w in pattern.trigger.split(",")):
        if "_" in word and word not in INTENTS:
            hint = nearest(word, INTENTS)
            text = f'"{word}" is no intent, so it is looked for as a word ({hint})'
            look.say((*loc, "trigger"), text, "warning")
    if pattern.response_template:
        wanted = check_line(
            look, pattern.response_template, slots_for(pattern.act), (*loc, "response_template")
        )
        for name in wanted:
            text = f"{{#{name}}}: symbols go into voice/, not into a pattern"
            look.say((*loc, "response_template"), text)


def check_forbidden(look: Look, root: Node) -> None:
    """Words that the pack itself forbids, in anything that it says."""
    words = look.whole.forbidden_words
    if not words:
        return
    match = re.compile(r"\b(?:" + "|".join(map(re.escape, words)) + r")\b", re.IGNORECASE)
    for section in ("facts", "voice", "npcs", "quests", "events"):
        node = root.child(section)
        for loc, found in _texts(node, (section,)) if node is not None else ():
            hit = match.search(str(found.value))
            if hit:
                look.say(loc, f'"{hit[0]}" is a forbidden word of this pack', "warning")


def check_commas(look: Look, root: Node) -> None:
    """Sentences in ``[ ]`` that a comma has split: the most common slip of all."""
    for section in ("facts", "voice", "npcs", "quests", "events"):
        node = root.child(section)
        if node is not None:
            _check_commas(look, node, (section,), sentences=False)


def _check_commas(look: Look, node: Node, loc: tuple[Step, ...], *, sentences: bool) -> None:
    if isinstance(node.value, dict):
        act = node.value.get("act")
        phrases = act is not None and str(act.value).startswith("#")
        for key, below in node.value.items():
            named = key in SENTENCES and not phrases
            inside = named or (sentences and loc[-1] == "said_by") or key == "said_by"
            _check_commas(look, below, (*loc, key), sentences=inside)
    elif isinstance(node.value, list):
        for i, below in enumerate(node.value):
            _check_commas(look, below, (*loc, i), sentences=False)
        if sentences and _is_split(node.value):
            text = "a comma in [ ] splits text into two lines; put the text in quotes"
            look.say(loc, text, "warning")


def _is_split(items: list[Node]) -> bool:
    """Whether unquoted neighbours in one line look like one sentence: "No hammer", "no pay."."""
    return any(
        a.raw and b.raw and a.line == b.line and b.raw[0].islower() and not _ENDED.search(a.raw)
        for a, b in pairwise(items)
    )


def _texts(node: Node, loc: tuple[Step, ...]) -> list[tuple[tuple[Step, ...], Node]]:
    """Every text under a node, with its location."""
    if isinstance(node.value, dict):
        return [t for key, below in node.value.items() for t in _texts(below, (*loc, key))]
    if isinstance(node.value, list):
        return [t for i, below in enumerate(node.value) for t in _texts(below, (*loc, i))]
    return [(loc, node)] if isinstance(node.value, str) else []
