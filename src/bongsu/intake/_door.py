"""The address that alarms are posted to, and at which people see what is open.

`POST /alarms/PLAN` takes bongsu's own form, `POST /alarms/PLAN/FORMAT` another; 202 comes once the ledger holds the
page. `GET /` is the live page, `GET /runs` the same as JSON, `GET /healthz` says whether the worker works. Everything
else is refused, and nothing is begun for whoever has not shown that it may.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol
from unicodedata import normalize
from urllib.parse import parse_qs, unquote

from bongsu.errors import LedgerError
from bongsu.inbound._listener import BODY_MAX, Listener, Reply, Request
from bongsu.intake._guard import SIGNATURE, Guard, from_here, password_of, same
from bongsu.intake._page import LANGUAGES, SCRIPT, STYLE, page_of
from bongsu.intake._port import Alarm, Nothing, Unusable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bongsu.addresses import ListenAt
    from bongsu.intake._port import Found
    from bongsu.intake.sns import Sns

OWN = "bongsu"
FORMATS = (OWN, "alertmanager", "sns")
GROUP_MAX = 16_777_216
"""Bytes of a group of Alertmanager's from whoever shows the secret: it holds all its alerts, thousands on a bad day,
and what is refused as too long does not come again."""
PLACES = 64
"""Requests that are answered at once: an alarm storm comes from few senders, each with few connections."""
_AGAIN = {"Retry-After": "5"}
_NO_SUCH = (
    "nothing is at this address: alarms go to /alarms/PLAN, /alarms/PLAN/alertmanager or /alarms/PLAN/sns, where PLAN "
    "is the file name without its ending of a plan that is served here and has intake"
)
_JSON = "application/json; charset=utf-8"
_HEADERS = {
    # The page fetches nothing but itself, and runs only what it was delivered with.
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{STYLE}'; script-src 'sha256-{SCRIPT}'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Took(Protocol):
    """What came of an alarm."""

    @property
    def run_id(self) -> str:
        """The page's name; empty without one."""
        ...

    @property
    def word(self) -> str:
        """What was done with it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Who may send alarms for one plan, and who may read what is open of it."""

    guard: Guard
    sns: Sns | None = None
    reader: str | None = field(default=None, repr=False)


class Desk(Protocol):
    """What stands behind the address."""

    def take(self, plan: str, alarm: Alarm, *, sender: str) -> Took | None:
        """Return what came of an alarm, once the ledger holds it; None when it could not take it."""
        ...

    def turned_away(self, plan: str, *, sender: str, why: str) -> None:
        """Hear of an alarm that was not taken: its sender may tell nobody."""
        ...

    def heard(self, plan: str, *, sender: str, what: str) -> None:
        """Hear of what a sender says about whether its alarms come at all."""
        ...

    def shown(self, plans: Sequence[str], *, before: str = "") -> Mapping[str, Any] | None:
        """Return what is open of these plans, as `/runs` tells it, behind that run; None when there is no such run.

        Raises:
            LedgerError: the ledger could not be read.
        """
        ...

    def well(self) -> bool:
        """Return whether runs are driven and the ledger can be written."""
        ...


