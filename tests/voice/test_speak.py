from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.dice import Dice
from personagen_npc.voice import RuleBook, Spoken, Style, Voice

CALM = (0.0, 0.0, 0.0, 0.0, 0.0)

if TYPE_CHECKING:
    from personagen_npc.criteria import Scalar


@dataclass(frozen=True)
class Source:
    id: str
    act: str = "greet"
    npc: str = ""
    archetype: str = ""
    when: dict[str, Scalar | list[Scalar]] = field(default_factory=dict)
    weight: float = 1.0
    respeak: float = 0.0
    once: bool = False
    order: str = "spread"
    lines: tuple[str, ...] = ("Hello.",)
    first: str = ""
    last: str = ""
    set: dict[str, Scalar] = field(default_factory=dict)
    set_for: float = 0.0
    follow: str = ""


@dataclass
class Scene:
    """One NPC that talks: keeps its books as the mind does."""

    voice: Voice
    npc: str = "mara"
    big5: tuple[float, float, float, float, float] = CALM
    used: dict[str, tuple[int, float]] = field(default_factory=dict)
    crowd: dict[str, int] = field(default_factory=dict)
    recent: list[str] = field(default_factory=list)
    now: float = 0.0
    turn: int = 0

    def say(self, act: str = "greet", **more: Any) -> Spoken | None:
        self.turn += 1
        self.now += 5.0
        query = more.pop("query", {})
        slots = more.pop("slots", {})
        spoken = self.voice.speak(
            act,
            npc=self.npc,
            archetype="smith",
            query=query,
            slots=slots,
            big5=self.big5,
            dice=Dice(5, self.npc, str(self.turn)),
            used=self.used,
            crowd=self.crowd,
            now=self.now,
            recent=more.pop("recent", self.recent[-12:]),
            **more,
        )
        if spoken is not None:
            for key in spoken.keys:
                self.used[key] = (self.used.get(key, (0, 0.0))[0] + 1, self.now)
                self.crowd[key] = self.crowd.get(key, 0) + 1
            self.recent.append(spoken.text)
        return spoken

    def text(self, act: str = "greet", **more: Any) -> str:
        spoken = self.say(act, **more)
        assert spoken is not None
        return spoken.text


def plain_style() -> Style:
    """The package's style without markers, so that a test sees the line itself."""
    style = Style.load()
    bare = object.__new__(Style)
    bare.__dict__.update(style.__dict__)
    bare._by_act = {}
    bare._personas = {}  # what the package's style remembers of a persona holds its markers
    return bare


def scene(*rules: Source, **more: Any) -> Scene:
    return Scene(Voice(RuleBook.compile(rules), plain_style()), **more)


def lines(count: int, stem: str = "Line") -> tuple[str, ...]:
    """Lines that begin differently, so that openers do not steer the choice."""
    return tuple(f"{chr(65 + i % 26)}{stem[0].lower()}{i} {stem}." for i in range(count))


def test_all_lines_are_used_before_any_comes_again() -> None:
    talk = scene(Source("a", lines=lines(12)), Source("b", lines=lines(8, "Other")))
    said = [talk.text(recent=()) for _ in range(20)]
    assert len(set(said)) == 20


def test_the_same_line_never_comes_again_within_ten_while_there_is_another() -> None:
    special = Source("special", when={"mood": "calm", "time": "noon"}, lines=("Zed special.",))
    talk = scene(special, Source("plain", lines=lines(14)))
    said = [talk.text(recent=(), query={"mood": "calm", "time": "noon"}) for _ in range(40)]
    for i, text in enumerate(said):
        assert text not in said[max(0, i - 10) : i]
    assert said.count("Zed special.") >= 3


def test_when_there_is_no_other_line_the_old_one_comes_again() -> None:
    talk = scene(Source("only", lines=("Only this.",)))
    assert talk.text(recent=()) == talk.text(recent=()) == "Only this."


def test_last_keys_given_by_the_caller_bar_a_line() -> None:
    talk = scene(Source("two", lines=("Aa one.", "Bb two.")))
    for _ in range(5):
        assert talk.text(recent=(), last_keys=["two#0"]) == "Bb two."


def test_a_line_of_one_slot_never_wears_out_and_wraps_stay_rare() -> None:
    npc = scene(
        Source("plain", "answer", weight=30.0, lines=("{fact}",)),
        Source("wrapped", "answer", lines=("Listen. {fact}", "{fact} Ask anyone.")),
    )
    said = [npc.text("answer", slots={"fact": f"Fact {i}."}) for i in range(40)]
    assert sum(text == f"Fact {i}." for i, text in enumerate(said)) >= 32


def test_a_text_of_this_scene_is_never_said_again_rather_nothing() -> None:
    talk = scene(Source("only", lines=("Only this.",)))
    assert talk.text() == "Only this."
    assert talk.say() is None


