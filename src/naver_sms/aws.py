"""Clients of AWS, each made once for the life of the process. boto3 is imported when the first is asked for."""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

from naver_sms.errors import ConfigError

_LOCK = threading.Lock()


def client(service: str) -> Any:
    """Return the process's client of one service, reached as boto3 reaches it (AWS_ENDPOINT_URL and so on)."""
    with _LOCK:  # making a boto3 client is not safe in two threads at once
        return _made(service)


@cache
def _made(service: str) -> Any:
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=3,
        read_timeout=5,
        max_pool_connections=40,
        retries={"mode": "standard", "total_max_attempts": 3},
    )
    from botocore.exceptions import BotoCoreError

    maker: Any = boto3.client  # its stubs know services by literal names only
    try:
        return maker(service, config=config)
    except (BotoCoreError, ValueError) as exc:
        raise ConfigError([f"AWS cannot be used as the environment describes it ({type(exc).__name__})"]) from None


def forget() -> None:
    """Drop every client, so that the next one reads the environment anew."""
    _made.cache_clear()
