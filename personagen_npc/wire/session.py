"""What may come when: the states of a connection, ids, roles, protocol versions, close codes.

Sans-IO: the caller brings messages and carries out what comes back. It does not know tokens (who
may have which role is admission's), nor what was answered before (the journal's).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from personagen_npc.errors import (
    BadFrame,
    ClientFault,
    Denied,
    FrameTooBig,
    OutOfOrder,
    TooDeep,
    WrongProtocol,
)
from personagen_npc.wire.faults import with_id
from personagen_npc.wire.messages import (
    ALLOWED,
    OLDEST_PROTOCOL,
    PROTOCOL,
    REQUESTS,
    WRITES,
    Bye,
    Hello,
    Request,
    Role,
    Say,
    Shutdown,
    Subscribe,
)


class State(Enum):
    """Where a connection stands."""

    NEW = "new"
    READY = "ready"
    DRAINING = "draining"
    CLOSED = "closed"


NEXT: Final[dict[State, dict[type[Request], State]]] = {
    State.NEW: {Hello: State.READY},
    State.READY: {
        **{cls: State.READY for cls in REQUESTS.values() if cls is not Hello},
        Bye: State.DRAINING,
        Shutdown: State.DRAINING,
    },
    State.DRAINING: {},  # what was asked before is still answered
    State.CLOSED: {},
}
"""Which message may come in which state, and the state after it."""


class Close(NamedTuple):
    """WebSocket close code and reason text (at most 123 bytes by RFC 6455)."""

    code: int
    text: str


CLOSES: Final[dict[str, Close]] = {
    "bye": Close(1000, "bye"),
    "bad_frame": Close(4000, "bad_frame: not one msgpack or JSON map"),
    "frame_too_big": Close(4001, "frame_too_big: see the frame limit in welcome"),
    "wrong_protocol": Close(4002, f"wrong_protocol: speaks {OLDEST_PROTOCOL} to {PROTOCOL}"),
    "denied": Close(4003, "denied: wrong token, role or origin"),
    "bad_hello": Close(4004, "bad_hello: the first message must be a valid hello"),
    "hello_late": Close(4005, "hello_late: no hello came in time"),
    "replaced": Close(4006, "replaced: the session goes on in another connection"),
    "slow": Close(4007, "slow: too much was waiting to be read"),
    "rate_limited": Close(4008, "rate_limited: far too many messages"),
    "closing": Close(4009, "closing: the server stops, try again later"),
    "server_fault": Close(4010, "server_fault: see the server's log"),
}
"""Why the server closes. A client switches on the code; 4000 and above are ours."""


def close_for(fault: Exception, state: State) -> Close | None:
    """How to close after a fault, None when the connection stays up.

    Only a broken frame or handshake closes; ``TooDeep`` is a whole frame, so it does not.
    """
    if isinstance(fault, FrameTooBig):
        return CLOSES["frame_too_big"]
    if isinstance(fault, BadFrame) and not isinstance(fault, TooDeep):
        return CLOSES["bad_frame"]
    if state is not State.NEW:
        return None
    code = fault.code if isinstance(fault, WrongProtocol | Denied) else "bad_hello"
    return CLOSES[code]


def negotiate(oldest: int, newest: int) -> int:
    """The newest protocol in both ranges. Raises WrongProtocol when there is none."""
    best = min(newest, PROTOCOL)
    if best < max(oldest, OLDEST_PROTOCOL):
        raise WrongProtocol(
            "no protocol that both sides speak",
            field="protocol_max" if newest < OLDEST_PROTOCOL else "protocol_min",
            got=f"{oldest} to {newest}",
            allowed=f"{OLDEST_PROTOCOL} to {PROTOCOL}",
        )
    return best


@dataclass(slots=True)
class Session:
    """One connection's place in the order of things.

    Attributes:
        name: the session's name, "" before ``hello``.
        role: what it may do; ``player`` whom it speaks for, if the role is ``player``.
        last: highest id seen in this session, over all its connections.
        again: highest id sent again since the resume; None once new ids have come.
    """

    state: State = State.NEW
    name: str = ""
    role: Role = "observer"
    player: str | None = None
    protocol: int = PROTOCOL
    last: int = 0
    again: int | None = None

    def begin(self, hello: Hello, name: str, seen: int | None = None) -> None:
        """The handshake. ``seen``: highest id of the session that is resumed, None for a new one.

        Raises:
            OutOfOrder: there was a ``hello`` already.
            WrongProtocol: no common version.
        """
        after = self._next(hello)
        try:
            self.protocol = negotiate(hello.protocol_min, hello.protocol_max)
        except WrongProtocol as fault:
            raise with_id(fault, hello.id) from None
        self.state, self.name = after, name
        self.role, self.player = hello.role, hello.player
        self.last = max(hello.id, seen or 0)
        self.again = None if seen is None else 0

    def admit(self, request: Request) -> None:
        """Take note of a message, or refuse it and stay as before.

        Raises:
            OutOfOrder: not in this state, or with an id that was used.
            Denied: not in this role.
        """
        after = self._next(request)
        self._check_role(request)
        self._take_id(request)
        self.state = after

    def drain(self) -> None:
        """Take nothing more; what was asked is still answered."""
        if self.state is not State.CLOSED:
            self.state = State.DRAINING

    def close(self) -> None:
        """The connection is gone."""
        self.state = State.CLOSED

    def _next(self, request: Request) -> State:
        after = NEXT[self.state].get(type(request))
        if after is None:
            may = "hello" if self.state is State.NEW else ""
            message = f"{request.type} may not come now: the session is {self.state.value}"
            raise _fault(OutOfOrder, message, request, "type", request.type, may)
        return after

    def _take_id(self, request: Request) -> None:
        if request.id > self.last:
            self.last, self.again = request.id, None
        elif self.again is not None and request.id > self.again and request.type in WRITES:
            self.again = request.id
        else:
            allowed = f"above {self.last}"
            message = "ids must grow; only writes may come again, in order, right after a resume"
            raise _fault(OutOfOrder, message, request, "id", request.id, allowed)

    def _check_role(self, request: Request) -> None:
        if type(request) not in ALLOWED[self.role]:
            names = ", ".join(
                sorted(cls.model_fields["type"].default for cls in ALLOWED[self.role])
            )
            message = f"{request.type} is not for the role {self.role}"
            raise _fault(Denied, message, request, "type", request.type, names)
        if self.role == "player":
            self._check_himself(request)

    def _check_himself(self, request: Request) -> None:
        own = str(self.player)
        if isinstance(request, Say) and request.player != own:
            message = "a player speaks only as himself"
            raise _fault(Denied, message, request, "player", request.player, own)
        if not isinstance(request, Subscribe):
            return
        if request.everything:
            message = "a player cannot hear everything"
            raise _fault(Denied, message, request, "everything", "true", "false")
        if any(p != own for p in request.players):
            message = "a player hears only what is said to himself"
            raise _fault(Denied, message, request, "players", request.players, own)


def _fault(
    kind: type[ClientFault], message: str, request: Request, field: str, got: object, allowed: str
) -> ClientFault:
    return with_id(kind(message, field=field, got=got, allowed=allowed), request.id)