def test_lines_that_fit_equally_are_spread_over_turns() -> None:
    voice = scene(Source("a", lines=lines(4)), Source("b", lines=lines(4, "Other"))).voice
    said = Counter(Scene(voice, npc=f"npc{i}").text() for i in range(400))
    assert len(said) == 8
    assert min(said.values()) >= 20


def test_weight_shares_out_chances() -> None:
    voice = scene(Source("a", lines=("Aa.",), weight=9.0), Source("b", lines=("Bb.",))).voice
    said = Counter(Scene(voice, npc=f"npc{i}").text() for i in range(300))
    assert said["Aa."] > 4 * said["Bb."] > 0


def test_the_crowd_spreads_its_material() -> None:
    voice = scene(Source("a", lines=lines(10))).voice
    crowd: dict[str, int] = {}
    said = Counter(Scene(voice, npc=f"npc{i}", crowd=crowd).text() for i in range(100))
    assert len(said) == 10
    assert max(said.values()) <= 14


def test_the_more_specific_rule_is_preferred_but_not_alone() -> None:
    voice = scene(
        Source("night", when={"time": "night"}, lines=lines(3, "Night")),
        Source("any", lines=lines(3, "Day")),
    ).voice
    said = Counter(
        Scene(voice, npc=f"npc{i}").text(query={"time": "night"}).split()[1] for i in range(300)
    )
    assert said["Night."] > said["Day."] > 30


def test_a_line_without_its_slot_is_passed_over() -> None:
    talk = scene(Source("a", lines=("Welcome, {name}.", "Welcome, stranger.")))
    for i in range(8):
        assert talk.text(recent=()) == "Welcome, stranger.", i
    assert scene(Source("a", lines=("Welcome, {name}.",))).say() is None


def test_what_was_filled_in_is_told() -> None:
    spoken = scene(Source("a", lines=("{item.a.cap}, {player}?",))).say(
        slots={"item": "axe", "player": "Ansa", "npc": "Mara"}
    )
    assert spoken is not None
    assert spoken.text == "An axe, Ansa?"
    assert spoken.args == {"item": "axe", "player": "Ansa"}
    assert (spoken.key, spoken.keys) == ("a#0", ("a#0",))


def test_respeak_keeps_a_line_back_until_its_time() -> None:
    talk = scene(Source("a", lines=("Again.",), respeak=100.0))
    assert talk.say() is not None
    talk.recent.clear()
    assert talk.say() is None
    talk.now += 100.0
    assert talk.say() is not None


def test_once_means_once() -> None:
    talk = scene(Source("a", lines=("Aa first.", "Bb second."), once=True))
    assert {talk.text(recent=()), talk.text(recent=())} == {"Aa first.", "Bb second."}
    talk.now += 10**9
    assert talk.say(recent=()) is None


def test_turn_takes_lines_in_their_order_and_first_the_first_that_fits() -> None:
    talk = scene(Source("a", order="turn", lines=("Aa.", "Bb.", "Cc.")))
    assert [talk.text(recent=()) for _ in range(6)] == ["Aa.", "Bb.", "Cc."] * 2
    first = scene(Source("a", order="first", lines=("{name}.", "Bb.", "Cc.")))
    assert first.text(recent=()) == "Bb."


def test_follow_comes_from_the_talkative_and_not_from_the_curt() -> None:
    rules = (
        Source("a", lines=lines(6), follow="ask_back"),
        Source("b", act="ask_back", lines=("What of you?", "How is the road?")),
    )
    voice = scene(*rules).voice
    chatty, curt = (0.3, 0.0, 1.0, 0.8, 0.0), (0.0, 0.0, -1.0, -1.0, 0.0)
    counts = [
        sum("?" in Scene(voice, npc=f"npc{i}", big5=big5).text() for i in range(100))
        for big5 in (chatty, curt)
    ]
    assert counts[0] > 40
    assert counts[1] < 5
    followed = scene(Source("a", follow="ask_back!"), rules[1]).say()
    assert followed is not None
    assert followed.text.startswith("Hello. ")
    assert len(followed.keys) == 2


def test_follow_never_goes_over_the_limit() -> None:
    rules = (Source("a", follow="b!"), Source("b", act="b", lines=("A long second sentence.",)))
    assert scene(*rules).text(max_chars=20) == "Hello."


def test_symbols_are_filled_under_the_same_conditions_and_counted() -> None:
    talk = scene(
        Source("a", lines=("It is {#how}, {#how}.",)),
        Source("dull", act="#how", lines=("grey", "dull")),
        Source("wet", act="#how", when={"weather": "rain"}, lines=("wet", "grim")),
        Source("snow", act="#how", when={"weather": "snow"}, lines=("white",)),
    )
    spoken = talk.say(query={"weather": "rain"})
    assert spoken is not None
    assert "white" not in spoken.text
    assert len(set(spoken.keys)) == 3
    one, two = spoken.text[6:-1].split(", ")
    assert one != two


