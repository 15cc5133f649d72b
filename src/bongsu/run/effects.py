"""Threads that carry out effects, and that keep no process from ending: whoever leaves at once leaves them behind."""

from __future__ import annotations

import threading
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
_Work = tuple["Future[Any]", "Callable[[], Any]"]


class Effects(Executor):
    """Carries out as many effects at once as it has threads, in the order in which they were begun.

    `concurrent.futures` has the same, but a process does not end before the last of its calls has.
    """

    def __init__(self, most: int) -> None:
        """`most` threads, each made when there is work for it."""
        self._most = most
        self._work: SimpleQueue[_Work | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._over = False

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Return what will hold the outcome; RuntimeError behind the end."""
        future: Future[T] = Future()
        with self._lock:
            if self._over:
                raise RuntimeError("nothing is begun behind the end")
            self._work.put((future, lambda: fn(*args, **kwargs)))
            if len(self._threads) < self._most:
                name = f"bongsu-effect-{len(self._threads)}"
                self._threads.append(threading.Thread(target=self._carry_out, name=name, daemon=True))
                self._threads[-1].start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as it is there
        """Take nothing more; `wait` for what is under way, and cancel what has not begun if that is asked."""
        with self._lock:
            self._over = True
            if cancel_futures:
                while not self._work.empty():
                    waiting = self._work.get_nowait()
                    if waiting is not None:
                        waiting[0].cancel()
            for _ in self._threads:
                self._work.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def _carry_out(self) -> None:
        while (work := self._work.get()) is not None:
            future, effect = work
            if not future.set_running_or_notify_cancel():
                continue
            try:
                outcome = effect()
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever asks for the outcome
                future.set_exception(error)
            else:
                future.set_result(outcome)
            # What an outcome holds must not be kept until the next one is there.
            del work, future, effect
