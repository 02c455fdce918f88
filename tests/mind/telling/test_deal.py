"""Bargains: the price comes down towards what the seller would take, never under it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from personagen_npc.mind.perceive import Heard
from personagen_npc.mind.scene import Standing, Talk, WareView
from personagen_npc.mind.telling.deal import Deal, countered, look, price
from personagen_npc.persona.traits import Mood

if TYPE_CHECKING:
    from collections.abc import Callable

    from personagen_npc.mind.npc import Npc
    from personagen_npc.mind.scene import Scene

CALM = Mood(0.0, 0.0, 0.0)
KETTLE = WareView("kettle", "kettle", ("kettl",), 40, 25)


def _heard(intent: str, amount: int | None = None, item: str = "") -> Heard:
    return Heard("", intent, amount=amount, item=item)


def _kept(deal: Deal) -> Talk:
    return Talk(deal=deal.as_fields())


def test_asked_what_there_is_the_seller_shows_it(
    ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    shop = look(ada(), scene(wares=(KETTLE,)), _heard("trade"), CALM)
    assert (shop.state, shop.item) == ("shop", "")
    assert look(ada(), scene(), _heard("trade"), CALM).state == "none"  # sells nothing


def test_asked_for_a_thing_it_names_its_price(
    ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    deal = look(ada(), scene(wares=(KETTLE,)), _heard("trade", item="kettle"), CALM)
    assert (deal.state, deal.item, deal.asking) == ("open", "kettle", 40)
    assert look(ada(), scene(wares=(KETTLE,)), _heard("trade", item="ox"), CALM).state == "none"


def test_a_friend_pays_less_and_a_bad_mood_costs(
    ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    def asking(affinity: float, mood: Mood) -> int:
        at = scene(wares=(KETTLE,), standing=Standing(affinity=affinity))
        return look(ada(), at, _heard("trade", item="kettle"), mood).asking

    assert asking(0.9, CALM) < asking(0.0, CALM) < asking(-0.9, CALM)
    assert asking(0.0, Mood(-0.9, 0.0, 0.0)) > asking(0.0, CALM)


WARES = st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)).map(
    lambda p: WareView("kettle", "kettle", ("kettl",), *p)
)
SIGNED = st.floats(-1.0, 1.0)


def _opened(ada: Any, scene: Any, ware: WareView, affinity: float, pleasure: float) -> Deal:
    at = scene(wares=(ware,), standing=Standing(affinity=affinity))
    return look(ada(), at, _heard("trade", item="kettle"), Mood(pleasure, 0.0, 0.0))


@given(WARES, SIGNED, SIGNED)
def test_every_price_is_one_that_can_be_asked(
    ada: Callable[..., Npc], scene: Callable[..., Scene], ware: WareView, affinity: float,
    pleasure: float,
) -> None:  # fmt: skip
    deal = _opened(ada, scene, ware, affinity, pleasure)
    assert deal.state == "open"
    assert deal.asking >= 1
    assert 0 <= deal.reserve <= deal.asking


@given(
    ware=WARES, affinity=SIGNED, agreeable=st.floats(0.0, 1.0),
    bids=st.lists(st.one_of(st.none(), st.integers(0, 2 * 10**9), st.floats(0.0, 1.2)),
                  max_size=12),
)  # fmt: skip
def test_haggling_never_goes_under_the_reserve_nor_up_again(
    ada: Callable[..., Npc], scene: Callable[..., Scene], ware: WareView, affinity: float,
    agreeable: float, bids: list[int | float | None],
) -> None:  # fmt: skip
    npc = ada(agreeableness=agreeable)
    deal = _opened(ada, scene, ware, affinity, 0.0)
    for bid in bids:
        amount = round(bid * deal.asking) if isinstance(bid, float) else bid
        at = scene(wares=(ware,), talk=_kept(deal))
        seen = look(npc, at, _heard("haggle", amount), CALM)
        if amount is not None and amount >= deal.asking:
            assert seen.state == "met"
        if seen.state == "met":
            assert deal.reserve <= price(seen) <= deal.asking
        after = countered(npc, seen)
        assert deal.reserve <= after.asking <= deal.asking
        assert after.rounds == deal.rounds + 1
        deal = after


@given(WARES, SIGNED)
def test_a_bid_at_the_asking_price_is_met_and_costs_no_more(
    ada: Callable[..., Npc], scene: Callable[..., Scene], ware: WareView, affinity: float
) -> None:
    deal = _opened(ada, scene, ware, affinity, 0.0)
    for extra in (0, 1, 1000):
        at = scene(wares=(ware,), talk=_kept(deal))
        met = look(ada(), at, _heard("offer", deal.asking + extra), CALM)
        assert met.state == "met"
        assert price(met) == deal.asking


@given(WARES, st.floats(0.0, 1.0))
def test_a_seller_comes_down_until_a_patient_buyer_is_met(
    ada: Callable[..., Npc], scene: Callable[..., Scene], ware: WareView, agreeable: float
) -> None:
    """Rounds end: whoever keeps bidding the reserve and a little gets it in the end."""
    npc, deal = ada(agreeableness=agreeable), _opened(ada, scene, ware, 0.0, 0.0)
    for _ in range(80):
        at = scene(wares=(ware,), talk=_kept(deal))
        seen = look(npc, at, _heard("haggle", deal.reserve + 1), CALM)
        if seen.state == "met":
            return
        deal = countered(npc, seen)
    raise AssertionError(f"no end to it: {deal}")


def test_a_bid_under_the_reserve_is_never_met(
    ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    npc, deal = ada(), _opened(ada, scene, KETTLE, 0.0, 0.0)
    for _ in range(40):
        seen = look(npc, scene(wares=(KETTLE,), talk=_kept(deal)), _heard("haggle", 24), CALM)
        assert seen.state == "low"
        deal = countered(npc, seen)


def test_a_number_in_another_matter_is_no_bid(
    ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    deal = _opened(ada, scene, KETTLE, 0.0, 0.0)
    at = scene(wares=(KETTLE,), talk=_kept(deal))
    assert look(ada(), at, _heard("greet", 40), CALM).state == "open"


def test_naming_another_thing_opens_another_deal(
    ada: Callable[..., Npc], scene: Callable[..., Scene]
) -> None:
    nails = WareView("nails", "nails", ("nail",), 6, 4)
    deal = countered(ada(), _opened(ada, scene, KETTLE, 0.0, 0.0))
    at = scene(wares=(KETTLE, nails), talk=_kept(deal))
    other = look(ada(), at, _heard("trade", item="nails"), CALM)
    assert (other.item, other.asking, other.rounds) == ("nails", 6, 0)
    same = look(ada(), at, _heard("trade", item="kettle"), CALM)
    assert (same.item, same.asking, same.rounds) == ("kettle", deal.asking, 1)


def test_the_reserve_is_kept_with_the_talk_and_comes_back() -> None:
    deal = Deal("low", "kettle", "kettle", 38, 25, 20, 2)
    fields = deal.as_fields()
    assert fields is not None
    assert Deal("low", **fields) == deal
    assert Deal("shop").as_fields() is None
