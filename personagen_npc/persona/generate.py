"""Generate: a whole person from a few words, without any language model.

What happened to the person is drawn first; background, traits, goals, fears, secret, knowledge and
ways of behaving are explained from it, so that they agree. Same theme, complexity, seed and
setting: same person, byte for byte.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.dice import Dice
from personagen_npc.persona import manner
from personagen_npc.persona.character import character, described
from personagen_npc.persona.households import WORKING
from personagen_npc.persona.kin import Kin, draw_kin
from personagen_npc.persona.life import Event, Span, live, stranger
from personagen_npc.persona.naming import free_id, full_name, slug
from personagen_npc.persona.oneself import IMPORTANCE, Oneself, own_matters
from personagen_npc.persona.profile import Goal, KnowledgeNode, PersonaProfile, Ware
from personagen_npc.persona.prose import Prose
from personagen_npc.persona.setting import ANYWHERE, Setting
from personagen_npc.persona.theme import Theme, peoples, read_theme, trades
from personagen_npc.persona.ways import ways_of
from personagen_npc.tables import table

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from personagen_npc.persona.character import Character

SIMPLE, USUAL, RICH = 1, 5, 10
PRONOUNS: Final = (("she", "he", "they"), (0.47, 0.47, 0.06))  # [D]
CHILD: Final = "one of the children"  # who is too young for a trade
SECRET: Final = "secret"  # the knowledge node that is kept


class Draft(NamedTuple):
    """What is settled about a person before the profile is written."""

    theme: Theme
    people: Mapping[str, Any]
    trade: Mapping[str, Any]
    pronoun: str
    span: Span
    prose: Prose
    events: tuple[Event, ...]
    made: Character
    complexity: int
    kin: Kin
    setting: Setting
    ways: Mapping[str, Sequence[str]]


def generate(
    theme: str, complexity: int = USUAL, seed: int = 1, setting: Setting = ANYWHERE
) -> PersonaProfile:
    """A whole person.

    Args:
        theme: a few words; unknown ones steer what it likes to talk of, none at all gives anybody.
        complexity: 1 to 10: how much happened, and how much follows from it.
        seed: another number, another person.
        setting: what the world says already.
    """
    draft = _draft(theme, max(SIMPLE, min(RICH, complexity)), seed, setting)
    prose, made, name = draft.prose, draft.made, draft.prose.fill["full"]
    role = setting.role or draft.theme.role or draft.trade["role"]
    if not setting.role:
        role = f"the {role}" if draft.theme.role or draft.span.age >= WORKING else CHILD
    looks = manner.appearance(prose, draft.ways)
    known = _knowledge(draft, looks)
    return PersonaProfile(
        id=free_id(name, setting.taken),
        name=name,
        aliases=(prose.fill["name"],),
        background=_background(draft),
        personality_traits=described(made, prose),
        behavioral_patterns=manner.patterns(
            made, draft.events, draft.trade["topics"][0], draft.complexity, prose, draft.ways
        ),
        knowledge_graph=known,
        pronouns=draft.pronoun,  # type: ignore[arg-type]
        age=draft.span.years(draft.span.age),
        archetype=_archetype(draft),
        culture=prose.fill["people"],
        role=role,
        goals=_goals(draft),
        voice=manner.voice(
            made, draft.people, draft.theme.genre, (draft.pronoun, draft.span.age), prose
        ),
        appearance=looks,
        secrets=(SECRET,),
        topics=tuple(dict.fromkeys((*draft.trade["topics"], *draft.theme.topics))),
        opinions=manner.opinions(made, draft.complexity, prose),
        wares=wares(draft.trade) if setting.wares else {},
        elasticity=round(0.3 + 0.4 * made.values["neuroticism"], 2),
    )


def wares(trade: Mapping[str, Any]) -> dict[str, Ware]:
    """What a trade sells; the least it takes is four fifths of what it asks, [D]."""
    return {
        thing: Ware(price=price, reserve=round(price * 0.8), stock=3)
        for thing, _, price in trade.get("wares", ())
    }


# what is settled first


def _draft(text: str, complexity: int, seed: int, setting: Setting) -> Draft:
    theme = read_theme(text, setting.genre)
    dice = Dice(seed, f"theme:{theme.text}:{complexity}", f"generate:{setting.last}")
    world = table("persona/data/genres.yaml")[theme.genre]
    name = setting.people or theme.people or _people(theme, world, dice)
    people = table("persona/data/peoples.yaml")[name]
    pronoun = setting.pronoun or theme.pronoun or PRONOUNS[0][dice.index("pronoun", PRONOUNS[1])]
    trade = trades(theme.genre)[theme.trade]
    low, high = theme.ages
    stretch = people.get("years", 1)
    ours = setting.age // stretch if setting.age else low + int(dice.roll("age") * (high - low + 1))
    full = setting.name or full_name(people, pronoun, dice, setting.taken, setting.last)
    prose = Prose(dice, {}, {*world["forbidden"], *setting.forbidden}, setting.worn)
    prose.fill = _fill(full, name, pronoun, trade, world, prose)
    if setting.home[0]:
        prose.fill["home"], prose.fill["at_home"] = setting.home
    span = Span(max(ours, 5), stretch)
    events = live(theme, people, span, (complexity + 1) // 2 + 1, prose, setting)
    made = character(theme.words, trade, events, complexity, dice)
    kin = setting.kin or _kin(theme, people, span, events, prose, setting)
    ways = ways_of(theme.trade, span.age, made=bool(people.get("built")))
    return Draft(
        theme, people, trade, pronoun, span, prose, events, made, complexity, kin, setting, ways
    )


def _kin(
    theme: Theme, people: Mapping[str, Any], span: Span, events: tuple[Event, ...], prose: Prose,
    setting: Setting,
) -> Kin:  # fmt: skip
    words = (theme.trade, *theme.words)
    others = {prose.fill["name"], *(e.fill["who"] for e in events)}
    kin = draw_kin(
        people, span.age, events, words, prose.dice,
        lambda name: name not in others and name not in setting.taken,
    )  # fmt: skip
    return kin._replace(spouse=None, children=()) if setting.alone else kin


def _people(theme: Theme, world: Mapping[str, Any], dice: Dice) -> str:
    if "android" in theme.words or "robot" in theme.words:
        return "synthetic"
    names = [n for n in world["peoples"] if n in peoples(theme.genre)]
    return str(names[int(dice.roll("people") * len(names))])


def _fill(
    full: str, people: str, pronoun: str, trade: Mapping[str, Any], world: Mapping[str, Any],
    prose: Prose,
) -> dict[str, str]:  # fmt: skip
    """The words of the person, the world and the trade."""
    rows = table("persona/data/peoples.yaml")[people]["homes"]
    home, at_home = rows[int(prose.dice.roll("home") * len(rows))]
    vocab = {word: prose.one(f"vocab:{word}", options) for word, options in world["vocab"].items()}
    forms = table("persona/data/temper.yaml")["forms"][pronoun]
    return {
        **vocab, **forms, **trade["fill"], "full": full, "name": full.split()[0], "people": people,
        "home": home, "at_home": at_home, "topic": trade["topics"][0],
    }  # fmt: skip


def _archetype(draft: Draft) -> str:
    return draft.theme.trade


# texts


def _background(draft: Draft) -> str:
    texts = []
    for event in draft.events:
        own = draft.prose.among(event.fill)
        form = "they" if draft.pronoun == "they" and "they" in event.row else "says"
        texts.append(own.line(f"says:{event.tag}", event.row[form]))
    return " ".join(texts)


def _knowledge(draft: Draft, looks: str) -> dict[str, KnowledgeNode]:
    """The past, its people, the trade, and what is kept; what belongs together is connected."""
    rows: dict[str, tuple[str, float, list[str]]] = {}
    before = ""
    for event in draft.events:
        own, key = draft.prose.among(event.fill), f"past_{event.tag}"
        links = [before] if before else []
        rows[key] = (own.line(f"knows:{event.tag}", event.row["knows"]), 0.6, links)
        if "person" in event.row:
            text = own.line(f"person:{event.tag}", [event.row["person"]])
            rows[f"person_{slug(event.fill['who'])}"] = (text, 0.5, [key])
        before = key
    texts = draft.prose.some("trade", draft.trade["knows"], 2 + (draft.complexity > USUAL))
    for i, text in enumerate(texts, 1):
        rows[f"trade_{i}"] = (text, 0.5, [f"trade_{i - 1}"] if i > 1 else [])
    home = draft.prose.line("home", table("persona/data/manner.yaml")["home"])
    rows["place_home"] = (home, 0.4, [f"past_{draft.events[0].tag}"])
    rows |= {node: (text, IMPORTANCE, []) for node, text in _own(draft, looks).items()}
    text, cause = _secret(draft)
    rows[SECRET] = (text, 0.9, [cause] if cause in rows else [])
    return {
        key: KnowledgeNode(id=key, content=text, importance=weight, connections=tuple(links))
        for key, (text, weight, links) in rows.items()
    }


def _own(draft: Draft, looks: str) -> dict[str, str]:
    """What is said when one is asked about oneself."""
    pronouns = ("she", "he")
    apart = draft.setting._replace(taken=_Either(draft.setting.taken, draft.kin.names()))

    def who(matter: str) -> str:
        pronoun = pronouns[draft.prose.dice.roll(f"friend:{matter}") < 0.5]
        return stranger(draft.people, pronoun, draft.prose, apart, f"own:{matter}")

    one = Oneself(
        draft.prose, draft.span, draft.theme.genre, draft.events, draft.kin,
        bool(draft.people.get("built")), draft.complexity, who, looks, draft.ways,
    )  # fmt: skip
    return own_matters(one)


class _Either:
    """Names in the world, and those of one family."""

    def __init__(self, taken: Container[str], kin: Container[str]) -> None:
        self.taken, self.kin = taken, kin

    def __contains__(self, name: object) -> bool:
        return name in self.taken or name in self.kin


def _secret(draft: Draft) -> tuple[str, str]:
    """What is kept, and where it comes from: an event of the life, else the trade."""
    kept = [e for e in draft.events if "secret" in e.row]
    if kept and draft.prose.dice.roll("secret of the life") < 0.75:
        event = draft.prose.one("secret event", kept)
        own = draft.prose.among(event.fill)
        return own.line("secret", event.row["secret"]), f"past_{event.tag}"
    return draft.prose.line("secret", draft.trade["secrets"]), "trade_1"


def _goals(draft: Draft) -> tuple[Goal, ...]:
    """What the life makes somebody want and fear, and one wish of everybody's."""
    rows: dict[str, Goal] = {}
    for event in draft.events:
        for kind in ("goal", "fear"):
            if kind in event.row:
                goal = _goal(event.row[kind], draft.prose.among(event.fill), event.tag)
                rows.setdefault(goal.id, goal)
    manners = table("persona/data/manner.yaml")
    usual = draft.prose.one("goal", manners["goals"])
    wish = draft.prose.phrase(f"goal:{usual['id']}", [usual["description"]])
    rows.setdefault(usual["id"], Goal(**{**usual, "description": wish}))
    kept = draft.prose.phrase("kept", manners["kept"])
    rows["secret_kept"] = Goal(id="secret_kept", utility=0.7, description=kept, likelihood=0.6)
    return tuple(rows.values())


def _goal(row: Mapping[str, Any], prose: Prose, tag: str) -> Goal:
    text = prose.phrase(f"want:{tag}:{row['id']}", row["want"])
    likelihood = row.get("likelihood", 0.3)
    return Goal(id=row["id"], utility=row["utility"], description=text, likelihood=likelihood)
