"""Oneself: what somebody can say when asked of family, past, tastes, fears, wishes, the day.

Each answer is a knowledge node whose id is a matter of ``mind/data/personal.yaml``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from personagen_npc.persona.kin import GROWN
from personagen_npc.persona.prose import Prose
from personagen_npc.tables import table
from personagen_npc.words.inflect import list_in_words, number_in_words, plural, possessive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from personagen_npc.persona.kin import Kin, Relative
    from personagen_npc.persona.life import Event, Span

FAMILY: Final = "persona/data/family.yaml"
TASTES: Final = "persona/data/tastes.yaml"
IMPORTANCE: Final = 0.3  # of what is only told to who asks, as one's age and work, [D]
WORN: Final = 2  # mouths in one town with the same wish or fear: more sound like a chorus, [D]
FORMS: Final = {"they": "I", "them": "me", "their": "my", "is": "am", "was": "was", "have": "have",
                "s": "", "s_ve": "ve"}  # fmt: skip


class Oneself(NamedTuple):
    """Who says it, of what life and family."""

    prose: Prose
    span: Span
    genre: str
    events: Sequence[Event]
    kin: Kin
    built: bool
    rich: int  # complexity
    stranger: Callable[[str], str]  # a name of nobody in the world, by purpose
    looks: str
    ways: Mapping[str, Sequence[str]]

    def told(self, matter: str, situation: str, fill: Mapping[str, str]) -> str:
        """What is said of a member of the family as things stand."""
        rows = table(FAMILY)[matter][situation]
        return self.prose.among(fill).line(f"own:{matter}", rows)


def own_matters(one: Oneself) -> dict[str, str]:
    """What is said of every matter, by the id of its node; the order is that of telling."""
    found: dict[str, str] = {}
    for node, text in (*_of_oneself(one), *_of_family(one), *_of_life(one), *_of_tastes(one)):
        found[_free(node, found)] = text
    return found


def _free(node: str, found: Mapping[str, str]) -> str:
    """A node's name, or the next that goes on where those of that name end."""
    stem = node.rstrip("_0123456789")
    return next(n for n in (stem, *(f"{stem}_{k}" for k in range(2, 9))) if n not in found)


# the whole of it


def _of_oneself(one: Oneself) -> Iterator[tuple[str, str]]:
    """Looks, who one is in two sentences, and the family in one."""
    kind = _kind(one)
    yield "look", told_looks(one.looks, table(TASTES)["look"][kind], one.prose)
    yield "about", one.prose.line("own:about", table(TASTES)["about"][kind])
    text = household(one.kin, one.prose, young=kind == "child")
    if text:
        yield "family", text


def told_looks(looks: str, frames: Sequence[str], prose: Prose) -> str:
    """An appearance as its owner gives it: "tall and stooped, with a scar"."""
    low = looks[:1].lower() + looks[1:].removesuffix(".")
    return prose.among({"looks": low}).line("own:look", frames)


def household(kin: Kin, prose: Prose, *, young: bool = False) -> str:
    """Who is left, in a sentence or two; nothing where there never was a family."""
    if not kin.known:
        return ""
    left = [r for r in (kin.mother, kin.father) if r is not None and r.fate in {"", "here"}]
    rows = table(FAMILY)["household"]
    near = [r for r in (kin.spouse, *kin.children) if r is not None and r.fate in {"", "here"}]
    gone = [r for r in kin.siblings if not r.fate]
    fill = {
        "mine": counted(near, "my "), "sibs": counted(gone),
        "parent": left[0].word if left else "",
        "parents": prose.one("own:old", rows["old"][len(left)]),
    }  # fmt: skip
    key = ("mine_" if near else "alone_") + ("sibs" if gone else "only")
    key = "young" if young and gone else key
    return prose.among(fill).line("own:family", rows[key])


# family


def _of_family(one: Oneself) -> Iterator[tuple[str, str]]:
    mother = one.kin.mother
    yield "mother", one.told("mother", _parent(one, mother), _parents(one, mother))
    father = _parent(one, one.kin.father)
    heir = any(e.tag == "heir" for e in one.events) and father in {"alive", "dead"}
    told = _parents(one, one.kin.father)
    yield "father", one.told("father", "craft" if heir else father, told)
    yield from _of_siblings(one)
    yield "married", one.told("married", _wedded(one), _spouse(one))
    yield from _of_children(one)


def _parents(one: Oneself, who: Relative | None) -> dict[str, str]:
    trades = table(FAMILY)["ftrades"][one.genre]
    late = one.prose.dice.roll(f"own:lost:{who.word if who else ''}")
    young = max(6, int(one.span.age * (0.35 + 0.4 * late)))
    return {
        "ftrade": one.prose.one("own:ftrade", trades), "n": _years(one, young),
        "mother": one.kin.mother.name if one.kin.mother else "",
        "father": one.kin.father.name if one.kin.father else "",
        "work": who.work if who is not None else "",
    }  # fmt: skip


def _years(one: Oneself, ours: int) -> str:
    return number_in_words(one.span.years(ours))


def _parent(one: Oneself, who: Relative | None) -> str:
    if one.built:
        return "made"
    if who is None:
        return "unknown"
    return who.fate or ("child" if one.span.age < GROWN else "alive")


