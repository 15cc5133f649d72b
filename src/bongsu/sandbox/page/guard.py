"""Who may ask the page's server: a browser on this machine that was given the address with its token."""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
# Nothing from anywhere else, nothing inline, no frame around it: a chat message must never become a script.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """Knows this start's token and says which requests are let in."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(24)

    def place(self, request: Request) -> str | None:
        """Return what is asked for behind the token, or None when the token is not the one of this start."""
        token, slash, rest = request.path.lstrip("/").partition("/")
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            return None
        return rest if slash else None

    def refusal(self, request: Request) -> str | None:
        """Return why a request may not come in whatever it asks for, None when it may.

        The name in Host keeps out a foreign site whose name was made to lead here; the port may be that of a tunnel.
        """
        if host_name(request) not in LOOPBACK:
            return "this page is served to this machine only: the Host header must be a loopback name"
        if request.method in ("GET", "HEAD"):
            return None
        if request.mimetype != "application/json":
            return "the page's own script posts JSON, nothing else is taken"
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            return "a post must come from the page itself, not from another site"
        if request.headers.get("Origin", own_origin(request)) != own_origin(request):
            return "a post must come from the page itself, not from another origin"
        return None


def host_name(request: Request) -> str:
    """Return the name in the Host header, without its port."""
    host = request.headers.get("Host", "").lower()
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdecimal() else host


def own_origin(request: Request) -> str:
    """Return the origin that the page has in the browser that asks."""
    return f"http://{request.headers.get('Host', '').lower()}"


def guarded(response: Response) -> Response:
    """Return the response with the headers that each answer of the page carries."""
    response.headers.update(HEADERS)
    return response
