"""The voice's measures can fail: each is shown what it should catch."""

from __future__ import annotations

from random import Random

from bench.voice import macro_f1
from bench.voice_affect import affect
from bench.voice_cast import world_of
from bench.voice_knowledge import Asked, Exam, f1, share, strangers
from bench.voice_patterns import fidelity
from bench.voice_talk import variety
from bench.voice_traits import Counter, Said, recovered


def test_one_line_for_ever_is_not_varied() -> None:
    same = variety(["The forge is by the gate."] * 40)
    assert same.distinct_2 < 0.05
    assert same.self_bleu_4 > 0.99
    assert same.duplicates > 0.9


def test_lines_without_a_word_in_common_are() -> None:
    lines = [" ".join(f"w{i}x{k}" for k in range(8)) for i in range(40)]
    found = variety(lines)
    assert found.distinct_2 == 1.0
    assert found.self_bleu_4 < 0.2
    assert found.duplicates == 0.0


def test_patterns_with_the_triggers_of_others_are_not_realised() -> None:
    kept, wrong = (fidelity("emberfall", 2, sabotaged=s) for s in (False, True))
    assert kept.triggered > 0
    assert kept.realised > 0.9
    assert wrong.realised == 0.0


def test_feelings_shown_at_random_have_the_wrong_sign_and_a_wrong_half_life_is_seen() -> None:
    felt = affect("emberfall", 2)
    assert felt.signs > felt.signs_control + 0.2
    assert felt.half_life_error < 0.05 < felt.half_life_control


def test_one_intent_for_every_line_has_no_f1_to_speak_of() -> None:
    said = ["greet", "part", "thank", "insult"] * 3
    assert macro_f1([(a, a) for a in said]) == 1.0
    assert macro_f1([(a, "greet") for a in said]) < 0.15


def test_traits_are_read_from_words_that_show_them_and_not_from_others() -> None:
    dice = Random(1)

    def person(shows: bool) -> Said:
        loud = dice.uniform(-1, 1)
        share_ = (loud + 1) / 2 if shows else 0.5
        texts = ["So it is!" if dice.random() < share_ else "So it is." for _ in range(20)]
        o, c, a, n = (dice.uniform(-1, 1) for _ in range(4))
        return Said(texts, (o, c, loud, a, n))

    shown = recovered([person(True) for _ in range(80)], [person(True) for _ in range(60)], 20)
    hidden = recovered([person(False) for _ in range(80)], [person(False) for _ in range(60)], 20)
    assert shown[2] > 0.8
    assert abs(hidden[2]) < 0.4


def test_markers_are_counted_in_the_words() -> None:
    counter = Counter()
    found = dict(zip(counter.names, counter.counts(["Er... I'd say no!"]), strict=True))
    assert found["hesitation"] == found["exclaim"] == found["softener"] == found["negation"] == 1.0
    assert found["echo"] == found["questions"] == 0.0


def test_a_wrong_answer_and_a_made_up_one_cost() -> None:
    right = Asked("q", "edda", "a", ("f",), True, False)
    wrong = Asked("q", "edda", "a", ("g",), False, False)
    shrug = Asked("q", "edda", "a", (), False, True)
    assert share([right, wrong]) == 0.5
    assert f1(Exam([right], [right], [shrug], [])) == 1.0
    assert f1(Exam([shrug], [right], [shrug], [])) < 0.7  # shrugs at what it knows
    assert f1(Exam([right], [right], [wrong], [])) == 0.0  # tells of what nobody can know


def test_a_name_from_nowhere_is_seen() -> None:
    world = world_of("emberfall")
    npc = world.npcs["edda"]
    said = Asked("Where is the forge?", "edda", "By the weir, past Xanthippe.", (), False, False)
    assert strangers(world, npc, said) == ["xanthippe"]
    fine = said._replace(said="By the weir, past Berta and the Trivet.")
    assert strangers(world, npc, fine) == []
