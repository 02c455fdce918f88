"""Every setting of a server, with its help text: flags over environment over file over defaults.

The model below is the one table: the command line makes its flags from it, ``PERSONAGEN_*`` names
are its field names in capitals, and a TOML file uses the names as they stand.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Self, get_origin

from pydantic import Field, SecretStr, ValidationError, model_validator

from personagen_npc.errors import BadField
from personagen_npc.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

PREFIX: Final = "PERSONAGEN_"
STATIC: Final = "static:"  # a setting of `embeddings` that goes on with a folder
OLLAMA: Final = "ollama:"  # or with a model
PORT: Final = 7865  # unassigned at IANA; "NPC" plus a few on a phone's keys [D]
EXAMPLES: Final = (
    Path(__file__).parent / "examples",  # in an installed package
    Path(__file__).parent.parent / "examples",  # in a source tree
)


def default_packs() -> tuple[Path, ...]:
    """``packs`` here, and the examples that came with the program."""
    return (Path("packs"), *(p for p in EXAMPLES if p.is_dir()))


def default_store(environ: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Where a program of this user keeps its data, by the rules of the system."""
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or ".")
    if platform == "win32":
        root = Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif platform == "darwin":
        root = home / "Library" / "Application Support"
    else:
        root = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return root / "personagen-npc"


class Settings(Frozen):
    """How a server runs. Each description is the help text of its flag."""

    packs: tuple[Path, ...] = Field(
        default=(), description="Folders that hold world packs, or packs themselves."
    )
    store: Path = Field(
        default=Path("store"), description="Folder of worlds and saves; made when missing."
    )
    durability: Literal["normal", "full"] = Field(
        default="normal",
        description="normal survives a killed process, full also a power cut.",
    )
    embeddings: str = Field(
        default="",  # off: only `load` looks for what this user has built
        pattern=r"^(|auto|off|static:.+|ollama:.+)$",
        description="Vectors for memory: off, static:FOLDER, ollama:MODEL, or auto: the static "
        "ones if they were built. Default: auto.",
    )
    learner: Literal["", "bayes", "network"] = Field(
        default="",
        description="What moves the odds of what people do in new worlds; as their packs say "
        "when absent.",
    )
    refit_every: int = Field(
        default=0, ge=0, le=10**9,
        description="Rewards after which all that was learned is fitted anew, in a process of its "
        "own; 0 for never.",
    )  # fmt: skip
    keep_days: float = Field(
        default=7.0, ge=0, le=100_000,
        description="Days of play that a journal keeps, of eight hours in which something went on; "
        "any turn of them can be gone back to.",
    )  # fmt: skip
    keep_mb: int = Field(
        default=200,
        ge=1,
        le=10**6,
        description="Megabytes that a journal keeps at most, however few days they are.",
    )
    profile: Path | None = Field(
        default=None,
        description="File that keeps what was learned over loads; in the save slot when absent.",
    )
    llm: str = Field(
        default="off",
        description="Language model that may improve lines: ollama://HOST/MODEL, "
        "openai+http://HOST:PORT/MODEL, gguf:FILE, or off.",
    )
    llm_for: tuple[str, ...] = Field(
        default=(),
        description="Other models for some: npc:ID=ADDRESS, archetype:ID=ADDRESS or "
        "world:NAME=ADDRESS; the narrowest counts, off is an address too.",
    )
    llm_slots: int = Field(
        default=2, ge=1, le=64, description="Requests that a model is asked at the same time."
    )
    llm_deadline_ms: int = Field(
        default=4000,
        ge=50,
        le=60000,
        description="Milliseconds for a reply where the client sets none; then the NPC's own line "
        "goes out.",
    )
    port: int = Field(default=PORT, ge=0, le=65535, description="TCP port; 0 takes a free one.")
    listen: str = Field(
        default="",
        description="Address to listen on when others than this machine may connect; needs TLS.",
    )
    tls_cert: Path | None = Field(default=None, description="TLS certificate chain, PEM.")
    tls_key: Path | None = Field(default=None, description="TLS private key, PEM.")
    hosts: tuple[str, ...] = Field(
        default=(), description="More names (or name:port) by which clients may reach the server."
    )
    origins: tuple[str, ...] = Field(
        default=(), description="Web pages that may connect, such as https://game.example.com."
    )
    token: SecretStr | None = Field(
        default=None, description="Secret of the game; made and kept in the token file if absent."
    )
    player_token: SecretStr | None = Field(
        default=None, description="Secret of players who connect by themselves."
    )
    observer_token: SecretStr | None = Field(
        default=None, description="Secret of tools that only look."
    )
    token_file: Path | None = Field(
        default=None, description="Where the game's secret is kept; in the store when absent."
    )
    frame: int = Field(
        default=65536, ge=1024, le=16 << 20, description="Largest frame from a client, in bytes."
    )
    rate: int = Field(
        default=2000, ge=1, le=10**9, description="Messages a second that a session may send."
    )
    queue: int = Field(
        default=1_000_000, ge=65536, description="Bytes that may wait for a slow client."
    )
    connections: int = Field(default=1000, ge=1, description="Clients at the same time.")
    hello_s: float = Field(
        default=5.0, gt=0, le=600, description="Seconds in which a client must say hello."
    )
    ping_s: float = Field(
        default=20.0, ge=0, le=3600, description="Seconds between keepalive pings; 0 for none."
    )
    drain_s: float = Field(
        default=10.0, ge=0, le=600, description="Seconds that a stopping server waits for clients."
    )
    owner_pid: int | None = Field(
        default=None, ge=1, description="Process with which the server ends: the game."
    )
    priority: Literal["low", "normal"] = Field(
        default="low", description="CPU priority; low leaves the game's frames smooth."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="What is logged to standard error."
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="Log lines for people or for programs."
    )

    @model_validator(mode="after")
    def _tls_whole(self) -> Self:
        if (self.tls_cert is None) != (self.tls_key is None):
            raise ValueError("tls_cert and tls_key belong together")
        if self.listen and self.tls_cert is None:
            raise ValueError("listen needs tls_cert and tls_key: a network is not trusted")
        return self

    @classmethod
    def load(
        cls,
        flags: Mapping[str, object] | None = None,
        environ: Mapping[str, str] | None = None,
        file: Path | None = None,
    ) -> Self:
        """Settings from all four places.

        Args:
            flags: what was asked for on the command line; None means not given.
            environ: the process environment.
            file: a TOML file; relative paths in it count from its folder.

        Raises:
            BadField: an unknown setting or a wrong value; the field is its name, the message says
                where it was given.
        """
        environ = environ or {}
        given: dict[str, Any] = {
            "packs": default_packs(), "store": default_store(environ), "embeddings": "auto",
        }  # fmt: skip
        origin: dict[str, str] = {}
        for where, values in (
            (str(file), _from_file(file) if file else {}),
            ("environment", _from_environ(environ)),
            ("command line", {k: v for k, v in (flags or {}).items() if v is not None}),
        ):
            given |= values
            origin |= dict.fromkeys(values, where)
        try:
            return cls.model_validate(given, strict=False)
        except ValidationError as wrong:
            raise _as_ours(wrong.errors()[0], origin) from None


