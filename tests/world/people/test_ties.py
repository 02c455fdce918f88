"""What one is to another, since when and until when, what depends on it and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc.errors import BadField, Conflict, Unknown
from personagen_npc.host.reads import ask
from personagen_npc.tables import table
from personagen_npc.world import agenda, roster
from personagen_npc.world.people.ties import TABLE, Terms, counterpart, set_tie
from personagen_npc.world.state import snapshot
from personagen_npc.world.talking import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.world.world import World

    Step = Callable[..., Any]

DAY = 86400.0
VOICE = [
    {"id": "g", "act": "greet", "lines": ["Hello."]},
    {"id": "a", "act": "answer", "lines": ["{fact}"]},
    {"id": "m", "act": "remember", "lines": ["{memory}"]},
    {"id": "d", "act": "deflect", "lines": ["Hm."]},
    {"id": "i", "act": "admit_ignorance", "lines": ["I could not say."]},
    {"id": "k", "act": "keep_secret", "lines": ["That stays with me."]},
]
NPCS: dict[str, Any] = {
    "ada": {
        "name": "Ada Grey", "pronouns": "she", "personality_traits": [],
        "ties": {
            "bel": {"kind": "sister", "affinity": 0.6, "trust": 0.5,
                    "also": [{"kind": "creditor", "days": 5}, {"kind": "spy on", "secret": True}]},
            "cade": {"kind": "works for", "trust": 0.4},
            "dan": {"kind": "mother", "secret": True},
        },
    },
    "bel": {"name": "Bel Grey", "pronouns": "she"},
    "cade": {"name": "Cade Marsh", "pronouns": "he"},
    "dan": {"name": "Dan Fell", "pronouns": "he"},
}  # fmt: skip


@pytest.fixture
def world(hamlet: Callable[..., World], step: Step) -> World:
    made = hamlet(
        npcs=NPCS, voice=VOICE,
        facts={"cellar": {"text": "The cellar has a second door.", "who": {"npcs": ["bel"]},
                          "when": {"tie.creditor": True}}},
    )  # fmt: skip
    step(made, roster.set_player, "ash", {"name": "Ash"})
    return made


def _kinds(world: World, npc: str, other: str) -> tuple[str, ...]:
    return world.relations.get(world.npcs[npc].profile, other, now=world.now).ties


def _said(world: World, step: Step, npc: str, text: str, player: str = "ash") -> str:
    world.npcs[npc].spoken.clear()
    return str(step(world, talk.say, [npc], player, text, whisper=True).replies[0].text)


def test_several_kinds_at_once_each_with_its_own_end(world: World, step: Step) -> None:
    assert _kinds(world, "ada", "bel") == ("sister", "creditor", "spy on")
    step(world, agenda.tick, 6 * DAY)
    assert _kinds(world, "ada", "bel") == ("sister", "spy on")


def test_the_newest_tie_is_the_one_asked_for_first(world: World, step: Step) -> None:
    step(world, set_tie, "ada", "bel", "rival", Terms())
    standing = world.relations.get(world.npcs["ada"].profile, "bel", now=world.now)
    assert standing.tie == "rival"
    assert standing.ties == ("rival", "sister", "creditor", "spy on")


def test_the_game_makes_prolongs_and_ends(world: World, step: Step) -> None:
    done = step(world, set_tie, "bel", "ash", "creditor", Terms(days=2))
    assert done.data == {"kind": "creditor", "holds": True, "until": 2 * DAY}
    step(world, set_tie, "bel", "ash", "creditor", Terms(until=9 * DAY))
    step(world, agenda.tick, 5 * DAY)
    assert _kinds(world, "bel", "ash") == ("creditor",)
    step(world, set_tie, "bel", "ash", "creditor", Terms(end=True))
    assert _kinds(world, "bel", "ash") == ()
    assert len(world.npcs["bel"].graph) == 1  # one statement with its whole story, no heap
    (triple,) = world.npcs["bel"].graph
    assert (triple.since, triple.until) == (0.0, 5 * DAY)


def test_both_sides_are_bound_in_their_own_words(world: World, step: Step) -> None:
    step(world, set_tie, "bel", "dan", "creditor", Terms(both=True))
    assert _kinds(world, "bel", "dan") == ("creditor",)
    assert _kinds(world, "dan", "bel") == ("debtor",)
    step(world, set_tie, "dan", "bel", "debtor", Terms(end=True, both=True))
    assert _kinds(world, "bel", "dan") == _kinds(world, "dan", "bel") == ()


@pytest.mark.parametrize(("kind", "he", "she"), [
    ("sister", "brother", "sister"), ("father", "son", "daughter"), ("wife", "husband", "wife"),
    ("creditor", "debtor", "debtor"), ("pen friend", "pen friend", "pen friend"),
])  # fmt: skip
def test_what_the_other_is_then(kind: str, he: str, she: str) -> None:
    assert (counterpart(kind, "he"), counterpart(kind, "she")) == (he, she)


@pytest.mark.parametrize(("npc", "other", "kind", "terms", "fault", "field"), [
    ("nobody", "ash", "rival", Terms(), Unknown, "npc"),
    ("bel", "nobody", "rival", Terms(), Unknown, "other"),
    ("bel", "bel", "rival", Terms(), Unknown, "other"),
    ("bel", "ash", "rival", Terms(both=True), BadField, "both"),
    ("bel", "ash", "rival", Terms(until=0.0), BadField, "until"),
    ("bel", "ash", "rival", Terms(end=True), Conflict, "kind"),
])  # fmt: skip
def test_what_cannot_be_is_refused_and_changes_nothing(
    world: World, npc: str, other: str, kind: str, terms: Terms, fault: Any, field: str
) -> None:
    before = snapshot.dump(world)
    with pytest.raises(fault) as caught:
        set_tie(world, npc, other, kind, terms)
    assert caught.value.field == field
    assert snapshot.dump(world) == before


def test_facts_are_gated_by_ties(world: World, step: Step) -> None:
    asked = "What about the second door of the cellar?"
    assert "second door" not in _said(world, step, "bel", asked)
    step(world, set_tie, "bel", "ash", "creditor", Terms(days=1))
    assert "second door" in _said(world, step, "bel", asked)
    assert "second door" not in _said(world, step, "bel", asked, "rowan")
    step(world, agenda.tick, 2 * DAY)
    assert "second door" not in _said(world, step, "bel", asked)


def test_asked_for_kin_and_employer_one_names_them(world: World, step: Step) -> None:
    assert "Bel Grey" in _said(world, step, "ada", "Who is your sister?")
    assert "Cade Marsh" in _said(world, step, "ada", "Whom do you work for?")
    assert "Dan" not in _said(world, step, "ada", "Do you have a son?")  # a secret is none's
    for other in ("bel", "cade", "dan"):  # what one is to others is one's own to tell
        assert "Cade Marsh" not in _said(world, step, other, "Whom do you work for?")


def test_a_debt_is_told_to_the_trusted_while_it_lasts(world: World, step: Step) -> None:
    assert _said(world, step, "ada", "Who owes you?") == "That stays with me."
    for _ in range(3):
        step(world, lambda w: moved(w, "ada", "ash"))
    assert "Bel Grey" in _said(world, step, "ada", "Who owes you?")
    step(world, agenda.tick, 6 * DAY)
    assert "Bel" not in _said(world, step, "ada", "Who owes you?")


def moved(world: World, npc: str, other: str) -> None:
    from personagen_npc.world.people.relations import VERIFIED, moved_trust

    moved_trust(world, world.npcs[npc], other, VERIFIED, "verified")


def test_what_was_owed_and_paid_is_brought_up_once(world: World, step: Step) -> None:
    step(world, set_tie, "bel", "ash", "creditor", Terms())
    assert "You owe me" in _said(world, step, "bel", "Hello.")
    step(world, set_tie, "bel", "ash", "creditor", Terms(end=True))
    step(world, agenda.tick, DAY)
    paid = _said(world, step, "bel", "Hello.")
    assert "paid" in paid
    step(world, agenda.tick, 2 * DAY)
    assert "paid" not in _said(world, step, "bel", "Hello.")
    assert "paid" not in _said(world, step, "cade", "Hello.")


def test_a_day_that_passes_is_noticed_by_the_one_whose_tie_it_was(world: World, step: Step) -> None:
    step(world, set_tie, "bel", "ash", "worker", Terms(days=3))
    step(world, agenda.tick, 2 * DAY)
    assert len(world.npcs["bel"].memories) == 1
    step(world, agenda.tick, 4 * DAY)
    assert len(world.npcs["bel"].memories) == 2
    assert "served my time" in _said(world, step, "bel", "Hello.")


def test_the_games_own_words_for_it(world: World, step: Step) -> None:
    step(world, set_tie, "bel", "cade", "milk sister", Terms(note="Cade and I had one nurse."))
    assert _kinds(world, "bel", "cade") == ("milk sister",)
    (kept,) = world.npcs["bel"].memories.happening
    assert world.happenings.text[kept] == "Cade and I had one nurse."
    step(world, set_tie, "bel", "dan", "rival", Terms(note="Dan wants my stall."))
    assert "Dan wants my stall." in _said(world, step, "bel", "Who is your rival?")


def test_an_authored_tie_can_be_ended_and_made_again(world: World, step: Step) -> None:
    step(world, set_tie, "ada", "cade", "works for", Terms(end=True))
    assert "Cade" not in _said(world, step, "ada", "Whom do you work for?", "rowan")
    assert _kinds(world, "ada", "cade") == ()
    step(world, agenda.tick, DAY)
    step(world, set_tie, "ada", "cade", "works for", Terms())
    assert _kinds(world, "ada", "cade") == ("works for",)
    assert "Cade" in _said(world, step, "ada", "Whom do you work for?", "rowan")


def test_who_comes_later_counts_its_days_from_then(world: World, step: Step) -> None:
    step(world, agenda.tick, 10 * DAY)
    late = roster.profile_from({"id": "eve", "name": "Eve", "ties": {
        "bel": {"kind": "guest", "days": 2}}}, None)  # fmt: skip
    step(world, roster.spawn, late, "")
    assert _kinds(world, "eve", "bel") == ("guest",)
    step(world, agenda.tick, 13 * DAY)
    assert _kinds(world, "eve", "bel") == ()


def test_ask_shows_axes_band_and_ties_with_their_ends(world: World, step: Step) -> None:
    step(world, set_tie, "ada", "ash", "creditor", Terms(days=2, note="Four silver."))
    rows = {r["id"]: r for r in ask(world, {"what": "relations", "npc": "ada"})["items"]}
    assert rows["bel"]["band"] == "friend"
    assert [(t["kind"], t["until"], t["holds"]) for t in rows["bel"]["ties"]] == [
        ("sister", None, True), ("creditor", 5 * DAY, True), ("spy on", None, True),
    ]  # fmt: skip
    assert rows["ash"]["ties"] == [
        {"kind": "creditor", "since": 0.0, "until": 2 * DAY, "holds": True, "note": "Four silver."}
    ]


def test_ties_come_back_from_a_save_and_go_with_a_forgotten_player(
    world: World, step: Step
) -> None:
    step(world, set_tie, "bel", "ash", "creditor", Terms(days=2, note="Ash owes me four."))
    step(world, set_tie, "bel", "dan", "rival", Terms())
    again = snapshot.load(snapshot.dump(world), world.pack)
    assert _kinds(again, "bel", "ash") == ("creditor",)
    assert "Dan" in _said(again, step, "bel", "Who is your rival?")
    assert again.relations.bonds.ending(0.0, 9 * DAY) == world.relations.bonds.ending(0.0, 9 * DAY)
    step(world, roster.drop_player, "ash", forget=True)
    assert _kinds(world, "bel", "ash") == ()
    assert world.relations.bonds.ending(0.0, 9 * DAY) == [(5 * DAY, "ada", "bel", "creditor")]
    assert b"four" not in snapshot.dump(world)
    assert _kinds(world, "bel", "dan") == ("rival",)


def test_the_table_of_kinds_is_whole() -> None:
    rows = table(TABLE)["kinds"]
    words = [k for row in rows.values() for k in row["kinds"]]
    assert len(words) == len(set(words))
    for name, row in rows.items():
        assert {"kinds", "topics", "text", "ways"} <= row.keys(), name
        for when in {"begun", "ended", "lapsed"} & row.keys():
            assert {"importance", "text", "to_actor", "to_others"} == row[when].keys(), (name, when)
            assert "{actor}" in row[when]["text"] or "{target}" in row[when]["text"]


def test_what_is_overheard_of_anothers_ties_is_told_of_the_other(world: World, step: Step) -> None:
    step(world, talk.say, ["ada"], "ash", "Whom do you work for?")
    told = _said(world, step, "bel", "Who does Ada work for?")
    assert "Ada Grey works for Cade Marsh" in told
