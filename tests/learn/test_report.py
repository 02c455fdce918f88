"""A report says what paid, of whom, and what it stands on."""

from __future__ import annotations

import json

import numpy as np
import pytest

from personagen_npc.learn.credit import Ledger, Paid, Turn
from personagen_npc.learn.features import features
from personagen_npc.learn.policy import Policy
from personagen_npc.learn.report import Finding, report

MENU = (("counter_offer", 0.5), ("accept_deal", 0.3), ("joke", 0.2))


def lived(turns: int = 400, seed: int = 1) -> tuple[Ledger, Policy]:
    """Strangers pay well when haggled with; friends do not care; jokes never pay."""
    rng = np.random.default_rng(seed)
    ledger, policy = Ledger(), Policy()
    for at in range(turns):
        stranger = bool(rng.random() < 0.5)
        x = features({"rel.familiarity": 0.0 if stranger else 0.8, "intent": "haggle"})
        act, share = MENU[int(rng.choice(3, p=[s for _, s in MENU]))]
        worth = {"joke": -0.4}.get(act, 0.3 if stranger and act == "counter_offer" else 0.0)
        who = f"p{int(rng.integers(30))}"
        turn = Turn(
            f"b1.s{at}", "orle", "merchant", who, "c1", act, share, x, 0.0, at * 3600.0, MENU
        )
        ledger.record(turn)
        value = float(np.clip(worth + rng.normal(0, 0.3), -1, 1))
        policy.learn(turn, value)
        ledger.pay(turn.id, Paid(value, 1.0, "trade"))
    return ledger, policy


def test_what_paid_is_found_and_said() -> None:
    ledger, policy = lived()
    told = report(ledger, policy, {"orle": 0.5}, ["orle"])[0]
    found = {f.act: f for f in told.findings}
    assert found["joke"].gain < -0.2
    assert found["joke"].share < 1.0
    assert found["counter_offer"].group == "with strangers"
    assert found["counter_offer"].text().startswith("haggles with strangers: +0.")
    assert found["counter_offer"].share > 1.0


def test_days_and_kinds_add_up() -> None:
    ledger, policy = lived()
    told = report(ledger, policy, {}, ["orle"])[0]
    assert sum(count for _, count, _ in told.days) == told.rewarded == told.turns == 400
    assert [day for day, _, _ in told.days] == list(range(400 * 3600 // 86400 + 1))
    ((kind, count, mean),) = told.kinds
    assert (kind, count) == ("trade", 400)
    assert mean == pytest.approx(told.mean)


def test_what_was_learned_is_worth_more_than_what_was_written() -> None:
    ledger, policy = lived()
    written, learned = report(ledger, policy, {"orle": 0.8}, ["orle"])[0].values
    assert written.policy == "as written"
    assert written.snips.value == pytest.approx(written.robust.value, abs=0.05)
    assert learned.robust.value > written.robust.value + 0.05
    assert learned.snips.turns < written.snips.turns <= 400


def test_who_was_never_rewarded_has_learned_nothing() -> None:
    ledger, policy = lived(3)
    few, none = report(ledger, policy, {}, ["orle", "ulla"])
    assert few.values == ()
    assert few.findings == ()
    assert (none.turns, none.rewarded, none.mean, none.days) == (0, 0, 0.0, ())


def test_noise_is_no_finding() -> None:
    rng = np.random.default_rng(3)
    ledger = Ledger()
    for at in range(300):
        act, share = MENU[at % 3]
        ledger.record(
            Turn(f"b1.s{at}", "orle", "", "p", "", act, share, features({}), 0.0, 0.0, MENU)
        )
        ledger.pay(f"b1.s{at}", Paid(float(np.clip(rng.normal(0, 0.5), -1, 1)), 1.0, "reward"))
    assert len(report(ledger, Policy(), {}, ["orle"])[0].findings) <= 1


def test_a_finding_reads_as_a_sentence() -> None:
    assert Finding("joke", "after dark", -0.2, 12, 1.0).text() == "jokes after dark: -0.20 from 12"
    assert Finding("no_such", "", 0.1, 9, 2.0).text().startswith("no_such: +0.10 from 9, now 2.0")


def test_a_save_keeps_what_was_paid() -> None:
    ledger, policy = lived(40)
    again = Ledger.from_tree(json.loads(json.dumps(ledger.to_tree())))
    assert report(again, policy, {}, ["orle"]) == report(ledger, policy, {}, ["orle"])
