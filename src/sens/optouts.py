"""The numbers that refuse advertising, as SENS keeps them: who called the 080 number, and who was put in by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sens.wire import ReadFailed, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import urllib3

AT_ONCE_MAX = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class OptedOut:
    """One number; `by_call` when its owner called, otherwise it was entered by hand."""

    number: str = field(repr=False)
    by_call: bool


class OptOutList:
    """The list of one SENS service. Safe to share between threads."""

    def __init__(
        self,
        base_url: str,
        service_id: str,
        access_key: str,
        secret_key: str,
        *,
        pool: urllib3.PoolManager,
        epoch_ms: Callable[[], int],
    ) -> None:
        self._path = f"/sms/v2/services/{service_id}/unsubscribes"
        self._wire = Wire(base_url, access_key, secret_key, pool=pool, epoch_ms=epoch_ms)

    def read(self) -> tuple[OptedOut, ...] | ReadFailed:
        """Return every number on the list."""
        answer = self._wire.ask("GET", self._path)
        if isinstance(answer, ReadFailed):
            return answer
        status, body = answer
        if status != 200:
            return ReadFailed(reason=f"http {status}", status=status, raw=body)
        try:
            return tuple(
                OptedOut(number=str(one["clientTelNo"]), by_call=one.get("registerType") == "C")
                for one in json.loads(body)
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            return ReadFailed(reason="the answer is not a list of numbers", status=status, raw=body)

    def add(self, numbers: Sequence[str]) -> ReadFailed | None:
        """Put numbers on the list; None when SENS took all of them."""
        return self._change("POST", numbers)

    def remove(self, numbers: Sequence[str]) -> ReadFailed | None:
        """Take numbers off the list; None when SENS did."""
        return self._change("DELETE", numbers)

    def _change(self, method: str, numbers: Sequence[str]) -> ReadFailed | None:
        for start in range(0, len(numbers), AT_ONCE_MAX):
            body = json.dumps([{"clientTelNo": one} for one in numbers[start : start + AT_ONCE_MAX]]).encode()
            answer = self._wire.ask(method, self._path, body)
            if isinstance(answer, ReadFailed):
                return answer
            # The documentation does not say which 2xx it is.
            if not 200 <= answer[0] < 300:
                return ReadFailed(reason=f"http {answer[0]}", status=answer[0], raw=answer[1])
        return None
