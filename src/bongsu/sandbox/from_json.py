"""Lays plain JSON over a frozen dataclass: what the document does not say stays as it was."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

_T = TypeVar("_T")
# Names that the modules of the specs import for type checkers only.
_NAMES: dict[str, Any] = {
    "Any": Any,
    "Callable": Callable,
    "Iterable": Iterable,
    "Mapping": Mapping,
    "datetime": datetime,
    "Decimal": Decimal,
    "timedelta": timedelta,
}


class BadDocument(ValueError):
    """The JSON does not fit; the text names the place."""


def overlay(base: _T, document: Mapping[str, Any], *, at: str = "spec") -> _T:
    """Return `base` with the document's values in place of its own; dataclasses and mappings inside likewise."""
    hints = get_type_hints(type(base), localns=_NAMES)
    unknown = sorted(set(document) - set(hints))
    if unknown:
        raise BadDocument(f"{at} has no key {unknown[0]!r}, known: {', '.join(sorted(hints))}")
    changes: dict[str, Any] = {}
    for name, value in document.items():
        before = getattr(base, name)
        place = f"{at}.{name}"
        if is_dataclass(before) and isinstance(value, Mapping):
            changes[name] = overlay(before, value, at=place)
        elif isinstance(before, Mapping):
            changes[name] = {**before, **read(hints[name], value, at=place)}
        else:
            changes[name] = read(hints[name], value, at=place)
    return replace(base, **changes)  # type: ignore[type-var]


def read(hint: Any, value: Any, *, at: str) -> Any:
    """Return the JSON value as the annotated type: instants as ISO text with a zone, spans as whole seconds."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _read_union(hint, value, at=at)
    if is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, value, at=at)
    if origin in (tuple, list, frozenset):
        return origin(read(get_args(hint)[0], item, at=f"{at}[]") for item in value)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        key_hint, item_hint = get_args(hint)
        return {read(key_hint, key, at=at): read(item_hint, item, at=f"{at}.{key}") for key, item in value.items()}
    return _read_plain(hint, value, at=at)


def _read_plain(hint: Any, value: Any, *, at: str) -> Any:
    if hint is Any:
        return value
    if hint is datetime:
        when = datetime.fromisoformat(value)
        if when.tzinfo is None:
            raise BadDocument(f"{at} {value!r} has no time zone")
        return when
    if hint is timedelta and isinstance(value, int):
        return timedelta(seconds=value)
    if hint in (int, Decimal) and isinstance(value, str | int) and not isinstance(value, bool):
        return hint(value)
    if get_origin(hint) is Literal and value not in get_args(hint):
        raise BadDocument(f"{at} is {value!r}, not one of {get_args(hint)}")
    if isinstance(hint, type) and not isinstance(value, hint):
        raise BadDocument(f"{at} is {value!r}, not of type {hint.__name__}")
    return value


def _read_union(hint: Any, value: Any, *, at: str) -> Any:
    kinds = [kind for kind in get_args(hint) if kind is not type(None)]
    if value is None and len(kinds) < len(get_args(hint)):
        return None
    return read(kinds[0], value, at=at)


def _build(kind: Any, document: Any, *, at: str) -> Any:
    if not isinstance(document, Mapping):
        raise BadDocument(f"{at} must be an object")
    hints = get_type_hints(kind, localns=_NAMES)
    known = {one.name for one in fields(kind)}
    unknown = sorted(set(document) - known)
    if unknown:
        raise BadDocument(f"{at} has no key {unknown[0]!r}, known: {', '.join(sorted(known))}")
    values = {name: read(hints[name], value, at=f"{at}.{name}") for name, value in document.items()}
    try:
        return kind(**values)
    except (TypeError, ValueError) as error:
        raise BadDocument(f"{at}: {error}") from None
