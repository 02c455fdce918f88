"""Other machines may connect only through TLS. The key in ``tls/`` is for these tests alone."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from personagen_npc import connect
from personagen_npc.errors import Lost

if TYPE_CHECKING:
    from collections.abc import Callable

TLS = Path(__file__).with_name("tls")


async def test_a_listening_server_speaks_tls_and_nothing_else(serving: Callable[..., Any]) -> None:
    network = {
        "listen": "127.0.0.1",
        "hosts": ("localhost",),
        "tls_cert": TLS / "cert.pem",
        "tls_key": TLS / "key.pem",
    }
    trust = ssl.create_default_context(cafile=str(TLS / "cert.pem"))
    async with serving(**network) as served:
        url = served.url
        assert url.startswith("wss://localhost:")
        async with await connect(url, token="secret", tls=trust) as game:
            assert game.welcome.protocol == 1
        with pytest.raises(Lost):
            await connect(url.replace("wss", "ws"), token="secret")
        with pytest.raises(Lost):
            await connect(url, token="secret", tls=ssl.create_default_context())
