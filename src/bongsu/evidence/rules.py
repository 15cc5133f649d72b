"""What a verification computes again: the program's own pure functions, handed in by their shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bongsu.checks._port import CheckResult
    from bongsu.core.actions import Action, Send
    from bongsu.core.plan import CheckSpec, Plan
    from bongsu.core.state import Observation, RunState
    from bongsu.evidence.folder import Story

    Render = Callable[[Story], Mapping[str, bytes]]
    """The reports of a run: file name to bytes."""

Result = TypeVar("Result")


class Rendered(Protocol):
    """A message as it was rendered: its payload, and the figures it shows with the lines they came from."""

    @property
    def payload(self) -> Mapping[str, Any]:
        """The channel's own form."""
        ...

    @property
    def figures(self) -> Mapping[str, int]:
        """Figure name to ledger line."""
        ...


class RenderMessage(Protocol):
    """Renders a message from the state before it (`bongsu.messages.render`)."""

    def __call__(
        self, action: Send, plan: Plan, state: RunState, *, run_id: str, original: Mapping[str, Any] | None
    ) -> Rendered:
        """Return the message; `original` is the payload that a closing takes the buttons off."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The functions that made the run; the same ones are asked again."""

    load_plan: Callable[[bytes], Plan]
    render: Render
    reread: Callable[[str, Mapping[str, Any], Sequence[bytes]], Mapping[str, Any]]
    """Reading name, arguments, responses to values."""
    judge: Callable[[CheckSpec, Mapping[str, Observation]], CheckResult]
    render_message: RenderMessage
    decide: Callable[[Plan, RunState, datetime], Sequence[Action]]


class CannotTell(Exception):
    """A function of the program could not work on what the evidence holds; the text says how it failed."""


def asked(function: Callable[..., Result], *args: Any, **more: Any) -> Result:
    """Return what the function returns.

    Raises:
        CannotTell: it failed. Evidence comes from anywhere: a forged line may lead the program's functions where
            no run can, and then the verification must name that line instead of ending there itself.
    """
    try:
        return function(*args, **more)
    except CannotTell:
        raise  # What it was given says itself what it lacks.
    except Exception as exc:
        text = f"{type(exc).__name__}: {exc}" if str(exc) else type(exc).__name__
        raise CannotTell(text) from exc
