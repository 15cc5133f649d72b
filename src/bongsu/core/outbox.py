"""Messages that are sent together: a look goes through those that can leave or may have to leave again, not all."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bongsu.core.actions import Send
    from bongsu.core.state import RunState


class _Known(NamedTuple):
    """How many at the head of each chat's line were accepted, in which run, and by which line of its ledger."""

    seed: str
    seq: int
    accepted: tuple[int, ...]


class Outbox:
    """Messages in their order, by chat. What is accepted stays accepted, so that no later look needs it again."""

    def __init__(self, sends: tuple[Send, ...]) -> None:
        self.sends = sends
        chats: dict[tuple[str, str], list[tuple[int, Send]]] = {}
        for place, send in enumerate(sends):
            chats.setdefault((send.channel, send.to), []).append((place, send))
        self._chats = tuple(chats.values())
        self._known = _Known("", 0, (0,) * len(chats))

    def waiting(self, state: RunState) -> list[Send]:
        """Return what began and was not accepted, and the next one of every chat, in the order of all.

        Behind the next one nothing of its chat can leave. Nothing at all means that every message was accepted.
        """
        known = self._known
        later = known.seed == state.seed and known.seq <= state.head.seq
        accepted = list(known.accepted if later else (0,) * len(self._chats))
        found: list[tuple[int, Send]] = []
        for number, line in enumerate(self._chats):
            while accepted[number] < len(line) and _accepted(state, line[accepted[number]][1]):
                accepted[number] += 1
            found += _of_chat(state, line, accepted[number])
        # One assignment, so that whoever looks at another state of the run meanwhile sees all of it or nothing.
        self._known = _Known(state.seed, state.head.seq, tuple(accepted))
        return [send for _, send in sorted(found, key=lambda one: one[0])]


def _of_chat(state: RunState, line: list[tuple[int, Send]], start: int) -> Iterator[tuple[int, Send]]:
    for place in range(start, len(line)):
        record = state.sends.get(line[place][1].key)
        if record is None or not record.accepted:
            yield line[place]
        if record is None:
            return


def _accepted(state: RunState, send: Send) -> bool:
    record = state.sends.get(send.key)
    return record is not None and record.accepted
