"""Readings: pure functions from recorded answers to values. The folder is the registry."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from bongsu.readings._port import Parse


@lru_cache(maxsize=64)
def parser_of(reading: str) -> Parse:
    """Return the parse function of a reading by its name; ModuleNotFoundError for an unknown one."""
    if not reading.isidentifier() or reading.startswith("_"):
        raise ModuleNotFoundError(f"no reading {reading!r}")
    return cast("Parse", import_module(f"bongsu.readings.{reading}").parse)
