"""The words of the reports by language: a catalogue of their own, and behind it the messages' words for the same."""

from __future__ import annotations

import re
from collections import ChainMap
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bongsu.language import language
from bongsu.messages.words import words_of as words_of_messages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bongsu.evidence.tables import Unproven

FALLBACK = "en"
CHECK = re.compile(r"[a-z][a-z0-9_-]*")
CHECKS = re.compile(r"; (?=[a-z][a-z0-9_-]*: )")
"""Between two checks and their reasons; a reason may have a semicolon of its own."""


@cache
def words_of(language: str) -> Mapping[str, str]:
    """Return the words of a language; what it lacks is said in English."""
    found = [_catalogue(language), _messages(language), _catalogue(FALLBACK), _messages(FALLBACK)]
    return ChainMap(*(dict(words) for words in found))


def _catalogue(language: str) -> Mapping[str, str]:
    try:
        words = [import_module(f"bongsu.evidence.words_{language}{part}").WORDS for part in ("", "_more")]
    except ModuleNotFoundError:
        return {}
    return {**words[0], **words[1]}


def _messages(language: str) -> Mapping[str, str]:
    try:
        return words_of_messages(language)
    except ModuleNotFoundError:
        return {}


def word(words: Mapping[str, str], scope: str, name: str) -> str:
    """Return what the catalogue says for a recorded word; a word that it does not know is shown as it is."""
    return words.get(f"{scope}.{name}", name).replace("_", " ")


def unproven(words: Mapping[str, str], entry: Unproven) -> str:
    """Return one sentence about something that the evidence does not show."""
    said = {"unknown": _check, "in_doubt": _message}.get(entry["what"])
    about = entry["about"] if said is None else [said(words, key) for key in entry["about"]]
    return words[f"unproven.{entry['what']}"].format(about=listed(about))


def _message(words: Mapping[str, str], key: str) -> str:
    """Return a message's key in words, `page/1//on_call@alerts/r0l0` as `page 1 → on_call (alerts)`."""
    subject, _, way = key.partition("//")
    name, _, number = subject.partition("/")
    person, _, channel = way.partition("/")[0].rpartition("@")
    parts = [word(words, "message", name), number, f"→ {person}" if person else "", f"({channel})"]
    return " ".join(part for part in parts if part)


def _check(words: Mapping[str, str], key: str) -> str:
    """Return a check's key in words, `verify/error_rate` as `Errors (First invocation)`."""
    scope, *look, name = key.split("/") if "/" in key else ("", key)
    where = " ".join((word(words, "scope", scope), *(number.lstrip("0") for number in look)))
    return f"{word(words, 'check', name)} ({where})" if scope else word(words, "check", name)


def services_of(entries: Iterable[Mapping[str, Any]]) -> Mapping[str, str]:
    """Return `telegram`, `slack` or `other` for each channel, by the references that its service gave for any message.

    A message whose answer was lost has none of its own, and stands with the others of its channel.
    """
    found: dict[str, str] = {}
    for entry in entries:
        ref = entry.get("ref", {})
        if found.get(entry["channel"], "other") == "other":
            found[entry["channel"]] = "slack" if "ts" in ref else "telegram" if "message_id" in ref else "other"
    return found


def told_detail(name: str, detail: str) -> str:
    """Return what a phase was entered for, in the language of that name: one reason, or `check: reason` of several."""
    tell = language(name, "reasons").told
    parts = CHECKS.split(detail)
    named = [part.partition(": ") for part in parts]
    if not all(CHECK.fullmatch(check) and why for check, _, why in named):
        return tell(detail)
    return "; ".join(f"{check}: {tell(why)}" for check, _, why in named)


def listed(names: Sequence[str], most: int = 12) -> str:
    """Return names with commas between; behind the first few only how many more there are."""
    shown = ", ".join(names[:most])
    return f"{shown} (+{len(names) - most})" if len(names) > most else shown
