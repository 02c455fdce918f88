"""Town: people of one place who agree with each other, as the trees of a world pack.

Households first, then work, ties and what the town remembers; each person is generated into that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from personagen_npc.dice import Dice
from personagen_npc.persona.bonds import WORDS, Bonds, debts, friendships, kinship, quarrels
from personagen_npc.persona.generate import generate
from personagen_npc.persona.households import GROWN, WORKING, settle
from personagen_npc.persona.kin import Kin, Relative, draw_kin
from personagen_npc.persona.memory_of_town import lore
from personagen_npc.persona.naming import free_name, slug
from personagen_npc.persona.oneself import IMPORTANCE
from personagen_npc.persona.profile import KnowledgeNode
from personagen_npc.persona.prose import Prose
from personagen_npc.persona.setting import Setting
from personagen_npc.persona.theme import read_theme, trades
from personagen_npc.tables import table
from personagen_npc.words.inflect import list_in_words, plural, possessive

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from personagen_npc.persona.households import Member
    from personagen_npc.persona.profile import PersonaProfile

TABLE: Final = "persona/data/town.yaml"
SMALLEST, LARGEST = 4, 400  # people: fewer are no town; more no player meets, [D]
FEW_NAMES: Final = 2  # one for a mother, one to spare
OPINIONS: Final = 4  # judgements of others that one has, at most


class Town(NamedTuple):
    """A town: ``world`` as world.yaml holds it, its people, and facts by file."""

    id: str
    world: dict[str, Any]
    people: tuple[PersonaProfile, ...]
    lore: dict[str, list[dict[str, Any]]]


class Post(NamedTuple):
    """What one does: a trade's word, its place, and how others call it."""

    trade: str
    place: str
    role: str = ""
    master: int | None = None


class Plan(NamedTuple):
    """What is settled about a town before its people are made."""

    genre: str
    row: Mapping[str, Any]
    name: str
    places: Mapping[str, dict[str, Any]]
    dice: Dice
    members: tuple[Member, ...]
    posts: Mapping[int, Post]
    bonds: Bonds
    taken: set[str]
    worn: dict[str, int]
    late: dict[int, Relative]  # who is dead beside whom
    dead: set[str]  # names of those who are, none twice while there are others


def found(
    size: int, seed: int, genre: str = "village", complexity: int = 4,
    told: Callable[[int], None] = lambda done: None,
) -> Town:  # fmt: skip
    """A town of so many people.

    Args:
        size: how many, 4 to 400.
        seed: same size, seed and genre: same town.
        genre: village, modern or space.
        complexity: of each person, 1 to 10.
        told: called with how many are made so far.
    """
    plan = _plan(max(SMALLEST, min(LARGEST, size)), seed, genre)
    matters = [*quarrels(plan.bonds), *debts(plan.bonds)]
    people = []
    for member in plan.members:
        people.append(_person(plan, member, seed, complexity))
        told(len(people))
    by_id = {p.id: p for p in people}
    facts, quests = lore(plan, by_id, matters)
    given = {q["giver"]: name for name, q in quests.items()}
    people = [
        p.model_copy(update={"quests": (given[p.id],)}) if p.id in given else p for p in people
    ]
    world = _world(plan, people, quests)
    return Town(slug(plan.name), world, tuple(people), facts)


def _plan(size: int, seed: int, genre: str) -> Plan:
    row = table(TABLE)["genres"][genre]
    dice = Dice(seed, "town", f"{genre}:{size}")
    prose = Prose(dice, {})
    head, tail = prose.one("head", row["heads"]), prose.one("tail", row["tails"])
    name = f"{head} {tail.title()}" if genre == "modern" else f"{head}{tail}"
    roll = settle(size, genre, row["people"], dice)
    places = {
        key: {
            "name": prose.one(f"place:{key}", p["names"]),
            "aliases": p["aliases"],
            "kind": p["kind"],
        }
        for key, p in row["places"].items()
    }
    bonds = Bonds(roll.members, dice)
    kinship(bonds)
    posts = _posts(roll.members, row, bonds, genre)
    friendships(bonds)
    return Plan(genre, row, name, places, dice, tuple(roll.members), posts, bonds, roll.taken, {},
                {}, set())  # fmt: skip


def _posts(
    members: list[Member], row: Mapping[str, Any], bonds: Bonds, genre: str
) -> dict[int, Post]:
    """Work for all: posts in the order of need, learners beside a parent, children at play."""
    posts: dict[int, Post] = {}
    grown = [m for m in members if m.age >= GROWN]
    heads = sorted(grown, key=lambda m: (m.parents != [] and m.age < 30, m.age > 70, m.index))
    for i, member in enumerate(heads):
        trade, place = row["posts"][i % len(row["posts"])]
        before = [members[m] for m, post in posts.items() if post.trade == trade]
        posts[member.index] = Post(trade, place, _beside(member, before, trade, genre))
    for member in members:
        if member.index not in posts:
            posts[member.index] = _young(member, members, posts, row, bonds)
    return posts


