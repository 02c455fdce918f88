"""Who gets in, who does not, and what they are told."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from personagen_npc import __version__

if TYPE_CHECKING:
    from collections.abc import Callable


async def test_a_good_hello_is_welcomed_with_the_limits(served: Any) -> None:
    async with served.hand() as hand:
        welcome = await hand.hello(client="test")
    assert (welcome["type"], welcome["re"], welcome["protocol"]) == ("welcome", 1, 1)
    assert welcome["version"] == __version__
    assert welcome["limits"]["frame"] == 65536
    assert "world" not in welcome


async def test_the_subprotocol_is_selected_when_offered_and_not_missed_when_not(
    served: Any,
) -> None:
    offered = [Subprotocol("other"), Subprotocol("personagen.v1")]
    async with served.hand(subprotocols=offered) as hand:
        assert hand.socket.subprotocol == "personagen.v1"
    async with served.hand() as hand:
        assert hand.socket.subprotocol is None
        assert (await hand.hello())["type"] == "welcome"


async def test_frames_are_not_compressed(served: Any) -> None:
    async with served.hand() as hand:
        assert hand.socket.protocol.extensions == []


@pytest.mark.parametrize(
    ("hello", "code", "closed"),
    [
        ({"token": "wrong"}, "denied", 4003),
        ({"token": ""}, "denied", 4003),
        ({"protocol_min": 2, "protocol_max": 9}, "wrong_protocol", 4002),
        ({"role": "king"}, "bad_field", 4004),
        ({"role": "player"}, "bad_field", 4004),
        ({"world": "../etc"}, "bad_field", 4004),
    ],
)
async def test_a_wrong_hello_is_answered_and_closed_with_the_reason(
    served: Any, hello: dict[str, Any], code: str, closed: int
) -> None:
    async with served.hand() as hand:
        error = await hand.hello(**hello)
        assert (error["type"], error["code"]) == ("error", code)
        assert (await hand.closed())[0] == closed


async def test_anything_before_hello_is_out_of_order(served: Any) -> None:
    async with served.hand() as hand:
        error = await hand.ask("ping")
        assert error["code"] == "out_of_order"
        assert (await hand.closed())[0] == 4004


async def test_who_says_no_hello_is_closed_with_the_reason(serving: Callable[..., Any]) -> None:
    async with serving(hello_s=0.05) as served, served.hand() as hand:
        code, reason = await hand.closed()
    assert (code, reason[:10]) == (4005, "hello_late")


@pytest.mark.parametrize("origin", ["null", "https://evil.example", "http://127.0.0.1"])
async def test_a_web_page_cannot_connect(served: Any, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with served.hand(origin=Origin(origin)):
            pass
    assert refused.value.response.status_code == 403


async def test_a_web_page_that_was_allowed_can(serving: Callable[..., Any]) -> None:
    async with (
        serving(origins=("https://game.example",)) as served,
        served.hand(origin=Origin("https://game.example")) as hand,
    ):
        assert (await hand.hello())["type"] == "welcome"


async def status_for(served: Any, *hosts: str) -> int:
    """The HTTP status of a handshake with these Host headers."""
    port = int(served.url.rsplit(":", 1)[1])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = [
        "GET / HTTP/1.1",
        *(f"Host: {h.replace('PORT', str(port))}" for h in hosts),
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    status = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return int(status.split()[1])


async def test_only_our_own_names_may_stand_in_host(serving: Callable[..., Any]) -> None:
    async with serving(hosts=("npc.example", "proxy.example:443")) as served:
        for ours in ("127.0.0.1:PORT", "LocalHost:PORT", "[::1]:PORT", "npc.example:PORT"):
            assert await status_for(served, ours) == 101, ours
        assert await status_for(served, "proxy.example:443") == 101
        for evil in ("evil.example:PORT", "127.0.0.1:1", "localhost.evil.example:PORT", "[::1", ""):
            assert await status_for(served, evil) == 403, evil
        assert await status_for(served, "127.0.0.1:PORT", "evil.example") == 403


async def test_no_more_clients_than_allowed(serving: Callable[..., Any]) -> None:
    async with serving(connections=1) as served, served.hand() as hand:
        await hand.hello()
        with pytest.raises(InvalidStatus) as refused:
            async with served.hand():
                pass
        assert refused.value.response.status_code == 503


async def test_each_token_is_good_for_its_own_role_only(serving: Callable[..., Any]) -> None:
    secrets: dict[str, Any] = {"player_token": SecretStr("p"), "observer_token": SecretStr("o")}
    async with serving(**secrets) as served:
        for token, role, fine in (
            ("p", "player", True),
            ("p", "game", False),
            ("p", "observer", False),
            ("o", "observer", True),
            ("o", "game", False),
            ("secret", "player", True),
        ):
            async with served.hand() as hand:
                answer = await hand.hello(token=token, role=role, player="P1")
                assert (answer["type"] == "welcome") is fine, (token, role)
                assert fine or answer["code"] == "denied"


async def test_a_player_speaks_only_as_himself(serving: Callable[..., Any]) -> None:
    async with (
        serving(player_token=SecretStr("p")) as served,
        served.hand() as game,
        served.hand() as player,
    ):
        await game.into_world("w")
        welcome = await player.hello(token="p", role="player", player="P1", world="w")
        assert welcome["world"] == "w"
        reply = await player.ask("say", npc="mara", player="P1", text="Hello!")
        assert reply["type"] == "reply"
        refused: list[tuple[str, dict[str, Any]]] = [
            ("say", {"npc": "mara", "player": "P2", "text": "Hello!"}),
            ("tick", {"time": 5}),
            ("ask", {"what": "stats"}),
        ]
        for kind, fields in refused:
            assert (await player.ask(kind, **fields))["code"] == "denied"
