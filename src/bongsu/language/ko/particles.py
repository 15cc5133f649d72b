"""Korean particles, which follow the sound that a word ends in: `규칙을`, `역할을`, `메시지를`, `3을`, `5를`."""

from __future__ import annotations

PAIRS = {"은": ("은", "는"), "이": ("이", "가"), "을": ("을", "를"), "과": ("과", "와"), "으로": ("으로", "로")}
"""Each particle by its form after a consonant: that form, and the one after a vowel."""
FIRST, LAST, FINALS = 0xAC00, 0xD7A3, 28
RIEUL = 8
DIGITS = {"0": 21, "1": RIEUL, "2": 0, "3": 16, "4": 0, "5": 0, "6": 1, "7": RIEUL, "8": RIEUL, "9": 0}
"""The final consonant of a digit as it is read: 영, 일, 이, 삼, 사, 오, 육, 칠, 팔, 구."""


def particle(text: str, after_consonant: str) -> str:
    """Return the particle that follows a text; both forms, `을(를)`, after one whose sound nobody can know."""
    closed, opened = PAIRS[after_consonant]
    final = _final(text)
    if final is None:
        return f"({closed[0]}){opened}" if after_consonant == "으로" else f"{closed}({opened})"
    if after_consonant == "으로" and final == RIEUL:
        return opened
    return closed if final else opened


def _final(text: str) -> int | None:
    """Return the number of the last sound's final consonant, 0 for none; None when it cannot be known."""
    spoken = text.rstrip("\"'`”’)]}> ")
    last = spoken[-1:]
    if last and FIRST <= ord(last) <= LAST:
        return (ord(last) - FIRST) % FINALS
    # A number alone is read digit by digit or as a whole; only the last digit other than 0 sounds the same in both.
    return DIGITS.get(last) if last != "0" else None