def help_of(name: str) -> str:
    """The help text of one setting."""
    return Settings.model_fields[name].description or ""


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def _is_list(name: str) -> bool:
    field = Settings.model_fields.get(name)
    return field is not None and get_origin(field.annotation) is tuple


def _from_environ(environ: Mapping[str, str]) -> dict[str, Any]:
    """Only names that are settings: other ``PERSONAGEN_*`` variables may mean something else."""
    found = {n: environ[v] for n in Settings.model_fields if (v := variable(n)) in environ}
    return {n: tuple(filter(None, t.split(","))) if _is_list(n) else t for n, t in found.items()}


def _from_file(file: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise BadField(
            f"settings file {file}: {wrong}", field="config", got=str(file), allowed="a TOML file"
        ) from None
    return {n: _beside(file, n, value) for n, value in table.items()}


_PATHS: Final = {"packs", "store", "profile", "tls_cert", "tls_key", "token_file"}


def _beside(file: Path, name: str, value: Any) -> Any:
    """Paths in a file are meant from where the file is."""
    if name == "embeddings" and str(value).startswith(STATIC):
        return STATIC + str(file.parent / str(value).removeprefix(STATIC))
    if name not in _PATHS:
        return value
    if isinstance(value, list):
        return tuple(file.parent / str(v) for v in value)
    return file.parent / str(value)


def _as_ours(wrong: ErrorDetails, origin: Mapping[str, str]) -> BadField:
    name = str(wrong["loc"][0]) if wrong["loc"] else "listen"
    if wrong["type"] == "extra_forbidden":
        allowed: object = ", ".join(Settings.model_fields)
    else:
        allowed = wrong["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    where = origin.get(name, "defaults")
    got = "" if "token" in name else wrong["input"] if wrong["loc"] else ""
    return BadField(f"{where}: {name}: {allowed}", field=name, got=got, allowed=allowed)
