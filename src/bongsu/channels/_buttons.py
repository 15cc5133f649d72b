"""Puts the run's codes into the buttons of a rendered payload, and nowhere else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_PLACE = re.compile(r"\{code:([a-z_]+)\}")


def with_codes(value: Any, *, member: str, make: Callable[[str], str]) -> Any:
    """Return a copy in which each `{code:<button>}` that is a whole `member` value is `make(<button>)`.

    Only that member is looked at, so that a person's text which happens to hold such a word stays as it is. Parts
    without the member are not copied.
    """
    if isinstance(value, dict):
        changed = None
        for key, item in value.items():
            if key == member:
                new = _code(item, make)
            elif isinstance(item, dict | list | tuple):
                new = with_codes(item, member=member, make=make)
            else:
                continue
            if new is not item:
                changed = {**value} if changed is None else changed
                changed[key] = new
        return value if changed is None else changed
    if isinstance(value, list | tuple):
        items = [with_codes(item, member=member, make=make) for item in value]
        return items if any(new is not item for new, item in zip(items, value, strict=True)) else value
    return value


def _code(value: Any, make: Callable[[str], str]) -> Any:
    match = _PLACE.fullmatch(value) if isinstance(value, str) else None
    return make(match[1]) if match else value
