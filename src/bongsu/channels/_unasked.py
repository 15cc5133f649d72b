"""What a preflight says when its first question, who the token belongs to, was not answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.channels._port import Refused
from bongsu.wire import Finding

if TYPE_CHECKING:
    from bongsu.channels._port import InDoubt, NotSent


def unasked(name: str, outcome: NotSent | Refused | InDoubt) -> Finding:
    """Return the finding: a token that was refused is wrong, and of one that nobody looked at nothing is known."""
    hint = (
        "check the token and api_url of the channel in the plan"
        if isinstance(outcome, Refused)
        else "try again; while this machine does not reach the service, nothing can be said of the token"
    )
    return Finding(subject=f"{name} token", ok=False, text=outcome.reason, hint=hint)
