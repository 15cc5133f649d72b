"""Probe for messages whose answer was lost: asks the channel for its own history."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from bongsu.probes._port import ReadDone, ReadNotDone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bongsu.probes._port import ReadOutcome
    from bongsu.wire import Wire


class History(Protocol):
    """A channel that can say what stands in a chat."""

    endpoint: str

    def history(self, to: str, since: datetime, *, ours: str) -> tuple[tuple[Wire, ...], str]:
        """Return the recorded answers, and why there is none; `ours` is what stands in a text of ours."""
        ...


class SentMessageProbe:
    """Looks for a sent message in the history of its chat, or in the list of what its service accepted."""

    readings = frozenset({"sent_message", "sent_text"})

    def __init__(self, histories: Mapping[str, History]) -> None:
        """Ask the channels by the plan's names; those without a history are not among them."""
        self._histories = histories
        self.endpoint = ", ".join(sorted(history.endpoint for history in histories.values()))

    def read(self, reading: str, args: Mapping[str, Any]) -> ReadOutcome:
        """Return the history since the message was intended."""
        history = self._histories.get(str(args["channel"]))
        if reading not in self.readings or history is None:
            return ReadNotDone(reason=f"the channel {args['channel']!r} keeps no history that can be read", final=True)
        since, ours = datetime.fromisoformat(str(args["since"])), f"{args['run']} {args['key']} #{args['seq']}"
        wires, reason = history.history(str(args["to"]), since, ours=ours)
        if reason:
            denied = "missing_scope" in reason or "not_in_channel" in reason
            return ReadNotDone(reason=reason, wires=wires, final=denied)
        return ReadDone(wires=wires)
