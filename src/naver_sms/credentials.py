"""Values behind references: keys and salts from the environment or AWS Secrets Manager, never printed."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from naver_sms.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from naver_sms.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class SensKey:
    """The two halves of a SENS key."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)


def secret_text(name: str) -> str:
    """Return the text of a secret in AWS Secrets Manager."""
    from botocore.exceptions import BotoCoreError, ClientError

    from naver_sms.aws import client

    try:
        value: Any = client("secretsmanager").get_secret_value(SecretId=name)
    except (BotoCoreError, ClientError) as exc:
        raise ConfigError([f"secret '{name}' cannot be read ({type(exc).__name__})"]) from None
    return str(value["SecretString"])


def sens_key(settings: Settings) -> SensKey:
    """Return the SENS key that the settings refer to."""
    if settings.sens_key == "env":
        pair = _env_key(settings.environ)
    else:
        pair = _secret_key(settings.sens_key.removeprefix("secret:"))
    if not all(pair):
        raise ConfigError([f"the SENS key behind '{settings.sens_key}' is empty or incomplete"])
    return SensKey(access_key=pair[0], secret_key=pair[1])


def _env_key(environ: Mapping[str, str]) -> tuple[str, str]:
    return environ.get("NAVER_SMS_SENS_ACCESS_KEY", ""), environ.get("NAVER_SMS_SENS_SECRET_KEY", "")


def _secret_key(name: str) -> tuple[str, str]:
    try:
        value = json.loads(secret_text(name))
        return str(value["access_key"]), str(value["secret_key"])
    except (ValueError, KeyError, TypeError):
        raise ConfigError([f"secret '{name}' is not JSON with access_key and secret_key"]) from None


def salt(settings: Settings) -> bytes:
    """Return the salt of keyed hashes; without a reference, a new one that dies with the run."""
    if settings.salt is None:
        return secrets.token_bytes(32)
    return referred(settings, settings.salt, "salt").encode()


def referred(settings: Settings, reference: str, what: str) -> str:
    """Return the value behind `env:NAME` or `secret:NAME`."""
    kind, _, name = reference.partition(":")
    value = settings.environ.get(name, "") if kind == "env" else secret_text(name)
    if not value:
        raise ConfigError([f"the {what} behind '{reference}' is empty"])
    return value
