"""Affect as a player meets it: what is done shows with the right sign, and fades as it should.

Measured on whole replies and events, not on formulas: the sign of what was done against the sign of
mood, of the emotion named and of how the doer is liked; half-lives by looking again later.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from personagen_npc.changes import ClockMoved
from personagen_npc.events import EMOTIONS
from personagen_npc.host.reads import npc_get
from personagen_npc.mind.feel import Deed, feel, felt, mood_now
from personagen_npc.mind.feeling.mood import OCTANTS, label
from personagen_npc.mind.npc import born
from personagen_npc.persona.traits import Mood
from personagen_npc.world.deeds.happen import admit_event, happen
from personagen_npc.world.scenes import standing_of
from personagen_npc.world.state import snapshot
from personagen_npc.world.talking.talk import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.reply import Reply
    from personagen_npc.persona.profile import PersonaProfile
    from personagen_npc.world.pack import Pack
    from personagen_npc.world.world import World

SCALE = 72.0
SIGN_HOLDS = 0.97  # share of cases in which what shows has the sign of what was done
HALF_LIFE_ERROR = 0.05
LINES = {
    # what is said -> good (1) or ill (-1) done to the one it is said to
    "You stupid oaf.": -1, "You are a liar and a thief.": -1, "I will break your arm.": -1,
    "You burned the mill, admit it.": -1, "I hate you.": -1, "You disgusting pig.": -1,
    "Thank you, that was kind.": 1, "You are the best cook in the valley.": 1,
    "I am sorry for what I said.": 1, "That is beautiful work.": 1,
    "I am so sorry for your loss.": 1,
}  # fmt: skip
EVENTS = {"theft": -1, "attack": -1, "gift": 1, "rescue": 1}
TEMPERS: dict[str, dict[str, float]] = {
    "middling": {},
    "proud": {"extraversion": 0.9, "agreeableness": 0.2, "conscientiousness": 0.8},
    "meek": {"extraversion": 0.1, "agreeableness": 0.9, "neuroticism": 0.8},
    "warm": {"extraversion": 0.9, "agreeableness": 0.9, "neuroticism": 0.2},
    "sour": {"agreeableness": 0.1, "neuroticism": 0.9},
    "cold": {"extraversion": 0.1, "agreeableness": 0.3, "neuroticism": 0.1},
}
ROOMS: dict[str, Any] = {
    "time_scale": SCALE,
    "places": {"inn": {"name": "the inn"}},
    "events": {
        "theft": {"text": "{actor} robbed {target}.", "benefit": -0.7, "praise": -0.8},
        "attack": {"text": "{actor} struck {target}.", "benefit": -0.9, "praise": -0.8},
        "gift": {"text": "{actor} gave {target} a gift.", "benefit": 0.7, "praise": 0.4},
        "rescue": {"text": "{actor} saved {target}.", "benefit": 1.0, "praise": 0.95},
    },
}


class Shown(NamedTuple):
    """What showed after something was done: how pleasure moved, the emotion, liking."""

    pleasure: float
    emotion: str
    affinity: float

    def sign(self) -> int:
        """The sign that all three agree on, 0 if they do not."""
        felt_ = EMOTIONS[self.emotion][0] if self.emotion in EMOTIONS else 0.0
        signs = {(x > 0) - (x < 0) for x in (self.pleasure, felt_, self.affinity)}
        return signs.pop() if len(signs) == 1 else 0


def _people() -> dict[str, Any]:
    return {
        name: {
            "place": "inn",
            "personality_traits": [{"name": t, "value": v} for t, v in traits.items()],
        }
        for name, traits in TEMPERS.items()
    }


def _rested(world: World) -> None:
    """A year later: every mood is over."""
    world.begin()
    world.do(ClockMoved(world.now + 365 * 86400.0))
    world.end()


def _shown(world: World, npc: Npc, player: str, before: float) -> Shown:
    after = npc_get(world, {"npc": npc.id})
    liked = standing_of(world, npc, player).affinity
    return Shown(after["pleasure"] - before, after["emotion"], liked)


def _cases(world: World, step: Callable[..., Any]) -> Iterator[tuple[str, int, int]]:
    """(what, sign done, sign shown) of every line and event to every temper."""
    number = itertools.count()
    for who, (what, sign) in itertools.product(TEMPERS, {**LINES, **EVENTS}.items()):
        _rested(world)
        npc, player = world.npcs[who], f"p{next(number)}"
        step(world, say, [who], player, "Hello.", whisper=True)
        before = npc_get(world, {"npc": who})["pleasure"]
        if what in LINES:
            step(world, say, [who], player, what, whisper=True)
        else:
            event = {"type": what, "actor": player, "target": who, "reach": "whisper"}
            step(world, happen, [admit_event(world, event, "event")])
        yield f"{who}: {what}", sign, _shown(world, npc, player, before).sign()


def test_what_is_done_shows_with_its_sign_in_mood_emotion_and_liking(
    hamlet: Callable[..., World], step: Callable[..., Any], voice: Any
) -> None:
    rooms = {**ROOMS, "npcs": _people(), "voice": voice}
    cases = list(_cases(hamlet(seed=3, **rooms), step))
    wrong = [what for what, done, shown in cases if done != shown]
    assert len(cases) == len(TEMPERS) * (len(LINES) + len(EVENTS))
    assert 1.0 - len(wrong) / len(cases) >= SIGN_HOLDS, wrong


@pytest.mark.parametrize("temper", [
    {}, {"emotion_half_life_s": 40.0, "mood_half_life_s": 300.0},
    {"emotion_half_life_s": 5.0, "mood_half_life_s": 20.0, "intensity": 2.0},
])  # fmt: skip
@pytest.mark.parametrize("who", list(TEMPERS))
def test_moods_and_emotions_halve_in_the_time_that_is_shown(
    hamlet: Callable[..., World], step: Callable[..., Any], who: str, temper: dict[str, float]
) -> None:
    people = {who: {**_people()[who], "temper": temper}}
    world = hamlet(seed=3, **{**ROOMS, "npcs": people})
    npc = world.npcs[who]
    # strong enough that half of it is well over the least that is felt
    event = {"type": "attack", "actor": "ash", "target": who}
    step(world, say, [who], "ash", "Hello.")
    step(world, happen, [admit_event(world, event, "event")])
    first = npc_get(world, {"npc": who})
    for axis, half in (("pleasure", "mood_half_life_s"), ("intensity", "emotion_half_life_s")):
        at = world.now
        rest = npc.rest.pleasure if axis == "pleasure" else 0.0
        world.begin()
        world.do(ClockMoved(at + first["temper"][half] * SCALE))
        world.end()
        later = npc_get(world, {"npc": who})
        left = (later[axis] - rest) / (first[axis] - rest)
        assert abs(left - 0.5) <= 0.5 * HALF_LIFE_ERROR, (axis, left)
        world.now = at


WISHES = ("dry", "warm", "fed")


def _lived(npc: Npc, deeds: tuple[Deed, ...]) -> str:
    """The word for a mood after some things happened in a row."""
    for deed in deeds:
        for change in feel(npc, deed, 0.0, 1.0).changes:
            if type(change).__name__ == "Felt":
                mood = type(npc.mood)(change.pleasure, change.arousal, change.dominance)  # type: ignore[union-attr]
                felt(npc, change.emotion, change.intensity, "", 0.0, mood)  # type: ignore[union-attr]
    return label(mood_now(npc, 0.0, 1.0))


def test_every_mood_is_one_that_somebody_can_come_into(
    persona: Callable[..., PersonaProfile],
) -> None:
    """No word of the 24 is there for show: a life of a few deeds leads to each."""
    deeds = (
        (), (Deed("a", benefit=0.5),), (Deed("b", benefit=-0.8, praise=-0.6),) * 3,
        (Deed("c", benefit=-0.9, threat=0.9),) * 4, (Deed("d", benefit=1.0, praise=0.9),) * 3,
        (Deed("e", praise=1.0, by_me=True),) * 3, (Deed("f", praise=-1.0, by_me=True),) * 3,
        (Deed("g", praise=-0.8, to_me=False),) * 3,
        (Deed("h", benefit=-0.9, to_me=False, liking=0.9, caused=False),) * 4,
        tuple(Deed("i", to_me=False, goals={goal: 1.0}) for goal in WISHES),
    )  # fmt: skip
    seen: set[str] = set()
    for traits in itertools.product((0.0, 0.5, 1.0), repeat=5):
        named = zip(
            ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"),
            traits, strict=True,
        )  # fmt: skip
        profile = persona(
            "ada", personality_traits=[{"name": n, "value": v} for n, v in named],
            goals=[{"id": g, "utility": 1.0, "likelihood": 0.6} for g in WISHES],
        )  # fmt: skip
        seen |= {_lived(born(profile, "inn", 0.0), life) for life in deeds}
    assert seen == {word for words in OCTANTS.values() for word in words}


OUT_OF_SORTS = {
    "glad": Mood(0.8, 0.6, 0.5), "hot": Mood(-0.7, 0.7, 0.5), "shaken": Mood(-0.7, 0.7, -0.6),
    "low": Mood(-0.7, -0.6, -0.6),
}  # fmt: skip
EVERYDAY = ("Hello.", "How are you?", "Thank you.", "Goodbye.", "Where is the forge?")
PEOPLE = ("berta", "orle", "tobias", "wick")


def _said_in(founded: bytes, pack: Pack, who: str, mood: Mood, step: Any) -> list[Reply]:
    """What somebody says in a mood to each everyday line, each to a stranger of its own."""
    world = snapshot.load(founded, pack)
    npc = world.npcs[who]
    replies: list[Reply] = []
    for k, line in enumerate(EVERYDAY):
        npc.mood, npc.mood_at = mood, world.now
        outcome = step(world, say, [who], f"p{k}", line, whisper=True)
        replies.append(outcome.replies[0])
    return replies


@pytest.mark.parametrize("who", PEOPLE)
def test_a_mood_is_heard_in_everyday_words_and_seen(
    founded: bytes, emberfall: Pack, step: Callable[..., Any], who: str
) -> None:
    said = {
        name: _said_in(founded, emberfall, who, mood, step) for name, mood in OUT_OF_SORTS.items()
    }
    for one, other in itertools.combinations(said, 2):
        same = sum(a.text == b.text for a, b in zip(said[one], said[other], strict=True))
        assert same <= 2, (one, other)  # a fact may be told in the same words
    hot, low = (said[name][0].delivery for name in ("hot", "low"))
    assert hot["volume"] > low["volume"]
    assert hot["pace"] > low["pace"]
    shaken = said["shaken"][1].delivery
    assert shaken["gaze"] in {"down", "away", "around"}


def test_those_who_stand_by_feel_for_whom_they_love(
    hamlet: Callable[..., World], step: Callable[..., Any], voice: Any
) -> None:
    people: dict[str, Any] = {
        "kid": {"place": "inn"}, "pa": {"place": "inn", "ties": {"kid": {"affinity": 0.9}}},
        "foe": {"place": "inn", "ties": {"kid": {"affinity": -0.9}}}, "far": {"place": "yard"},
    }  # fmt: skip
    places = {"inn": {"name": "the inn"}, "yard": {"name": "the yard"}}
    world = hamlet(seed=3, places=places, npcs=people, voice=voice)
    step(world, say, ["kid"], "ash", "You filthy little rat.")
    felt_ = {i: npc_get(world, {"npc": i}) for i in people}
    assert felt_["pa"]["emotion"] in {"pity", "anger"}
    assert {f["cause"] for f in felt_["pa"]["feelings"]} == {"event:insult:ash"}
    assert "gloating" in {f["emotion"] for f in felt_["foe"]["feelings"]}
    assert felt_["far"]["emotion"] == ""
    affinities: Sequence[float] = [
        standing_of(world, world.npcs[i], "ash").affinity for i in ("pa", "foe", "far")
    ]
    assert affinities[0] < affinities[1] <= affinities[2] == 0.0
    (kept,) = world.npcs["pa"].memories.happening[-1:]
    assert world.npcs["pa"].memories[kept].emotion == felt_["pa"]["emotion"]
