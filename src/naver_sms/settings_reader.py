"""Typed reading of settings: each value from the environment or the document, each problem noted."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from naver_sms.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PREFIX = "NAVER_SMS_"
LYING = ("file", "sqlite")
"""Kinds of references that lead to a file of this machine."""


def read_document(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings document that `NAVER_SMS_SETTINGS` holds or names.

    What a settings file names lies beside it: a program that a supervisor starts in another folder must not begin
    with an empty state there, and text every customer anew.
    """
    source = environ.get(PREFIX + "SETTINGS", "").strip()
    if not source:
        raise ConfigError(["NAVER_SMS_SETTINGS is not set: let it name the settings, such as 'file:settings.yaml'"])
    if source.startswith("{"):
        return _parsed(source, "NAVER_SMS_SETTINGS", yaml=False)
    kind, _, name = source.partition(":")
    if kind == "file" and name:
        try:
            text = Path(name).read_text("utf-8")
        except OSError as exc:
            raise ConfigError([f"settings file '{name}' cannot be read ({exc.strerror})"]) from None
        return _beside(_parsed(text, f"settings file '{name}'", yaml=not name.endswith(".json")), Path(name).parent)
    if kind == "secret" and name:
        from naver_sms.credentials import secret_text

        return _parsed(secret_text(name), f"secret '{name}'", yaml=False)
    raise ConfigError(["NAVER_SMS_SETTINGS is neither JSON nor 'file:PATH' nor 'secret:NAME'"])


def _beside(document: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return a document whose references to files begin in the folder of the document, not of whoever started this."""

    def led(value: object) -> object:
        kind, colon, name = value.partition(":") if isinstance(value, str) else ("", "", "")
        return f"{kind}:{folder / name}" if colon and kind in LYING and name else value

    stores = document.get("stores")
    if isinstance(stores, list):
        of_stores = [{**one, "cookies": led(one["cookies"])} if _has(one, "cookies") else one for one in stores]
        document = {**document, "stores": of_stores}
    return document | {name: led(document[name]) for name in ("cookies", "state", "rules", "codes") if name in document}


def _has(value: object, key: str) -> bool:
    return isinstance(value, dict) and key in value


def _parsed(text: str, where: str, *, yaml: bool) -> dict[str, Any]:
    try:
        if yaml:
            import yaml as yaml_module

            try:
                value = yaml_module.safe_load(text)
            except yaml_module.YAMLError:
                raise ConfigError([f"{where} is not valid YAML"]) from None
        else:
            value = json.loads(text)
    except ValueError:
        raise ConfigError([f"{where} is not valid JSON"]) from None
    if not isinstance(value, dict):
        raise ConfigError([f"{where} is not a mapping of setting to value"])
    return value


class Reader:
    """Reads named values, environment first; a value that cannot be used becomes a line in `problems`."""

    def __init__(self, *, document: Mapping[str, Any], environ: Mapping[str, str], where: str = "") -> None:
        self._document = document
        self._environ = environ
        self._where = where
        self._asked: set[str] = set()
        self.problems: list[str] = []

    def inside(self, document: Mapping[str, Any], where: str) -> Reader:
        """Return a reader of a part of the document, which the environment cannot override."""
        return Reader(document=document, environ={}, where=where + ".")

    def unknown_keys(self) -> list[str]:
        """Name the keys of the document that nothing asked for."""
        return [f"'{self._where}{key}' is not a setting" for key in self._document if key not in self._asked]

    def _raw(self, name: str) -> Any:
        self._asked.add(name)
        given = self._environ.get(PREFIX + name.upper())
        return self._document.get(name) if given is None or given == "" else given

    def _wrong(self, name: str, need: str) -> None:
        self.problems.append(f"'{self._where}{name}' must be {need}")

    def text(self, name: str, default: str | None = None) -> str:
        """Return a non-empty text, or the default."""
        value = self._raw(name)
        if value is None and default is not None:
            return default
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or not value.strip():
            self._wrong(name, "a text")
            return ""
        return value

    def optional(self, name: str) -> str | None:
        """Return a text, or None when it is not set."""
        return None if self._raw(name) is None else self.text(name)

    def whole(self, name: str, default: int, *, low: int, high: int) -> int:
        """Return a whole number between `low` and `high`, both included."""
        value = self._raw(name)
        if value is None:
            return default
        try:
            number = int(str(value))
        except ValueError:
            number = low - 1
        if isinstance(value, bool) or not low <= number <= high:
            self._wrong(name, f"a whole number from {low} to {high}")
        return number

    def whole_or_none(self, name: str, default: int, *, low: int, high: int) -> int | None:
        """Return a whole number, or None for the word `none`."""
        value = self._raw(name)
        if isinstance(value, str) and value.lower() == "none":
            return None
        return self.whole(name, default, low=low, high=high)

    def seconds(self, name: str, default: str) -> float:
        """Return a time of 0 s or more; decimals allowed."""
        value = self._raw(name)
        try:
            number = Decimal(str(default if value is None else value))
        except InvalidOperation:
            number = Decimal(-1)
        if not number.is_finite() or number < 0:
            self._wrong(name, "a number of seconds, 0 or more")
            return 0.0
        return float(number)

    def switch(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._raw(name)
        if value is None:
            return default
        word = str(value).lower()
        if word not in {"true", "false"}:
            self._wrong(name, "true or false")
        return word == "true"

    def words(self, name: str, default: Sequence[str]) -> tuple[str, ...]:
        """Return a list of texts; from the environment, separated by commas."""
        value = self._raw(name)
        if value is None:
            return tuple(default)
        if isinstance(value, str):
            value = [part.strip() for part in value.split(",")]
        if not isinstance(value, list) or not all(isinstance(part, str) and part for part in value):
            self._wrong(name, "a list of texts")
            return ()
        return tuple(value)

    def items(self, name: str) -> list[Mapping[str, Any]]:
        """Return a non-empty list of mappings."""
        value = self._document.get(name)
        self._asked.add(name)
        if not isinstance(value, list) or not value or not all(isinstance(part, dict) for part in value):
            self._wrong(name, "a list with at least one entry")
            return []
        return value

    def mapping(self, name: str) -> Mapping[str, Any] | None:
        """Return a mapping, or None when it is not set."""
        value = self._document.get(name)
        self._asked.add(name)
        if value is not None and not isinstance(value, dict):
            self._wrong(name, "a mapping")
            return None
        return value

    def texts(self, name: str) -> Mapping[str, str]:
        """Return a mapping of texts to texts."""
        value = self.mapping(name) or {}
        if not all(isinstance(key, str) and isinstance(text, str) for key, text in value.items()):
            self._wrong(name, "a mapping of template to text")
            return {}
        return dict(value)
