"""`naver-sms login`: a person signs in with their own browser, and hands the cookies over.

Nothing here signs in by itself: the site asks a person for captchas and for a second device, and that is its right.
What is handed over is tried with one count before it takes the place of what there was.
"""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from naver_sms.cookie_import import cookies_of
from naver_sms.cookies import Cookie, CookieJar
from naver_sms.errors import CookiesError
from naver_sms.meter import Meter
from naver_sms.naver import CONFIRMED, Account, Failed, NaverClient, new_pool
from naver_sms.state import open_state

if TYPE_CHECKING:
    from naver_sms.clock import Clock
    from naver_sms.settings import Settings

TRY_FOR = timedelta(seconds=30)


def login(settings: Settings, text: str, *, clock: Clock, out: Path | None = None, store_id: str | None = None) -> str:
    """Try the cookies that a text holds and put them where the settings say, or into `out`; return where that is.

    `store_id` names a store with an account of its own.

    Raises NoCookies for a text without them, CookiesError when Naver does not take them or they cannot be stored.
    """
    store = next((one for one in settings.enabled if store_id in {None, one.id}), None)
    if store is None:
        raise CookiesError(f"'{store_id}' is no enabled store of the settings")
    found = cookies_of(text)
    _try(settings, found, clock, store.id)
    kept = json.dumps({"cookies": found, "fetched_at": clock.now().isoformat(), "source": "interactive"})
    reference = settings.cookies if store_id is None or store.cookies is None else store.cookies
    kind, _, name = reference.partition(":")
    if out is not None or kind == "file":
        path = out or Path(name)
        _write_private(path, kept)
        return f"file '{path}'"
    if kind == "secret":
        raise CookiesError(
            "this program only reads secrets: write the cookies to a file (--out FILE), put that into the secret with"
            " your own rights, and delete it"
        )
    _store(settings, name, found, now=clock.now())
    return f"row '{name}' of the session table"


def _try(settings: Settings, found: list[dict[str, Any]], clock: Clock, store_id: str) -> None:
    jar = CookieJar(cookies=tuple(Cookie(**one) for one in found), source="interactive")
    started_s = clock.passed_s()
    with new_pool(connections=1) as pool:
        naver = NaverClient(
            settings.naver_url,
            pool=pool,
            account=Account(lambda: jar),
            meter=Meter(),
            clock=clock,
            left_s=lambda: TRY_FOR.total_seconds() - (clock.passed_s() - started_s),
        )
        answer = naver.count(store_id, CONFIRMED)
    if isinstance(answer, Failed):
        raise CookiesError(f"Naver did not take them ({answer.failure.value}, {answer.detail}); nothing was stored")


def _write_private(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.new")
    try:
        # Made with its mode, so that there is no moment at which others could read it.
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text + "\n")
        beside.replace(path)
    except OSError as exc:
        raise CookiesError(f"the cookie file '{path}' cannot be written ({exc.strerror})") from None


def _store(settings: Settings, name: str, found: list[dict[str, Any]], *, now: datetime) -> None:
    state = open_state(settings, Meter())
    try:
        # A bare list, as the legacy's own column holds it.
        state.store_cookies(name, json.dumps(found), now)
    finally:
        state.shut()
