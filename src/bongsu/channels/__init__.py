"""Ways out to people. The folder is the registry: a file without a leading underscore is a kind of channel.

A kind's module has `Options` (a frozen dataclass: the plan's keys), `ADDRESS` (the option that holds the group's
address; empty where the service has but one), `SECRETS` (the options that are references in the plan),
`takes_presses` (whether, with these options, a button's press can reach the run) and `open_`. A kind whose people are
reached by a secret has `BY_REFERENCE = True`: their addresses in the plan are references, and `open_` gets `resolve`
and `now_ms` as well.
"""

from __future__ import annotations

import time
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from bongsu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    from bongsu.channels._port import AnswerAddresses, Channel
    from bongsu.core.codes import ButtonCodes
    from bongsu.core.plan import ChannelSpec
    from bongsu.redact import Redactor


def machine_ms() -> int:
    """Return this machine's time in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def kinds() -> tuple[str, ...]:
    """Return the kinds of channel that there are, in alphabetical order."""
    return tuple(sorted(f.stem for f in Path(__file__).parent.glob("*.py") if not f.stem.startswith("_")))


def options_of(kind: str) -> type[Any]:
    """Return the dataclass of the plan keys that a kind takes; UsageError when there is no such kind."""
    return cast("type[Any]", module_of(kind).Options)


def address_of(kind: str) -> str:
    """Return the name of the option that holds the group's address; empty when the kind has none."""
    return cast("str", module_of(kind).ADDRESS)


def secrets_of(kind: str) -> tuple[str, ...]:
    """Return the names of the options that are references to secrets in the plan."""
    return cast("tuple[str, ...]", module_of(kind).SECRETS)


def takes_presses(kind: str, options: Mapping[str, object]) -> bool:
    """Return whether a button pressed in a channel with these plan keys can reach the run."""
    return cast("bool", module_of(kind).takes_presses(options))


def open_channel(
    spec: ChannelSpec,
    *,
    resolve: Callable[[str], str],
    codes: ButtonCodes,
    redactor: Redactor,
    answers: AnswerAddresses | None = None,
    now_ms: Callable[[], int] = machine_ms,
) -> Channel:
    """Return the channel that the plan describes, its secrets looked up; it has asked nothing of the service yet.

    `now_ms` is the run's clock, for a service whose requests bear their time.
    """
    module = module_of(spec.kind)
    more = {"resolve": resolve, "now_ms": now_ms} if getattr(module, "BY_REFERENCE", False) else {}
    options = {module.ADDRESS: spec.to, **spec.options} if module.ADDRESS else dict(spec.options)
    for name in module.SECRETS:
        if options.get(name):
            options[name] = secret_of(str(options[name]), resolve=resolve)
    known = {field.name for field in fields(module.Options)}
    if unknown := sorted(set(options) - known):
        raise UsageError(f"the channel {spec.name!r} has no option {unknown[0]!r}, it has {', '.join(sorted(known))}")
    return cast(
        "Channel",
        module.open_(
            module.Options(**options), name=spec.name, codes=codes, redactor=redactor, answers=answers, **more
        ),
    )


def secret_of(reference: str, *, resolve: Callable[[str], str]) -> str:
    """Return the token that a reference leads to; UsageError, without quoting it, when it cannot be one."""
    value = resolve(reference).strip()
    # It goes into a URL or a header, where anything else would be refused in a text that quotes it.
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise UsageError(
            f"the secret {reference!r} does not hold a token",
            hint="a token is one line of letters, digits and signs without spaces",
        )
    return value


def module_of(kind: str) -> ModuleType:
    """Return the module of a kind; UsageError when there is no such kind."""
    if kind not in kinds():
        raise UsageError(f"there is no channel of kind {kind!r}, the kinds are {', '.join(kinds())}")
    return import_module(f"{__name__}.{kind}")
