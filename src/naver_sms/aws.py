"""Clients of AWS, each made once for the life of the process. botocore is imported when the first is asked for.

boto3 would make the same clients, and take a third more of a cold start's time to import.
"""

from __future__ import annotations

import os
import threading
from functools import cache
from typing import Any

from naver_sms.errors import ConfigError

_LOCK = threading.Lock()


def client(service: str) -> Any:
    """Return the process's client of one service, reached as AWS's tools reach it (AWS_ENDPOINT_URL and so on)."""
    with _LOCK:  # making a client is not safe in two threads at once
        return _made(service)


@cache
def _made(service: str) -> Any:
    from botocore.config import Config

    config = Config(
        connect_timeout=3,
        read_timeout=5,
        max_pool_connections=40,
        retries={"mode": "standard", "total_max_attempts": 3},
    )
    from botocore.exceptions import BotoCoreError

    try:
        session = _session()
        # Tools differ in which of the two they read; on Lambda both are there.
        region = os.environ.get("AWS_REGION") or session.get_config_variable("region")
        return session.create_client(service, config=config, region_name=region)
    except (BotoCoreError, ValueError) as exc:
        raise ConfigError([f"AWS cannot be used as the environment describes it ({type(exc).__name__})"]) from None


@cache
def _session() -> Any:
    import botocore.session

    # One for all clients: what describes AWS's endpoints is read once.
    return botocore.session.get_session()


def forget() -> None:
    """Drop every client, so that the next one reads the environment anew."""
    _made.cache_clear()
    _session.cache_clear()