def _beside(member: Member, before: list[Member], trade: str, genre: str) -> str:
    """How one is called whose trade others have already: only one is "the smith"."""
    if not before:
        return ""
    role = _role(trade, genre)
    if len(before) > 1:
        return f"one of the {plural(role)}"
    apart = member.age - before[0].age
    return f"the {'older' if apart > 0 else 'younger' if apart < 0 else 'other'} {role}"


def _role(trade: str, genre: str) -> str:
    theme = read_theme(trade, genre)
    return str(theme.role or trades(genre)[theme.trade]["role"])


def _young(
    member: Member, members: list[Member], posts: Mapping[int, Post], row: Mapping[str, Any],
    bonds: Bonds,
) -> Post:  # fmt: skip
    parent = members[member.parents[0]]
    if member.age < WORKING:
        word = {"she": "girl", "he": "boy", "they": "child"}[member.pronoun]
        place = next(p for p in ("school", "market", "square", "lab") if p in row["places"])
        return Post("child", place, f"{possessive(parent.first)} {word}")
    post = posts[parent.index]
    bonds.bind(member.index, "apprentice", parent.index, "employer")
    return Post(post.trade, post.place, f"{possessive(parent.first)} apprentice", parent.index)


def _person(plan: Plan, one: Member, seed: int, complexity: int) -> PersonaProfile:
    """One of them, with a life that leaves room for the family and the town that there are."""
    town, post = table(TABLE), plan.posts[one.index]
    wed = one.spouse is not None or any(one.index in m.parents for m in plan.members)
    kin_here = one.local or wed or bool(one.parents)
    barred = [*town["barred"], *(town["settled"] if wed else ())]
    prose = Prose(plan.dice.again(one.index + 1), {})
    theme = f"{prose.one('adjective', town['adjectives'])} {post.trade}"
    made = generate(
        theme, complexity, seed * 1009 + one.index,
        Setting(
            genre=plan.genre, taken=plan.taken, people=one.people, last=one.last,
            pronoun=one.pronoun, age=one.age, name=one.name, role=post.role, barred=barred,
            home=(plan.name, f"in {plan.name}") if one.local else ("", ""),
            origins=town["kin_here"] if kin_here else (),
            worn=plan.worn, wares=one.age >= GROWN, alone=not kin_here,
            kin=_kin(plan, one) if kin_here else None,
        ),
    )  # fmt: skip
    return made.model_copy(update=_belonging(plan, one, made))


def _kin(plan: Plan, one: Member) -> Kin:
    """The family as the town has it; a parent who is not there is dead, and had a name."""
    all_ = plan.members
    parents = {_WORD[all_[i].pronoun]: _relative(plan, i, "parent") for i in one.parents}
    if len(one.parents) == 1:
        late = _late(plan, one.parents[0])
        parents.setdefault(late.word, late)
    people = table("persona/data/peoples.yaml")[one.people]
    dead = draw_kin(people, one.age, (), ("orphan",), plan.dice.again(-one.index - 1),
                    _unclaimed(plan, one.people, one.age + GROWN))  # fmt: skip
    gone = (r for r in (dead.mother, dead.father) if r is not None and r.word not in parents)
    plan.dead.update(r.name for r in gone)
    others = [m.index for m in all_ if m is not one and set(m.parents) & set(one.parents)]
    mine = [m.index for m in all_ if one.index in m.parents]
    return Kin(
        parents.get("mother", dead.mother), parents.get("father", dead.father), True,
        tuple(_relative(plan, i, "sibling") for i in others), _spouse(plan, one, mine),
        tuple(_relative(plan, i, "child") for i in mine), near=True,
    )  # fmt: skip


def _unclaimed(plan: Plan, people: str, age: int) -> Callable[[str], bool]:
    """Names of nobody; where a people has hardly one left, of nobody here of such an age."""
    row, barred = table("persona/data/peoples.yaml")[people], plan.taken | plan.dead
    if min(sum(name not in barred for name in row[p]) for p in ("she", "he")) < FEW_NAMES:
        barred = {m.first for m in plan.members if m.age >= age}
    return lambda name: name not in barred


def _spouse(plan: Plan, one: Member, children: list[int]) -> Relative | None:
    """Husband or wife; who has children and nobody beside him has buried somebody."""
    if one.spouse is not None:
        return _relative(plan, one.spouse, "spouse")
    if not children:
        return None
    late = _late(plan, one.index)
    word = {"mother": "wife", "father": "husband"}[late.word]
    return late._replace(word=word)


def _late(plan: Plan, parent: int) -> Relative:
    """The other parent of somebody's children, who is dead; the same for all who ask."""
    if parent not in plan.late:
        other = plan.members[parent]
        pronoun = "he" if other.pronoun == "she" else "she"
        people = table("persona/data/peoples.yaml")[other.people]
        name = free_name(people, pronoun, plan.dice, f"late:{parent}",
                         _unclaimed(plan, other.people, other.age - GROWN))  # fmt: skip
        plan.dead.add(name)
        plan.late[parent] = Relative(_WORD[pronoun], name, "late")
    return plan.late[parent]


_WORD: Final = {"she": "mother", "he": "father", "they": "mother"}


