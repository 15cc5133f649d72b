"""Files that are made of runs and are no evidence: each kind in a folder of its own, never in an evidence folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bongsu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write_beside(out: Path, files: Mapping[str, bytes]) -> None:
    """Write the files to a folder that holds nothing but earlier ones of the same names.

    Raises:
        UsageError: it holds something else, as an evidence folder does.
    """
    foreign = sorted({path.name for path in out.iterdir()} - files.keys()) if out.is_dir() else []
    if foreign or out.is_file():
        raise UsageError(
            f'"{out}" holds something else; nothing was written',
            hint="name a folder of its own: an evidence folder holds what follows from one ledger, and nothing else",
        )
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / name).write_bytes(content)
    except OSError as exc:
        raise UsageError(f'"{out}" cannot be written', cause=exc.strerror) from exc
