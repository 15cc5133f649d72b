"""Checks: pure rules over observations. The folder is the registry; a file's name is the plan's `kind`."""

from __future__ import annotations

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
    return check_of(spec.kind).judge(options_of(spec), observations)


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
