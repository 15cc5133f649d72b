"""What settings that can be used still lack for a first run; looks at this machine, and asks nobody."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from naver_sms.cookies import load_cookies
from naver_sms.credentials import sens_key
from naver_sms.errors import ConfigError, CookiesError
from naver_sms.words import said

if TYPE_CHECKING:
    from naver_sms.settings import Settings


def missing(settings: Settings) -> list[str]:
    """Return what is not there yet: a sign-in, a key, or records of those who have had their texts."""
    found: list[str] = []
    if settings.cookies.startswith("file:"):
        try:
            load_cookies(settings, None)
        except CookiesError as exc:
            found.append(said(settings.language, "not_signed_in", why=exc))
    if settings.sens_key == "env":
        try:
            sens_key(settings)
        except ConfigError as exc:
            found.append(str(exc))
    kind, _, path = settings.state.partition(":")
    if kind == "sqlite" and not Path(path).exists():
        found.append(said(settings.language, "first_run"))
    return found
