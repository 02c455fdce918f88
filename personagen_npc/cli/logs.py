"""Structured logs on standard error: a line for people or a JSON object for programs."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from typing import TextIO

# what every record has; whatever else stands in it was given as `extra`
_STOCK: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
LOUD: Final = ("websockets", "asyncio")  # libraries that say at INFO what we say ourselves


class TextLines(logging.Formatter):
    """``12:00:01.250 INFO host: world first: opened  npcs=12``."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and a traceback below it where there is one."""
        at = datetime.fromtimestamp(record.created).astimezone()
        clock = at.strftime("%H:%M:%S.") + f"{at.microsecond // 1000:03d}"
        name = record.name.removeprefix("personagen_npc.")
        extra = "".join(f"  {k}={v}" for k, v in _extra(record).items())
        line = f"{clock} {record.levelname} {name}: {record.getMessage()}{extra}"
        return (
            line if record.exc_info is None else f"{line}\n{self.formatException(record.exc_info)}"
        )


class JsonLines(logging.Formatter):
    """``{"at": "2026-01-01T12:00:01.250Z", "level": "info", "logger": ..., "message": ...}``."""

    def format(self, record: logging.LogRecord) -> str:
        """One line; a traceback is a field of it."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        row: dict[str, Any] = {
            "at": at.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_extra(record),
        }
        if record.exc_info is not None:
            row["traceback"] = self.formatException(record.exc_info)
        return orjson.dumps(row, default=str).decode()


def set_up(level: str, form: str, out: TextIO | None = None) -> None:
    """Log to standard error (or ``out``) from now on, and nowhere else."""
    handler = logging.StreamHandler(out or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in LOUD:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    return {k: v for k, v in vars(record).items() if k not in _STOCK}
