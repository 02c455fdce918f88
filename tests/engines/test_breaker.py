"""A model that fails is left alone, longer each time, until a probe comes back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.engines.breaker import FAILURES, LONGEST_S, PAUSE_S, Breaker


def opened(at: float) -> Breaker:
    breaker = Breaker()
    for _ in range(FAILURES):
        breaker.failed(at)
    return breaker


def test_a_few_failures_do_not_open_it_and_a_success_forgets_them() -> None:
    breaker = Breaker()
    for _ in range(FAILURES - 1):
        breaker.failed(0.0)
    breaker.succeeded()
    breaker.failed(0.0)
    assert breaker.state(0.0) == "closed"


def test_it_opens_waits_and_lets_one_probe_through() -> None:
    breaker = opened(10.0)
    assert breaker.state(10.0 + PAUSE_S / 2) == "open"
    assert not breaker.passes(10.0 + PAUSE_S / 2)
    assert breaker.passes(10.0 + PAUSE_S)
    assert not breaker.passes(10.0 + PAUSE_S)  # one at a time
    breaker.succeeded()
    assert breaker.passes(10.0 + PAUSE_S)


def test_each_failed_probe_doubles_the_pause_to_a_limit() -> None:
    breaker, now, pause = opened(0.0), 0.0, PAUSE_S
    for _ in range(12):
        now += pause
        assert breaker.passes(now)
        breaker.failed(now)
        pause = min(2 * pause, LONGEST_S)
        assert breaker.state(now + pause - 0.001) == "open"


def test_a_probe_that_was_taken_back_says_nothing() -> None:
    breaker = opened(0.0)
    assert breaker.passes(PAUSE_S)
    breaker.given_up()
    assert breaker.passes(PAUSE_S)


@given(st.lists(st.tuples(st.sampled_from("fspg"), st.floats(0, 5)), max_size=60))
def test_it_never_locks_for_good(steps: list[tuple[str, float]]) -> None:
    breaker, now = Breaker(), 0.0
    for kind, wait in steps:
        now += wait
        if kind == "f":
            breaker.failed(now)
        elif kind == "s":
            breaker.succeeded()
        elif kind == "p":
            breaker.passes(now)
        else:
            breaker.given_up()
    breaker.given_up()
    assert breaker.passes(now + LONGEST_S)