def test_a_line_whose_symbol_has_nothing_to_say_is_passed_over() -> None:
    talk = scene(
        Source("a", when={"t": 1}, lines=("It is {#how}.",)),
        Source("b", lines=("Fine.",)),
        Source("snow", act="#how", when={"weather": "snow"}, lines=("white",)),
    )
    assert talk.text(query={"t": 1}) == "Fine."


def test_a_line_with_a_fresh_opening_is_preferred() -> None:
    rules = Source("a", lines=("Well, one.", "Well, two.", "Well, three.", "Now, four."))
    for i in range(10):
        talk = scene(rules, npc=f"npc{i}")
        assert talk.text(recent=["Well, nine."]) == "Now, four."


def test_a_long_line_ends_at_a_sentence() -> None:
    talk = scene(Source("a", lines=("The mill burned. Nobody knows who lit it or why.",)))
    assert talk.text(max_chars=30) == "The mill burned."
    cut = scene(Source("a", lines=("Nobody knows who lit the mill or why they did",))).text(
        max_chars=25
    )
    assert len(cut) <= 25
    assert cut.endswith("…")


def test_a_short_line_is_preferred_where_there_is_little_room() -> None:
    long = "Aa this one is far too long to be said in so little room as there is."
    for i in range(6):
        talk = scene(Source("a", lines=(long, "Bb short.")), npc=f"npc{i}")
        assert talk.text(max_chars=20) == "Bb short."


def test_an_act_without_rules_gives_nothing() -> None:
    assert scene(Source("a")).say("farewell") is None


trait = st.floats(-1.0, 1.0)


@settings(deadline=None, max_examples=60)
@given(st.tuples(trait, trait, trait, trait, trait), st.integers(0, 10**6))
def test_the_same_dice_give_the_same_line(
    big5: tuple[float, float, float, float, float], turn: int
) -> None:
    rules = [
        Source("a", act="answer", lines=lines(9), follow="b"),
        Source("b", act="b", lines=("{#x} [or|and] {#x}?",)),
        Source("x", act="#x", lines=("one", "two", "three")),
    ]
    said = []
    for order in (rules, rules[::-1]):
        voice = Voice(RuleBook.compile(order), Style.load())
        said.append(Scene(voice, big5=big5, turn=turn).say("answer", query={"intent": "ask_what"}))
    assert said[0] == said[1] is not None


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_a_talk_of_any_length_holds_its_promises(data: st.DataObject) -> None:
    rules = [
        Source("a", lines=lines(5), once=True),
        Source("b", when={"time": "night"}, lines=lines(4, "Night"), respeak=60.0),
        Source("c", lines=lines(6, "Other"), follow="d"),
        Source("d", act="d", lines=("Is it?", "Was it?")),
    ]
    talk = scene(*rules, big5=(0.5, 0.0, 1.0, 1.0, 0.0))
    for _ in range(data.draw(st.integers(1, 30))):
        before = dict(talk.used)
        spoken = talk.say(query={"time": data.draw(st.sampled_from(["night", "noon"]))})
        if spoken is None:
            continue
        times, last = before.get(spoken.key, (0, 0.0))
        assert not (spoken.key.startswith("a#") and times)
        assert not (spoken.key.startswith("b#") and times and talk.now - last < 60.0)
        assert spoken.text not in talk.recent[-13:-1]


def test_what_weighs_is_said_without_a_word_beside_it() -> None:
    voice = Voice(
        RuleBook.compile(
            [
                Source("plain", "answer", lines=("{fact}",)),
                Source(
                    "wrap", "answer", when={"bare": False}, lines=("Easy. {fact}",), weight=99.0
                ),
            ]
        ),
        Style.load(),
    )
    fact = {"fact": "Piers drowned."}
    grave = {"bare": True, "gravity": 1.0}
    for i in range(60):
        npc = Scene(voice, npc=f"npc{i}", big5=(0.9, -0.9, 0.9, 0.9, 0.9))
        assert npc.text("answer", slots=fact, query=grave) == "Piers drowned."


def test_own_words_stay_as_they_are_for_who_was_given_rules_and_are_recast_for_others() -> None:
    rules = (Source("a", "answer", lines=("{fact}",)), Source("b", npc="mara"))
    voice = Voice(RuleBook.compile(rules), Style.load())
    said: dict[str, set[str]] = {}
    for who in ("mara", "ned"):
        for i in range(60):
            npc = Scene(voice, npc=who, big5=(0.0, 1.0, -0.5, 0.0, 0.0), turn=i)
            query = {"own.words": True, "bare": True, "gravity": 0.3}
            text = npc.text("answer", slots={"fact": "It's my mother's bell."}, query=query)
            said.setdefault(who, set()).add(text)
    assert said["mara"] == {"It's my mother's bell."}
    assert "It is my mother's bell." in said["ned"]
