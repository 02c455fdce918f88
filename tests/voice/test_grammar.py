from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.dice import Dice
from personagen_npc.errors import BadField
from personagen_npc.voice.chance import Chance
from personagen_npc.voice.grammar import (
    Telling,
    check_template,
    compile_line,
    expand,
    needs_of,
    symbols_of,
)
from personagen_npc.voice.speak import render


def say(line: str, turn: str = "t", **slots: object) -> str | None:
    telling = Telling(slots, Chance(Dice(1, "mara", turn), "x"), lambda name, depth, telling: None)
    return expand(compile_line(line, "rule r, line 1"), telling)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{item.a}", "a kettle"),
        ("{item.the}", "the kettle"),
        ("{item.plural.cap}", "Kettles"),
        ("{npc.poss} {item}", "Mara's kettle"),
        ("{price.words} pence", "forty pence"),
        ("{place.low}", "the Three Kettles"),
    ],
)
def test_modifiers(line: str, said: str) -> None:
    slots: dict[str, Any] = {"item": "kettle", "npc": "Mara", "price": 40}
    slots["place"] = "The Three Kettles"
    assert say(line, **slots) == said


def test_a_given_form_goes_before_the_modifiers_guess() -> None:
    assert say("{item.plural}", item="scarf", **{"item.plural": "scarfs"}) == "scarfs"


@pytest.mark.parametrize("value", [None, ""])
def test_a_line_without_a_value_for_its_slot_cannot_be_said(value: str | None) -> None:
    assert say("Hello {name}", name=value) is None
    assert say("Hello {name}") is None


def test_a_choice_takes_what_can_be_said() -> None:
    said = {say("[{name}|{player}|friend]", turn=str(i), player="stranger") for i in range(40)}
    assert said == {"stranger", "friend"}
    assert say("[{name}|{oath}]") is None


def test_optional_text_comes_and_goes() -> None:
    assert {say("Yes[, of course|].", turn=str(i)) for i in range(40)} == {
        "Yes.",
        "Yes, of course.",
    }


def test_choices_nest() -> None:
    said = {say("[a[b|c]|d]", turn=str(i)) for i in range(60)}
    assert said == {"ab", "ac", "d"}


def test_needs_are_what_every_way_of_saying_it_needs() -> None:
    assert needs_of(compile_line("{a} [{b} {c}|{c}|{c.cap}] [{d}|]", "r")) == ("a", "c")
    assert symbols_of(compile_line("{#x} [{#y}|{#x}]", "r")) == ("x", "y")


@pytest.mark.parametrize(
    "line",
    ["{name", "name}", "[a|b", "a|b", "a]", "{}", "{#}", "{na me}", "{name.shout}", "{a[b]}"],
)
def test_what_cannot_be_read_is_refused_with_its_rule_and_line(line: str) -> None:
    with pytest.raises(BadField) as caught:
        compile_line(line, "rule greet.1, line 3")
    assert "rule greet.1, line 3" in caught.value.message
    assert caught.value.got == line


def test_choices_that_nest_too_deep_are_refused() -> None:
    with pytest.raises(BadField):
        compile_line("[" * 9 + "a" + "]" * 9, "r")


def test_one_off_templates_render_tidy_and_repeat_with_the_same_dice() -> None:
    dice = Dice(7, "mara", "1")
    assert render("take  {item.a} , {player}", {"item": "axe", "player": "Ansa"}, dice) == (
        "Take an axe, Ansa."
    )
    many = "[a|b|c|d|e|f] [a|b|c|d|e|f]"
    assert render(many, {}, dice) == render(many, {}, dice)


def test_one_off_templates_that_cannot_be_read_or_filled_give_nothing() -> None:
    dice = Dice(7, "mara", "1")
    assert render("{broken", {}, dice) is None
    assert render("{missing}", {}, dice) is None
    assert render("{#symbol}", {}, dice) is None
    with pytest.raises(BadField):
        check_template("hello {#symbol}", "pattern 1")
    check_template("hello {player}", "pattern 1")


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="ab{}[]|#. ", max_size=24))
def test_any_line_compiles_and_runs_or_is_refused(line: str) -> None:
    try:
        compile_line(line, "r")
    except BadField:
        return
    said = say(line, a="x", b="y", ab="z", ba="w")
    assert said is None or not set("{}[]|") & set(said)
