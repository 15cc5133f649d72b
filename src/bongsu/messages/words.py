"""Human sentences by language: the catalogue `words_<language>.py` is found by its name, so a language is a file."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, cast

import bongsu.messages

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIX = "words_"


def languages() -> tuple[str, ...]:
    """Return the languages that messages can be written in, in alphabetical order."""
    names = (found.name for found in iter_modules(bongsu.messages.__path__))
    return tuple(sorted(name.removeprefix(_PREFIX) for name in names if name.startswith(_PREFIX)))


@lru_cache(maxsize=64)
def words_of(language: str) -> Mapping[str, str]:
    """Return the catalogue of a language; ModuleNotFoundError when there is none."""
    if not language.isidentifier():
        raise ModuleNotFoundError(f"no catalogue for the language {language!r}")
    return cast("Mapping[str, str]", import_module(f"bongsu.messages.{_PREFIX}{language}").WORDS)
