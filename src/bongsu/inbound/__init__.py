"""Ways in: how button presses reach a run. A file without a leading underscore is a kind of channel.

A kind's module has `Options` (the plan keys of the channel that listening needs), `SECRETS` (those that are
references), `NEEDS` (those without which there is no way in) and `open_`.
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
    from types import ModuleType

    from bongsu.core.codes import ButtonCodes
    from bongsu.core.plan import ChannelSpec
    from bongsu.inbound._port import Deliver, Inbound
    from bongsu.redact import Redactor

__all__ = ["InMemoryAddresses", "kinds", "open_inbound"]


def kinds() -> tuple[str, ...]:
    """Return the kinds of channel that have a way in, in alphabetical order."""
    return tuple(sorted(f.stem for f in Path(__file__).parent.glob("*.py") if not f.stem.startswith("_")))


def open_inbound(
    spec: ChannelSpec,
    *,
    resolve: Callable[[str], str],
    codes: ButtonCodes,
    redactor: Redactor,
    answers: InMemoryAddresses,
    deliver: Deliver,
) -> Inbound | None:
    """Return the way in that belongs to a channel, not yet started; None when it has none.

    `deliver` is called from the threads of all ways in, at times from two at once.
    """
    if spec.kind not in kinds():
        return None
    module = _module_of(spec.kind)
    known = {field.name for field in fields(module.Options)}
    options = {name: value for name, value in spec.options.items() if name in known}
    if not all(options.get(name) for name in module.NEEDS):
        return None
    for name in module.SECRETS:
        options[name] = secret_of(str(options[name]), resolve=resolve)
    return cast(
        "Inbound",
        module.open_(
            module.Options(**options),
            name=spec.name,
            codes=codes,
            redactor=redactor,
            answers=answers,
            deliver=deliver,
        ),
    )


def _module_of(kind: str) -> ModuleType:
    try:
        return import_module(f"{__name__}.{kind}")
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package == "bongsu":
            raise
        raise UsageError(
            f"receiving presses on {kind} needs the package {package!r}",
            hint=f"install it with `pip install 'bongsu[{kind}]'`",
        ) from error
