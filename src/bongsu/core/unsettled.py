"""What a run still has to do about its own messages, kept with its state so that no look goes through all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.core.events import Method

if TYPE_CHECKING:
    from bongsu.core.sends import SendRecord
    from bongsu.core.state import RunState

BUTTONED = frozenset({"go_request", "drill", "page", "silence"})
"""Messages that carry buttons which stop meaning anything once their matter is settled."""
ANSWER, CLOSING, TAKEN = "answer//", "close//", "taken//"
"""What the keys of answers and closings begin with; behind it stands the press or the message that they belong to.

A page is taken when somebody has acknowledged it, and closed when it is decided."""


def unsettled(state: RunState, send: SendRecord) -> dict[str, dict[str, None]]:
    """Return the fields of the state that change with a send: what is under way, to be answered, and to be closed.

    A matter leaves them only when nothing can be left to do about it: what stands there may have to be done.
    """
    changes = {"under_way": _kept(state.under_way, send.key, wanted=send.outcome is None)}
    match send.method:
        case Method.POST:
            # What its service gave no name, as an incoming webhook does, cannot be changed afterwards.
            wanted = send.accepted and bool(send.ref) and send.message in BUTTONED
            changes["buttoned"] = _kept(state.buttoned, send.key, wanted=wanted)
        case Method.CLOSE if send.accepted and send.key.startswith(CLOSING):
            changes["buttoned"] = _kept(state.buttoned, send.key.removeprefix(CLOSING), wanted=False)
        case Method.ANSWER if send.outcome is not None:
            changes["unanswered"] = _kept(state.unanswered, send.key.removeprefix(ANSWER), wanted=False)
    return changes


def _kept(keys: dict[str, None], key: str, *, wanted: bool) -> dict[str, None]:
    """Return the keys, in their order, with or without one of them."""
    if (key in keys) is wanted:
        return keys
    return {**keys, key: None} if wanted else {kept: None for kept in keys if kept != key}
