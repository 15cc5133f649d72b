"""From a driver's `Options` dataclass to the record of its plan keys."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Mapping, Sequence
from dataclasses import MISSING as NO_DEFAULT
from dataclasses import Field, fields
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin, get_type_hints

from bongsu.planfile import scalars
from bongsu.planfile.shapes import REQUIRED, Choice, Key, ListOf, MapOf, Record, Shape
from bongsu.planfile.values import length_text, percent_text

if TYPE_CHECKING:
    from types import ModuleType

_SECRETS = frozenset({"token", "app_token", "bot_token", "signing_secret", "key", "url"})
"""Options of these names hold references to secrets, whatever the kind."""
_BY_NAME: dict[str, Shape] = {
    "api_url": scalars.ENDPOINT,
    "endpoint_url": scalars.ENDPOINT,
    "webhook_url": scalars.ENDPOINT,
    "listen": scalars.LISTEN,
    "from": scalars.FILE,
    "account": scalars.ACCOUNT,
    "region": scalars.REGION,
    "channel": scalars.SLACK_CHANNEL,
    "chat_id": scalars.TELEGRAM_CHAT,
}
"""Options whose values have a form of their own, whatever the kind."""
_USUAL = {"api_url": "Another address for the service's API"}
_NAMES: dict[str, Any] = {
    "Decimal": Decimal,
    "timedelta": timedelta,
    "Mapping": Mapping,
    "Sequence": Sequence,
    "Literal": Literal,
    "Any": Any,
}
"""Names that a driver may import for its annotations only."""


def record_of(driver: ModuleType, *, described: bool = False) -> Record:
    """Return the record of a driver's own keys; with their meanings only when asked, since that reads its source."""
    options = driver.Options
    hints = get_type_hints(options, {**_NAMES, **vars(driver)})
    meanings = _meanings(options) if described else {}
    secrets = _SECRETS | set(getattr(driver, "SECRETS", ()))
    keys = (
        _key(field, _shape(field.name, _without_none(hints[field.name]), secrets), meanings.get(field.name, ""))
        for field in fields(options)
    )
    return Record(keys=tuple(keys), also=("kind",))


def _key(field: Field[Any], shape: Shape, meaning: str) -> Key:
    default = field.default
    if default is NO_DEFAULT and field.default_factory is not NO_DEFAULT:
        default = field.default_factory()
    return Key(
        field.name.rstrip("_"),
        shape,
        meaning or _USUAL.get(field.name, ""),
        REQUIRED if default is NO_DEFAULT else default,
        shown="" if default is NO_DEFAULT else _show(default),
        option=field.name,
    )


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in {Union, UnionType}:
        rest = [arm for arm in get_args(hint) if arm is not NoneType]
        return rest[0] if len(rest) == 1 else hint
    return hint


def _shape(field: str, hint: Any, secrets: frozenset[str]) -> Shape:
    if field in secrets:
        return scalars.REFERENCE
    return _BY_NAME.get(field.rstrip("_")) or _shape_of(hint)


def _shape_of(hint: Any) -> Shape:
    simple: dict[Any, Shape] = {
        str: scalars.TEXT,
        int: scalars.WHOLE,
        bool: scalars.TRUTH,
        Decimal: scalars.PERCENT,
        timedelta: scalars.DURATION,
    }
    if hint in simple:
        return simple[hint]
    origin, arms = get_origin(hint), get_args(hint)
    if origin is Literal:
        return Choice(words=tuple(str(arm) for arm in arms))
    if origin in {tuple, list, Sequence}:
        return ListOf(of=_shape_of(arms[0]), unique=True)
    if origin in {dict, Mapping}:
        return MapOf(key=str, of=_shape_of(arms[1]), key_text="a name", at_least=0)
    raise TypeError(f"no plan key can hold {hint!r}")


def _show(default: Any) -> str:
    if isinstance(default, timedelta):
        return length_text(default)
    if isinstance(default, Decimal):
        return percent_text(default)
    if isinstance(default, bool):
        return "true" if default else "false"
    if isinstance(default, tuple | list):
        return f"[{', '.join(str(item) for item in default)}]"
    return str(default) if default else ""


def _meanings(options: type[Any]) -> dict[str, str]:
    """Return the string that follows each field in the class's source."""
    source = inspect.getsource(sys.modules[options.__module__])
    body = next(
        item.body for item in ast.parse(source).body if isinstance(item, ast.ClassDef) and item.name == "Options"
    )
    found: dict[str, str] = {}
    for before, after in pairwise(body):
        if (
            isinstance(before, ast.AnnAssign)
            and isinstance(before.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
            and isinstance(after.value.value, str)
        ):
            found[before.target.id] = " ".join(after.value.value.split()).rstrip(".")
    return found