def _of_siblings(one: Oneself) -> Iterator[tuple[str, str]]:
    all_ = one.kin.siblings
    left = [r for r in all_ if not r.fate]
    gone = [r for r in all_ if r.fate == "dead"]
    fill = {"sibs": counted(left or all_), "n": _years(one, max(7, one.span.age * 2 // 5))}
    if gone:
        them = {"dead": counted(gone), "dead_he": "they" if len(gone) > 1 else _he(gone[0])}
        rest = "dead" if left else "dead_all"
        yield "siblings", one.told("siblings", rest, {**fill, **them})
    elif one.built or not one.kin.known:
        yield "siblings", one.told("siblings", "made" if one.built else "unknown", fill)
    else:
        near = "near" if len(left) > 1 else "near_one"
        some = near if one.kin.near else _number(left)
        how = some if left else "gone" if all_ else "none"
        yield "siblings", one.told("siblings", how, fill)
    if left:
        dear = one.prose.one("own:dear", left)
        dear_fill = {"one": dear.name, "one_he": _he(dear)}
        near = "near" if one.kin.near else "some"
        yield "siblings", one.told("siblings_2", near, dear_fill)


def _number(people: Sequence[Relative]) -> str:
    return "single" if len(people) == 1 else "some"


def _he(who: Relative) -> str:
    """The pronoun, or the name of one who is neither he nor she."""
    if who.word in {"sister", "daughter", "wife", "mother"}:
        return "she"
    return "he" if who.word in {"brother", "son", "husband", "father"} else who.name


def _pronouns(who: Relative) -> dict[str, str]:
    he = _he(who)
    if he == who.name:
        return {"he": he, "him": he, "his": possessive(he)}
    forms = table("persona/data/temper.yaml")["forms"][he]
    return {"he": forms["they"], "him": forms["them"], "his": forms["their"]}


def counted(people: Sequence[Relative], one: str = "a ") -> str:
    """Some of a family: "a brother, Hob, and two sisters, Joan and Petra"."""
    words = list(dict.fromkeys(p.word for p in people))
    parts = []
    for word in words:
        names = [p.name for p in people if p.word == word]
        head = (
            f"{one}{word}" if len(names) == 1 else f"{number_in_words(len(names))} {plural(word)}"
        )
        parts.append(f"{head}, {list_in_words(names)}")
    return ", and ".join(parts)


def _wedded(one: Oneself) -> str:
    if one.built:
        return "made"
    spouse = one.kin.spouse
    if spouse is not None:
        return {"dead": "widowed", "late": "late", "gone": "gone"}.get(spouse.fate, "wed")
    if one.span.age < GROWN:
        return "young"
    return "jilted" if any(e.tag == "love_lost" for e in one.events) else "never"


def _spouse(one: Oneself) -> dict[str, str]:
    fill = {"age": _years(one, one.span.age)}
    spouse = one.kin.spouse
    return fill if spouse is None else {
        **fill, **_pronouns(spouse), "spouse": spouse.name, "wed": spouse.word,
    }  # fmt: skip


def _of_children(one: Oneself) -> Iterator[tuple[str, str]]:
    fill = {"age": _years(one, one.span.age), "kids": counted(one.kin.children)}
    lost = next((c for c in one.kin.children if c.fate == "dead"), None)
    if lost is None:
        yield "children", one.told("children", _childed(one), fill)
        return
    when = next((e.fill["n"] for e in one.events if e.tag == "lost"), _years(one, one.span.age))
    own = {**fill, **_pronouns(lost), "child": lost.name, "word": lost.word, "n": when}
    yield "children", one.told("children", "lost", own)
    yield "fate", one.told("fate", one.genre, own)


def _childed(one: Oneself) -> str:
    if one.built:
        return "made"
    if one.kin.children:
        return "gone" if one.kin.children[0].fate else _number(one.kin.children)
    return "young" if one.span.age < GROWN else "none"


# what the life made somebody want, fear and regret


def _of_life(one: Oneself) -> Iterator[tuple[str, str]]:
    for event in one.events:
        if "foe" in event.row:
            yield "enemies", one.prose.among(event.fill).line("own:foe", event.row["foe"])
    for node, kind in (("fear", "fear"), ("wish", "goal")):
        rows = [(e, e.row[kind]) for e in one.events if kind in e.row]
        rows = [row for row in rows if one.prose.wear(f"{node}:{row[1]['id']}") < WORN]
        rows.sort(key=lambda row: -abs(row[1]["utility"]))
        frames = one.prose.some(f"own:{node}", table(TASTES)["frames"][node], 2)
        for (event, row), frame in zip(rows, frames, strict=False):
            one.prose.take(f"{node}:{row['id']}")
            own = one.prose.among({**event.fill, **FORMS})
            want = own.phrase(f"own:{node}:{row['id']}", row["want"])
            told = Prose(one.prose.dice, {"want": want})
            yield node, told.line(f"own:{node}:{row['id']}", [frame])


# tastes


def _kind(one: Oneself) -> str:
    return "made" if one.built else "child" if one.span.age < GROWN else "grown"


def _of_tastes(one: Oneself) -> Iterator[tuple[str, str]]:
    rows, kind = table(TASTES)["matters"], _kind(one)
    for matter, row in rows.items():
        count = min(row.get("most", 1), 1 + one.rich // 4)
        special = row.get(kind, ()) if kind != "grown" else ()
        keys = (kind,) if len(special) >= count else ("any", one.genre, kind)
        options = [o for key in keys for o in row.get(key, ())]
        stranger = one.prose.among({"who": one.stranger(matter)})
        unsaid = [w for w in one.ways.get(matter, ()) if not one.prose.wear(w)]
        ways = one.prose.some(f"way:{matter}", unsaid, 1)
        others = one.prose.some(f"own:{matter}", options, count)
        for i, option in enumerate((*ways, *others)[: max(count, len(ways))]):
            yield matter, stranger.line(f"own:{matter}:{i}", [option])
