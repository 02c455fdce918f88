"""In character, in a world: who rewards nothing but insults gets hardly any from the polite.

The full count plays 10,000 turns, as ``python -m bench.learning_manners`` does.
"""

from __future__ import annotations

import os

from bench.learning_manners import impolite_in_50

FULL = os.environ.get("PERSONAGEN_TEST_SCALE") == "full"
TURNS, CONTROL = (10_000, 10_000) if FULL else (600, 200)


async def test_the_polite_stay_polite_with_a_bully() -> None:
    assert await impolite_in_50(0.3, TURNS) <= 1.0


async def test_without_a_bound_they_would_not() -> None:
    assert await impolite_in_50(1.0, CONTROL) > 1.0
