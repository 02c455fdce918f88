"""The server's settings as flags: made from the one table in ``config.py``."""

from __future__ import annotations

from pathlib import Path
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

import click
from pydantic import SecretStr

from personagen_npc.config import Settings, help_of, variable

if TYPE_CHECKING:
    from collections.abc import Callable

_KINDS: dict[Any, Any] = {int: int, float: float, str: str, Path: click.Path(path_type=Path),
                          SecretStr: str}  # fmt: skip


def flag(name: str) -> str:
    """The flag of a setting: ``--tls-cert`` for ``tls_cert``."""
    return "--" + name.replace("_", "-")


def settings_flags(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command all settings as flags; what is not given arrives as None."""
    for name in reversed(Settings.model_fields):
        function = _option(name)(function)
    return function


def _option(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    field = Settings.model_fields[name]
    kind, many = _kind(field.annotation)
    text = f"{help_of(name)} [{variable(name)}]"
    if field.default not in (None, "", ()) and name != "store":
        text += f" [default: {field.default}]"
    return click.option(flag(name), name, type=kind, multiple=many, default=None, help=text)


def _kind(annotation: Any) -> tuple[Any, bool]:
    """The type of a flag for a field's, and whether the flag may come more than once."""
    origin = get_origin(annotation)
    if origin is tuple:
        return _KINDS[get_args(annotation)[0]], True
    if origin is Literal:
        return click.Choice(get_args(annotation)), False
    if origin in (Union, UnionType):
        return _kind(next(a for a in get_args(annotation) if a is not NoneType))
    return _KINDS[annotation], False


def given(flags: dict[str, Any]) -> dict[str, Any]:
    """Flags that were really given; an empty list was not."""
    return {k: v for k, v in flags.items() if v is not None and v != ()}
