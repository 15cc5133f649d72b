"""Calls the program as a shell does, in this process."""

from __future__ import annotations

import contextlib
import io
from dataclasses import dataclass

from bongsu.cli.main import run


@dataclass(frozen=True)
class Called:
    """What a call of the program came to."""

    code: int
    out: str
    err: str


def call(*words: object) -> Called:
    """Run `bongsu` with these words and return exit code, standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(word) for word in words])
    return Called(code, out.getvalue(), err.getvalue())
