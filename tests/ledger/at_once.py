"""Appends of several threads, of which none is stored before all of them wait."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from bongsu.errors import BongsuError
from bongsu.ledger._port import Ledger, Row, Write
from bongsu.ledger.memory import MemoryLedger

Ended = tuple[Row, ...] | BongsuError


def at_once(ledger: Ledger, writes: Sequence[Write]) -> list[Ended]:
    """Append from a thread each while somebody else has the ledger, in this order; return what each came to."""
    came: dict[int, Ended] = {}

    def append(number: int, write: Write) -> None:
        told = {"lease": write.lease, "due_at": write.due_at, "inbound": write.inbound}
        try:
            came[number] = ledger.append(write.run_id, write.after, write.entries, **told)  # type: ignore[arg-type]
        except BongsuError as why:
            came[number] = why

    threads = [threading.Thread(target=append, args=numbered) for numbered in enumerate(writes)]
    if isinstance(ledger, MemoryLedger):  # stores each by itself
        for thread in threads:
            thread.start()
            thread.join()
    else:
        queue = ledger._queue  # type: ignore[attr-defined]
        with queue._lock:
            for thread in threads:
                waiting = len(queue)
                thread.start()
                while len(queue) == waiting and thread.is_alive():
                    pass
        for thread in threads:
            thread.join()
    return [came[number] for number in range(len(writes))]
