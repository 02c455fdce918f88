"""What a pack's own voice rules may ask for, written as YAML and heard in talk."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from personagen_npc.authoring.cache import load_builtin_voice, load_packs
from personagen_npc.authoring.check import check_pack
from personagen_npc.changes import ClockMoved, PlayerGone, PlayerSet
from personagen_npc.world import agenda, roster
from personagen_npc.world.state import snapshot
from personagen_npc.world.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

GOOD = Path(__file__).parents[2] / "packs" / "good"
JOKES = """
- act: bark
  npc: mara
  when: {said.told_joke: "!1"}
  set: {told_joke: 1}
  lines: ["Two smiths, one anvil. Nobody sits.", "Two smiths went to sea. Both sank."]
- {act: bark, npc: mara, when: {said.told_joke: 1}, lines: [You have had your joke.]}
"""


@pytest.fixture
def world_with(tmp_path: Path) -> Callable[[str], World]:
    def made(rules: str) -> World:
        folder = Path(shutil.copytree(GOOD, tmp_path / "good"))
        (folder / "voice" / "mara.yaml").write_text(rules, encoding="utf-8")
        (folder / "voice" / "trouble.yaml").write_text(
            "- {act: '#trouble', lines: [the roof leaks]}\n", encoding="utf-8"
        )
        assert [str(p) for p in check_pack(folder).errors] == []
        pack = load_packs([folder])
        voice = (*load_builtin_voice(), *pack.voice)
        world = World("t", pack.model_copy(update={"voice": voice}), 3)
        world.begin()
        roster.populate(world)
        world.do(PlayerSet("ash", {"name": "Ash", "place": "yard", "pronouns": "she",
                                   "faction": "", "locale": "", "facts": {}}))  # fmt: skip
        world.end()
        return world

    return made


def jokes(world: World, count: int, player: str = "ash", after: float = 5.0) -> list[str]:
    """So many barks that the game asks for; "" where she has nothing left to say."""
    said = []
    for _ in range(count):
        world.begin()
        world.do(ClockMoved(world.now + after))
        heard = agenda.bark_asked(world, "mara", "joke", player).said
        world.end()
        said.append(heard[0].text if heard else "")
    return said


def has(text: str, part: str) -> bool:
    return part.lower() in text.lower()


def test_what_a_line_sets_is_a_condition_of_later_lines_for_this_listener(
    world_with: Callable[[str], World],
) -> None:
    world = world_with(JOKES)
    first, second = jokes(world, 2)
    assert has(first, "two smiths")
    assert has(second, "had your joke")
    assert has(jokes(world, 1, "bo")[0], "two smiths")


def test_what_is_set_is_saved_and_forgotten_with_the_player(
    world_with: Callable[[str], World],
) -> None:
    world = world_with(JOKES)
    jokes(world, 1)
    again = snapshot.load(snapshot.dump(world), world.pack)
    assert snapshot.dump(again) == snapshot.dump(world)
    assert has(jokes(again, 1)[0], "had your joke")
    assert "told_joke" in snapshot.dump(world).decode()
    world.begin()
    world.do(PlayerGone("ash", True))
    world.end()
    assert "told_joke" not in snapshot.dump(world).decode()


def test_what_is_set_of_oneself_holds_for_everybody_and_ends_in_its_time(
    world_with: Callable[[str], World],
) -> None:
    world = world_with("""
- {act: bark, npc: mara, when: {said.self.sang: true}, lines: [My throat is sore.]}
- act: bark
  npc: mara
  set: {self.sang: true}
  set_for: 3600
  lines: ["I sing better than I jest. La la.", "A song instead. La la."]
""")
    assert has(jokes(world, 1)[0], "la la")
    assert has(jokes(world, 1, "bo")[0], "sore")
    assert has(jokes(world, 1, "cy", after=4000)[0], "la la")


def test_a_note_counts_up(world_with: Callable[[str], World]) -> None:
    world = world_with("""
- {act: bark, npc: mara, when: {said.jokes: ">=2"}, lines: [Enough of jokes.]}
- {act: bark, npc: mara, set: {jokes: "+1"}, lines: [One about a hen., One about an ox.]}
""")
    assert has(jokes(world, 3)[2], "enough")


def test_first_opens_and_last_closes_a_round(world_with: Callable[[str], World]) -> None:
    world = world_with("""
- act: bark
  npc: mara
  once: true
  first: I know three.
  last: That was all of them.
  lines: [One about a hen., Another about an ox., A third about a duke.]
""")
    said = jokes(world, 5)
    assert has(said[0], "i know three")
    assert has(said[4], "that was all")
    middle = " ".join(said[1:4]).lower()
    assert all(beast in middle for beast in ("hen", "ox", "duke"))


def test_in_turn_once_and_respeak(world_with: Callable[[str], World]) -> None:
    world = world_with("""
- act: bark
  npc: mara
  order: turn
  respeak: 86400
  lines: [One about a hen., Another about an ox., A third about a duke.]
- {act: bark, npc: mara, when: {situation: joke}, once: true, order: turn, lines: [My best one.]}
""")
    said = jokes(world, 4)
    assert sum(has(text, "best one") for text in said) == 1
    rest = [text for text in said if not has(text, "best one")]
    assert [has(t, b) for t, b in zip(rest, ("hen", "ox", "duke"), strict=True)] == [True] * 3
    assert not any(has(text, b) for text in jokes(world, 2) for b in ("hen", "ox", "duke"))
    jokes(world, 12)  # what was said last comes again last
    assert any(has(text, "hen") for text in jokes(world, 3, after=90_000))


def test_a_line_that_must_follow_follows(world_with: Callable[[str], World]) -> None:
    world = world_with("""
- {act: bark, npc: mara, follow: "laugh!", lines: [One about a hen.]}
- act: laugh
  npc: mara
  when: {situation: joke, alone: [true, false], turns: ">=0"}
  set: {laughed: 1}
  lines: [Ha. Hens.]
""")
    assert has(jokes(world, 1)[0], "one about a hen. ha. hens.")
    assert world.npcs["mara"].notes["ash"]["laughed"] == (1, 0.0)


def test_weight_shares_lines_out(world_with: Callable[[str], World]) -> None:
    world = world_with("""
- {act: bark, npc: mara, weight: 40, lines: ["{npc} and a hen."]}
- {act: bark, npc: mara, weight: 0.5, lines: ["{npc} and an ox."]}
""")
    assert has(jokes(world, 1)[0], "hen")


def test_a_note_that_no_rule_makes_is_a_mistake(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(GOOD, tmp_path / "good"))
    rule = "- {act: bark, npc: mara, when: {said.told_jok: 1}, lines: [Ha.]}\n"
    (folder / "voice" / "jokes.yaml").write_text(rule + JOKES.lstrip("\n"), encoding="utf-8")
    errors = [str(p) for p in check_pack(folder).errors]
    assert any("told_jok" in e and "told_joke" in e for e in errors)
