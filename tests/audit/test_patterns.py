"""A pattern that looks for its words first finds what it would without."""

from __future__ import annotations

import re

import pytest
from tests.audit.logs import PLANTED, SEED
from tests.rules.patterns import kept_by, patterns_of, samples

import bongsu.audit
from bongsu.audit.beside import open_log
from bongsu.audit.patterns import ANY, Pattern

WORDS = [
    (r"\bno (?:answer|reply)\b", {"answer", "reply"}),
    (r"(?:never|nobody|no one) again", {" again"}),
    (r"\bnot(?: yet)?\b|없|않", {"not", "없", "않"}),
    (r"(?i)\bTelegram\b", {"telegram"}),
    (r"(?<=ticket )\d+", {"ticket "}),
    (r"\w+ [0-9]{2}|\d\d?:", {*"0123456789:"}),
    (r"(?:a|an|and|hand)", {"a"}),
    (r"(?>late|lately) (?:x)?", {"late"}),
    (r"[$❯] ", {"$", "❯"}),
    (r"(?:done)?\w+(?!late)", set()),
    (r"done|\w+", set()),
    (r"(a)?(?(1)late|soon)", set()),
    (r"\w+[^a]", set()),
    (r"É+", set()),
]


@pytest.mark.parametrize(("source", "words"), WORDS, ids=[source for source, _ in WORDS])
def test_its_words_are_those_without_which_nothing_fits(source: str, words: set[str]) -> None:
    assert set(Pattern(source).words) == (words or set(ANY))


@pytest.mark.parametrize(("source", "text"), [("in", "İn"), ("is", "ıſ"), ("ok", "oK"), ("ok", "OK"), (r"\d", "٣")])
def test_letters_that_are_one_to_re_are_one(source: str, text: str) -> None:
    assert re.search(source, text, re.IGNORECASE)
    assert Pattern(source, re.IGNORECASE).search(text)


def test_it_is_compiled_when_a_text_first_has_one_of_its_words() -> None:
    late = Pattern("late")
    assert late.search("in time") is None
    assert "compiled" not in vars(late)
    assert late.search("too late") is not None
    assert "compiled" in vars(late)


@pytest.mark.parametrize("text", ["nothing of it", "late, and too late"])
def test_it_answers_as_one_of_re(text: str) -> None:
    late, own = Pattern("late"), re.compile("late")
    assert late.findall(text) == own.findall(text)
    assert late.split(text, 1) == own.split(text, 1)
    assert late.sub("soon", text, count=1) == own.sub("soon", text, count=1)
    assert [one.span() for one in late.finditer(text, 3)] == [one.span() for one in own.finditer(text, 3)]
    for asked, answers in ((late.search, own.search), (late.match, own.match), (late.fullmatch, own.fullmatch)):
        assert str(asked(text)) == str(answers(text))
        assert str(asked(text, 0, 4)) == str(answers(text, 0, 4))


def test_none_fits_a_text_without_its_words() -> None:
    """Of every pattern of the audit, also of those that look for no words yet."""
    fitting = 0
    for source, flags in patterns_of(bongsu.audit):
        own, late = re.compile(source, flags), Pattern(source, flags)
        found = [text for text in samples(late) if own.search(text)]
        assert [text for text in found if not late.may_be_in(text)] == [], source
        fitting += bool(found)
    assert fitting > 1_000


def test_every_one_finds_in_logs_what_it_finds_without_its_words() -> None:
    lines = {line for path in (SEED, *PLANTED[:6]) for line in open_log(path).text.lines}
    asked = [one for one in kept_by(bongsu.audit) if isinstance(one, Pattern)]
    assert len(asked) > 100
    assert [
        (one.pattern, line)
        for one in asked
        for line in lines
        if not one.may_be_in(line) and one.compiled.search(line) is not None
    ] == []
