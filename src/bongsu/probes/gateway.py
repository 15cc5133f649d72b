"""Reads of Naver Cloud SENS: its lists of the texts and AlimTalks that it accepted, and what became of them.

The list holds telephone numbers. They, and any text, are taken out of each page before anybody keeps it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any

from bongsu.errors import BongsuError
from bongsu.probes._periods import period_for, whole_periods, window_of
from bongsu.probes._port import ReadDone, ReadNotDone, ReadOutcome
from bongsu.sens_pool import BASE_URL, RecordingPool
from sens import AlimtalkClient, MessageList, ReadFailed, SensClient

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bongsu.sens_pool import Cleaner
    from bongsu.wire import Wire

SLICE = timedelta(days=1)
"""One question of the list; the service allows 30 days, and the client reads at most 10,000 messages of one."""
WINDOW_MAX = timedelta(days=90)  # as long as SENS keeps its history
FINAL_STATUSES = frozenset({400, 401, 403, 404})


@dataclass(frozen=True, slots=True, kw_only=True)
class SensKey:
    """The two halves of a SENS key."""

    access_key: str
    secret_key: str

    @classmethod
    def of(cls, text: str) -> SensKey | None:
        """Return the key in a secret's text (JSON with access_key and secret_key); None when it is none."""
        try:
            value = json.loads(text)
            return cls(access_key=str(value["access_key"]), secret_key=str(value["secret_key"]))
        except (ValueError, KeyError, TypeError):
            return None


class GatewayProbe:
    """Answers `gateway`."""

    readings = frozenset({"gateway"})

    def __init__(
        self,
        base_url: str,
        service: str,
        key: Callable[[], SensKey | None],
        *,
        redactor: Cleaner,
        now_ms: Callable[[], int],
        mono: Callable[[], float] = monotonic,
        notices: Mapping[str, str] | None = None,
    ) -> None:
        self._notices = notices
        self.endpoint = base_url
        self._service = service
        self._key = key
        self._redactor = redactor
        self._now_ms = now_ms
        self._mono = mono

    @classmethod
    def of(
        cls,
        options: Mapping[str, Any],
        *,
        redactor: Cleaner,
        resolve: Callable[[str], str],
        now_ms: Callable[[], int],
        mono: Callable[[], float] = monotonic,
    ) -> GatewayProbe:
        """Return the probe for a plan's `sms_gateway` (service, key, endpoint_url, alimtalk).

        The key is looked up at a read.
        """
        reference = str(options["key"])
        notices: Mapping[str, str] | None = options.get("alimtalk")
        return cls(
            str(options.get("endpoint_url") or BASE_URL).rstrip("/"),
            str(options["service"]),
            lambda: SensKey.of(resolve(reference)),
            redactor=redactor,
            now_ms=now_ms,
            mono=mono,
            notices=notices,
        )

    def read(self, reading: str, args: Mapping[str, Any]) -> ReadOutcome:  # noqa: ARG002  the port's shape
        """Return every page of the list between `since` and `until`."""
        since, until = window_of(args)
        if until - since > WINDOW_MAX:
            return ReadNotDone(
                reason=f"the window is longer than {WINDOW_MAX.days} days, which is all that SENS keeps", final=True
            )
        if "over_s" in args:
            # A history is compared with metrics, which stand at the beginning of their periods.
            now = datetime.fromtimestamp(self._now_ms() / 1000, UTC)
            since, until = whole_periods(since, until, period_for(since, now=now))
        try:
            key = self._key()
        except BongsuError as exc:
            return ReadNotDone(reason=f"the SENS key was not found: {exc.text}")
        if key is None:
            return ReadNotDone(
                reason="the SENS key is not JSON with access_key and secret_key; correct the secret", final=True
            )
        pool = RecordingPool(redactor=self._redactor, mono=self._mono)
        try:
            return self._read(pool, key, since=since, until=until)
        finally:
            pool.clear()

    def _read(self, pool: RecordingPool, key: SensKey, *, since: datetime, until: datetime) -> ReadOutcome:
        client = SensClient(
            self.endpoint, self._service, key.access_key, key.secret_key, pool=pool, epoch_ms=self._now_ms
        )
        lists: list[SensClient | AlimtalkClient] = [client]
        if self._notices is not None:
            notices = AlimtalkClient(
                self.endpoint,
                self._notices["service"],
                key.access_key,
                key.secret_key,
                channel=self._notices["channel"],
                pool=pool,
                epoch_ms=self._now_ms,
            )
            lists.append(notices)
        for one in lists:
            for start_at, end_at in slices(since, until):
                match one.list_by_window(start_at=start_at, end_at=end_at):
                    case ReadFailed() as failed:
                        return _not_done(failed, tuple(pool.wires))
                    case MessageList():
                        continue
        return ReadDone(wires=tuple(pool.wires))


def slices(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the window in whole seconds, cut into days; ends meet, as each message is counted once anyway."""
    start = since.replace(microsecond=0)
    end = until if until.microsecond == 0 else until.replace(microsecond=0) + timedelta(seconds=1)
    while True:
        stop = min(start + SLICE, end)
        yield start, stop
        if stop >= end:
            return
        start = stop


def _not_done(failed: ReadFailed, wires: tuple[Wire, ...]) -> ReadNotDone:
    hint = ""
    if failed.status in {401, 403}:
        hint = "; check the key, its rights and this machine's clock"
    elif failed.status == 404:
        hint = "; check the service id in the plan"
    return ReadNotDone(
        reason=f"the list of SENS was not read ({failed.reason}){hint}",
        wires=wires,
        final=failed.status in FINAL_STATUSES,
    )
