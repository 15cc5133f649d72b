"""Everything else as a way out, through the Apprise library: one channel, one Apprise address.

Apprise says True, False, or raises; docs/design/0016-apprise.md has what each of them can mean. Only True is an
acceptance. What it answered after it had begun is in doubt, because its False hides whether something left.
"""

from __future__ import annotations

import logging
import threading
import time
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bongsu.addresses import is_here
from bongsu.channels._json import canonical
from bongsu.channels._port import Accepted, Finding, InDoubt, Refused, Wire
from bongsu.channels._without_answers import never, only_posts
from bongsu.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bongsu.channels._port import AnswerAddresses, Outgoing, SendOutcome
    from bongsu.core.codes import ButtonCodes
    from bongsu.redact import Redactor

ADDRESS = ""
SECRETS = ("url",)
takes_presses = never

_MEMBERS = frozenset({"title", "text"})
_OF_A_HOST = frozenset({"json", "jsons", "xml", "xmls", "form", "forms"})
"""Kinds of address in which the host is a host and not a part of the secret."""

_RAISED = (ArithmeticError, AttributeError, LookupError, OSError, RuntimeError, TypeError, ValueError)
"""What somebody else's code raises when the outside world is not as it expects."""

# Its lines quote parts of addresses; what matters of them is the outcome, which the ledger has.
logging.getLogger("apprise").addHandler(logging.NullHandler())
logging.getLogger("apprise").propagate = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The plan's keys for a channel of this kind."""

    url: str = field(repr=False)
    """The Apprise address, such as `mailtos://…`, which holds the secrets; in the plan a reference to it."""


def open_(
    options: Options,
    *,
    name: str,
    codes: ButtonCodes,
    redactor: Redactor,
    answers: AnswerAddresses | None = None,
) -> AppriseChannel:
    """Return the channel; UsageError when Apprise is not installed or does not know the address."""
    del codes, answers
    try:
        service = _service(options.url)
    except ModuleNotFoundError as error:
        raise UsageError(
            f"the channel {name!r} needs the package 'apprise'", hint="install it with `pip install 'bongsu[apprise]'`"
        ) from error
    if service is None:
        raise UsageError(
            f"the secret of the channel {name!r} is no address that Apprise knows",
            hint="try it with `apprise -b test ADDRESS`; the form of each is in Apprise's documentation",
        )
    scheme = options.url.partition("://")[0].lower()
    return AppriseChannel(service, name=name, scheme=scheme, redactor=redactor)


def _service(url: str) -> Any:
    """Return Apprise's plugin for an address, None when there is none."""
    with warnings.catch_warnings():
        # It loads all of its plugins, and some still use what the next Python will no longer have.
        warnings.simplefilter("ignore", DeprecationWarning)
        from apprise import Apprise, AppriseAsset

        asset = AppriseAsset(app_id="bongsu", app_desc="bongsu", app_url="")
        # Each plugin has a way of its own to fail at an address; asked so, all of them come back as None.
        return Apprise.instantiate(url, asset=asset, suppress_exceptions=True)


class AppriseChannel:
    """Sends through one plugin of Apprise, one message at a time."""

    kind = "apprise"

    def __init__(self, service: Any, *, name: str, scheme: str, redactor: Redactor) -> None:
        self._service = service
        self._name = name
        self._redactor = redactor
        self._lock = threading.Lock()
        self.endpoint = _endpoint(scheme, service)

    def send(self, outgoing: Outgoing) -> SendOutcome:
        """Return how the one attempt ended; what the service would cut is refused without sending."""
        refused = only_posts(outgoing, self.kind)
        if refused is not None:
            return refused
        found = self.problems(outgoing.payload)
        if found:
            return Refused(reason="not sent, the payload breaks the service's limits: " + "; ".join(found))
        with self._lock:
            return self._notify(outgoing.payload)

    def problems(self, payload: Mapping[str, Any]) -> Sequence[str]:
        """Return what in a message Apprise says that this service would cut."""
        found = [f"/{name}: is not a member this channel sends" for name in sorted(set(payload) - _MEMBERS)]
        texts = [name for name in sorted(_MEMBERS) if not str(payload.get(name) or "").strip()]
        found += [f"/{name}: must hold at least 1 character that is not space" for name in texts]
        if found:
            return found
        _, body = self._parts(payload)
        most, lines = self._service.body_maxlen, self._service.body_max_line_count
        if len(body) > most and self._service.overflow_mode.value != "split":
            found.append(f"/text: has {len(body)} characters, this service takes {most} (overflow=split sends several)")
        if 0 < lines < body.count("\n") + 1:
            found.append(f"/text: has {body.count(chr(10)) + 1} lines, this service takes {lines}")
        return found

    def preflight(self, people: Mapping[str, str]) -> Sequence[Finding]:
        """Return what can be said without sending: that Apprise knows the address, and has what it needs for it."""
        del people
        subject = f"{self._name} apprise"
        if not self._service.enabled:
            text = f"Apprise cannot use {self.endpoint} here: a package that it needs is missing"
            hint = "install what Apprise's documentation names for this service"
            return [Finding(subject=subject, ok=False, text=text, hint=hint)]
        text = "Apprise knows the address; only a message can show whether it works"
        return [Finding(subject=subject, ok=True, text=text)]

    def close(self) -> None:
        """Close nothing: Apprise keeps no connection."""

    def _parts(self, payload: Mapping[str, Any]) -> tuple[str, str]:
        title, text = str(payload["title"]), str(payload["text"])
        # A title that the service would cut, or has no place for, stands above the text instead.
        return (title, text) if len(title) <= self._service.title_maxlen else ("", f"{title}\n\n{text}")

    def _notify(self, payload: Mapping[str, Any]) -> SendOutcome:
        from apprise.exception import AppriseException

        title, body = self._parts(payload)
        began = time.monotonic()
        try:
            # The plugin itself: Apprise's own notify repeats a send where the address says `retry=`, and calls a
            # failure a success where it says `optional=`.
            said = bool(self._service.notify(body=body, title=title, body_format="text"))
            what = "Apprise said False, which it says whether or not something left"
        except (AppriseException, *_RAISED) as error:
            said, what = False, f"Apprise raised {type(error).__name__} after it had begun"
        wire = Wire(
            service=self.kind,
            operation="notify",
            address=self.endpoint,
            request=self._redactor.clean(canonical(payload)),
            response=b"True" if said else b"",
            status=None,
            sent_mono=began,
            received_mono=time.monotonic(),
        )
        return Accepted(ref={}, service_at=None, wires=(wire,)) if said else InDoubt(reason=what, wires=(wire,))


def _endpoint(scheme: str, service: Any) -> str:
    """Return what may be told of an address: its scheme; host and port only where they are this machine's."""
    if scheme in _OF_A_HOST and is_here(str(service.host)):
        port = f":{service.port}" if service.port else ""
        return f"{'https' if service.secure else 'http'}://{service.host}{port}"
    return f"apprise:{scheme}"
