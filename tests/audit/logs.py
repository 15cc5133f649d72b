"""The logs that the audit is tried on, and how a test makes one of a few lines."""

from __future__ import annotations

import textwrap
from pathlib import Path

from bongsu.audit import audit
from bongsu.audit.beside import open_log
from bongsu.audit.log import Log
from bongsu.audit.reading import text_of

DATA = Path(__file__).with_name("data")
CLEAN = sorted((DATA / "clean").iterdir())
PLANTED = sorted((DATA / "planted").iterdir())
SEED = DATA / "seed.md.txt"
AS_RECEIVED = DATA / "seed.as-received.txt"


def log_of(text: str, name: str = "log.md") -> Log:
    """Return the log of a text that a test holds indented."""
    return Log(text=text_of(textwrap.dedent(text).lstrip("\n").encode(), name))


def found_in(path: Path) -> set[tuple[int, str]]:
    """Return line and rule of everything that is found in a file."""
    return {(one.spot.line, one.rule) for one in audit([open_log(path)])}


def rules_in(text: str) -> set[str]:
    """Return the rules that find something in a text."""
    return {one.rule for one in audit([log_of(text)])}
