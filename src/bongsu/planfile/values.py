"""The single values of a plan: durations, percentages, times, references, addresses."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bongsu.addresses import is_here, listen_at
from bongsu.core.figures import plain
from bongsu.planfile.problems import nearest

NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_DURATION = re.compile(r"(?a)(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?")
_PERCENT = re.compile(r"(?a)(\d{1,3}(?:\.\d{1,4})?)\s?%")
_WHOLE = re.compile(r"(?a)-?(?:0|[1-9]\d{0,18})")
_MOMENT = re.compile(r"(?a)\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?")
_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:\S.*|secret:[A-Za-z0-9/_+=.@:-]+(?:\#[A-Za-z0-9_.-]+)?")
LONGEST = timedelta(days=366)


class Unfit(Exception):
    """A value is not what its key takes; carries the text for a person and what to write instead."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.hint = hint


def duration(text: str) -> timedelta:
    """Return the length of time; days, hours, minutes and seconds in that order, whole numbers: `1h30m`."""
    match = _DURATION.fullmatch(text)
    if match is None or not text:
        raise Unfit(
            f'"{text}" is not a length of time',
            'write a number with its unit, like "45s", "15m", "24h" or "7d"',
        )
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    if days > LONGEST.days or hours > LONGEST.days * 24:
        raise Unfit(f'"{text}" is longer than a year', "write a shorter time")
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if length > LONGEST:
        raise Unfit(f'"{text}" is longer than a year', "write a shorter time")
    return length


def length_text(length: timedelta) -> str:
    """Return a length of time as a plan writes it: `90s` as `1m30s`, a day as `24h`, a week as `7d`."""
    whole = int(length.total_seconds())
    if whole >= 3 * 86_400 and whole % 86_400 == 0:
        return f"{whole // 86_400}d"
    hours, rest = divmod(whole, 3_600)
    minutes, seconds = divmod(rest, 60)
    parts = ((hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"


def percent(text: str) -> Decimal:
    """Return the percentage, 0 to 100, exactly as written: `99.5%` is 99.5."""
    match = _PERCENT.fullmatch(text)
    if match is None:
        raise Unfit(f'"{text}" is not a percentage', 'write a number with its sign, like "100%" or "99.5%"')
    number = Decimal(match[1])
    if number > 100:
        raise Unfit(f'"{text}" is more than 100 %', "a share of something ends at 100%")
    return number


def percent_text(number: Decimal) -> str:
    """Return a percentage as the plan writes it."""
    return f"{plain(number)}%"


def whole(text: str) -> int:
    """Return the whole number; no leading zeros, no underscores, no base sixty."""
    if _WHOLE.fullmatch(text) is None:
        raise Unfit(f'"{text}" is not a whole number', "write digits only, without leading zeros")
    return int(text)


def moment(text: str) -> datetime:
    """Return the time as written: naive when it carries no offset, to be read in the plan's time zone."""
    if _MOMENT.fullmatch(text) is None:
        raise Unfit(f'"{text}" is not a date and time', 'write it like "2025-10-22T14:00", in the plan\'s time zone')
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise Unfit(f'"{text}" does not exist: {error}', "correct the date or the time") from None


def in_zone(written: datetime, zone: ZoneInfo) -> datetime:
    """Return the UTC time of what was written; refuses a local time that a clock change skips or repeats."""
    if written.tzinfo is not None:
        return written.astimezone(UTC)
    local = written.replace(tzinfo=zone)
    as_utc = local.astimezone(UTC)
    shown = f'"{written:%Y-%m-%dT%H:%M}"'
    if as_utc.astimezone(zone).replace(tzinfo=None) != written:
        raise Unfit(f"{shown} does not exist in {zone.key}: the clocks go forward over it", "choose another time")
    if local.replace(fold=1).utcoffset() != local.utcoffset():
        raise Unfit(
            f"{shown} happens twice in {zone.key}: the clocks go back over it",
            "write the offset too, like 2025-10-22T14:00+09:00",
        )
    return as_utc


def zone(text: str) -> ZoneInfo:
    """Return the time zone of an IANA name."""
    try:
        return ZoneInfo(text)
    except (OSError, ValueError, KeyError):
        from zoneinfo import available_timezones

        # For "KST" or "UTC+9" another abbreviation is near, and wrong; and Etc/GMT+9 means nine hours behind.
        places = [one for one in available_timezones() if "/" in one and not one.startswith("Etc/")]
        near = nearest(text, places)
        hint = f'did you mean "{near}"?' if near else 'write a name like "Asia/Seoul"'
        raise Unfit(f'"{text}" is not a time zone', hint) from None


def name(text: str) -> str:
    """Return a name that keys, figures and messages can carry."""
    if NAME.fullmatch(text) is None:
        raise Unfit(f'"{text}" cannot be a name here', "use small letters, digits, _ and -, and begin with a letter")
    return text


def reference(text: str) -> str:
    """Return a reference to a secret; what is not one is never repeated."""
    if _REFERENCE.fullmatch(text) is None:
        raise Unfit(
            "a secret must be a reference, never the value itself",
            'write "env:NAME", "file:path" (beside the plan) or "secret:name#field" (AWS Secrets Manager)',
        )
    return text


def file(text: str) -> str:
    """Return a `file:` and a path."""
    if not text.startswith("file:") or not text.removeprefix("file:").strip() or not text.isprintable():
        raise Unfit(f'"{text}" does not name a file', 'write "file:" and the path from the plan\'s folder')
    return text


def url(text: str) -> str:
    """Return a http(s) address without credentials in it."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = parts = None
    if parts is None or not host or parts.scheme not in {"http", "https"} or port == 0 or text.split() != [text]:
        raise Unfit(f'"{text}" is not an address', 'write it like "https://example.com/path"')
    if parts.username is not None or parts.password is not None:
        raise Unfit("an address must not carry a user name or password", "take them out of the address")
    return text


def endpoint(text: str) -> str:
    """Return an API's base address; https, or plain http on this machine only."""
    url(text)
    parts = urlsplit(text)
    if parts.query or parts.fragment:
        raise Unfit("an endpoint has no query and no fragment", "end the address before ? and #")
    if parts.scheme == "http" and not is_loopback(text):
        raise Unfit("an endpoint beyond this machine must be https", "tokens travel in the requests; use https://")
    return text


def listen(text: str) -> str:
    """Return an address to listen at, as written; a port alone is this machine's."""
    try:
        listen_at(text)
    except ValueError:
        raise Unfit(f'"{text}" is no address to listen at', 'write it like "127.0.0.1:8081/slack"') from None
    return text


def is_loopback(address: str) -> bool:
    """Whether the address leads to this machine."""
    host = urlsplit(address).hostname or ""
    return is_here(host)
