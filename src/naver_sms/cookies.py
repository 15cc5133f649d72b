"""The cookies of the Naver account: where they lie, how old they are and to whom they may be shown."""

from __future__ import annotations

import json
import stat
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from naver_sms.errors import ConfigError, CookiesError, StateError, why_of
from naver_sms.settings import NAVER_URL, is_loopback

if TYPE_CHECKING:
    from naver_sms.settings import Settings
    from naver_sms.state import StatePort


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """One cookie with the host and path it belongs to."""

    name: str
    value: str = field(repr=False)
    domain: str = ""
    path: str = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class CookieJar:
    """The cookies of one account; `fetched_at` is None when their age is not known."""

    cookies: tuple[Cookie, ...] = field(repr=False)
    source: str
    fetched_at: datetime | None = None

    def age_s(self, now: datetime) -> int | None:
        """Return whole seconds since the cookies were stored."""
        return None if self.fetched_at is None else max(0, int((now - self.fetched_at).total_seconds()))

    def header(self, *, url: str, path: str) -> str:
        """Return the cookie header for one request: only what belongs to that host and path."""
        host = cookie_host(url)
        fitting = [one for one in self.cookies if _fits(one, host=host, path=path)]
        return "; ".join(f"{one.name}={one.value}" for one in fitting)


def cookie_host(url: str) -> str:
    """Return the host whose cookies a request gets; a stand-in on this machine gets the real host's."""
    return urlsplit(NAVER_URL if is_loopback(url) else url).hostname or ""


def _fits(cookie: Cookie, *, host: str, path: str) -> bool:
    domain = cookie.domain.lstrip(".")
    host_fits = not domain or host == domain or (cookie.domain.startswith(".") and host.endswith("." + domain))
    base = cookie.path.rstrip("/")
    return host_fits and (path == base or path.startswith(base + "/"))


def load_cookies(settings: Settings, state: StatePort | None, reference: str | None = None) -> CookieJar:
    """Return an account's cookies from where the settings say; raises CookiesError when there are none.

    `reference` names another account's than that of the settings.
    """
    kind, _, name = (reference or settings.cookies).partition(":")
    fetched_at: datetime | None = None
    if kind == "file":
        text = _file_text(name)
    elif kind == "secret":
        text = _secret_text(name)
    else:
        text, fetched_at = _table_text(state, name)
    try:
        value = json.loads(text)
        if isinstance(value, dict):
            fetched_at = _moment(value.get("fetched_at")) or fetched_at
            value = value["cookies"]
        cookies = tuple(_cookie(one) for one in value)
    except (ValueError, KeyError, TypeError):
        raise CookiesError(f"the cookies behind '{kind}' are not a JSON list of cookies") from None
    if not cookies:
        raise CookiesError(f"the cookies behind '{kind}' are an empty list; sign in again")
    return CookieJar(cookies=cookies, source=kind, fetched_at=fetched_at)


def _cookie(one: dict[str, Any]) -> Cookie:
    domain, path = str(one.get("domain") or ""), str(one.get("path") or "/")
    return Cookie(name=str(one["name"]), value=str(one["value"]), domain=domain, path=path)


def _moment(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    at = datetime.fromisoformat(text)
    return at if at.tzinfo is not None else None


def _file_text(name: str) -> str:
    try:
        return private_text(name, "the cookie file")
    except ConfigError as exc:
        raise CookiesError(f"{exc}; naver-sms login writes it anew") from None


def private_text(name: str, what: str) -> str:
    """Return the text of a file that its owner alone may read. Raises ConfigError; `what` is what it is called."""
    called = f"{what} '{name}'"
    path = Path(name)
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ConfigError([f"{called} may be read by others; set its mode to 0600"])
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError([f"{called} cannot be read ({why_of(exc)})"]) from None


def _secret_text(name: str) -> str:
    from naver_sms.credentials import secret_text

    try:
        return secret_text(name)
    except ConfigError as exc:
        raise CookiesError(str(exc)) from None


def _table_text(state: StatePort | None, name: str) -> tuple[str, datetime | None]:
    if state is None:
        raise CookiesError("the session table is not open")
    try:
        found = state.session_cookies(name)
    except StateError as exc:
        raise CookiesError(f"the session table cannot be read ({exc})") from None
    if found is None:
        raise CookiesError(f"the session table has no row '{name}'")
    return found
