"""Who may come in: Origin and Host of the handshake, tokens and roles, messages a second."""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import dataclass
from hmac import compare_digest
from typing import TYPE_CHECKING, Final

from personagen_npc.errors import BadField, Denied

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from personagen_npc.wire.messages import Role

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
TOKEN_BYTES: Final = 24  # 192 random bits; 128 would do [D]
BURST_S: Final = 2.0  # seconds' worth of messages that may come at once [D]
FLOOD_S: Final = 2.0  # seconds' worth of refused messages after which a client is closed [D]

ROLES: Final[dict[Role, frozenset[Role]]] = {
    "game": frozenset({"game", "player", "observer"}),
    "player": frozenset({"player"}),
    "observer": frozenset({"observer"}),
}
"""Which roles the holder of each token may take."""


@dataclass(frozen=True, slots=True)
class Door:
    """What a handshake's headers must say.

    Attributes:
        port: the port that we listen on; a name without a port stands for any name with this one.
        hosts: names (or name:port) that may stand in ``Host``.
        origins: values of ``Origin`` that may connect; clients that are no web page send none.
    """

    port: int
    hosts: tuple[str, ...] = LOOPBACK
    origins: tuple[str, ...] = ()

    def refuse(self, hosts: Sequence[str], origins: Sequence[str]) -> str:
        """Why this handshake is refused, "" when it is not.

        ``Host`` is checked against DNS rebinding: a page's own name, made to point at this
        machine. ``Origin`` is what a browser says of the page that connects.
        """
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            return f"Host {_shown(hosts)} is not one of this server's names"
        if len(origins) > 1 or (origins and origins[0] not in self.origins):
            return f"Origin {_shown(origins)} may not connect"
        return ""

    def _is_ours(self, host: str) -> bool:
        name, port = split_host(host.lower())
        for allowed in self.hosts:
            known, known_port = split_host(allowed.lower())
            if name == known and (port or self.port) == (known_port or self.port):
                return True
        return False


def split_host(host: str) -> tuple[str, int]:
    """Name and port of ``name``, ``name:port``, ``[v6]:port`` or a bare v6; port 0 for none."""
    if host.startswith("["):
        name, closed, rest = host[1:].partition("]")
        if not closed or (rest and not rest.startswith(":")):
            return "", 0
        port = rest[1:]
    elif host.count(":") == 1:
        name, _, port = host.partition(":")
    else:
        name, port = host, ""
    if port and not (port.isascii() and port.isdigit()):
        return "", 0
    return name, int(port or 0)


def _shown(values: Sequence[str]) -> str:
    return ", ".join(repr(v[:80]) for v in values[:2]) or "(none)"


class Tokens:
    """The secrets, and what each is good for."""

    def __init__(self, secrets_by_role: Mapping[Role, str]) -> None:
        self._known = [(t.encode(), ROLES[r]) for r, t in secrets_by_role.items() if t]

    def check(self, token: str, role: Role) -> None:
        """Raise Denied unless this token may take this role. Takes the same time for any token."""
        given = token.encode()
        granted: frozenset[Role] = frozenset()
        for known, roles in self._known:
            if compare_digest(known, given):
                granted |= roles
        if not granted:
            raise Denied("wrong token", field="token", allowed="the token of this server")
        if role not in granted:
            raise Denied(
                f"this token is not for the role {role}",
                field="role",
                got=role,
                allowed=", ".join(sorted(granted)),
            )


def token_in(file: Path) -> str:
    """The token that a file keeps, made when there is none; only its owner may read the file.

    Raises BadField when there is a file without a token.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    made = secrets.token_urlsafe(TOKEN_BYTES)
    try:
        fd = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _kept(file)
    with os.fdopen(fd, "w", encoding="ascii") as out:
        out.write(made + "\n")
    return made


def _kept(file: Path) -> str:
    if sys.platform != "win32":  # there a user's own folders are closed to others already
        file.chmod(0o600)
    kept = file.read_text(encoding="utf-8", errors="replace").strip()
    if not kept:
        allowed = "a secret in one line, or no file"
        raise BadField(f"no token in {file}", field="token_file", got=str(file), allowed=allowed)
    return kept


class Pace:
    """Messages a second of one session: a bucket of ``rate`` a second, so full at the start."""

    __slots__ = ("_at", "_left", "_most", "_rate", "_worst")

    def __init__(self, rate: float, now: float) -> None:
        self._rate, self._at = rate, now
        self._most = self._left = rate * BURST_S
        self._worst = -rate * FLOOD_S

    def take(self, now: float) -> bool:
        """Whether one more message may come now, at ``now`` seconds."""
        left = min(self._most, self._left + (now - self._at) * self._rate) - 1.0
        self._left, self._at = max(left, self._worst), now
        return left >= 0.0

    @property
    def flooded(self) -> bool:
        """Whether so many came over the rate that the client cannot mean well."""
        return self._left <= self._worst
