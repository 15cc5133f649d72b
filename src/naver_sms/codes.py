"""Door codes and keys: read from where the settings say, put into texts that leave, and shown nowhere."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from naver_sms.cookies import private_text
from naver_sms.credentials import secret_text
from naver_sms.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from naver_sms.settings import Settings

EVERY_STORE = "*"
NAME = re.compile(r"[a-z][a-z_]*")


def with_codes(settings: Settings) -> Settings:
    """Return the settings with the codes that they refer to. Raises ConfigError, without showing any of them."""
    if settings.codes is None:
        return settings
    kind, _, name = settings.codes.partition(":")
    if kind == "env":
        text = settings.environ.get(name, "")
    else:
        text = private_text(name, "the file of the codes") if kind == "file" else secret_text(name)
    return replace(settings, code_values=_read(text, settings.codes))


def _read(text: str, reference: str) -> Mapping[str, Mapping[str, str]]:
    try:
        given = json.loads(text)
        parts = {key: value for key, value in given.items() if isinstance(value, dict)}
        common = {key: value for key, value in given.items() if not isinstance(value, dict)}
    except (ValueError, AttributeError):
        raise ConfigError([f"the codes behind '{reference}' are not JSON {{name: text}}"]) from None
    every = {**parts, EVERY_STORE: common}
    for inner in every.values():
        for key, value in inner.items():
            if not NAME.fullmatch(key) or not isinstance(value, str) or not value.strip():
                raise ConfigError([f"a code behind '{reference}' has no text, or a name that is not small letters"])
    return every


def codes_of(settings: Settings, store_id: str) -> dict[str, str]:
    """Return the codes of one store as values of placeholders."""
    found = {**settings.code_values.get(EVERY_STORE, {}), **settings.code_values.get(store_id, {})}
    return {f"code.{name}": value for name, value in found.items()}


def veiled(settings: Settings) -> Settings:
    """Return the settings for whoever only looks: each code is as long as it is, and cannot be read."""
    values = {
        store: {name: "".join("*" if one.isascii() else "＊" for one in value) for name, value in inner.items()}
        for store, inner in settings.code_values.items()
    }
    return replace(settings, code_values=values)
