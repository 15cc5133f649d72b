"""Puts the run's codes into the buttons of a rendered payload, and nowhere else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_PLACE = re.compile(r"\{code:([a-z_]+)\}")


def with_codes(value: Any, *, member: str, make: Callable[[str], str]) -> Any:
    """Return a copy in which each `{code:<button>}` that is a whole `member` value is `make(<button>)`.

    Only that member is looked at, so that a person's text which happens to hold such a word stays as it is.
    """
    if isinstance(value, dict):
        return {
            key: _code(item, make) if key == member else with_codes(item, member=member, make=make)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [with_codes(item, member=member, make=make) for item in value]
    return value


def _code(value: Any, make: Callable[[str], str]) -> Any:
    match = _PLACE.fullmatch(value) if isinstance(value, str) else None
    return make(match[1]) if match else value
