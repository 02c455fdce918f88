"""What may come when, with which id, from whom; and what closes a connection."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personagen_npc.errors import (
    BadField,
    BadFrame,
    ClientFault,
    Denied,
    FrameTooBig,
    JournalFailed,
    OutOfOrder,
    RateLimited,
    TooDeep,
    WrongProtocol,
)
from personagen_npc.wire.frame import re_of
from personagen_npc.wire.messages import (
    ALLOWED,
    READS,
    REQUESTS,
    WRITES,
    Ask,
    Bye,
    Hello,
    NpcList,
    Ping,
    Role,
    Say,
    Shutdown,
    Subscribe,
    Tick,
)
from personagen_npc.wire.session import CLOSES, NEXT, Session, State, close_for, negotiate


def ready(role: Role = "game", seen: int | None = None, hello: int = 1) -> Session:
    session = Session()
    player = "P1" if role == "player" else None
    session.begin(Hello(id=hello, role=role, player=player), "s1", seen)
    return session


def say(id_: int, player: str = "P1") -> Say:
    return Say(id=id_, npc="mara", player=player, text="hello")


def test_nothing_comes_before_hello() -> None:
    session = Session()
    with pytest.raises(OutOfOrder) as caught:
        session.admit(Ping(id=3))
    assert caught.value.allowed == "hello"
    assert re_of(caught.value) == 3
    assert session.state is State.NEW


def test_hello_comes_once() -> None:
    session = ready()
    with pytest.raises(OutOfOrder):
        session.begin(Hello(id=2), "s2")
    with pytest.raises(OutOfOrder):
        session.admit(Hello(id=2))
    assert (session.state, session.name) == (State.READY, "s1")


@pytest.mark.parametrize("last", [Bye(id=2), Shutdown(id=2)])
def test_after_bye_or_shutdown_nothing_more_is_taken(last: Bye | Shutdown) -> None:
    session = ready()
    session.admit(last)
    with pytest.raises(OutOfOrder):
        session.admit(Ping(id=3))
    session.close()
    session.drain()
    assert session.state is State.CLOSED


def test_a_draining_server_takes_nothing_more() -> None:
    session = ready()
    session.drain()
    with pytest.raises(OutOfOrder):
        session.admit(Tick(id=2, time=1.0))


def test_every_message_has_its_place_in_the_order() -> None:
    assert set(NEXT) == set(State)
    assert {*NEXT[State.NEW], *NEXT[State.READY]} == set(REQUESTS.values())
    assert set().union(*ALLOWED.values()) == set(REQUESTS.values())
    assert set(REQUESTS) == WRITES | READS
    assert not WRITES & READS


@settings(deadline=None, derandomize=True)
@given(st.lists(st.integers(1, 20), max_size=20))
def test_ids_only_grow(ids: list[int]) -> None:
    session, highest = ready(), 1
    for id_ in ids:
        if id_ > highest:
            session.admit(Ping(id=id_))
            highest = id_
        else:
            with pytest.raises(OutOfOrder) as caught:
                session.admit(Ping(id=id_))
            assert caught.value.field == "id"
    assert session.last == highest


def test_a_refused_message_does_not_use_up_its_id() -> None:
    session = ready("observer")
    with pytest.raises(Denied):
        session.admit(say(2))
    session.admit(Ping(id=2))


def test_writes_come_again_right_after_a_resume_in_order_once() -> None:
    session = ready(seen=10, hello=11)
    session.admit(say(8))
    with pytest.raises(OutOfOrder):
        session.admit(say(8))
    session.admit(say(10))
    session.admit(say(12))
    with pytest.raises(OutOfOrder):
        session.admit(say(9))


def test_reads_do_not_come_again_under_an_old_id() -> None:
    session = ready(seen=10, hello=11)
    with pytest.raises(OutOfOrder):
        session.admit(Ping(id=9))
    session.admit(Ping(id=12))


def test_a_resume_whose_hello_counts_from_one_again_still_knows_the_ids() -> None:
    session = ready(seen=10, hello=1)
    session.admit(say(7))
    session.admit(say(11))
    assert session.last == 11


def test_a_new_session_takes_no_old_ids() -> None:
    session = ready(hello=5)
    with pytest.raises(OutOfOrder):
        session.admit(say(4))


def test_a_player_speaks_and_hears_only_as_himself() -> None:
    session = ready("player")
    session.admit(say(2))
    session.admit(Subscribe(id=3, players=("P1",)))
    for request, field in (
        (say(4, "P2"), "player"),
        (Subscribe(id=4, players=("P2",)), "players"),
        (Subscribe(id=4, everything=True), "everything"),
        (Tick(id=4, time=1.0), "type"),
        (Ask(id=4, what="stats"), "type"),
    ):
        with pytest.raises(Denied) as caught:
            session.admit(request)
        assert caught.value.field == field
        assert re_of(caught.value) == 4


def test_an_observer_only_looks() -> None:
    session = ready("observer")
    session.admit(NpcList(id=2))
    session.admit(Ask(id=3, what="stats"))
    assert not {cls.model_fields["type"].default for cls in ALLOWED["observer"]} & WRITES
    assert ALLOWED["game"] == set(REQUESTS.values())


def test_a_protocol_is_agreed_on_or_both_ranges_are_named() -> None:
    assert negotiate(1, 1) == negotiate(1, 99) == 1
    for oldest, newest, field in ((2, 3, "protocol_min"), (0, 0, "protocol_max")):
        with pytest.raises(WrongProtocol) as caught:
            negotiate(oldest, newest)
        assert caught.value.field == field
        assert caught.value.allowed == "1 to 1"
    session = Session()
    with pytest.raises(WrongProtocol) as caught:
        session.begin(Hello(id=9, protocol_min=2, protocol_max=3), "s1")
    assert re_of(caught.value) == 9
    assert session.state is State.NEW


@pytest.mark.parametrize(
    ("fault", "state", "reason"),
    [
        (BadFrame(""), State.READY, "bad_frame"),
        (FrameTooBig(""), State.READY, "frame_too_big"),
        (TooDeep(""), State.READY, None),
        (BadField(""), State.READY, None),
        (RateLimited(""), State.READY, None),
        (JournalFailed(""), State.READY, None),
        (BadField(""), State.NEW, "bad_hello"),
        (TooDeep(""), State.NEW, "bad_hello"),
        (OutOfOrder(""), State.NEW, "bad_hello"),
        (WrongProtocol(""), State.NEW, "wrong_protocol"),
        (Denied(""), State.NEW, "denied"),
    ],
)
def test_only_a_broken_frame_or_handshake_closes(
    fault: ClientFault, state: State, reason: str | None
) -> None:
    assert close_for(fault, state) == (CLOSES[reason] if reason else None)


def test_close_codes_are_lawful_and_distinct() -> None:
    codes = [close.code for close in CLOSES.values()]
    assert len(set(codes)) == len(codes)
    assert all(code == 1000 or 4000 <= code <= 4999 for code in codes)
    assert all(len(close.text.encode()) <= 123 for close in CLOSES.values())
