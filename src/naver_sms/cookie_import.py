"""Cookies as people get them out of a browser: an extension's JSON, a cookies.txt, a request's header. Pure.

Only those that Naver's hosts get are kept: an export often holds every site's.
"""

from __future__ import annotations

import json
from typing import Any

NEEDED = ("NID_AUT", "NID_SES")
DOMAIN = ".naver.com"
NETSCAPE_FIELDS = 7
HTTP_ONLY = "#HttpOnly_"


class NoCookies(ValueError):
    """The text holds no usable cookies; the message says what is wrong and never what it holds."""


def cookies_of(text: str) -> list[dict[str, Any]]:
    """Return the account's cookies, each with name, value, domain and path; raises NoCookies."""
    text = text.strip()
    if not text:
        raise NoCookies("nothing was given")
    if text[0] in "[{":
        found = _from_json(text)
    elif "\t" in text:
        found = _from_netscape(text)
    else:
        found = _from_header(text)
    ours = [one for one in found if one["value"] and _is_naver(one["domain"])]
    missing = [name for name in NEEDED if name not in {one["name"] for one in ours}]
    if missing:
        raise NoCookies(f"there is no {' and no '.join(missing)} of {DOMAIN} in it: sign in first, then export")
    return ours


def _is_naver(domain: str) -> bool:
    bare = domain.lstrip(".").lower()
    return bare == "naver.com" or bare.endswith(DOMAIN)


def _from_json(text: str) -> list[dict[str, Any]]:
    try:
        value = json.loads(text)
        items = value["cookies"] if isinstance(value, dict) else value
        return [
            _cookie(str(one["name"]), str(one["value"]), str(one.get("domain") or DOMAIN), str(one.get("path") or "/"))
            for one in items
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NoCookies("it begins like JSON and is no list of cookies with name and value") from None


def _from_netscape(text: str) -> list[dict[str, Any]]:
    found = []
    for line in text.splitlines():
        plain = line.removeprefix(HTTP_ONLY)
        fields = plain.split("\t")
        if plain.startswith("#") or len(fields) != NETSCAPE_FIELDS:
            continue
        domain, _, path, _, _, name, value = fields
        found.append(_cookie(name, value, domain, path))
    return found


def _from_header(text: str) -> list[dict[str, Any]]:
    line = text.removeprefix("cookie:").removeprefix("Cookie:").replace("\n", " ")
    pairs = [part.strip().partition("=") for part in line.split(";") if part.strip()]
    if not all(mark for _, mark, _ in pairs):
        raise NoCookies("it is neither JSON nor a cookies.txt nor a cookie header (name=value; name=value)")
    return [_cookie(name, value, DOMAIN, "/") for name, _, value in pairs]


def _cookie(name: str, value: str, domain: str, path: str) -> dict[str, Any]:
    return {"name": name.strip(), "value": value.strip(), "domain": domain, "path": path}