class Door:
    """Listens between `open` and `close`."""

    def __init__(self, at: ListenAt, entrances: Mapping[str, Entrance], desk: Desk, *, language: str) -> None:
        """`entrances` is by the plans' names; a plan without one takes no alarms."""
        self._entrances = {normalize("NFC", name): entrance for name, entrance in entrances.items()}
        self._names = {normalize("NFC", name): name for name in entrances}
        self._desk = desk
        self._language = language
        self._loopback = at.on_loopback
        self._shown = at.shown
        self._listener = Listener(at, self._answer, accepts=self._accepts, longest=self._longest, places=PLACES)

    @property
    def port(self) -> int:
        """The port it listens at, once it is open."""
        return self._listener.port

    def open(self) -> None:
        """Begin to listen; OSError when the address cannot be had."""
        self._listener.open()

    def close(self) -> None:
        """Stop listening, and wait for what is being answered."""
        self._listener.close()

    def _accepts(self, method: str, target: str) -> Reply | int:
        path = target.partition("?")[0]
        if path not in ("/", "/runs", "/healthz") and self._addressed(path) is None:
            return _refused(HTTPStatus.NOT_FOUND, _NO_SUCH)
        wanted = ("POST",) if path.startswith("/alarms/") else ("GET", "HEAD")
        if method in wanted:
            return 0
        allowed = ", ".join(wanted)
        return _refused(HTTPStatus.METHOD_NOT_ALLOWED, f"this address takes {allowed}", {"Allow": allowed})

    def _longest(self, target: str, headers: Mapping[str, str]) -> int:
        plan, form = self._addressed(target.partition("?")[0]) or ("", "")
        return GROUP_MAX if form == "alertmanager" and self._entrances[plan].guard.shows(headers) else BODY_MAX

    def _addressed(self, path: str) -> tuple[str, str] | None:
        """Return the plan and the format that an alarm's address names.

        A plan whose file has a name in Korean, or with a space, is named by it as every sender writes that: escaped,
        and composed, however the file's system keeps it.
        """
        parts = [normalize("NFC", unquote(part)) for part in path.split("/")]
        if len(parts) not in (3, 4) or parts[1] != "alarms" or parts[2] not in self._entrances:
            return None
        form = parts[3] if len(parts) == 4 else OWN
        return (parts[2], form) if form in FORMATS else None

    def _answer(self, request: Request) -> Reply | int:
        path, _, query = request.target.partition("?")
        if path == "/healthz":
            well = self._desk.well()
            return _json({"status": "ok" if well else "failing"}, HTTPStatus.OK if well else 503)
        addressed = self._addressed(path)
        if addressed is not None:
            return self._alarm(request, *addressed)
        plans = self._readable(request)
        if not plans:
            return self._unread()
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        try:
            shown = self._desk.shown(plans, before=asked.get("before", ""))
        except LedgerError:
            return _refused(HTTPStatus.SERVICE_UNAVAILABLE, "the ledger could not be read", _AGAIN)
        if shown is None:
            return _refused(HTTPStatus.NOT_FOUND, "there is no such run to go on behind")
        if path == "/runs":
            return _json(shown)
        body = page_of(shown, named=self._language_of(request, asked.get("lang", ""))).encode()
        return Reply(status=HTTPStatus.OK, body=body, headers={"Content-Type": "text/html; charset=utf-8", **_HEADERS})

    def _unread(self) -> Reply:
        """Refuse whoever may not read: by asking for the password, where there is one."""
        if any(entrance.reader is not None for entrance in self._entrances.values()):
            return Reply(status=HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": 'Basic realm="bongsu"'})
        return _refused(
            HTTPStatus.FORBIDDEN,
            "without intake.reader in the plan only this machine's own readers see this, at its own address: "
            f"http://{self._shown}/",
        )

    def _language_of(self, request: Request, asked: str) -> str:
        """Return the reader's language: what they ask for, what their browser likes best, or the program's."""
        liked = request.header("accept-language").partition(",")[0].partition("-")[0].partition(";")[0].strip().lower()
        return next((name for name in (asked, liked) if name in LANGUAGES), self._language)

    def _readable(self, request: Request) -> list[str]:
        """Return the plans that a reader may see: with their password; without one only this machine's own readers."""
        shown, here = password_of(request), self._loopback and from_here(request)
        return [
            self._names[name]
            for name, entrance in self._entrances.items()
            if (here if entrance.reader is None else shown is not None and same(shown, entrance.reader))
        ]

    def _alarm(self, request: Request, plan: str, form: str) -> Reply | int:
        entrance = self._entrances[plan]
        found: Found
        if form == "sns" and entrance.sns is not None:
            found = entrance.sns.parse(request.body)
        elif form == "sns" or not entrance.guard.lets_in(request):
            found = Unusable(status=HTTPStatus.UNAUTHORIZED, reason=entrance.guard.refusal(request))
        else:
            found = parser(form)(request.body)
        if isinstance(found, Unusable):
            self._desk.turned_away(self._names[plan], sender=form, why=found.reason)
            return _refused(found.status, found.reason)
        if isinstance(found, Nothing):
            if found.of_the_way:
                self._desk.heard(self._names[plan], sender=form, what=found.why)
            return _json({"run": None, "is": found.why})
        if not found.delivery:
            # A copy of a signed request is as good as the first for a while: it is the same delivery, and no more.
            found = replace(found, delivery=request.header(SIGNATURE))
        took = self._desk.take(self._names[plan], found, sender=form)
        if took is None:
            return _refused(HTTPStatus.SERVICE_UNAVAILABLE, "the ledger did not take it, send it again", _AGAIN)
        return _json({"run": took.run_id or None, "is": took.word}, HTTPStatus.ACCEPTED)


def parser(form: str) -> Callable[[bytes], Found]:
    """Return what reads one format."""
    found: Callable[[bytes], Found] = import_module(f"bongsu.intake.{form}").parse
    return found


def _json(values: Mapping[str, Any], status: int = HTTPStatus.OK) -> Reply:
    body = json.dumps(values, ensure_ascii=False).encode()
    return Reply(status=status, body=body, headers={"Content-Type": _JSON, "Cache-Control": "no-store"})


def _refused(status: int, reason: str, headers: Mapping[str, str] | None = None) -> Reply:
    body = json.dumps({"error": reason}, ensure_ascii=False).encode()
    return Reply(status=status, body=body, headers={"Content-Type": _JSON, **(headers or {})})
