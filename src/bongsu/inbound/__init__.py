"""Ways in: how button presses reach a run. A file without a leading underscore is a way in.

A way's module has `CHANNEL` (the kind of channel that it belongs to), `Options` (the plan keys of the channel that it
needs), `SECRETS` (those that are references), `NEEDS` (those without which it cannot be) and `open_`.
"""

from __future__ import annotations

from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from bongsu.channels import secret_of
from bongsu.errors import UsageError
from bongsu.inbound._answers import InMemoryAddresses

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from types import ModuleType

    from bongsu.core.codes import ButtonCodes
    from bongsu.core.plan import ChannelSpec
    from bongsu.inbound._port import Deliver, Inbound
    from bongsu.redact import Redactor

__all__ = ["InMemoryAddresses", "channel_of", "open_inbound", "ways"]


def ways() -> tuple[str, ...]:
    """Return the ways in that there are, in alphabetical order."""
    return tuple(sorted(f.stem for f in Path(__file__).parent.glob("*.py") if not f.stem.startswith("_")))


def channel_of(way: str) -> str:
    """Return the kind of channel that a way in belongs to."""
    return cast("str", _module_of(way).CHANNEL)


def open_inbound(
    spec: ChannelSpec,
    *,
    resolve: Callable[[str], str],
    codes: ButtonCodes,
    redactor: Redactor,
    answers: InMemoryAddresses,
    deliver: Deliver,
    now: Callable[[], datetime],
) -> Inbound | None:
    """Return the way in that a channel's plan keys describe, not yet started; None when they describe none.

    `deliver` is called from the threads of all ways in, at times from two at once; `now` is the run's clock.
    """
    module = _described(spec)
    if module is None:
        return None
    known = {field.name for field in fields(module.Options)}
    options = {name: value for name, value in spec.options.items() if name in known}
    for name in module.SECRETS:
        options[name] = secret_of(str(options[name]), resolve=resolve)
    try:
        return cast(
            "Inbound",
            module.open_(
                module.Options(**options),
                name=spec.name,
                codes=codes,
                redactor=redactor,
                answers=answers,
                deliver=deliver,
                now=now,
            ),
        )
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package == "bongsu":
            raise
        raise UsageError(
            f"receiving presses on {spec.kind} needs the package {package!r}",
            hint=f"install it with `pip install 'bongsu[{spec.kind}]'`",
        ) from error


def _described(spec: ChannelSpec) -> ModuleType | None:
    """Return the way in that has all it needs; of two the one that needs more: its keys were written for it."""
    modules = [module for way in ways() if spec.kind == (module := _module_of(way)).CHANNEL]
    fit = [module for module in modules if all(spec.options.get(name) for name in module.NEEDS)]
    return max(fit, key=lambda module: len(module.NEEDS), default=None)


def _module_of(way: str) -> ModuleType:
    return import_module(f"{__name__}.{way}")
