"""Printing for whoever reads or has stopped reading, as `naver-sms run | head` does; and what nobody must read."""

from __future__ import annotations

import logging
import os
import sys
from typing import TextIO


def hush() -> None:
    """Keep the libraries below from logging what they send: a token or a number in an address, a name in a body."""
    for name, level in (("urllib3", logging.CRITICAL), ("botocore", logging.WARNING), ("boto3", logging.WARNING)):
        logging.getLogger(name).setLevel(level)


def put(text: str, stream: TextIO | None = None) -> None:
    """Write a text out at once; once it cannot be written, this and everything after it goes nowhere.

    What was done is done, and a service goes on: a full disk is told of on standard error, a reader who left is not.
    """
    target = stream or sys.stdout
    try:
        target.write(text)
        target.flush()
    except OSError as error:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, target.fileno())
        os.close(nowhere)
        if not isinstance(error, BrokenPipeError):
            sys.stderr.write(f"error: what was to be shown could not be written ({(error.strerror or '').lower()})\n")
