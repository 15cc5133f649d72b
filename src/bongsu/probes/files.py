"""Reads of local files that a plan names: the parity result."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from bongsu.probes._port import ReadDone, ReadNotDone, ReadOutcome
from bongsu.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from bongsu.aws_client import Cleaner

BYTES_MAX = 4_000_000


class FileProbe:
    """Answers `parity_file`; paths are relative to the plan's folder."""

    readings = frozenset({"parity_file"})
    endpoint = "file:"

    def __init__(self, folder: Path, *, redactor: Cleaner, mono: Callable[[], float] = monotonic) -> None:
        self._folder = folder
        self._redactor = redactor
        self._mono = mono

    def read(self, reading: str, args: Mapping[str, Any]) -> ReadOutcome:
        """Return the file's bytes; `path` may be written with or without `file:` before it."""
        name = str(args["path"]).removeprefix("file:")
        sent_mono = self._mono()
        try:
            data = (self._folder / name).read_bytes()
        except FileNotFoundError:
            return ReadNotDone(
                reason=f"there is no file '{name}' beside the plan; write it with `naver-sms parity`", final=True
            )
        except OSError as exc:
            return ReadNotDone(reason=f"the file '{name}' cannot be read ({type(exc).__name__})")
        if len(data) > BYTES_MAX:
            return ReadNotDone(reason=f"the file '{name}' is over {BYTES_MAX} bytes", final=True)
        wire = Wire(
            service="file",
            operation=reading,
            address=f"file:{name}",
            request=name.encode(),
            response=self._redactor.clean(data),
            status=None,
            sent_mono=sent_mono,
            received_mono=self._mono(),
        )
        return ReadDone(wires=(wire,))
