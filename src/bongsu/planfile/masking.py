"""What in a plan looks like a secret or a phone number, so that no error ever repeats it."""

from __future__ import annotations

import re

TOKENS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a Slack token", re.compile(r"xox[a-z]-[A-Za-z0-9-]{8,}")),
    ("a Slack app token", re.compile(r"xapp-[A-Za-z0-9-]{8,}")),
    ("a Slack webhook address", re.compile(r"hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/_-]+")),
    ("a Telegram bot token", re.compile(r"(?<!\d)\d{6,12}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])")),
    ("an AWS access key", re.compile(r"(?<![A-Z0-9])A(?:KIA|SIA)[A-Z0-9]{16}(?![A-Z0-9])")),
)
"""Literals that are secrets wherever they stand, comments included: the plan travels with the evidence."""

_PHONE = re.compile(r"(?<![\d.-])(?:\+82[- ]?|0)1[016789][- ]?\d{3,4}[- ]?\d{4}(?!\d)")
_SECRET_KEY = re.compile(
    r"""(?ix) ["']? [a-z0-9_-]* (?: token | secret | passw | pwd | credential | private | api_?key ) [a-z0-9_-]* ["']?
        \s* : \s+ (?! ["']? (?: env | file | secret ) : ) (?P<value> [^\s\#{\[][^,}\]\#]* )"""
)
_RANDOM = re.compile(r"(?<![A-Za-z0-9_+/=.:-])[A-Za-z0-9_+=-]{20,}(?![A-Za-z0-9_+/=.:-])")
_MASK = "*"


def token_spans(line: str) -> list[tuple[int, int, str]]:
    """Return start, end and sort of everything in the line that looks like a token."""
    return [(m.start(), m.end(), what) for what, pattern in TOKENS for m in pattern.finditer(line)]


def mask(text: str) -> str:
    """Return the text, as long as before, with everything hidden that looks like a secret or a phone number."""
    return cover(text, _looks(text))


def mask_line(line: str) -> str:
    """Return a line of the plan masked, also where only the key says that its value is a secret.

    The length stays so that a caret under a later column still points at its place.
    """
    return cover(line, [*_looks(line), *(m.span("value") for m in _SECRET_KEY.finditer(line))])


def _looks(text: str) -> list[tuple[int, int]]:
    spans = [(start, end) for start, end, _ in token_spans(text)]
    spans += [m.span() for m in _PHONE.finditer(text)]
    spans += [m.span() for m in _RANDOM.finditer(text) if _mixed(m[0])]
    return spans


def cover(text: str, spans: list[tuple[int, int]]) -> str:
    """Return the text with each span of characters replaced by as many asterisks."""
    for start, end in spans:
        text = text[:start] + _MASK * len(text[start:end]) + text[end:]
    return text


def _mixed(word: str) -> bool:
    return any(c.isdigit() for c in word) and any(c.isupper() for c in word) and any(c.islower() for c in word)