def _relative(plan: Plan, index: int, kind: str) -> Relative:
    who, post = plan.members[index], plan.posts[index]
    here = "here" if kind == "parent" else ""
    role = post.role or f"the {_role(post.trade, plan.genre)}"
    return Relative(WORDS[kind].get(who.pronoun, kind), who.first, here, role)


def _belonging(plan: Plan, one: Member, made: PersonaProfile) -> dict[str, Any]:
    """What the town makes of somebody: id, place, faction, ties and what is thought of others."""
    place = plan.posts[one.index].place
    faction = next(
        (f for f, r in plan.row["factions"].items() if made.archetype in r["trades"]), ""
    )
    if one.age < WORKING:
        faction = ""
    return {
        "id": one.id, "place": place, "home": place, "faction": faction,
        "ties": plan.bonds.ties(one), "opinions": {**made.opinions, **_opinions(plan, one)},
        "knowledge_graph": {**made.knowledge_graph, **_company(plan, one)},
    }  # fmt: skip


def _company(plan: Plan, one: Member) -> dict[str, KnowledgeNode]:
    """Friends and those one is at odds with, as one names them when asked."""
    found = {}
    for node, kinds in (("friends", {"friend"}), ("enemies", {"rival", "enemy"})):
        them = [
            o for o in plan.bonds.known(one.index) if kinds & set(plan.bonds.kinds(one.index, o))
        ]
        if them:
            names = [plan.members[o].first for o in them[:3]]
            fill = {"them": list_in_words(names), "b": names[0]}
            prose = Prose(plan.dice.again(one.index + 1), fill, (), plan.worn)
            number = "one" if len(names) == 1 else "some"
            text = prose.line(f"own:{node}", table(TABLE)["company"][node][number])
            found[node] = KnowledgeNode(id=node, content=text, importance=IMPORTANCE)
    return found


def _opinions(plan: Plan, one: Member) -> dict[str, str]:
    """What one says of some of those one knows; never the same words twice in one mouth."""
    rows, used, found = table(TABLE)["opinions"], set[str](), {}
    for other in plan.bonds.known(one.index)[:OPINIONS]:
        kinds = plan.bonds.kinds(one.index, other)
        band = _band(kinds)
        them = plan.members[other]
        prose = Prose(plan.dice, {"b": them.first}, (), plan.worn)
        options = [o for o in rows[band] if o not in used]
        if options:
            chosen = prose.one(f"opinion:{one.index}:{other}", options)
            used.add(chosen)
            found[them.id] = prose.line("", [chosen])
    return found


def _band(kinds: tuple[str, ...]) -> str:
    if {"rival", "enemy", "creditor"} & set(kinds):
        return "cool"
    if {"spouse", "parent", "child", "sibling", "grandparent", "grandchild"} & set(kinds):
        return "kin"
    return "friend" if "friend" in kinds else "fair"


def _world(
    plan: Plan, people: list[PersonaProfile], quests: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    """The town's world.yaml."""
    row, world = plan.row, table("persona/data/genres.yaml")[plan.genre]
    first, *others = plan.places
    places = {
        key: {**place, "near": others if key == first else [first]}
        for key, place in plan.places.items()
    }
    tree: dict[str, Any] = {
        "id": slug(plan.name), "name": plan.name, "version": "1",
        "description": row["describe"].replace("<count>", str(len(people))), "time_scale": 60,
        "calendar": row["calendar"], "era": world["era"], "forbidden_words": world["forbidden"],
        "coin": world["coin"], "strangers": ["stranger", "friend"], "places": places,
        "factions": _factions(row, people), "things": _things(plan, people, quests),
    }  # fmt: skip
    if plan.genre != "space":
        values = ["clear", "rain", "fog", "wind"]
        tree["variables"] = {"weather": {"default": "clear", "values": values}}
    tree["events"] = table(TABLE)["events"]
    tree["quests"] = {n: {k: v for k, v in q.items() if k != "thing"} for n, q in quests.items()}
    used = dict.fromkeys(p.culture for p in people)
    peoples = table("persona/data/peoples.yaml")
    tree["cultures"] = {c: {"name": peoples[c]["name"], "oaths": peoples[c]["oaths"]} for c in used}
    return tree


def _factions(row: Mapping[str, Any], people: list[PersonaProfile]) -> dict[str, Any]:
    used = {p.faction for p in people}
    return {
        name: {
            "name": f["name"], "aliases": f["aliases"], "description": f["description"],
            "attitudes": {k: v for k, v in f["attitudes"].items() if k in used},
        }
        for name, f in row["factions"].items() if name in used
    }  # fmt: skip


def _things(
    plan: Plan, people: list[PersonaProfile], quests: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    """What is sold, what quests are about, and what the town is known for."""
    things = {key: {"name": name, "aliases": more} for key, name, more in plan.row["things"]}
    sold = {t: name for row in trades(plan.genre).values() for t, name, _ in row.get("wares", ())}
    for person in people:
        things |= {t: {"name": sold[t], "kind": "ware"} for t in person.wares if t in sold}
    for quest in quests.values():
        key, name = quest["thing"]
        things[key] = {"name": name, "kind": "errand"}
    return things
