"""The language of the command line: English, or Korean where the environment asks for it; and text in columns.

English needs no catalogue, so none is loaded for it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from bongsu.language import OWN, language

if TYPE_CHECKING:
    from bongsu.language import Language

ASKED_BY = ("BONGSU_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
"""The first of these that is set says which language: ours, then POSIX's in their order."""
SPOKEN = ("ko",)
CATALOGUES = (
    "commands",
    "running",
    "paging",
    "errors",
    "rehearsals",
    "ledger",
    "serving",
    "plans",
    "proof",
    "reasons",
    "audit",
    "evidence",
    "guard",
)
AUDIT_RULES = ("audit_rules", "audit_rules_services", "audit_rules_names", "audit_rules_instead")
"""What the rules of an audit say. Apart from the others: entries of so few words would fit other texts, too."""


def chosen() -> str:
    """Return the language of the command line by the environment; English when it asks for one that we do not have."""
    asked = next((value for name in ASKED_BY if (value := os.environ.get(name))), "")
    named = asked.replace("-", "_").partition("_")[0].partition(".")[0].lower()
    return named if named in SPOKEN else OWN


def speech() -> Language:
    """Return the chosen language with everything that the command line says."""
    return language(chosen(), *CATALOGUES)


def audit_speech() -> Language:
    """Return the chosen language with what the rules of an audit say."""
    return language(chosen(), *AUDIT_RULES)


def say(template: str, *values: object) -> str:
    """Return a sentence of ours in the chosen language; `{}` in it stands for the values, in their order."""
    return speech()(template, *values)


def told(text: str) -> str:
    """Return a finished English text in the chosen language; as it is when it is not one of ours."""
    return speech().told(text)


def cells(text: str) -> int:
    """Return how many terminal cells a text takes; a Korean letter takes two."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth

    return max(wcswidth(text), 0)


def pad(text: str, width: int) -> str:
    """Return the text filled with spaces to `width` terminal cells."""
    return text + " " * max(0, width - cells(text))
