"""Life: what happened to somebody, in the order of years; everything else is explained from it.

After Caves of Qud, whose histories are generated first and explained afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from personagen_npc.persona.naming import first_name, last_name
from personagen_npc.persona.setting import ANYWHERE
from personagen_npc.persona.theme import peoples
from personagen_npc.tables import table
from personagen_npc.words.inflect import number_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from personagen_npc.persona.prose import Prose
    from personagen_npc.persona.setting import Setting
    from personagen_npc.persona.theme import Theme

LIFE = "persona/data/life.yaml"
FAMILY = "persona/data/family.yaml"
YOUNG = 6  # years of ours: what was before is told by others, [D]
ANY_AGE = frozenset({"dog", "cat", "horse", "mother", "father", "brother", "sister", "friend",
                     "twin", "grandmother", "grandfather", "uncle", "aunt"})  # fmt: skip
TRIES = 24  # names drawn for another one in a life before a family's does


class Event(NamedTuple):
    """Something that happened: its row, the age then (None for how things stand), its own words."""

    row: Mapping[str, Any]
    at: int | None
    fill: Mapping[str, str]

    @property
    def tag(self) -> str:
        """Its name in the table."""
        return str(self.row["tag"])


class Span(NamedTuple):
    """How old somebody is, counted as people of ours, and how much longer a year of his is."""

    age: int
    stretch: int

    def years(self, ours: int) -> int:
        """One of our ages as one of his."""
        return ours * self.stretch


def live(
    theme: Theme,
    people: Mapping[str, Any],
    span: Span,
    turns: int,
    prose: Prose,
    setting: Setting = ANYWHERE,
) -> tuple[Event, ...]:
    """An origin, some turns in order, what the theme tells, and how things stand now."""
    rows = table(LIFE)
    data = {s: [r for r in rows[s] if r["tag"] not in setting.barred] for s in ("turns", "now")}
    named = any(t.whom.split()[-1] in table(FAMILY)["settles"]["has"] for t in theme.told)
    begun = [
        r for r in rows["origins"]
        if r["tag"] in (setting.origins or (r["tag"],)) and not (named and r.get("kinless"))
    ]  # fmt: skip
    fits = [r for r in data["turns"] if _fits(r, theme.genre, people, span, turn=True)]
    count = min(turns, max(0, (span.age - 4) // 6))
    tags = {t.row["tag"] for t in theme.told}
    chosen = prose.some("turns", [r for r in fits if r["tag"] not in tags], count)
    found: list[Event] = []  # what the theme tells keeps its year
    for told in theme.told:
        soon = {**told.row, "from": min(told.row["from"], max(YOUNG, span.age - 2))}
        row = soon if told.whom.split()[-1] in ANY_AGE else told.row
        if span.age > row["from"]:
            event = _at(row, span, people, prose, setting)
            found.append(event._replace(fill={**event.fill, **told.fill()}))
    found += [_at(row, span, people, prose, setting) for row in _apart(chosen)]
    ends = [r for r in data["now"] if _fits(r, theme.genre, people, span)]
    first = [r for r in begun if _fits(r, theme.genre, people, span)]
    return (
        _now(prose.one("origin", first), people, prose, setting),
        *sorted(_settled(found), key=lambda e: e.at or 0),
        _now(prose.one("now", ends), people, prose, setting),
    )


def _fits(
    row: Mapping[str, Any], genre: str, people: Mapping[str, Any], span: Span, *, turn: bool = False
) -> bool:
    """Whether it can have happened to somebody of that world, people and age."""
    made = bool(people.get("built"))
    if genre not in row.get("genres", (genre,)) or (made and row.get("born")):
        return False
    if row.get("made") and not made:
        return False
    return bool(row.get("from", 0) < span.age) if turn else _now_of(row, span)


def _now_of(row: Mapping[str, Any], span: Span) -> bool:
    return bool(row.get("from", 0) < span.age <= row.get("upto", span.age))


def _apart(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Without those that would want the same goal twice."""
    seen: set[str] = set()
    kept = []
    for row in rows:
        goal = row.get("goal", {}).get("id", row["tag"])
        if goal not in seen:
            seen.add(goal)
            kept.append(row)
    return kept


def _settled(events: Sequence[Event]) -> list[Event]:
    """One event a year: a year has no room for two."""
    taken: set[int] = set()
    kept = []
    for event in events:
        at = event.at or 0
        if at not in taken:
            taken.add(at)
            kept.append(event)
    return kept


def _at(
    row: Mapping[str, Any], span: Span, people: Mapping[str, Any], prose: Prose, setting: Setting
) -> Event:
    low = row["from"]
    high = max(low, min(span.age - 1, row.get("upto", low + 14)))
    ours = low + int(prose.dice.roll(f"at:{row['tag']}") * (high - low + 1))
    years = span.years(ours) + int(prose.dice.roll(f"in:{row['tag']}") * span.stretch)
    return Event(row, years, _own(row, years, people, prose, setting))


def _now(
    row: Mapping[str, Any], people: Mapping[str, Any], prose: Prose, setting: Setting
) -> Event:
    return Event(row, None, _own(row, 0, people, prose, setting))


def _own(
    row: Mapping[str, Any], years: int, people: Mapping[str, Any], prose: Prose, setting: Setting
) -> dict[str, str]:
    """The words of one event: how old one was, and who else is in it."""
    dice, tag = prose.dice, row["tag"]
    other = "she" if dice.roll(f"who:{tag}") < 0.5 else "he"
    name = stranger(people, other, prose, setting, tag)
    forms = table("persona/data/temper.yaml")["forms"][other]
    return {
        "n": number_in_words(years), "who": name, "he": forms["they"], "him": forms["them"],
        "his": forms["their"],
    }  # fmt: skip


def stranger(
    people: Mapping[str, Any], pronoun: str, prose: Prose, setting: Setting, tag: str
) -> str:
    """A name of nobody in the world, who would know nothing of it; by and by of another people."""
    near = list(peoples(people["genre"]).values())
    for k in range(TRIES):
        row = people if k < TRIES // 2 else near[k % len(near)]
        name = first_name(row, pronoun, prose.dice, f"whom:{tag}:{k}")
        if name != prose.fill["name"] and name not in setting.taken:
            return name
    return f"old {last_name(people, prose.dice, f'whom:{tag}')}"
