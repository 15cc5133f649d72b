"""Other languages than the program's own: a catalogue finds a language's sentence by the English one.

English stands where it is said. A catalogue's entry is the English sentence with `{}` for each value, and the same
sentence in the other language with `{0}`, `{1}`… for those values in any order. So a sentence that was made, recorded
and hashed in English (a check's reason in the ledger, an error) can still be told in the reader's language: the
entry that it was made from gives its values back. What no entry knows stays as it is.

A language is a folder beside this file, a catalogue a file in it with `ENTRIES`. Sentences that are only ever filled
where they stand are in its `SAID`, which finished texts are not compared with: `{} to {}` would fit too many.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

OWN = "en"
"""The language that the program's own texts are written in."""
PLACE = "{}"
LISTED = ", "
FILLED = re.compile(r"\{(\d+)([~*]?)(?:([:!])(\w+))?\}")
"""A value in the other language's sentence: `~` tells the value itself in that language, `*` each of its parts
between commas; `:을` adds the particle that follows it, `!을` is that particle alone, behind a quotation mark."""


class Language:
    """Tells English sentences in another language, by catalogues of that language; without any it tells them as is."""

    def __init__(
        self,
        entries: Mapping[str, str],
        particles: ModuleType | None = None,
        said: Mapping[str, str] | None = None,
    ) -> None:
        self._entries = entries
        self._said = {**entries, **(said or {})}
        self._particles = particles
        self._templates = sorted((key for key in entries if PLACE in key), key=_weight, reverse=True)
        self._told: dict[str, str] = {}

    def __call__(self, template: str, *values: object) -> str:
        """Return a template of the source, filled with values."""
        texts = tuple(str(value) for value in values)
        if template in self._said:
            return self._fill(self._said[template], texts)
        return _filled(template, texts)

    def told(self, text: str) -> str:
        """Return a finished English text in this language; as it is when no entry fits it."""
        if not self._entries:
            return text
        found = self._told.get(text)
        if found is None:
            if len(self._told) >= _TOLD_AT_MOST:
                self._told.clear()
            found = self._told[text] = self._tell(text)
        return found

    def knows(self, text: str) -> bool:
        """Return whether an entry fits the text."""
        return text in self._entries or any(values_in(text, template) is not None for template in self._templates)

    def _tell(self, text: str) -> str:
        exact = self._entries.get(text)
        if exact is not None:
            return exact
        for template in self._templates:
            values = values_in(text, template)
            if values is not None:
                return self._fill(self._entries[template], values)
        return text

    def _fill(self, template: str, values: tuple[str, ...]) -> str:
        def value(match: re.Match[str]) -> str:
            text = values[int(match[1])]
            parts = text.split(LISTED) if match[2] == "*" else [text]
            shown = LISTED.join(map(self.told, parts)) if match[2] else text
            if match[3] is None or self._particles is None:
                return shown
            particle = str(self._particles.particle(shown, match[4]))
            return shown + particle if match[3] == ":" else particle

        return FILLED.sub(value, template)


_TOLD_AT_MOST = 4096


def language(name: str, *catalogues: str) -> Language:
    """Return a language with the named catalogues; English, and one that has none of them, tells texts as they are."""
    return _language(name, catalogues)


@lru_cache(maxsize=64)
def _language(name: str, catalogues: tuple[str, ...]) -> Language:
    if name == OWN or not name.isidentifier():
        return Language({})
    found = [import_module(f"bongsu.language.{name}.{catalogue}") for catalogue in catalogues]
    entries = {key: text for module in found for key, text in module.ENTRIES.items()}
    said = {key: text for module in found for key, text in getattr(module, "SAID", {}).items()}
    return Language(entries, import_module(f"bongsu.language.{name}.particles"), said)


def values_in(text: str, template: str) -> tuple[str, ...] | None:
    """Return the values that make a text of a template, each as short as can be; None when it is not made of it.

    Two values with nothing between them cannot be told apart, so a template never has them.
    """
    pieces = template.split(PLACE)
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1 or not (text.startswith(first) and text.endswith(last)):
        return (() if text == template else None) if len(pieces) == 1 else None
    end = len(text) - len(last)
    place, values = len(first), []
    for piece in pieces[1:-1]:
        found = text.find(piece, place, end)
        if found < 0:
            return None
        values.append(text[place:found])
        place = found + len(piece)
    return (*values, text[place:end]) if place <= end else None


def _weight(template: str) -> tuple[int, int, str]:
    # The entry that says most by itself fits best: one with hardly a letter of its own fits nearly any text. A place
    # is worth two letters, so that a list is taken apart rather than told by what its last member ends in.
    places = template.count(PLACE)
    letters = len(template) - len(PLACE) * places
    return letters + 2 * places, places, template


def _filled(template: str, values: tuple[str, ...]) -> str:
    if PLACE not in template:
        return template
    left = iter(values)
    return re.sub(re.escape(PLACE), lambda _: next(left), template)
