"""Checks: pure rules over observations. The folder is the registry; a file's name is the plan's `kind`."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.checks._port import Check, CheckResult
    from bongsu.core.plan import CheckSpec
    from bongsu.core.state import Observation


def kinds() -> tuple[str, ...]:
    """Return every kind of check that a plan may name, in alphabetical order."""
    return tuple(sorted(found.name for found in iter_modules(__path__) if not found.name.startswith("_")))


@lru_cache(maxsize=64)
def check_of(kind: str) -> Check:
    """Return the check of a kind; ModuleNotFoundError for an unknown one."""
    if not kind.isidentifier() or kind.startswith("_"):
        raise ModuleNotFoundError(f"no check of kind {kind!r}")
    return cast("Check", import_module(f"bongsu.checks.{kind}"))


def options_of(spec: CheckSpec) -> Any:
    """Return the check's own `Options` made of the plan's already parsed values (percents, durations, names)."""
    module = check_of(spec.kind)
    aliases: Mapping[str, str] = getattr(module, "ALIASES", {})
    return module.Options(**{aliases.get(name, name): _frozen(value) for name, value in spec.options.items()})


def judge(spec: CheckSpec, observations: Mapping[str, Observation]) -> CheckResult:
    """Return what the check comes to over the observations, given by reading name."""
    return check_of(spec.kind).judge(_made_options(spec), observations)


_MADE: dict[int, tuple[CheckSpec, Any]] = {}
_MADE_AT_MOST = 256


def _made_options(spec: CheckSpec) -> Any:
    """Return the options of a check that is put to observations again and again: made once for each `spec`."""
    made = _MADE.get(id(spec))
    # The spec is kept beside its options, so that its id is not given to another one.
    if made is not None and made[0] is spec:
        return made[1]
    if len(_MADE) >= _MADE_AT_MOST:
        _MADE.clear()
    options = options_of(spec)
    _MADE[id(spec)] = (spec, options)
    return options


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
